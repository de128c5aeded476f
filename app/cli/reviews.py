"""`termgate reviews`: who waits for a decision, and all that there is to read before one is taken."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from app.api.plans import AssessmentShown, DecisionShown, FactShown, PassageShown, PlanShown, plan_shown
from app.cli.door import open_house, print_json, print_table, refusals
from app.cli.plans import plan_named, policy_of
from app.cli.ruling import SHORTEST_DIGEST
from app.clock import utc_now
from app.db import Session
from registry.clocks import due_at
from registry.flags import flag_name, flag_told
from registry.model import ApprovalRules, Clock
from registry.requests import open_requests, pending_approvals
from registry.reviews import name_of
from registry.store import flags_of
from registry.tables import FlagRow, PendingApprovalRow, PlanRow, ToolRow

_COLUMNS = ("id", "plan", "kind", "clock", "by", "due")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(reviews)


def reviews(
    plan: Annotated[
        str | None, typer.Argument(help="`vendor/tool@plan`: show all that there is to read of it.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List who waits for a decision, and until when; the one due first first.

    With a plan: its facts with their sentences, what fails the policy, open flags, what was decided.
    """
    house, now = open_house(), utc_now()
    with refusals(), house.readings() as session:
        rules = policy_of(house, session).approvals
        if plan is None:
            _list(_waiting(session, rules, now), as_json=as_json)
        else:
            _show(
                session, plan_named(session, plan), _waiting(session, rules, now, plan), now, as_json=as_json
            )


def _list(waiting: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(waiting)
    elif waiting:
        print_table("Waiting", _COLUMNS, [one | {"due": _due(one)} for one in waiting])
        typer.echo("\nWhat there is to read: termgate reviews PLAN")
    else:
        typer.echo("nobody waits for a decision")


def _waiting(
    session: Session, rules: ApprovalRules, now: datetime, plan: str | None = None
) -> Sequence[dict[str, Any]]:
    """Requests, reviews and half-given approvals, the one due first first."""
    found = [
        (one.plan_id, one.public_id, one.kind, one.requested_by, one.clock, one.requested_at, one.reason)
        for one in open_requests(session)
    ] + [
        (one.plan_id, one.public_id, "confirmation", one.proposed_by, _clock_of(one), one.proposed_at, "")
        for one in pending_approvals(session)
    ]
    rows = []
    for plan_id, name, kind, by, clock, since, reason in found:
        due = due_at(Clock(clock), since, rules)
        rows.append(
            {
                "id": name,
                "plan": name_of(session, session.get_one(PlanRow, plan_id)),
                "kind": kind,
                "clock": clock,
                "by": by,
                "reason": reason or None,
                "due_at": due.astimezone(UTC).isoformat(timespec="minutes"),
                "overdue": now > due,
            }
        )
    rows.sort(key=lambda row: str(row["due_at"]))
    return [row for row in rows if plan is None or row["plan"] == plan]


def _clock_of(one: PendingApprovalRow) -> Clock:
    """Who approved in an emergency cannot wait for days until somebody confirms it."""
    return Clock.EMERGENCY if one.ruling["emergency"] else Clock.ROUTINE


def _due(one: dict[str, Any]) -> str:
    """By when, in few characters: a line has to fit with names that are long."""
    at = str(one["due_at"]).replace("T", " ").removesuffix("+00:00")
    return f"{at} overdue" if one["overdue"] else at


def _show(
    session: Session, row: PlanRow, waiting: Sequence[dict[str, Any]], now: datetime, *, as_json: bool
) -> None:
    tool = session.get_one(ToolRow, row.tool_id)
    shown, flags = plan_shown(session, tool, row, now), [*reversed(flags_of(session, row.id))]
    name = name_of(session, row)
    if as_json:
        told = [flag_name(flag) for flag in flags]
        print_json(shown.model_dump(mode="json") | {"plan": name, "waiting": waiting, "open_flags": told})
        return
    for line in _lines(name, shown, flags, waiting):
        typer.echo(line)


def _lines(
    name: str, shown: PlanShown, flags: Sequence[FlagRow], waiting: Sequence[dict[str, Any]]
) -> Iterator[str]:
    yield f"{name}: {shown.status}"
    if shown.suspended_because:
        yield f"  because {shown.suspended_because}"
    for one in waiting:
        yield f"  {one['by']} waits ({one['id']}, {one['kind']}, {one['clock']}), due {_due(one)}"
        if one["reason"]:
            yield f"    {one['reason']}"
    if shown.assessment is None:
        yield "\nNothing is assessed yet: termgate vet " + name.rpartition("@")[0]
    else:
        yield from _of_assessment(shown.assessment)
    if flags:
        yield "\nOpen flags"
        yield from (line for flag in flags for line in _of_flag(flag))
    if shown.decision is not None:
        yield from _of_decision(shown.decision)
    if shown.assessment is not None:
        read = f"--assessment {shown.assessment.digest[:SHORTEST_DIGEST]}"
        named = "".join(f" --flag {flag_name(flag)}" for flag in flags)
        yield f"\nTo decide: termgate decide {name} VERDICT --reason … --until DATE {read}{named}"


def _of_assessment(one: AssessmentShown) -> Iterator[str]:
    yield f"\nAssessment {one.digest[:SHORTEST_DIGEST]} of {_minute(one.made_at)}: {one.recommendation}"
    for fact in one.facts:
        yield from _of_fact(fact)
    if one.violations:
        yield "\nFails the policy"
    for violation in one.violations:
        yield f"  {violation.requirement} ({violation.severity}): {violation.message}"
        yield f"    → {violation.remedy}"
    if one.open_questions:
        yield "\nNobody has read, although the terms make it a part of themselves"
        yield from (f"  {question.name}" for question in one.open_questions)


def _of_fact(fact: FactShown) -> Iterator[str]:
    days = "" if fact.days is None else f", {fact.days} days"
    yield f"  {fact.family}: {fact.answer}{days}"
    yield from (f"    {_quoted(passage)}" for passage in fact.passages)
    yield from (f"    overruled: {_quoted(passage)}" for passage in fact.overruled)
    if fact.missing:
        yield f"    could not be read: {', '.join(fact.missing)}"
    if not fact.passages and fact.searched:
        yield f"    nothing in: {', '.join(fact.searched)}"


def _quoted(passage: PassageShown) -> str:
    return f"“{passage.quote}” ({passage.type}, {', '.join(passage.pages) or passage.source})"


def _of_flag(flag: FlagRow) -> Iterator[str]:
    yield f"  {flag_told(flag)}: {flag.direction}, since {_minute(flag.opened_at)}, cause: {flag.cause}"
    yield from _each("    - ", flag.before_quotes)
    yield from _each("    + ", flag.after_quotes)


def _of_decision(one: DecisionShown) -> Iterator[str]:
    by = one.decided_by if one.confirmed_by is None else f"{one.decided_by} and {one.confirmed_by}"
    urgent = ", in an emergency" if one.emergency else ""
    yield f"\nDecision {one.id}: {one.verdict} by {by}, until {_minute(one.expires_at)}{urgent}"
    yield f"  {one.reason}"
    for field, values in one.scope.items():
        yield f"  only {field}: {', '.join(values)}"
    yield from _each("  condition: ", one.conditions)
    for owed in one.obligations:
        until = "" if owed.until is None else f" until {_minute(owed.until)}"
        yield f"  {owed.id} is {owed.state}{until}: {owed.obligation} ({owed.attested_by}; {owed.evidence})"


def _each(before: str, texts: Iterable[str]) -> Iterator[str]:
    yield from (f"{before}{text}" for text in texts)


def _minute(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
