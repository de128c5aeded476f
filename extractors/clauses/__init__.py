"""Document → Clauses: the only room that knows spaCy.

Structure finds the sentences and what each is read with; terms resolves the document's own words; matching
finds the rules' patterns behind a cheap gate; stance decides who acts and what the modifiers make of it.
"""

from extractors.clauses.digest import clause_digest
from extractors.clauses.reader import ClauseReader

__all__ = ["ClauseReader", "clause_digest"]
