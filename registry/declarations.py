"""Open Terms Archive declarations → entries of the registry. Pure.

A declaration says of a service where each of its terms stands and which part of the page they are. It knows
no vendor, no plans and no audience: those are a person's to confirm. Only this module knows its form. What it
asks for and is not done here is named, with the service and the document; the rest is taken.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from extractors.model import Audience, TermsType
from registry.entries import EntryError, PlanEntry, SourceEntry, ToolEntry, VendorEntry, validate_vendor
from registry.names import url_problem

UNCONFIRMED: Final = PlanEntry("unconfirmed", "To be confirmed", Audience.CONSUMER)
"""Stands for the plans that nobody has named yet; public terms are as a rule those for consumers."""

_KINDS: Final = {kind.value: kind for kind in TermsType}
_PAGE_KEYS: Final = ("fetch", "select", "remove")
_NOT_DONE: Final = {
    "filter": "functions that change the page are not run; the text is what the page says",
    "executeClientScripts": "nobody can say in a source that its page needs scripts; whether it does is seen",
}

SelectorProblem = Callable[[str], str | None]
"""Complains of a selector that cannot be understood."""


class DeclarationError(Exception):
    """A file that is no declaration; the message says why."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a declaration asks for and that was not taken over."""

    document: str
    """The kind of terms, as the declaration has it; empty: the service as a whole."""
    key: str
    why: str


@dataclass(frozen=True, slots=True)
class Declared:
    """What a declaration comes to."""

    service: str
    vendor: VendorEntry | None
    """The vendor with this one tool; `None` where nothing of it can be used."""
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    url: str
    select: tuple[str, ...]
    remove: tuple[str, ...]


def read_declaration(text: str, file: str, vendor: str | None, selector_problem: SelectorProblem) -> Declared:
    """Read one service's declaration; `vendor`: the slug of its vendor, else made from the service's name.

    `file`: the file's name without its ending, for a service whose own name has no letter for an address.

    Raises `DeclarationError` for a file that declares nothing.
    """
    declared = _object(text)
    service = declared.get("name")
    terms = declared.get("terms")
    if not isinstance(service, str) or not service.strip() or not isinstance(terms, dict) or not terms:
        raise DeclarationError("is no declaration: it needs a `name` and `terms`")
    notes = [Note("", key, "is not known here") for key in declared if key not in ("name", "terms")]
    sources: list[SourceEntry] = []
    for kind, document in terms.items():
        reading = _Document(kind, document, selector_problem)
        source = reading.source()
        notes += reading.notes
        sources += [] if source is None else [source]
    slug = slug_of(service) or slug_of(file)
    tool = ToolEntry(slug, service, (UNCONFIRMED,), (), tuple(sources))
    entry = VendorEntry(vendor or slug, service if vendor is None else vendor, (tool,))
    try:
        validate_vendor(entry)
    except EntryError as error:
        return Declared(service, None, (*notes, Note("", "", error.message)))
    return Declared(service, entry, tuple(notes))


def slug_of(name: str) -> str:
    """A name as it stands in addresses: `Le Chat` → `le-chat`; empty where no letter of it can."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:64].strip("-")


def _object(text: str) -> Mapping[str, Any]:
    try:
        declared = json.loads(text)
    except ValueError as error:
        raise DeclarationError(f"is no JSON: {error}") from error
    if not isinstance(declared, dict):
        raise DeclarationError("is no declaration: it is not an object")
    return declared


class _Document:
    """Reads one document of a declaration, and notes what it leaves out."""

    def __init__(self, kind: str, declared: object, selector_problem: SelectorProblem) -> None:
        self._kind = kind
        self._declared = declared
        self._selector_problem = selector_problem
        self.notes: list[Note] = []

    def source(self) -> SourceEntry | None:
        """The source that it declares; `None` where it is not taken."""
        kind = _KINDS.get(self._kind)
        if kind is None:
            self._note("", "terms of this kind are not read here; the document was left out")
            return None
        if not isinstance(self._declared, dict):
            self._note("", "is no object; the document was left out")
            return None
        pages = self._pages(self._declared)
        if not pages:
            return None
        first = pages[0]
        if any((page.select, page.remove) != (first.select, first.remove) for page in pages):
            why = "pages of one document are cut alike or not at all; their text is found instead"
            self._note("combine", why)
            first = _Page(first.url, (), ())
        return SourceEntry(
            slug=slug_of(self._kind),
            terms_type=kind,
            urls=tuple(dict.fromkeys(page.url for page in pages)),
            select=first.select,
            remove=first.remove,
            plans=(UNCONFIRMED.slug,),
        )

    def _pages(self, declared: Mapping[str, Any]) -> list[_Page]:
        """Its pages, or none of them where one cannot be used: half a document is no document."""
        shared = {key: value for key, value in declared.items() if key != "combine"}
        parts = declared.get("combine", [{}])
        if not isinstance(parts, list) or not parts or not all(isinstance(part, dict) for part in parts):
            self._note("combine", "is no list of pages; the document was left out")
            return []
        pages = [self._page({**shared, **part}) for part in parts]
        return [page for page in pages if page is not None] if None not in pages else []

    def _page(self, declared: Mapping[str, Any]) -> _Page | None:
        for key, value in declared.items():
            if key in _NOT_DONE and value:
                self._note(key, _NOT_DONE[key])
            elif key not in (*_PAGE_KEYS, *_NOT_DONE):
                self._note(key, "is not known here")
        url = declared.get("fetch")
        problem = url_problem(url) if isinstance(url, str) else "there is no address"
        if not isinstance(url, str) or problem is not None:
            self._note("fetch", f"{problem}; the document was left out")
            return None
        return _Page(url, self._selectors(declared, "select"), self._selectors(declared, "remove"))

    def _selectors(self, declared: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """Selectors of a page, ranges as JSON; all of them, or none where one cannot be used."""
        written = declared.get(key, [])
        found = tuple(_selector(one) for one in (written if isinstance(written, list) else [written]))
        problems = (
            "is neither a selector nor a range" if one is None else self._selector_problem(one)
            for one in found
        )
        problem = next((problem for problem in problems if problem is not None), None)
        if problem is not None:
            self._note(key, f"{problem}; all of `{key}` was left out")
            return ()
        return tuple(one for one in found if one is not None)

    def _note(self, key: str, why: str) -> None:
        note = Note(self._kind, key, why)
        if note not in self.notes:
            self.notes.append(note)


def _selector(written: object) -> str | None:
    if isinstance(written, dict):
        return json.dumps(written, ensure_ascii=False)
    return written if isinstance(written, str) and written.strip() else None
