"""Prints the scores on recorded terms, for the vendors that rules were written on and for those kept aside.

`python tests/extractors/score_split.py [SHARED]`. Of the vendors kept aside only totals are printed: what was
missed there must not be seen by who writes rules.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import typer

from app.cli.extract import prediction
from extractors.clauses import ClauseReader
from extractors.model import Document
from extractors.ruleset import load_ruleset

KEPT_ASIDE = ("Cursor", "Jasper", "Midjourney", "Together_AI")
SHARED = Path(__file__).parents[2].parent / "shared"


def main() -> None:
    """Read every labelled document, score both halves and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", nargs="?", type=Path, default=SHARED)
    shared = parser.parse_args().shared
    reader = ClauseReader(load_ruleset())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = time.perf_counter()
        characters = sum(
            _predict(label, shared, folder, reader)
            for label in sorted((shared / "labels/terms").glob("*.json"))
        )
        seconds = time.perf_counter() - started
        typer.echo(f"ruleset {reader.ruleset.version}: {characters} characters in {seconds:.2f} s")
        for half in ("written on", "kept aside"):
            typer.echo(f"\nvendors {half}")
            typer.echo(_score(shared, folder / half, hide=half == "kept aside"))


def _predict(label: Path, shared: Path, folder: Path, reader: ClauseReader) -> int:
    half = folder / ("kept aside" if label.name.startswith(KEPT_ASIDE) else "written on")
    for part in ("labels", "predictions"):
        (half / part).mkdir(parents=True, exist_ok=True)
    (half / "labels" / label.name).symlink_to(label)
    service, terms = label.stem.split("__")
    path = shared / "corpus/versions" / service.replace("_", " ") / f"{terms.replace('_', ' ')}.md"
    text = path.read_text(encoding="utf-8")
    reading = reader.read(Document(text, hashlib.sha256(text.encode()).hexdigest()))
    content = json.dumps(prediction(label.stem, reading))
    (half / "predictions" / label.name).write_text(content, encoding="utf-8")
    return len(text)


def _score(shared: Path, half: Path, *, hide: bool) -> str:
    command = [sys.executable, str(shared / "eval/score.py"), str(half / "labels"), str(half / "predictions")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "\n".join(line for line in printed.splitlines() if not (hide and line.startswith("  fact")))


if __name__ == "__main__":
    main()
