"""How much of real terms is read: prints recall, precision and time a document, then `bench` lines.

    python tests/extractors/text/measure.py [FOLDER] [--selected]

FOLDER is a corpus with `snapshots/SERVICE/TERMS.html`, the same terms cleaned by hand in
`versions/SERVICE/TERMS.md`, and `declarations/SERVICE.json`. Recall is the share of the reference's words,
counted with repetitions, that were read; shingle recall the share of its runs of five words.
"""

import argparse
import hashlib
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from extractors.model import Document, Failure, Selection, Snapshot
from extractors.text import ReadError, combine, read_text

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*(?: \"[^\"]*\")?\)")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_WORD = re.compile(r"\w+")
_SHINGLE = 5
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Score:
    """What was read of one document, as ratios; `ms` is the time of a page."""

    name: str
    recall: float
    precision: float
    shingles: float
    ms: float


@dataclass(frozen=True, slots=True)
class Page:
    """A recorded page and the part of it that was declared."""

    path: Path
    selection: Selection


def documents(corpus: Path) -> Iterator[tuple[str, list[Page], str]]:
    """Name, pages in order and reference text of every document that was recorded."""
    for reference in sorted((corpus / "versions").glob("*/*.md")):
        service, terms = reference.parent.name, reference.stem
        declaration = corpus / "declarations" / f"{service}.json"
        if not declaration.exists():
            continue
        declared = json.loads(declaration.read_text())["terms"].get(terms, {})
        if pages := _pages(corpus / "snapshots" / service, terms, declared):
            yield f"{service}/{terms}", pages, reference.read_text()


def scores(corpus: Path, *, selected: bool) -> Iterator[Score]:
    """Reads every document of the corpus, with the declared selectors or without."""
    for name, pages, reference in documents(corpus):
        began = time.process_time()
        selections = [page.selection if selected else Selection() for page in pages]
        try:
            text = read_pages([page.path for page in pages], selections)
        except ReadError as error:
            # Some pages were recorded before their selectors were declared anew.
            if error.failure is not Failure.SELECTOR_MISSED:
                raise
            continue
        ms = (time.process_time() - began) * 1000 / len(pages)
        yield _score(name, text.text, reference, ms)


def read_pages(paths: list[Path], selections: list[Selection]) -> Document:
    """The document that several recorded pages make together."""
    return combine(
        [read_text(snapshot(path), chosen) for path, chosen in zip(paths, selections, strict=True)]
    )


def snapshot(path: Path) -> Snapshot:
    """A recorded page as it would have been fetched."""
    body = path.read_bytes()
    return Snapshot(
        body, hashlib.sha256(body).hexdigest(), "text/html", "utf-8", f"https://{path.name}", _EPOCH
    )


def _pages(folder: Path, terms: str, declared: dict[str, object]) -> list[Page]:
    """The pages that a declaration combines where all of them were recorded, otherwise the one page."""
    combined = declared.get("combine")
    if isinstance(combined, list):
        parts = [
            (folder / f"{terms} #{_part(entry['fetch'])}.html", {**declared, **entry}) for entry in combined
        ]
        if all(path.exists() for path, _ in parts):
            return [Page(path, _selection(entry)) for path, entry in parts]
    single = folder / f"{terms}.html"
    return [Page(single, _selection(declared))] if single.exists() else []


def _part(url: str) -> str:
    return urlsplit(url).path.strip("/").replace("/", "-")


def _selection(declared: dict[str, object]) -> Selection:
    """Ranges between two elements cannot be declared here: without them the whole page is read."""
    return Selection(_texts(declared.get("select")), _texts(declared.get("remove")))


def _texts(value: object) -> tuple[str, ...]:
    """One text or a list of them; a list with anything else in it is none that can be used."""
    given = value if isinstance(value, list) else [value]
    texts = tuple(item for item in given if isinstance(item, str))
    return texts if len(texts) == len(given) else ()


def _words(text: str) -> list[str]:
    plain = _LINK.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub("", text))).replace("\\", "").replace("_", " ")
    plain = re.sub(r"<br>|[\u200b-\u200f\u2060\ufeff\u00ad]", lambda m: " " if m[0] == "<br>" else "", plain)
    return [word.lower() for word in _WORD.findall(plain)]


def _score(name: str, text: str, reference: str, ms: float) -> Score:
    read, wanted = _words(text), _words(reference)
    common = (Counter(read) & Counter(wanted)).total()
    runs, wanted_runs = _shingles(read), _shingles(wanted)
    return Score(
        name,
        common / max(len(wanted), 1),
        common / max(len(read), 1),
        len(runs & wanted_runs) / max(len(wanted_runs), 1),
        ms,
    )


def _shingles(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)}


def main() -> int:
    """Prints the table of one way of reading, and its figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path, nargs="?", default=CORPUS)
    parser.add_argument("--selected", action="store_true", help="read the declared parts")
    arguments = parser.parse_args()
    found: list[Score] = []
    out = sys.stdout
    for score in scores(arguments.corpus, selected=arguments.selected):
        found.append(score)
        ratios = f"{score.recall:.3f} {score.precision:.3f} {score.shingles:.3f}"
        out.write(f"{ratios} {score.ms:6.0f} ms  {score.name}\n")
    if not found:
        out.write(f"no documents in {arguments.corpus}\n")
        return 1
    kind = "selected" if arguments.selected else "text"
    out.write(f"bench html_{kind}_recall {statistics.mean(s.recall for s in found):.4f} ratio\n")
    out.write(f"bench html_{kind}_precision {statistics.mean(s.precision for s in found):.4f} ratio\n")
    out.write(f"bench html_{kind}_shingle_recall {statistics.mean(s.shingles for s in found):.4f} ratio\n")
    out.write(f"bench html_{kind}_ms {statistics.mean(s.ms for s in found):.1f} ms\n")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ReadError as error:
        sys.exit(f"a recorded page could not be read: {error}")
