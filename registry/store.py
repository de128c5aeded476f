"""Vendors, tools, plans, sources: finding them and listing them. Never commits, never changes a status."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, or_, select

from registry.evidence import WITHOUT_TEXT
from registry.model import Status
from registry.tables import (
    AliasRow,
    AuditRow,
    CaptureRow,
    DocumentRow,
    FlagRow,
    GovernsRow,
    PlanRow,
    RevisionRow,
    SourceRow,
    ToolRevisionRow,
    ToolRow,
    VendorRow,
    VettingRow,
)


def find_vendor(session: Session, slug: str) -> VendorRow | None:
    """The vendor of that slug."""
    return session.exec(select(VendorRow).where(VendorRow.slug == slug)).first()


def find_tool(session: Session, slug: str) -> ToolRow | None:
    """The tool of that slug, `vendor/tool`."""
    return session.exec(select(ToolRow).where(ToolRow.slug == slug)).first()


def find_plan(session: Session, tool_id: int, slug: str) -> PlanRow | None:
    """A tool's plan by its slug, also a retired one."""
    return session.exec(select(PlanRow).where(PlanRow.tool_id == tool_id, PlanRow.slug == slug)).first()


def list_tools(session: Session, *, search: str = "", after: str = "", limit: int = 50) -> Sequence[ToolRow]:
    """Tools in the order of their slugs, beginning after one; `search` looks in slugs and names."""
    query = select(ToolRow).where(ToolRow.slug > after).order_by(col(ToolRow.slug)).limit(limit)
    if search:
        # What is looked for is meant letter for letter, also `_` and `%`.
        places = (func.lower(ToolRow.slug), func.lower(ToolRow.name))
        query = query.where(or_(*(place.contains(search.lower(), autoescape=True) for place in places)))
    return session.exec(query).all()


def submitted_tools(session: Session) -> Sequence[ToolRow]:
    """Tools that a person has asked for, by slug: those with a plan in use that is more than listed."""
    asked_for = col(PlanRow.status).not_in((Status.LISTED, Status.RETIRED))
    query = select(ToolRow).join(PlanRow).where(asked_for).distinct()
    return session.exec(query.order_by(ToolRow.slug)).all()


def plans_of(session: Session, tool_id: int) -> Sequence[PlanRow]:
    """A tool's plans in use, in the order they were named."""
    return [plan for plan in plans_ever_of(session, tool_id) if plan.status != Status.RETIRED]


def plans_ever_of(session: Session, tool_id: int) -> Sequence[PlanRow]:
    """A tool's plans in the order they were named, also the retired ones."""
    return session.exec(select(PlanRow).where(PlanRow.tool_id == tool_id).order_by(col(PlanRow.id))).all()


def aliases_of(session: Session, tool_id: int) -> Sequence[AliasRow]:
    """A tool's other names."""
    query = select(AliasRow).where(AliasRow.tool_id == tool_id).order_by(col(AliasRow.kind), AliasRow.value)
    return session.exec(query).all()


def all_aliases(session: Session, tools: Sequence[int] | None = None) -> Sequence[tuple[AliasRow, str]]:
    """The other names of tools, by identifier, or of all; each with its tool's slug."""
    query = select(AliasRow, ToolRow.slug).join(ToolRow).order_by(ToolRow.slug, AliasRow.value)
    if tools is not None:
        query = query.where(col(AliasRow.tool_id).in_(tools))
    return session.exec(query).all()


def tools_after(session: Session, tool_id: int, limit: int) -> Sequence[int]:
    """Identifiers of tools in order, beginning after one."""
    query = select(ToolRow.id).where(ToolRow.id > tool_id).order_by(col(ToolRow.id))
    return session.exec(query.limit(limit)).all()


def slugs_of_tools(session: Session, tools: Sequence[int]) -> Sequence[str]:
    """The slugs of tools, by their identifiers."""
    return session.exec(select(ToolRow.slug).where(col(ToolRow.id).in_(tools))).all()


def sources_of(session: Session, tool_id: int) -> Sequence[SourceRow]:
    """A tool's active sources in the order they were named."""
    query = select(SourceRow).where(SourceRow.tool_id == tool_id, SourceRow.active)
    return session.exec(query.order_by(col(SourceRow.id))).all()


def find_source(session: Session, tool_id: int, slug: str) -> SourceRow | None:
    """A tool's source by its slug, also a retired one."""
    return session.exec(select(SourceRow).where(SourceRow.tool_id == tool_id, SourceRow.slug == slug)).first()


def plans_governed(session: Session, source_id: int) -> Sequence[PlanRow]:
    """The plans in use that a source governs."""
    governed = (GovernsRow.source_id == source_id, PlanRow.status != Status.RETIRED)
    query = select(PlanRow).join(GovernsRow).where(*governed)
    return session.exec(query.order_by(col(PlanRow.id))).all()


def captures_of(session: Session, source_id: int, limit: int = 50) -> Sequence[CaptureRow]:
    """A source's newest captures, newest first."""
    query = select(CaptureRow).where(CaptureRow.source_id == source_id).order_by(col(CaptureRow.id).desc())
    return session.exec(query.limit(limit)).all()


def find_document(session: Session, source_id: int, digest: str) -> DocumentRow | None:
    """A source's document by its digest."""
    query = select(DocumentRow).where(DocumentRow.source_id == source_id, DocumentRow.digest == digest)
    return session.exec(query).first()


def documents_of(session: Session, source_id: int, limit: int = 50) -> Sequence[DocumentRow]:
    """A source's newest documents, newest first; their texts come when they are asked for."""
    query = select(DocumentRow).where(DocumentRow.source_id == source_id).order_by(col(DocumentRow.id).desc())
    return session.exec(query.limit(limit).options(WITHOUT_TEXT)).all()


def find_vetting(session: Session, key: str, *, hold: bool = False) -> VettingRow | None:
    """A pass by its key; with `hold` as it stands now, and nobody else's until the transaction ends."""
    query = select(VettingRow).where(VettingRow.key == key)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def vettings_of(session: Session, tool_id: int, limit: int = 20) -> Sequence[VettingRow]:
    """A tool's newest passes, newest first."""
    query = select(VettingRow).where(VettingRow.tool_id == tool_id).order_by(col(VettingRow.id).desc())
    return session.exec(query.limit(limit)).all()


def unfinished_vettings(session: Session) -> Sequence[VettingRow]:
    """Passes that are queued or running, oldest first."""
    query = select(VettingRow).where(col(VettingRow.state).in_(["queued", "running"]))
    return session.exec(query.order_by(col(VettingRow.id))).all()


def passes_failed_since(session: Session, tool_id: int, kind: str, since: datetime) -> bool:
    """Whether a pass of this kind over a tool has come to no end since then."""
    query = select(VettingRow.id).where(
        VettingRow.tool_id == tool_id,
        VettingRow.kind == kind,
        VettingRow.state == "failed",
        col(VettingRow.finished_at) > since,
    )
    return session.exec(query.limit(1)).first() is not None


def flags_of(
    session: Session, plan_id: int | None = None, *, open_only: bool = True, limit: int | None = None
) -> Sequence[FlagRow]:
    """Flags, newest first; of one plan or of all."""
    query = select(FlagRow).order_by(col(FlagRow.id).desc()).limit(limit)
    if plan_id is not None:
        query = query.where(FlagRow.plan_id == plan_id)
    if open_only:
        query = query.where(col(FlagRow.closed_at).is_(None))
    return session.exec(query).all()


def audit_events(
    session: Session, subject: str = "", limit: int = 100, before: int | None = None
) -> Sequence[AuditRow]:
    """Audit events, newest first, beginning before one; of one subject or of all."""
    query = select(AuditRow).order_by(col(AuditRow.id).desc()).limit(limit)
    if subject:
        query = query.where(AuditRow.subject == subject)
    if before is not None:
        query = query.where(col(AuditRow.id) < before)
    return session.exec(query).all()


def revision(session: Session) -> int:
    """The number that grows with every change that a look-up could see."""
    number = session.exec(select(RevisionRow.number)).first()
    return 0 if number is None else number


def tools_changed(session: Session, since: int) -> Sequence[int] | None:
    """Identifiers of the tools of which look-ups could see a change after a revision; `None`: of any tool."""
    any_tool = session.exec(select(RevisionRow.any_tool)).first()
    if since < 0 or (any_tool is not None and any_tool > since):
        return None
    query = select(ToolRevisionRow.tool_id).where(ToolRevisionRow.number > since)
    return session.exec(query.order_by(col(ToolRevisionRow.tool_id))).all()


def plan_name(tool: ToolRow, plan: PlanRow) -> str:
    """`vendor/tool@plan`."""
    return f"{tool.slug}@{plan.slug}"
