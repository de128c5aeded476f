"""The words of reading: what is received, read, found and concluded.

No work is done here. Everything is a frozen value; a step takes values and returns new ones.
Terms-tracking words follow Open Terms Archive; what a clause means is defined in docs/LABELS.md.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final


class TermsType(StrEnum):
    """What kind of document a source is, in Open Terms Archive's words (`Contract` is ours)."""

    CONTRACT = "Contract"
    DATA_PROCESSOR_AGREEMENT = "Data Processor Agreement"
    COMMERCIAL_TERMS = "Commercial Terms"
    DEVELOPER_TERMS = "Developer Terms"
    TERMS_OF_SERVICE = "Terms of Service"
    BUSINESS_PRIVACY_POLICY = "Business Privacy Policy"
    PRIVACY_POLICY = "Privacy Policy"
    ACCEPTABLE_USE_POLICY = "Acceptable Use Policy"
    OTHER = "Other"


class Audience(StrEnum):
    """Whom a plan or a statement is for."""

    ALL = "all"
    CONSUMER = "consumer"
    BUSINESS = "business"
    API = "api"


class Failure(StrEnum):
    """Why a page gave no terms: the closed list, from the network down to the text."""

    # the address
    BAD_URL = "bad_url"
    ADDRESS_REFUSED = "address_refused"
    REDIRECT_REFUSED = "redirect_refused"
    ROBOTS_DISALLOW = "robots_disallow"
    # the connection
    UNREACHABLE = "unreachable"
    TLS_FAILED = "tls_failed"
    TIMED_OUT = "timed_out"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    # the answer
    REFUSED = "refused"
    BOT_WALL = "bot_wall"
    RATE_LIMITED = "rate_limited"
    NOT_FOUND = "not_found"
    SERVER_ERROR = "server_error"
    UNEXPECTED_STATUS = "unexpected_status"
    # the content
    EMPTY = "empty"
    NOT_TEXT = "not_text"
    BROKEN_FILE = "broken_file"
    SCANNED = "scanned"
    LOGIN_FORM = "login_form"
    CONSENT_BANNER = "consent_banner"
    SCRIPT_SHELL = "script_shell"
    NOT_TERMS = "not_terms"
    FOREIGN_LANGUAGE = "foreign_language"
    SELECTOR_MISSED = "selector_missed"
    # beside the last good text
    HALF_LOADED = "half_loaded"
    OTHER_DOCUMENT = "other_document"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Bytes as received, unpacked. Immutable and content-addressed."""

    body: bytes
    sha256: str
    """Lower-case hexadecimal digest of `body`."""
    media_type: str
    """As declared, without parameters, lower case: `text/html`, `application/pdf`, `text/markdown` …"""
    charset: str | None
    """As declared by the sender, if it was."""
    url: str
    """Final URL after redirects, or `upload:NAME`."""
    fetched_at: datetime
    """When it was received, UTC."""
    headers: tuple[tuple[str, str], ...] = ()
    """Response headers in order, names in lower case."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of a page is terms, as CSS selectors or ranges between two; empty means: find it."""

    select: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """The text a person would read in a snapshot, as Markdown."""

    text: str
    digest: str
    """Lower-case hexadecimal SHA-256 of `text` in UTF-8."""
    title: str | None = None
    language: str = "en"
    """ISO 639-1 code of the language it is written in."""
    warnings: tuple[str, ...] = ()
    """What a person should know about this reading of the page; never empty words."""


class Family(StrEnum):
    """What a clause is about. The first three are the core families."""

    TRAINING = "training"
    RETENTION = "retention"
    REUSE = "reuse"
    OWNERSHIP = "ownership"
    LIKENESS = "likeness"
    SECURITY = "security"
    CHANGE = "change"
    INDEMNITY = "indemnity"


CORE_FAMILIES = (Family.TRAINING, Family.RETENTION, Family.REUSE)


class Stance(StrEnum):
    """What a clause says of its family's act; which ones apply depends on the family."""

    # training, reuse, likeness
    PERMITS = "permits"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    PROHIBITS = "prohibits"
    # retention
    NONE = "none"
    BOUNDED = "bounded"
    USER_CONTROL = "user_control"
    OPEN_ENDED = "open_ended"
    # ownership, indemnity
    CUSTOMER = "customer"
    VENDOR = "vendor"
    SHARED = "shared"
    # change
    NOTICE = "notice"
    NO_NOTICE = "no_notice"


class Party(StrEnum):
    """Who acts. Third parties that the vendor gives data to count as the vendor's side."""

    VENDOR = "vendor"
    THIRD_PARTY = "third_party"
    CUSTOMER = "customer"


class DataKind(StrEnum):
    """Whose or what data a clause speaks of."""

    CONTENT = "content"
    PERSONAL = "personal"
    USAGE = "usage"
    DEIDENTIFIED = "deidentified"
    FEEDBACK = "feedback"


class Purpose(StrEnum):
    """What data is reused for (reuse clauses only)."""

    LICENCE = "licence"
    IMPROVE = "improve"
    AGGREGATE = "aggregate"
    MARKETING = "marketing"
    THIRD_PARTY = "third_party"
    PUBLISH = "publish"
    HUMAN_REVIEW = "human_review"
    FEEDBACK = "feedback"
    SERVICE_ONLY = "service_only"


PROPOSED: Final = "proposed"
"""In place of a rule's identifier: no rule found the clause, a trained component proposes it."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A quoted passage and what it says. `document.text[start:end] == quote`, always."""

    family: Family
    stance: Stance | None
    party: Party
    data: tuple[DataKind, ...]
    purpose: Purpose | None
    period_days: int | None
    audience: Audience
    start: int
    end: int
    quote: str
    heading: str
    """The headings above it, outermost first, joined by ` › `; empty at the top."""
    rule: str
    """Identifier of the rule that found it."""
    modifiers: tuple[str, ...]
    """What decided the stance, in reading order: `negation: do not`, `opt out: unless you opt out` …"""
    digest: str
    """SHA-256 over family, stance, audience and quote with white space folded: what a decision relies on."""
    proposed: bool = False
    """Whether no rule found it, and `rule` is `PROPOSED`: it may make an answer more careful, never safer."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All clauses of one document under one ruleset."""

    document: str
    """The document's digest."""
    ruleset: str
    """The ruleset's version."""
    clauses: tuple[Clause, ...]


class CorrectionKind(StrEnum):
    """What a person corrects in the machine's reading of a sentence."""

    REJECTED = "rejected"
    """The sentence does not say this."""
    RESTANCED = "restanced"
    """It speaks of this, and says something else of it: another stance, purpose, period, data or audience."""
    ADDED = "added"
    """It says this, and the machine has not found it."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of a sentence, kept beside the machine's reading of it."""

    id: str
    kind: CorrectionKind
    seen: Clause | None
    """The machine's clause as the person had it before them; `None` where there was none."""
    says: Clause | None
    """The clause as the person has it; `None` where it says nothing of the kind."""


class DocumentKind(StrEnum):
    """What another document is by its name; the words of `TermsType` where they are the same."""

    DATA_PROCESSOR_AGREEMENT = "Data Processor Agreement"
    COMMERCIAL_TERMS = "Commercial Terms"
    DEVELOPER_TERMS = "Developer Terms"
    TERMS_OF_SERVICE = "Terms of Service"
    PRIVACY_POLICY = "Privacy Policy"
    ACCEPTABLE_USE_POLICY = "Acceptable Use Policy"
    SUBPROCESSOR_LIST = "Subprocessor List"
    HELP_PAGE = "Help Page"
    OTHER = "Other"


@dataclass(frozen=True, slots=True)
class Reference:
    """Another document that a text names. `document.text[start:end] == quote`, always."""

    name: str
    """As the text has it, or as its address does where a link says only `here`."""
    url: str | None
    """As the text has it; `None` where it gives none."""
    kind: DocumentKind
    incorporated: bool
    """Whether the text binds the two: incorporated by reference, a part of the agreement, subject to it."""
    start: int
    end: int
    quote: str
    """The sentence that names it: the first that binds it, or else the first."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A day to come from which a text says that terms apply. `document.text[start:end] == quote`, always."""

    effective: date
    """As written; where the text names neither hour nor place, the day begins nowhere in particular."""
    own: bool
    """Whether it is plainly said of this very text ("these terms"); else it may be said of another one."""
    start: int
    end: int
    quote: str
    """The sentence that sets it."""


class Answer(StrEnum):
    """What a fact says of a plan. The last three are answers too: none of them is ever safe."""

    PROHIBITED = "prohibited"
    OPT_IN = "opt_in"
    OPT_OUT = "opt_out"
    PERMITTED = "permitted"
    NONE = "none"
    BOUNDED = "bounded"
    USER_CONTROL = "user_control"
    OPEN_ENDED = "open_ended"
    SERVICE_ONLY = "service_only"
    IMPROVE = "improve"
    BROAD = "broad"
    SILENT = "silent"
    CONFLICTING = "conflicting"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Governing:
    """A source that governs a plan, with its reading, or with why there is none."""

    source: str
    """Identifier of the source, stable over time."""
    terms_type: TermsType
    reading: Reading | None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause and the source whose document it stands in."""

    source: str
    clause: Clause


@dataclass(frozen=True, slots=True)
class Fact:
    """An answer about a plan, with the clauses that decide it, or with where it looked in vain."""

    family: Family
    answer: Answer
    days: int | None = None
    """Retention only: the period that governs content."""
    citations: tuple[Citation, ...] = ()
    searched: tuple[str, ...] = ()
    """Identifiers of the sources that were read."""
    missing: tuple[str, ...] = field(default=())
    """Identifiers of governing sources that could not be read; then the answer is at best `unread`."""
    overruled: tuple[Citation, ...] = ()
    """Permissive clauses about content that a document of higher rank, or one for the audience, overrules."""
