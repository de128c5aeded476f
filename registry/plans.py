"""What people change about a tool's plans: adding, renaming, retiring one, and bringing it back.

Only this module knows what ends with a plan that is retired: its approval, all that waits for a decision on
it, and the sources that governed no other. Its rows stay, since old answers rest on them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from registry.entries import EntryError, PlanEntry, ToolEntry
from registry.flags import flag_name
from registry.journal import note, raise_revision
from registry.judgements import last_assessment
from registry.lifecycle import Move
from registry.model import Status
from registry.recorded import is_recorded
from registry.requests import close_pending, end_requests
from registry.reviews import hold, move, submit
from registry.sources import ChangeRefusedError, check_whole, govern, let_go, opened, take_up, told_change
from registry.store import find_plan, find_source, flags_of, plan_name, plans_governed, sources_of
from registry.submissions import entry_of, source_entry
from registry.tables import GovernsRow, PlanRow, SourceRow, ToolRow

_DECIDED: Final = frozenset({Status.APPROVED, Status.REJECTED, Status.SUSPENDED})


def put_plan(
    session: Session, tool: ToolRow, entry: PlanEntry, governed_by: Sequence[str], actor: str, now: datetime
) -> PlanRow:
    """Add a plan, rename the one of its slug, or bring a retired one back.

    `governed_by`: slugs of sources that hold for it too; a new plan needs one. One that comes back has those
    again that are in use, may name retired ones that come back with it, and stands as submitted. Raises
    `EntryError` with the place in the plan's entry or in `sources`, and `ChangeRefusedError` for another
    audience once the plan was assessed.
    """
    whole = opened(session, tool)
    row = find_plan(session, tool.id, entry.slug)
    before = next((one for one in whole.plans if one.slug == entry.slug), None)
    if row is not None and before is None:
        _bring_back(session, tool, row, governed_by, (actor, now))
        whole = entry_of(session, tool)
    gained = _gained(whole, entry.slug, governed_by)
    if row is not None and before == entry and not gained:
        return row
    others = tuple(one for one in whole.plans if one.slug != entry.slug)
    sources = tuple(
        replace(one, plans=(*one.plans, entry.slug)) if one.slug in gained else one for one in whole.sources
    )
    check_whole(replace(whole, plans=(*others, entry), sources=sources), ("plans", len(others)), "sources")
    if row is None:
        row = _submitted_plan(session, tool, entry, actor, now)
    elif row.audience != entry.audience and last_assessment(session, row.id) is not None:
        message = f"{plan_name(tool, row)} was assessed for audience {row.audience}, and that stays"
        raise ChangeRefusedError(f"{message}; add another plan for audience {entry.audience}")
    row.name, row.audience = entry.name, entry.audience
    session.add(row)
    for slug in gained:
        _extend(session, tool, slug, row, now)
    note(session, now, actor, "put_plan", tool.slug, **told_change(before, entry), governed_by=list(gained))
    raise_revision(session, (tool.id,))
    return row


def retire_plan(
    session: Session, tool: ToolRow, plan: PlanRow, reason: str, actor: str, now: datetime
) -> tuple[SourceRow, ...]:
    """Let a plan count no longer: look-ups do not know it from now on. The sources that ended with it.

    Raises `ChangeRefusedError` without a reason, for a listed tool and for a plan that is retired already.
    """
    if not reason.strip():
        raise ChangeRefusedError("give a reason: an auditor will ask why the plan was retired")
    # Before the tool: a pass that ends holds its plans first, too.
    hold(session, plan)
    opened(session, tool)
    if plan.status == Status.RETIRED:
        raise ChangeRefusedError(f"{plan_name(tool, plan)} is retired already")
    was, flags = plan.status, flags_of(session, plan.id)
    ended = tuple(one for one in sources_of(session, tool.id) if _governs_only(session, one, plan))
    for source in ended:
        let_go(session, tool, source, actor, now)
    for flag in flags:
        flag.closed_at, flag.closed_by = now, actor
        session.add(flag)
    end_requests(session, plan, now)
    close_pending(session, plan, now)
    told = {"reason": reason.strip(), "flags": [flag_name(one) for one in flags]}
    note(session, now, actor, "retire_plan", plan_name(tool, plan), was=was, **told)
    move(session, plan, Move.RETIRE)
    return ended


def needs_a_reviewer(plans: Sequence[PlanRow]) -> bool:
    """Whether to retire one of a tool's plans is for whoever may decide: there is a decision on one of them.

    It ends with its plan; or a look-up that names no plan comes to mean the only one that is left.
    """
    return any(plan.status in _DECIDED for plan in plans)


def retired_sources(session: Session, plan: PlanRow) -> Sequence[SourceRow]:
    """The sources that governed a plan and count no longer, in the order they were named."""
    query = select(SourceRow).join(GovernsRow).where(GovernsRow.plan_id == plan.id, ~col(SourceRow.active))
    found = session.exec(query.order_by(col(SourceRow.id))).all()
    return [one for one in found if not is_recorded(session, one.id)]


def _bring_back(
    session: Session, tool: ToolRow, plan: PlanRow, governed_by: Sequence[str], by: tuple[str, datetime]
) -> None:
    """Let a retired plan count again, with the retired sources of it that are named; `by`: who, and when."""
    actor, now = by
    submit(session, plan, actor, now)
    for source in retired_sources(session, plan):
        if source.slug in governed_by:
            govern(session, source, (plan,))
            take_up(session, source, now)
            back = source_entry(session, source)
            note(session, now, actor, "put_source", tool.slug, **told_change(None, back))


def _governs_only(session: Session, source: SourceRow, plan: PlanRow) -> bool:
    return [one.id for one in plans_governed(session, source.id)] == [plan.id]


def _gained(whole: ToolEntry, plan: str, governed_by: Sequence[str]) -> tuple[str, ...]:
    """The named sources that do not govern the plan yet."""
    governs = {one.slug: plan in one.plans for one in whole.sources}
    for at, slug in enumerate(governed_by):
        if slug not in governs:
            known = ", ".join(sorted(governs))
            raise EntryError(("sources", at), f"no source `{slug}` in this tool; write one of {known}")
    return tuple(dict.fromkeys(slug for slug in governed_by if not governs[slug]))


def _submitted_plan(session: Session, tool: ToolRow, entry: PlanEntry, actor: str, now: datetime) -> PlanRow:
    row = PlanRow(
        tool_id=tool.id, slug=entry.slug, name=entry.name, audience=entry.audience, status=Status.LISTED
    )
    session.add(row)
    session.flush()
    submit(session, row, actor, now)
    return row


def _extend(session: Session, tool: ToolRow, slug: str, plan: PlanRow, now: datetime) -> None:
    source = find_source(session, tool.id, slug)
    if source is None:
        raise LookupError(f"{tool.slug} has lost its source {slug} within a transaction")
    source.changed_at = now
    session.add(source)
    session.add(GovernsRow(source_id=source.id, plan_id=plan.id))
    session.flush()
