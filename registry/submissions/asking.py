"""What is listed from the catalogue, and what people submit and upload. Never commits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from extractors.model import Snapshot
from registry.crawling import begin_looks
from registry.entries import ToolEntry, VendorEntry
from registry.evidence import keep_snapshot
from registry.journal import SYSTEM, note, raise_revision
from registry.model import Status
from registry.reviews import submit
from registry.store import find_tool, plans_of
from registry.submissions.furnishing import add_tool, is_listed_only, is_same, replace_listed
from registry.tables import CaptureRow, SourceRow, ToolRow


class DuplicateToolError(Exception):
    """The tool is in the registry already, and more than listed."""


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
