"""How tools come into the registry: listed from the catalogue, submitted by a person, vetted in passes."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, delete, select

from extractors.model import Audience, Snapshot, TermsType
from registry.crawling import begin_looks
from registry.entries import AliasEntry, PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.evidence import keep_snapshot
from registry.journal import SYSTEM, note, raise_revision
from registry.judgements import last_assessment
from registry.model import AliasKind, Status
from registry.reviews import submit
from registry.store import aliases_of, find_tool, find_vendor, plans_governed, plans_of, sources_of
from registry.tables import (
    AliasRow,
    CaptureRow,
    GovernsRow,
    PlanRow,
    SourceRow,
    ToolRow,
    VendorRow,
    VettingRow,
)


class PassKind(StrEnum):
    """Why a tool's documents are looked at; one corridor, three places to take snapshots from."""

    FIRST_LOOK = "first_look"
    REREAD = "reread"
    RECRAWL = "recrawl"


class PassState(StrEnum):
    """How far a pass has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


BEGUN_ANEW: Final = "begun anew under other rules"
OVERTAKEN: Final = "left to other rules"
UNJUDGED: Final = (BEGUN_ANEW, OVERTAKEN)
"""How passes end that have judged nothing: they changed hands while our rules changed."""


class DuplicateToolError(Exception):
    """The tool is in the registry already, and more than listed."""


class NothingToVetError(Exception):
    """The tool cannot be looked at: nobody has submitted it, or an upload is still missing."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What loading the catalogue came to."""

    added: int
    updated: int
    kept: int


def list_catalogue(session: Session, entries: Iterable[VendorEntry], now: datetime) -> Listed:
    """List every tool of the catalogue; what people have submitted since is left alone. Idempotent."""
    added = updated = kept = 0
    changed: list[int] = []
    for vendor in entries:
        for entry in vendor.tools:
            tool = find_tool(session, f"{vendor.slug}/{entry.slug}")
            if tool is None:
                changed.append(add_tool(session, vendor, entry, SYSTEM, now).id)
                added += 1
            elif is_listed_only(session, tool) and not is_same(session, tool, entry):
                replace_listed(session, tool, entry)
                changed.append(tool.id)
                updated += 1
            else:
                kept += 1
    if changed:
        note(session, now, SYSTEM, "list_catalogue", "catalogue", added=added, updated=updated)
        raise_revision(session, changed)
    return Listed(added, updated, kept)


def submit_tool(
    session: Session, vendor: VendorEntry, entry: ToolEntry, actor: str, now: datetime
) -> ToolRow:
    """Take a tool into the registry; a listed one is adopted with the plans and sources given here.

    Raises `DuplicateToolError` for one that was submitted before.
    """
    slug = f"{vendor.slug}/{entry.slug}"
    tool = find_tool(session, slug)
    if tool is None:
        tool = add_tool(session, vendor, entry, actor, now)
    elif is_listed_only(session, tool):
        replace_listed(session, tool, entry)
        tool.submitted_by = actor
    else:
        raise DuplicateToolError(f"{slug} was submitted before; request a new vetting of it instead")
    session.add(tool)
    for plan in plans_of(session, tool.id):
        submit(session, plan, actor, now)
    begin_looks(session, tool.id, now)
    note(session, now, actor, "submit", slug)
    return tool


def submit_listed(session: Session, tool: ToolRow, actor: str, now: datetime) -> None:
    """Submit a listed tool as the catalogue has it; a tool that was submitted before stays as it is."""
    listed = [plan for plan in plans_of(session, tool.id) if plan.status == Status.LISTED]
    for plan in listed:
        submit(session, plan, actor, now)
    if listed:
        tool.submitted_by = actor
        session.add(tool)
        begin_looks(session, tool.id, now)
        note(session, now, actor, "submit", tool.slug)


def request_pass(
    session: Session,
    tool: ToolRow,
    kind: PassKind,
    now: datetime,
    key: str | None = None,
    due_by: datetime | None = None,
) -> VettingRow:
    """Queue a pass over a tool, or give the one of its kind that is under way; raises `NothingToVetError`.

    With `due_by` it looks only at the sources that were due by then; else at all.
    """
    if is_listed_only(session, tool):
        raise NothingToVetError(f"{tool.slug} is listed only; submit it first")
    waiting = missing_uploads(session, tool)
    if waiting:
        raise NothingToVetError(f"{tool.slug} waits for the upload of: {', '.join(waiting)}")
    under_way = session.exec(
        select(VettingRow).where(
            VettingRow.tool_id == tool.id,
            VettingRow.kind == kind,
            col(VettingRow.state).in_([PassState.QUEUED, PassState.RUNNING]),
        )
    ).first()
    if under_way is not None:
        return under_way
    row = VettingRow(
        key=key or f"{kind}:{tool.slug}:{secrets.token_hex(4)}",
        tool_id=tool.id,
        kind=kind,
        state=PassState.QUEUED,
        step="waiting for the worker",
        total=len(sources_of(session, tool.id)),
        queued_at=now,
        due_by=due_by,
    )
    session.add(row)
    session.flush()
    return row


def is_first_look_open(session: Session, tool_id: int) -> bool:
    """Whether a tool's first look is queued or under way."""
    query = select(VettingRow.id).where(
        VettingRow.tool_id == tool_id,
        VettingRow.kind == PassKind.FIRST_LOOK,
        col(VettingRow.state).in_([PassState.QUEUED, PassState.RUNNING]),
    )
    return session.exec(query).first() is not None


def request_look(session: Session, tool: ToolRow, now: datetime) -> VettingRow:
    """Queue a pass that looks at the pages: a re-crawl of an assessed tool, a first look at any other."""
    assessed = any(last_assessment(session, plan.id) for plan in plans_of(session, tool.id))
    return request_pass(session, tool, PassKind.RECRAWL if assessed else PassKind.FIRST_LOOK, now)


def missing_uploads(session: Session, tool: ToolRow) -> tuple[str, ...]:
    """Slugs of the tool's upload sources that nobody has uploaded yet."""
    return tuple(
        source.slug
        for source in sources_of(session, tool.id)
        if not source.urls
        and session.exec(select(CaptureRow.id).where(CaptureRow.source_id == source.id)).first() is None
    )


def keep_upload(session: Session, source: SourceRow, snapshot: Snapshot, actor: str, now: datetime) -> None:
    """Store an uploaded document as a source's newest capture."""
    keep_snapshot(session, snapshot)
    session.add(
        CaptureRow(
            source_id=source.id,
            url=snapshot.url,
            at=snapshot.fetched_at,
            snapshot=snapshot.sha256,
            final_url=snapshot.url,
            media_type=snapshot.media_type,
            charset=snapshot.charset,
        )
    )
    note(session, now, actor, "upload", f"source:{source.id}", sha256=snapshot.sha256, name=snapshot.url)
    # A younger upload changes how old the evidence is.
    raise_revision(session, (source.tool_id,))


def add_tool(session: Session, vendor: VendorEntry, entry: ToolEntry, actor: str, now: datetime) -> ToolRow:
    """Add a tool that is not there yet, its plans listed."""
    owner = find_vendor(session, vendor.slug)
    if owner is None:
        owner = VendorRow(slug=vendor.slug, name=vendor.name)
        session.add(owner)
        session.flush()
    slug = f"{vendor.slug}/{entry.slug}"
    tool = ToolRow(vendor_id=owner.id, slug=slug, name=entry.name, submitted_by=actor, created_at=now)
    session.add(tool)
    session.flush()
    _furnish(session, tool, entry)
    return tool


def is_listed_only(session: Session, tool: ToolRow) -> bool:
    """Whether nobody has asked for the tool yet: then its entry is the catalogue's to change."""
    return all(plan.status == Status.LISTED for plan in plans_of(session, tool.id))


def replace_listed(session: Session, tool: ToolRow, entry: ToolEntry) -> None:
    """Give a listed tool other plans, names and sources: nothing rests on the old ones yet."""
    source_ids = [source.id for source in session.exec(select(SourceRow).where(SourceRow.tool_id == tool.id))]
    session.exec(delete(GovernsRow).where(col(GovernsRow.source_id).in_(source_ids)))
    for table in (SourceRow, PlanRow, AliasRow):
        session.exec(delete(table).where(col(table.tool_id) == tool.id))
    tool.name = entry.name
    session.add(tool)
    session.flush()
    _furnish(session, tool, entry)


def _furnish(session: Session, tool: ToolRow, entry: ToolEntry) -> None:
    plans = {
        plan.slug: PlanRow(
            tool_id=tool.id, slug=plan.slug, name=plan.name, audience=plan.audience, status=Status.LISTED
        )
        for plan in entry.plans
    }
    sources = [(source_row(tool, source), source.plans) for source in entry.sources]
    session.add_all(plans.values())
    session.add_all(row for row, _ in sources)
    session.add_all(AliasRow(tool_id=tool.id, kind=alias.kind, value=alias.value) for alias in entry.aliases)
    session.flush()
    session.add_all(
        GovernsRow(source_id=row.id, plan_id=plans[slug].id) for row, governed in sources for slug in governed
    )
    session.flush()


def source_row(tool: ToolRow, source: SourceEntry) -> SourceRow:
    """A source as a row that is not added yet; which plans it governs stands in rows of its own."""
    return SourceRow(
        tool_id=tool.id,
        slug=source.slug,
        terms_type=source.terms_type,
        urls=list(source.urls),
        select=list(source.select),
        remove=list(source.remove),
        cadence_days=source.cadence_days,
    )


def is_same(session: Session, tool: ToolRow, entry: ToolEntry) -> bool:
    """Whether the registry has a tool just as an entry says, whatever the order."""
    return tool.name == entry.name and _shape(entry_of(session, tool)) == _shape(entry)


def _shape(entry: ToolEntry) -> tuple[object, ...]:
    sources = {
        (
            one.slug,
            one.terms_type,
            one.urls,
            one.select,
            one.remove,
            frozenset(one.plans),
            one.cadence_days,
        )
        for one in entry.sources
    }
    return frozenset(entry.plans), frozenset(entry.aliases), frozenset(sources)


def entry_of(session: Session, tool: ToolRow) -> ToolEntry:
    """The tool as it could be submitted today: what the registry has of it, without retired sources."""
    return ToolEntry(
        slug=tool.slug.partition("/")[2],
        name=tool.name,
        plans=tuple(
            PlanEntry(plan.slug, plan.name, Audience(plan.audience)) for plan in plans_of(session, tool.id)
        ),
        aliases=tuple(
            AliasEntry(AliasKind(alias.kind), alias.value) for alias in aliases_of(session, tool.id)
        ),
        sources=tuple(source_entry(session, source) for source in sources_of(session, tool.id)),
    )


def source_entry(session: Session, source: SourceRow) -> SourceEntry:
    """The source in a row."""
    return SourceEntry(
        slug=source.slug,
        terms_type=TermsType(source.terms_type),
        urls=tuple(source.urls),
        select=tuple(source.select),
        remove=tuple(source.remove),
        plans=tuple(plan.slug for plan in plans_governed(session, source.id)),
        cadence_days=source.cadence_days,
    )
