"""The words of reading: what is received, read, found and concluded.

No work is done here. Everything is a frozen value; a step takes values and returns new ones.
Terms-tracking words follow Open Terms Archive; what a clause means is defined in docs/LABELS.md.
"""

from extractors.model.clauses import (
    CORE_FAMILIES,
    PROPOSED,
    Clause,
    Correction,
    CorrectionKind,
    DataKind,
    Family,
    Party,
    Purpose,
    Reading,
    Stance,
)
from extractors.model.documents import Announcement, Document, DocumentKind, Reference
from extractors.model.facts import Answer, Citation, Fact, Governing
from extractors.model.received import Audience, Failure, Selection, Snapshot, TermsType

__all__ = [
    "CORE_FAMILIES",
    "PROPOSED",
    "Announcement",
    "Answer",
    "Audience",
    "Citation",
    "Clause",
    "Correction",
    "CorrectionKind",
    "DataKind",
    "Document",
    "DocumentKind",
    "Fact",
    "Failure",
    "Family",
    "Governing",
    "Party",
    "Purpose",
    "Reading",
    "Reference",
    "Selection",
    "Snapshot",
    "Stance",
    "TermsType",
]
