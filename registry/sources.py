"""What people change about a submitted tool: where its terms stand, and its other names.

Only this module knows what such a change must leave whole, as must one of its plans (plans.py): after it the
tool is one that could be submitted as it is, and nothing that was seen, read, judged or decided is touched. A
source keeps its last good reading until the changed one was read; whoever calls these verbs queues the pass
that does it.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlmodel import Session, col, delete, select

from registry.cadence import next_slot
from registry.crawling import FIRST_LOOK_WITHIN
from registry.entries import AliasEntry, EntryError, PlanEntry, SourceEntry, ToolEntry, validate_tool
from registry.journal import note, raise_revision
from registry.notices import NoticeKind, close_by_itself, open_notice_of
from registry.recorded import is_recorded
from registry.store import find_source, plans_governed, plans_of
from registry.submissions import UNJUDGED, PassState, entry_of, is_listed_only, source_entry, source_row
from registry.tables import AliasRow, GovernsRow, PlanRow, SightingRow, SourceRow, ToolRow, VettingRow

_Entry = SourceEntry | PlanEntry | AliasEntry


class ChangeRefusedError(Exception):
    """A change that the tool cannot take from where it stands; the message says what to do instead."""


def put_source(session: Session, tool: ToolRow, entry: SourceEntry, actor: str, now: datetime) -> SourceRow:
    """Add a source, change the one of its slug, or bring a retired one back.

    The same entry again changes nothing. Raises `EntryError` with the place in the source's entry, and
    `ChangeRefusedError` for a tool that nobody has submitted.
    """
    whole = opened(session, tool)
    row = find_source(session, tool.id, entry.slug)
    if row is not None and is_recorded(session, row.id):
        raise EntryError(("slug",), f"`{entry.slug}` holds a recorded past; choose another slug")
    before = source_entry(session, row) if row is not None and row.active else None
    if row is not None and before is not None and _alike(before, entry):
        return row
    others = tuple(one for one in whole.sources if one.slug != entry.slug)
    check_whole(replace(whole, sources=(*others, entry)), ("sources", len(others)), "plans")
    if row is not None and before is not None and _alike(_at_pace(before, entry), entry):
        # What it shows is the same, so what is found next is the vendor's doing.
        return _pace(session, tool, row, entry, actor, now)
    if row is None:
        row = source_row(tool, entry)
    elif bool(row.urls) != bool(entry.urls):
        other = "fetched from its pages" if row.urls else "uploaded"
        message = f"`{entry.slug}` is {other}; retire it, and add the other document under another slug"
        raise EntryError(("urls",), message)
    row.terms_type, row.urls = entry.terms_type, list(entry.urls)
    row.select, row.remove = list(entry.select), list(entry.remove)
    row.cadence_days = entry.cadence_days
    take_up(session, row, now)
    govern(session, row, [plan for plan in plans_of(session, tool.id) if plan.slug in entry.plans])
    note(session, now, actor, "put_source", tool.slug, **told_change(before, entry))
    raise_revision(session, (tool.id,))
    return row


def retire_source(session: Session, tool: ToolRow, slug: str, actor: str, now: datetime) -> None:
    """Let a source count no longer; its rows stay, since old answers rest on them.

    Raises `ChangeRefusedError` where the tool has no such source, or a plan would be left without any.
    """
    whole = opened(session, tool)
    row = find_source(session, tool.id, slug)
    if row is None or not row.active:
        raise ChangeRefusedError(f"{tool.slug} has no source `{slug}` that could be retired")
    rest = tuple(one for one in whole.sources if one.slug != slug)
    try:
        validate_tool(replace(whole, sources=rest))
    except EntryError as error:
        raise ChangeRefusedError(f"`{slug}` cannot be retired yet: {error.message}") from error
    let_go(session, tool, row, actor, now)
    raise_revision(session, (tool.id,))


def take_up(session: Session, row: SourceRow, now: datetime) -> None:
    """Let a source count, as if it had never been looked at: what it shows is looked at soon."""
    row.active, row.changed_at, row.due_at = True, now, now + FIRST_LOOK_WITHIN
    row.failures, row.failing_since, row.put_off_since = 0, None, None
    session.add(row)
    session.flush()


def let_go(session: Session, tool: ToolRow, row: SourceRow, actor: str, now: datetime) -> None:
    """Let a source count no longer; what that does to the tool as a whole is for the caller to know."""
    before = source_entry(session, row)
    row.active, row.changed_at = False, now
    session.add(row)
    failing = open_notice_of(session, row.id, NoticeKind.FAILING)
    if failing is not None:
        close_by_itself(session, failing, "the source was retired, and is looked at no more", now)
    note(session, now, actor, "retire_source", tool.slug, **told_change(before, None))


def put_alias(session: Session, tool: ToolRow, entry: AliasEntry, actor: str, now: datetime) -> bool:
    """Let a tool go by another name too; whether it did not yet. Raises `EntryError`."""
    whole = opened(session, tool)
    if entry in whole.aliases:
        return False
    try:
        validate_tool(replace(whole, aliases=(*whole.aliases, entry)))
    except EntryError as error:
        raise EntryError(("value",), error.message) from error
    session.add(AliasRow(tool_id=tool.id, kind=entry.kind, value=entry.value))
    note(session, now, actor, "put_alias", tool.slug, **told_change(None, entry))
    raise_revision(session, (tool.id,))
    return True


def remove_alias(session: Session, tool: ToolRow, entry: AliasEntry, actor: str, now: datetime) -> bool:
    """Take a name from a tool; whether it had it."""
    whole = opened(session, tool)
    if entry not in whole.aliases:
        return False
    session.exec(
        delete(AliasRow).where(
            col(AliasRow.tool_id) == tool.id,
            col(AliasRow.kind) == entry.kind,
            col(AliasRow.value) == entry.value,
        )
    )
    note(session, now, actor, "remove_alias", tool.slug, **told_change(entry, None))
    raise_revision(session, (tool.id,))
    return True


def sources_changed(session: Session, vetting: VettingRow) -> bool:
    """Whether a pass is the first to judge the tool's sources as people have put them since.

    What it finds is then our doing as much as the vendor's. A source counts as changed until it was seen in
    another pass begun since, so that a page which could not be read at first is no news of the vendor later.
    """
    changed = select(SourceRow).where(
        SourceRow.tool_id == vetting.tool_id, col(SourceRow.changed_at).is_not(None)
    )
    return any(not _was_judged(session, source, vetting) for source in session.exec(changed).all())


def _was_judged(session: Session, source: SourceRow, vetting: VettingRow) -> bool:
    judged = select(VettingRow.id).where(
        VettingRow.tool_id == source.tool_id,
        VettingRow.key != vetting.key,
        VettingRow.state == PassState.DONE,
        col(VettingRow.step).not_in(UNJUDGED),
        col(VettingRow.finished_at) > source.changed_at,
    )
    seen = select(SightingRow.id).where(
        SightingRow.source_id == source.id,
        SightingRow.pass_key != vetting.key,
        col(SightingRow.document_id).is_not(None),
        col(SightingRow.at) > source.changed_at,
    )
    was_seen = not source.active or session.exec(seen).first() is not None
    return was_seen and session.exec(judged).first() is not None


def opened(session: Session, tool: ToolRow) -> ToolEntry:
    """The tool as it stands, held until the transaction ends: two changes must not each see it whole."""
    session.refresh(tool, with_for_update=True)
    if is_listed_only(session, tool):
        raise ChangeRefusedError(
            f"{tool.slug} is listed only, and changes with the catalogue; submit it first"
        )
    return entry_of(session, tool)


def check_whole(whole: ToolEntry, own: tuple[str | int, ...], governing: str) -> None:
    """Check a tool after a change of its part `own`; mistakes are told of that part's entry.

    A plan that nothing governs is a mistake in the part's key `governing`.
    """
    try:
        validate_tool(whole)
    except EntryError as error:
        inner = error.path[len(own) :] if error.path[: len(own)] == own else ()
        raise EntryError(inner or (governing,), error.message) from error


def _alike(one: SourceEntry, other: SourceEntry) -> bool:
    return frozenset(one.plans) == frozenset(other.plans) and replace(one, plans=()) == replace(
        other, plans=()
    )


def _at_pace(one: SourceEntry, other: SourceEntry) -> SourceEntry:
    return replace(one, cadence_days=other.cadence_days)


def _pace(
    session: Session, tool: ToolRow, row: SourceRow, entry: SourceEntry, actor: str, now: datetime
) -> SourceRow:
    """Let a source be looked at more often or less; nothing else of it changes."""
    before = source_entry(session, row)
    row.cadence_days = entry.cadence_days
    row.due_at = next_slot(tool.slug, entry.cadence_days, now)
    session.add(row)
    note(session, now, actor, "put_source", tool.slug, **told_change(before, entry))
    return row


def govern(session: Session, source: SourceRow, plans: Sequence[PlanRow]) -> None:
    """Let a source govern these plans and no other; that it governed one that is retired stays on record."""
    in_use = [plan.id for plan in plans_governed(session, source.id)]
    session.exec(
        delete(GovernsRow).where(col(GovernsRow.source_id) == source.id, col(GovernsRow.plan_id).in_(in_use))
    )
    session.add_all(GovernsRow(source_id=source.id, plan_id=plan.id) for plan in plans)
    session.flush()


def told_change(before: _Entry | None, after: _Entry | None) -> dict[str, object]:
    """Both sides of a change, as the audit log keeps them."""
    was, now = (None if one is None else asdict(one) for one in (before, after))
    return {"before": was, "after": now}
