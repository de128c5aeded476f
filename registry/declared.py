"""Tools that are declared elsewhere, listed for a person to confirm. Never commits."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, select

from registry.entries import ToolEntry, VendorEntry
from registry.journal import DECLARED, note, raise_revision
from registry.store import find_tool
from registry.submissions import add_tool, is_listed_only, is_same, replace_listed
from registry.tables import SourceRow, ToolRow


class Taken(StrEnum):
    """What became of a tool that is declared elsewhere."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    """It was there before, from another place or by a person: nothing was touched."""


def list_declared(session: Session, vendor: VendorEntry, entry: ToolEntry, now: datetime) -> Taken:
    """List a tool that is declared elsewhere; idempotent.

    What the catalogue lists or a person has submitted is left alone.
    """
    tool = find_tool(session, f"{vendor.slug}/{entry.slug}")
    if tool is None:
        tool, taken = add_tool(session, vendor, entry, DECLARED, now), Taken.ADDED
    elif tool.submitted_by != DECLARED or not is_listed_only(session, tool):
        return Taken.KEPT
    elif is_same(session, tool, entry):
        return Taken.UNCHANGED
    else:
        replace_listed(session, tool, entry)
        taken = Taken.UPDATED
    note(session, now, DECLARED, "list_declared", tool.slug, taken=taken.value)
    raise_revision(session, (tool.id,))
    return taken


def tools_by_page(session: Session) -> dict[str, str]:
    """By the address of each page that an active source names, the slug of its tool."""
    query = select(SourceRow.urls, ToolRow.slug).join(ToolRow).where(SourceRow.active)
    return {url: slug for urls, slug in session.exec(query) for url in urls}
