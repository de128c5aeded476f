"""How the time of reading grows: each shape at a size and at ten times it, from its text or page to facts.

Run as `python -m tests.bench.growth`; takes about two minutes. `bench growth_SHAPE_s` is the processor time
at the full size, `bench growth_SHAPE` the time per character there, compared with that at the smaller size:
1 where time is proportional to size. Status 1 where it grows faster.
"""

import hashlib
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from extractors.clauses import ClauseReader
from extractors.facts import document_facts
from extractors.model import Document, Snapshot, TermsType
from extractors.ruleset import load_ruleset
from extractors.text import ReadError, read_text
from tests.bench.figures import tell

LIMIT = 3.0
"""Caches and memory take their share of ten times the size; what grows with its square would take ten."""

_SENTENCES = (
    "The services are provided as they are, and we may change them at any time with or without notice. "
    "You may not use the services for anything that the law of your country does not allow. "
    "We may use your content to train our models unless you opt out in your settings. "
    "Fees are due on the first day of each month and are not refunded after a cancellation. "
    "We keep your prompts for 30 days and delete them afterwards. "
)
_PARAGRAPHS = _SENTENCES.replace(". ", ".\n\n")
_END = f"<p>{_SENTENCES * 3}"


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of text or page: what it looks like at a size, at two sizes."""

    made: Callable[[int], str]
    small: int
    full: int
    page: bool = False


SHAPES: Mapping[str, Shape] = {
    "document_10mb": Shape(lambda size: _PARAGRAPHS * (size // len(_PARAGRAPHS)), 1_000_000, 10_000_000),
    "line_5mb": Shape(lambda size: _SENTENCES * (size // len(_SENTENCES)), 500_000, 5_000_000),
    "endless_sentence_1mb": Shape(
        lambda size: "we may use your content to train " * (size // 33), 100_000, 1_000_000
    ),
    "items_100000": Shape(
        lambda items: "We may:\n\n" + "".join(f"- use content {n} for training\n" for n in range(items)),
        10_000,
        100_000,
    ),
    "other_items_100000": Shape(
        lambda items: "You may:\n\n" + "".join(f"- visit room {n} of the house\n" for n in range(items)),
        10_000,
        100_000,
    ),
    "sections_20000": Shape(
        lambda count: "".join(f"## {n}\n\nWe train on your content.\n\n" for n in range(count)), 2_000, 20_000
    ),
    "breaks_1mb": Shape(lambda size: "<br>" * (size // 4) + "And", 100_000, 1_000_000),
    "spaces_5mb": Shape(lambda size: "# a" + " " * size + "b", 500_000, 5_000_000),
    "nested_boxes_100000": Shape(lambda depth: "<div>" * depth + _END, 10_000, 100_000, page=True),
    "nested_lists_10000": Shape(lambda depth: "<ul><li>you may " * depth + _END, 1_000, 10_000, page=True),
    "nested_tables_10000": Shape(
        lambda depth: "<table><tr><td>you may " * depth + _END, 1_000, 10_000, page=True
    ),
    "page_items_100000": Shape(
        lambda items: "<ul>" + "<li>you may visit" * items + _END, 10_000, 100_000, page=True
    ),
}


def main() -> int:
    """Measure each shape and print two lines; 1 where one grows faster than its size."""
    reader = ClauseReader(load_ruleset())
    kept = [_grows_with_size(reader, name, shape) for name, shape in SHAPES.items()]
    return 0 if all(kept) else 1


def _grows_with_size(reader: ClauseReader, name: str, shape: Shape) -> bool:
    small, full = shape.made(shape.small), shape.made(shape.full)
    before = max(_seconds(reader, small, page=shape.page), 0.02)
    after = _seconds(reader, full, page=shape.page)
    tell(f"growth_{name}_s", after, "s")
    return tell(f"growth_{name}", (after / len(full)) / (before / len(small)), "x", most=LIMIT)


def _seconds(reader: ClauseReader, text: str, *, page: bool) -> float:
    started = time.process_time()
    document = _document(text) if page else Document(text, "")
    if document is not None:
        document_facts(reader.read(document), TermsType.OTHER)
    return time.process_time() - started


def _document(markup: str) -> Document | None:
    """Return what a page is read as; `None` where it is refused, which has to be as quick."""
    body = markup.encode()
    digest = hashlib.sha256(body).hexdigest()
    now = datetime(2026, 1, 1, tzinfo=UTC)
    try:
        return read_text(Snapshot(body, digest, "text/html", "utf-8", "https://example.com/", now))
    except ReadError:
        return None


if __name__ == "__main__":
    sys.exit(main())
