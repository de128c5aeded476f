"""What terms call other documents: where a name stands in a text, and what kind of document it means. Pure.

Only this module knows names. Every look back from a name is bounded, so that time grows with the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractors.model import DocumentKind

_HEAD = re.compile(
    r"\b(?:Polic(?:y|ies)|Terms(?:\s(?:of\s(?:Service|Use|Sale)|(?:and|&)\sConditions))?|Agreement|Addend(?:um|a)"
    r"|Guidelines|Code\sof\sConduct|Standards|Notice|Statement|Schedule(?!\s+(?:\d|[A-Z]\b))|Services?\sDescription"
    r"|Sub-?[Pp]rocessors?\s(?:List|Page)|List\sof\sSub-?[Pp]rocessors|DPA|AUP|MSA|BAA|SLA)\b"
)
"""What a capitalised name ends in."""
_WHOLE = re.compile(r"Code|Services?\sDescr|Sub|List|Terms\s|[A-Z]{3}\b")
"""Heads that are names by themselves."""
_PLAIN = re.compile(
    r"\b(?:our|the|this|these|[\w.-]{1,40}[’']s)\s+("
    r"(?:privacy|cookies?|acceptable[ -]use|fair[ -]use|usage|use|data\sretention|retention|content|copyright"
    r"|dmca|security|refund|data\sprotection|community|moderation|billing|pricing)"
    r"\s(?:polic(?:y|ies)|notice|statement|guidelines|schedule)"
    r"|terms\sof\s(?:service|use)|data\sprocessing\s(?:addendum|agreement)"
    r"|master\s(?:services?|subscription)\sagreement|service\slevel\sagreement|business\sassociate\sagreement"
    r"|list\sof\s(?:our\s)?sub-?processors|sub-?processors?\s(?:list|page)"
    r")\b|\bour\s(?:\w{1,20}\s)?(?P<page>help\scent(?:er|re)|trust\s(?:cent(?:er|re)|portal)|terms\sand\sconditions)\b",
    re.IGNORECASE,
)
"""Names that count in any case, after a word that says whose they are."""
_POSSESSED = re.compile(r"[\w.-]+[’']s\s")
_NOT_NAMED = re.compile(
    r"^(?:(?:renewal|initial|payment|termination|entire|arbitration|additional|supplement(?:al|ary)|applicable"
    r"|other|updated|revised|defined|capitali[sz]ed|key|binding|legal|general|subscription|such|following|specific|new"
    r"|third[- ]party(?:\s\w+)?"
    r"|written|said|prior|current|foregoing|executed|same)\s)*"
    r"(?:polic(?:y|ies)|terms|agreement|addend(?:um|a)|guidelines|standards|schedule|notice|statement"
    r"|arbitration\sagreement)$",
    re.IGNORECASE,
)
"""A head without a name of its own: the text's own terms, or nothing in particular."""
_BARE_HEADS = re.compile(
    r"^(?:uk|swiss|approved|mandatory|.*\btransfer)\s(?:addendum|agreement|dpa)$|^(?!.*\b(?:privacy|cookies?|legal|copyright|security|data|transparency)\b).*\b(?:notice|statement)$"
    r"|^(?!.*\b(?:community|content|brand)\b).*\bstandards$",
    re.IGNORECASE,
)
"""Notices that are given, statements that are made and standards of the trade are no documents."""
_LEADING = frozenset(
    {"a", "additional", "all", "an", "and", "any", "applicable", "as", "both", "by", "each", "for", "if",
     "in", "including", "its", "no", "of", "on", "or", "other", "our", "per", "please", "read", "review",
     "see", "subject", "such", "that", "the", "their", "these", "this", "those", "to", "under", "us", "via",
     "we", "when", "where", "with", "your"}
)  # fmt: skip
"""Words that stand before a name and are none of it."""
_LOOK_BACK = 100
_MOST_WORDS = 7
_OPENING = "“\"‘'([*_"
_CLOSING = tuple('.,;:)”"’]!?|\\')

_KIND_WORDS: dict[DocumentKind, str] = {
    DocumentKind.SUBPROCESSOR_LIST: r"\bsub-?processors?\b",
    DocumentKind.DATA_PROCESSOR_AGREEMENT: (
        r"\bdata[ -](?:process(?:ing|or)|protection)[ -](?:addendum|agreement|terms)|\bdpa\b"
    ),
    DocumentKind.PRIVACY_POLICY: r"\bprivacy|\bdata protection (?:policy|notice|statement)",
    DocumentKind.ACCEPTABLE_USE_POLICY: (
        r"\b(?:acceptable|prohibited|permitted|fair)[ -]use\b|\busage[ -](?:polic|guideline|rule)"
        r"|\buse[ -]polic|\baup\b|\bcontent[ -]polic|\bcommunity[ -](?:guideline|standard)|\bcode of conduct"
    ),
    DocumentKind.DEVELOPER_TERMS: r"\b(?:api|developers?|sdk|plugins?)\b.*\b(?:terms|agreement|polic)",
    DocumentKind.COMMERCIAL_TERMS: (
        r"\b(?:commercial|business|enterprise)[ -](?:terms|agreement|customer)|\bmsa\b"
        r"|\b(?:services?|subscription|customer)[ -]agreement"
    ),
    DocumentKind.TERMS_OF_SERVICE: (
        r"\bterms[ -]of[ -](?:service|use|sale)|\bterms[ -](?:and|&)[ -]conditions|\buser[ -]agreement"
        r"|\bservice[ -](?:specific[ -])?terms|\blicen[cs]e[ -]agreement|^(?:tos|terms|eula)$"
    ),
    DocumentKind.HELP_PAGE: (
        r"\bhelp\b|\bsupport[ -](?:cent|article|page)|\bfaq\b|\btrust[ -](?:cent|portal)"
    ),
}
"""How each kind is told, the particular before the general: commercial terms of service are commercial."""
_KINDS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _KIND_WORDS.items()}


@dataclass(frozen=True, slots=True)
class Named:
    """A name where it stands: `text[start:end] == name`."""

    name: str
    start: int
    end: int


def kind_of(name: str) -> DocumentKind:
    """The kind of document that a name means; `OTHER` where it tells none."""
    return next((kind for kind, pattern in _KINDS.items() if pattern.search(name)), DocumentKind.OTHER)


def names_in(text: str) -> Iterator[Named]:
    """Every name of a document in a text, capitalised ones first; one may come twice."""
    for head in _HEAD.finditer(text):
        start = _begin(text, head.start())
        found = Named(text[start : head.end()], start, head.end())
        whole = start < head.start() or _WHOLE.match(head[0])
        if whole and not _NOT_NAMED.match(found.name) and not _BARE_HEADS.match(found.name):
            yield found
    for plain in _PLAIN.finditer(text):
        # `Acme's privacy policy` may be another's: whose it is belongs to the name.
        start = plain.start("page" if plain["page"] else 1)
        start = plain.start() if plain[0][:1].isupper() and _POSSESSED.match(plain[0]) else start
        yield Named(text[start : plain.end()], start, plain.end())


def sameness(name: str, owner: frozenset[str]) -> str:
    """What two mentions of one document share: case, number, abbreviations and its `owner` put aside."""
    words = [_SINGULAR.get(word, word) for word in re.findall(r"[\w&]+", _spelt_out(name.casefold()))]
    while len(words) > 1 and (words[0] in owner or words[0] in {"s", "the", "our"}):
        del words[0]
    return " ".join(word for word in words if word != "s")


def _spelt_out(name: str) -> str:
    for pattern, full in _SHORT_FORMS:
        name = pattern.sub(full, name)
    return name


_SINGULAR = {
    "policies": "policy",
    "guidelines": "guideline",
    "addenda": "addendum",
    "subprocessors": "subprocessor",
    "cookies": "cookie",
    "services": "service",
}
_SHORT_FORMS = tuple(
    (re.compile(pattern), full)
    for pattern, full in (
        (r"\bdpa\b|\bdata processing agreement\b", "data processing addendum"),
        (r"\baup\b|\busage polic(?:y|ies)\b", "acceptable use policy"),
        (r"\bmsa\b", "master services agreement"),
        (r"\bsla\b", "service level agreement"),
        (r"\bbaa\b", "business associate agreement"),
        (r"\bterms of (?:use|service)\b|\bterms (?:and|&) conditions\b", "terms of service"),
        (r"\bprivacy (?:notice|statement)\b", "privacy policy"),
        (r"\bsub-?processors? (?:list|page)\b|\blist of (?:our )?sub-?processors\b", "subprocessor list"),
    )
)


def _begin(text: str, head: int) -> int:
    """Where the capitalised name begins that ends in the head at that place."""
    left = max(0, head - _LOOK_BACK)
    left = max(left, text.rfind("\n", left, head) + 1)
    begin = head
    for word in reversed(list(_WORD.finditer(text, left, head))[-_MOST_WORDS:]):
        written = word[0].lstrip(_OPENING)
        if written == "&":
            continue
        if not written[:1].isupper() or written.endswith(_CLOSING):
            break
        if written.casefold() in _LEADING or _HEAD.fullmatch(written):
            break
        begin = word.end() - len(written)
        if written != word[0]:
            break
    return begin


_WORD = re.compile(r"\S+")
