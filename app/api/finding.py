"""From the names in an address to rows; what is not there becomes a `NotFoundError` that names what is.

Names are checked by their form first, so that nothing but a name ever reaches the database.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path

from app.db import Session
from app.errors import NotFoundError
from registry.corrections import find_correction
from registry.names import slug_problem
from registry.store import (
    find_document,
    find_plan,
    find_source,
    find_tool,
    find_vetting,
    list_tools,
    plans_of,
    sources_of,
)
from registry.tables import CorrectionRow, DocumentRow, PlanRow, SourceRow, ToolRow, VettingRow


@dataclass(frozen=True, slots=True)
class ToolAddress:
    """A tool, as an address names it."""

    vendor: Annotated[str, Path(description="The vendor's slug.", examples=["acme"])]
    tool: Annotated[str, Path(description="The tool's slug.", examples=["painter"])]


@dataclass(frozen=True, slots=True)
class PlanAddress(ToolAddress):
    """A plan, as an address names it."""

    plan: Annotated[str, Path(description="The plan's slug.", examples=["team"])]


@dataclass(frozen=True, slots=True)
class SourceAddress(ToolAddress):
    """A source, as an address names it."""

    source: Annotated[str, Path(description="The source's slug.", examples=["terms-of-service"])]


@dataclass(frozen=True, slots=True)
class DocumentAddress(SourceAddress):
    """A document, as an address names it."""

    digest: Annotated[str, Path(description="The document's digest.", examples=["0" * 64])]


AtTool = Annotated[ToolAddress, Depends()]
AtPlan = Annotated[PlanAddress, Depends()]
AtSource = Annotated[SourceAddress, Depends()]
AtDocument = Annotated[DocumentAddress, Depends()]

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CORRECTION = re.compile(r"cor_[0-9a-f]{16}")
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def the_tool(session: Session, at: ToolAddress) -> ToolRow:
    """The tool of those slugs."""
    written = not slug_problem(at.vendor) and not slug_problem(at.tool)
    tool = find_tool(session, f"{at.vendor}/{at.tool}") if written else None
    if tool is None:
        raise NotFoundError(f"no tool is called {at.vendor}/{at.tool}; {_instead(session, at.vendor)}")
    return tool


def the_plan(session: Session, at: PlanAddress) -> tuple[ToolRow, PlanRow]:
    """The plan of that slug, with its tool."""
    tool = the_tool(session, at)
    plan = None if slug_problem(at.plan) else find_plan(session, tool.id, at.plan)
    if plan is None:
        known = _spell(plan.slug for plan in plans_of(session, tool.id))
        raise NotFoundError(f"{tool.slug} has no plan {at.plan!r}; it has: {known}")
    return tool, plan


def the_source(session: Session, at: SourceAddress) -> tuple[ToolRow, SourceRow]:
    """The active source of that slug, with its tool."""
    tool = the_tool(session, at)
    sources = sources_of(session, tool.id)
    for source in sources:
        if source.slug == at.source:
            return tool, source
    known = _spell(source.slug for source in sources)
    raise NotFoundError(f"{tool.slug} has no source {at.source!r}; it has: {known}")


def the_source_on_record(session: Session, at: SourceAddress) -> SourceRow:
    """The source of that slug, a retired one too: old decisions rest on what it showed."""
    tool = the_tool(session, at)
    source = None if slug_problem(at.source) else find_source(session, tool.id, at.source)
    return the_source(session, at)[1] if source is None else source


def the_document(session: Session, at: DocumentAddress) -> DocumentRow:
    """The source's document of that digest."""
    source = the_source_on_record(session, at)
    document = find_document(session, source.id, at.digest) if _DIGEST.fullmatch(at.digest) else None
    if document is None:
        raise NotFoundError(f"{source.slug} has no document {at.digest!r:.80}; list its documents")
    return document


def the_vetting(session: Session, key: str) -> VettingRow:
    """The pass of that key."""
    vetting = find_vetting(session, key) if _KEY.fullmatch(key) else None
    if vetting is None:
        raise NotFoundError(f"no vetting has the key {key!r:.210}; list the tool's vettings to see theirs")
    return vetting


def the_correction(session: Session, name: str) -> CorrectionRow:
    """The correction of that identifier."""
    correction = find_correction(session, name) if _CORRECTION.fullmatch(name) else None
    if correction is None:
        raise NotFoundError(f"no correction is called {name!r:.80}; list those of the tool")
    return correction


def _instead(session: Session, vendor: str) -> str:
    """What could have been meant: the vendor's other tools, or where to look."""
    siblings = () if slug_problem(vendor) else list_tools(session, search=f"{vendor}/", limit=10)
    named = [tool.slug for tool in siblings if tool.slug.startswith(f"{vendor}/")]
    return f"of this vendor there is: {_spell(named)}" if named else "GET /v1/tools?search= finds tools"


def _spell(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
