"""From the fields of the submission form to a tool with its plans and sources. Pure.

Only this module knows how the form names its fields. What a tool must have is checked by the registry.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from app.ui.visitor import Posted
from extractors.model import Audience, TermsType
from registry.entries import AliasEntry, EntryError, PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.model import AliasKind

PLANS: Final = 6
PAGES: Final = 40
"""Proposed pages that one form takes."""
OWN_PAGES: Final = 3
"""Pages that a person adds."""
_NO_SLUG: Final = re.compile(r"[^a-z0-9]+")


def slug_of(name: str) -> str:
    """A name as it stands in addresses: `Acme Painter 2.1` becomes `acme-painter-2-1`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _NO_SLUG.sub("-", plain).strip("-")


def vendor_from(sent: Posted) -> VendorEntry:
    """The vendor with the one tool; raises `EntryError` for what cannot be read."""
    numbered = dict(_plans(sent))
    plans = tuple(numbered.values())
    sources = (*_pages(sent, numbered), *_contract(sent, plans))
    host = sent.text("host").lower()
    tool = ToolEntry(
        slug=slug_of(sent.text("tool")),
        name=sent.text("tool"),
        plans=plans,
        aliases=(AliasEntry(AliasKind.HOST, host),) if host else (),
        sources=sources,
    )
    return VendorEntry(slug=slug_of(sent.text("vendor")), name=sent.text("vendor"), tools=(tool,))


def _plans(sent: Posted) -> Iterator[tuple[str, PlanEntry]]:
    """The plans that have a name, by the number that the form gives them."""
    for at in range(PLANS):
        name = sent.text(f"plan.{at}.name")
        if name:
            yield str(at + 1), PlanEntry(slug_of(name), name, _audience(sent.text(f"plan.{at}.audience")))


def _pages(sent: Posted, plans: Mapping[str, PlanEntry]) -> Iterator[SourceEntry]:
    taken: set[str] = set()
    for at in range(PAGES):
        url, kind = sent.text(f"page.{at}.url"), sent.text(f"page.{at}.type")
        if not url or (sent.text(f"page.{at}.proposed") and sent.text(f"page.{at}.take") != "yes"):
            continue
        terms_type = _type(kind)
        yield SourceEntry(
            slug=_free(slug_of(terms_type.value), taken),
            terms_type=terms_type,
            urls=(url,),
            select=(),
            remove=(),
            plans=_governed(sent, at, plans),
        )


def _contract(sent: Posted, plans: tuple[PlanEntry, ...]) -> Iterator[SourceEntry]:
    if sent.text("contract") == "yes":
        names = tuple(plan.slug for plan in plans)
        yield SourceEntry("contract", TermsType.CONTRACT, urls=(), select=(), remove=(), plans=names)


def _governed(sent: Posted, at: int, plans: Mapping[str, PlanEntry]) -> tuple[str, ...]:
    """The plans whose numbers are ticked beside a page; where none is, it holds for all."""
    ticked = sent.texts(f"page.{at}.plans")
    if not all(number in plans for number in ticked):
        raise EntryError(("sources",), "a page holds for a plan that has no name; name it, or tick another")
    return tuple(plans[number].slug for number in ticked or plans)


def _free(slug: str, taken: set[str]) -> str:
    """A slug that no other page of the form has."""
    number, free = 1, slug
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    taken.add(free)
    return free


def _audience(word: str) -> Audience:
    try:
        return Audience(word)
    except ValueError:
        raise EntryError(("plans",), "say for each plan whom it is for") from None


def _type(word: str) -> TermsType:
    try:
        return TermsType(word)
    except ValueError:
        raise EntryError(("sources",), "say for each page what kind of terms it is") from None
