"""The versions of one document, oldest first → what changed in substance from each to the next.

Only this module knows which earlier version a version is compared with: the last one of the same document,
not the error page or the other document that stood there in between.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.history.folding import Folded, fold, nearest
from app.history.repository import Version
from extractors.model import CORE_FAMILIES, Clause, Document, Family
from registry.changes import compare_readings, material_families
from registry.model import Direction

Clauses = tuple[Clause, ...]

_LINEAGES = 4
"""How many documents that one page has shown are remembered, for when it shows one of them again."""
_READINGS = 32
"""How many readings of a document are kept: pages flip between a few texts more often than they change."""


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A version that differs from the one before it, and what changed in substance, if anything."""

    path: str
    at: datetime
    flags: Mapping[Family, Direction]
    """Core families that changed, each with its direction; empty when nothing that matters did."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A text and what was read in it."""

    text: str
    clauses: Clauses


@dataclass(frozen=True, slots=True)
class _Lineage:
    """The latest version of one of the documents that a page has shown."""

    folded: Folded
    read: _Read


def compare_versions(
    versions: Iterable[Version],
    document_of: Callable[[Version], Document | None],
    read: Callable[[Document], Clauses],
) -> Iterator[RecordedChange]:
    """Give a change for each version but the first; a version without a document shows no terms.

    A page that shows no terms, or another document, is no change of terms; what comes back after it is
    compared with the last version of the document that it shows.
    """
    lineages: list[_Lineage] = []
    recall = _Recall(read)
    for number, version in enumerate(versions):
        document = document_of(version)
        flags: Mapping[Family, Direction] = {}
        if document is not None:
            folded = fold(document.text)
            current = _Lineage(folded, recall.read(folded.digest, document))
            index = nearest(folded, [lineage.folded for lineage in lineages])
            if index is not None:
                flags = _flags(lineages.pop(index), current)
            lineages = [current, *lineages][:_LINEAGES]
        if number > 0:
            yield RecordedChange(version.path, version.at, flags)


def _flags(before: _Lineage, after: _Lineage) -> Mapping[Family, Direction]:
    """Compare two versions of a document in the families that matter to a decision."""
    if before.folded.digest == after.folded.digest:
        return {}
    was, now = before.read, after.read
    families = material_families(compare_readings(was.clauses, now.clauses, (was.text, now.text)))
    return {family: direction for family, direction in families.items() if family in CORE_FAMILIES}


class _Recall:
    """Reads texts and remembers the latest readings by what a person reads, not by the bytes."""

    def __init__(self, read: Callable[[Document], Clauses]) -> None:
        self._read = read
        self._known: OrderedDict[str, _Read] = OrderedDict()

    def read(self, digest: str, document: Document) -> _Read:
        """Return what is read in a document, or in one of the same words; `digest` is that of these words."""
        if digest in self._known:
            self._known.move_to_end(digest)
        else:
            self._known[digest] = _Read(document.text, self._read(document))
            if len(self._known) > _READINGS:
                self._known.popitem(last=False)
        return self._known[digest]
