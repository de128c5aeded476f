"""`termgate request`: ask for an approval, see what is asked for, take a request back."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from app.cli.door import open_house, print_json, print_table, refusals, refuse
from app.cli.persons import person
from app.cli.plans import plan_named, policy_of
from app.clock import utc_now
from app.db import Session
from registry.clocks import due_at
from registry.model import Clock, Policy, Role
from registry.requests import (
    RequestRefusedError,
    find_request,
    newest_requests,
    open_requests,
    request_approval,
    withdraw_request,
)
from registry.reviews import name_of
from registry.tables import DecisionRow, PlanRow, RequestRow

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_COLUMNS = ("id", "plan", "kind", "clock", "by", "due", "state", "reason")
_MOST = 200


def register(app: typer.Typer) -> None:
    """Add the commands."""
    request = typer.Typer(
        help="Ask for an approval, list what is asked for, take a request back.", no_args_is_help=True
    )
    request.command("approval")(ask)
    request.command("list")(show)
    request.command()(withdraw)
    app.add_typer(request, name="request")


def ask(
    plan: Annotated[str, typer.Argument(help="`vendor/tool@plan`")],
    *,
    reason: Annotated[str, typer.Option(help="What it is needed for, and by when.")],
    emergency: Annotated[
        bool, typer.Option("--emergency", help="Hours count; the policy says how many.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask for an approval, as the person whose key is in TERMGATE_KEY.

    Every submission asks by itself, with the routine clock. What is approved in an emergency ends by itself,
    and is reviewed afterwards.
    """
    house, now = open_house(), utc_now()
    with refusals(), house.sessions() as session:
        row, actor = plan_named(session, plan), person(session, Role.MANAGER).name
        clock = Clock.EMERGENCY if emergency else Clock.ROUTINE
        try:
            asked = request_approval(session, row, clock, reason, actor, now)
        except RequestRefusedError as error:
            refuse(str(error))
        told, is_old = _line(session, asked, policy_of(house, session), now), asked.requested_at != now
    if as_json:
        print_json(told)
    elif is_old:
        typer.echo(
            f"{told['id']} waits already, as you have asked before; it is due {_minute(told['due_at'])} UTC"
        )
    else:
        due = _minute(told["due_at"])
        typer.echo(f"{told['id']}: {actor} asks for an approval of {plan} ({clock}), due {due} UTC")


def show(
    *,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those that are overdue.")] = False,
    closed: Annotated[
        bool, typer.Option("--closed", help="The answered and withdrawn ones too, newest first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List requests and reviews that wait, with their clocks; the one due first first."""
    house, now = open_house(), utc_now()
    with refusals(), house.readings() as session:
        policy = policy_of(house, session)
        rows = newest_requests(session, _MOST) if closed else open_requests(session)
        told = [_line(session, row, policy, now) for row in rows]
    told = [one for one in told if one["overdue"] or not overdue]
    if not closed:
        told.sort(key=lambda one: str(one["due_at"]))
    if as_json:
        print_json(told)
    elif told:
        print_table("Requests", _COLUMNS, [one | {"due": _minute(one["due_at"])} for one in told])
    else:
        typer.echo("no request is overdue" if overdue else "nobody waits for a decision")


def withdraw(
    request: Annotated[str, typer.Argument(metavar="ID", help="As `request list` names it.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; who decides will wonder.")],
    as_json: AsJson = False,
) -> None:
    """Take a request back: your own, or anybody's as a reviewer. It stays on record."""
    house = open_house()
    with refusals(), house.sessions() as session:
        row, who = find_request(session, request), person(session, Role.MANAGER)
        if row is None:
            refuse(f"no request is called {request!r}; `termgate request list` names those that wait")
        try:
            withdraw_request(session, row, reason, who.name, utc_now(), reviews=who.may(Role.REVIEWER))
        except RequestRefusedError as error:
            refuse(str(error))
    if as_json:
        print_json({"id": request, "withdrawn": True})
    else:
        typer.echo(f"{request} is withdrawn")


def _minute(at: str) -> str:
    return at.replace("T", " ").removesuffix("+00:00")


def _line(session: Session, row: RequestRow, policy: Policy, now: datetime) -> dict[str, Any]:
    due = due_at(Clock(row.clock), row.requested_at, policy.approvals)
    overdue = (row.closed_at or now) > due
    return {
        "id": row.public_id,
        "plan": name_of(session, session.get_one(PlanRow, row.plan_id)),
        "kind": row.kind,
        "clock": row.clock,
        "by": row.requested_by,
        "reason": row.reason,
        "requested_at": row.requested_at.astimezone(UTC).isoformat(timespec="minutes"),
        "due_at": due.astimezone(UTC).isoformat(timespec="minutes"),
        "overdue": overdue,
        "state": _state(session, row, overdue=overdue),
    }


def _state(session: Session, row: RequestRow, *, overdue: bool) -> str:
    if row.decision_id is not None:
        return session.get_one(DecisionRow, row.decision_id).public_id
    if row.closed_at is not None:
        return "withdrawn"
    return "overdue" if overdue else "waits"
