"""A tool's entry to its rows, and back. Never commits."""

from datetime import datetime

from sqlmodel import Session, col, delete, select

from extractors.model import Audience, TermsType
from registry.entries import AliasEntry, PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.model import AliasKind, Status
from registry.store import aliases_of, find_vendor, plans_ever_of, plans_governed, plans_of, sources_of
from registry.tables import AliasRow, GovernsRow, PlanRow, SourceRow, ToolRow, VendorRow


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
    return all(plan.status == Status.LISTED for plan in plans_ever_of(session, tool.id))


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
    """The tool as it could be submitted today: what the registry has of it that is in use."""
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
