"""How long reading takes beside what the tokenizer alone takes, on the recorded terms, in one run.

`python tests/bench/extract.py [SHARED]` prints `bench extract_vs_tokenizer RATIO x`, how long the rules take
to load, and the peak memory. Text to facts counts; reading the files does not.
"""

import argparse
import gc
import resource
import time
from collections.abc import Callable
from pathlib import Path

import spacy
import typer

from extractors.clauses import ClauseReader
from extractors.facts import document_facts
from extractors.model import Document, TermsType
from extractors.ruleset import load_ruleset

SHARED = Path(__file__).parents[2].parent / "shared"
ROUNDS = 3


def main() -> None:
    """Measure and print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", nargs="?", type=Path, default=SHARED)
    texts = _texts(parser.parse_args().shared)
    started = time.perf_counter()
    reader = ClauseReader(load_ruleset())
    typer.echo(f"bench rules_load_s {time.perf_counter() - started:.2f} s")
    tokenizer = spacy.blank("en")
    alone = _seconds(lambda: [tokenizer.make_doc(text) for text in texts])
    whole = _seconds(lambda: [_facts(reader, text) for text in texts])
    typer.echo(f"bench extract_s {whole:.2f} s")
    typer.echo(f"bench extract_vs_tokenizer {whole / alone:.2f} x")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    typer.echo(f"bench extract_peak_mb {peak:.0f} MB")


def _texts(shared: Path) -> list[str]:
    names = sorted(path.stem for path in (shared / "labels/terms").glob("*.json"))
    return [
        (shared / "corpus/versions" / service.replace("_", " ") / f"{terms.replace('_', ' ')}.md").read_text()
        for service, terms in (name.split("__") for name in names)
    ]


def _facts(reader: ClauseReader, text: str) -> object:
    return document_facts(reader.read(Document(text, "")), TermsType.OTHER)


def _seconds(work: Callable[[], object]) -> float:
    """Return the processor time of the best of some rounds: what else the machine does does not count."""
    best = float("inf")
    for _ in range(ROUNDS):
        gc.collect()
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


if __name__ == "__main__":
    main()
