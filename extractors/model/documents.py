"""The text in a snapshot, and what it says of other documents and of days to come."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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
