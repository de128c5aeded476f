"""What is looked for and what comes: kinds of terms, bytes with where they came from, and failures."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
