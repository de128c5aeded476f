"""Comparing readings, not pages: what changed in substance, in which family, and which way.

`ordering` says which statement leaves the vendor more freedom, `passages` when two clauses say the same,
`likeness` what may be alike among very many, `wording` and `listing` what single words and names do to a
clause, `standing` what a text says, read or unread; `alignment` pairs the passages of two readings, `clauses`
judges what became of each, `weighing` which way they go together; `facts` compares what two assessments of a
plan conclude, `unheard` what changed without any fact telling of it, `upholding` which of the statements that
somebody relied on still stand.
"""

from registry.changes.clauses import align_readings, compare_readings
from registry.changes.facts import compare_facts
from registry.changes.passages import words_of
from registry.changes.unheard import add_unheard, unheard_freedoms
from registry.changes.upholding import upheld
from registry.changes.weighing import material_families

__all__ = [
    "add_unheard",
    "align_readings",
    "compare_facts",
    "compare_readings",
    "material_families",
    "unheard_freedoms",
    "upheld",
    "words_of",
]
