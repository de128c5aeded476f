"""The ruleset: what finds a clause, read from extractors/rules/*.yaml, whole and closed.

Three kinds of file: `lexicon` (word classes and phrases), `modifiers` (what changes a stance, a party or an
audience) and `rules`. A rule without a hit, a near miss and a miss does not load. The version is a digest of
the content and of the reading code, so that a reading names what read it. No spaCy here.
"""

from extractors.rulefile import RulesetError
from extractors.ruleset.loading import CODE, SHIPPED, code_digest, load_ruleset
from extractors.ruleset.words import REACHING, Effect, Example, Modifier, Rule, Ruleset

__all__ = [
    "CODE",
    "REACHING",
    "SHIPPED",
    "Effect",
    "Example",
    "Modifier",
    "Rule",
    "Ruleset",
    "RulesetError",
    "code_digest",
    "load_ruleset",
]
