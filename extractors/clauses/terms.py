"""A document's own words: which capitalised terms mean customer content, and what the vendor is called.

Terms say "Materials", "Assets" or "Dialogues" where others say inputs and outputs, and "Acme" or "Processor"
where others say we. They are resolved once per document, from its definitions and from who acts in it, and
written as the words that the rules know. Only this module knows how definitions are written.
"""

import re
from collections import Counter
from dataclasses import dataclass

CONTENT_WORD = "inputs"
VENDOR_WORD = "we"

_DEFINED = re.compile(r"[“\"]\s*\**([A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+){0,2})\**[,.]?\s*[”\"]")
_CONTENT_SIGNS = re.compile(
    r"\b(?:inputs?|outputs?|prompts?|upload|submit|generate[ds]?|files?|images?|recordings?|post|"
    r"transmit|text|audio|video|documents?|conversations?)\b",
    re.IGNORECASE,
)
_UNDEFINED = re.compile(
    r"(?<=[a-z,] )(?<!our )(?<!party )(?<!site )(?<!the )((?:Customer |User |Your )?"
    r"(?:Content|Materials|Submissions?|Inputs?|Outputs?|Prompts|Generations|Creations|Recordings))"
    r"(?= (?:to|for|in|with|as|that|which|you|we|by|or|and|is|are|will|may|from|on|at|without|unless|only|"
    r"solely)\b|[,.;:])"
)
"""What is written like a term of the document's own and never defined: it means what it says elsewhere."""
_CONFIDENTIAL = re.compile(
    r"\bConfidential Information (?:also )?(?:includes|shall include|will include)\b[^.;]{0,120}"
    r"\b(?:Content|Customer Data|User Data|Inputs?|Your Data)\b"
    r"|\b(?:Content|Customer Data|User Data|Inputs?|Outputs?|Your Data) "
    r"(?:is|are|constitutes?|will be|shall be)\b[^.;]{0,80}\bConfidential Information\b"
)
"""Where terms say that content is confidential, they speak of content when they speak of the confidential."""
_YOURS = re.compile(r"\b(?:you|your|customer|customer's|user|users|end users)\b", re.IGNORECASE)
_TRADE = r"(?:AI|Labs?|Inc|Technologies|Software|Systems|Research|Group|Cloud)"
"""What stands behind many a vendor's name, and names none by itself."""

_ACTS = re.compile(
    rf"\b((?:[A-Z][A-Za-z0-9]+ (?={_TRADE}\b))?[A-Z][A-Za-z0-9]+(?:\.[A-Za-z]{{2,4}})?)"
    r"(?:'s|’s)?(?: and (?:its|our) [Aa]ffiliates)? "
    r"(?:may|will|shall|does|is|has|reserves|uses|retains|collects|processes|provides|agrees to provide|"
    r"personnel|employees|disclaims|hereby assigns)\b"
)
_NEVER_CONTENT = frozenset(
    {"personal data", "personal information", "usage data", "feedback", "confidential"}
)


@dataclass(frozen=True, slots=True)
class DefinedTerms:
    """How this document's own words are written for the rules."""

    pattern: re.Pattern[str] | None
    """Matches any of them, case-sensitively."""
    words: frozenset[str]
    """Their first words, lower case: whether a sentence can hold one."""
    content: frozenset[str]

    def write_plainly(self, text: str) -> str:
        """Return the text with the document's own words replaced by the rules' words."""
        if self.pattern is None:
            return text
        return self.pattern.sub(lambda found: self._plain(found[0]), text)

    def _plain(self, term: str) -> str:
        return CONTENT_WORD if term in self.content else VENDOR_WORD


def find_terms(text: str, roles: frozenset[str]) -> DefinedTerms:
    """Find a document's own words for customer content and for the vendor.

    `roles` are words, lower case, that act in terms and name no vendor: customer, party, court.
    """
    content = frozenset(_content_terms(text))
    vendors = frozenset(_vendor_names(text, roles)) - content
    terms = sorted(content | vendors, key=lambda term: (-len(term), term))
    if not terms:
        return DefinedTerms(None, frozenset(), frozenset())
    pattern = re.compile(r"\b(?:" + "|".join(re.escape(term) for term in terms) + r")(?![A-Za-z0-9])")
    words = frozenset(re.findall(r"[a-z]+", term.lower())[0] for term in terms)
    return DefinedTerms(pattern, words, content)


def _content_terms(text: str) -> set[str]:
    found: set[str] = set()
    for match in _DEFINED.finditer(text):
        term = match[1]
        if any(word in term.lower() for word in _NEVER_CONTENT):
            continue
        around = text[max(0, match.start() - 260) : match.end() + 200]
        signs = {sign.lower() for sign in _CONTENT_SIGNS.findall(around)}
        named = re.search(
            r"\b(?:Content|Data|Materials?|Inputs?|Outputs?|Assets?|Prompts?|Dialogues?|Files?|"
            r"Submissions?|Suggestions?|Completions?|Responses?|Results?|Works?|Recordings?|Creations?|Generations?|Audio)$",
            term,
        )
        if (
            named
            and len(signs) >= 2
            and _YOURS.search(around)
            and not re.match("Usage|Log|Service|Third", term)
        ):
            found.add(term)
    if _CONFIDENTIAL.search(text):
        found.add("Confidential Information")
    defined = set(_DEFINED.findall(text))
    return found | {term for term in _UNDEFINED.findall(text) if term not in defined}


def _vendor_names(text: str, roles: frozenset[str]) -> set[str]:
    counts = Counter(
        name for name in _ACTS.findall(text) if name.lower() not in roles and not re.fullmatch(_TRADE, name)
    )
    enough = max(3, counts.total() // 5)
    return {name for name, count in counts.items() if count >= enough}
