"""Comparing readings, not pages: what changed in substance, in which family, and which way.

`ordering` says which statement leaves the vendor more freedom, `passages` when two clauses say the same,
`wording` what single words do to a clause; `clauses` aligns the passages of two readings, and `facts`
compares what two assessments of a plan conclude.
"""

from registry.changes.clauses import compare_readings
from registry.changes.facts import compare_facts
from registry.changes.ordering import material_families
from registry.changes.passages import words_of

__all__ = ["compare_facts", "compare_readings", "material_families", "words_of"]
