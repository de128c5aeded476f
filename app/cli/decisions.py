"""`termgate reviews`, `decide`, `confirm` and `attest`: what waits for people, and what they say to it.

Whoever decides says who they are with their own API key, in `TERMGATE_KEY`: a decision is a person's.
"""

import os
from datetime import datetime
from typing import Annotated, Any

import typer

from app.cli.door import House, open_house, print_json, print_table, refusals, refuse
from app.clock import utc_now
from app.db import Session
from registry.adoptions import policy_in_force
from registry.approvals import confirm as confirm_pending
from registry.approvals import find_pending, propose, takes_two
from registry.attestations import AttestationRefusedError, find_obligation
from registry.attestations import attest as attest_obligation
from registry.clocks import due_at
from registry.keys import find_live_key
from registry.lifecycle import IllegalMoveError
from registry.model import Attestation, Clock, Policy, Role, Verdict
from registry.policy import load_policy
from registry.requests import open_requests, pending_approvals
from registry.reviews import decide as decide_plan
from registry.reviews import name_of
from registry.rulings import DecisionRefusedError, Ruling, StaleAssessmentError, scope_of
from registry.store import find_plan, find_tool
from registry.tables import PlanRow

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_REFUSED = (AttestationRefusedError, DecisionRefusedError, IllegalMoveError, StaleAssessmentError)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (reviews, decide, confirm, attest):
        app.command()(command)


def reviews(*, as_json: AsJson = False) -> None:
    """List who waits for a decision, and until when; the one due first first."""
    house, now = open_house(), utc_now()
    with refusals(), house.readings() as session:
        rules = _policy(house, session).approvals
        rows = [
            _row(session, one.plan_id, one.public_id, one.kind, one.requested_by)
            | {"clock": one.clock, "due_at": due_at(Clock(one.clock), one.requested_at, rules)}
            for one in open_requests(session)
        ]
        rows += [
            _row(session, one.plan_id, one.public_id, "confirmation", one.proposed_by)
            | {"clock": Clock.ROUTINE, "due_at": due_at(Clock.ROUTINE, one.proposed_at, rules)}
            for one in pending_approvals(session)
        ]
    rows.sort(key=lambda row: row["due_at"])
    told = [
        row | {"due_at": row["due_at"].isoformat(timespec="minutes"), "overdue": now > row["due_at"]}
        for row in rows
    ]
    if as_json:
        print_json(told)
    else:
        print_table("Waiting", ["id", "plan", "kind", "clock", "by", "due_at", "overdue"], told)


def decide(
    plan: Annotated[str, typer.Argument(help="`vendor/tool@plan`")],
    verdict: Annotated[Verdict, typer.Argument()],
    *,
    reason: Annotated[str, typer.Option(help="Why; an auditor will ask.")],
    until: Annotated[datetime, typer.Option(help="When it expires (UTC).")],
    assessment: Annotated[
        str | None, typer.Option(help="Digest of the assessment that you have read.")
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option(metavar="FIELD=VALUE", help="The work it holds for.")
    ] = None,
    condition: Annotated[list[str] | None, typer.Option(help="What must hold.")] = None,
    emergency: Annotated[
        bool, typer.Option("--emergency", help="For hours or days; reviewed after.")
    ] = False,
) -> None:
    """Decide on a plan, as the person whose key is in TERMGATE_KEY.

    Obligations of the policy come by themselves; others are made over the API.
    """
    house, now = open_house(), utc_now()
    with refusals(), house.sessions() as session:
        policy, row, actor = _policy(house, session), _plan(session, plan), _actor(session, Role.REVIEWER)
        try:
            ruling = Ruling(
                verdict=verdict,
                reason=reason,
                expires_at=until.replace(tzinfo=now.tzinfo) if until.tzinfo is None else until,
                scope=scope_of(_covers(scope or []), policy),
                conditions=tuple(condition or ()),
                assessment=assessment,
                emergency=emergency,
            )
            if takes_two(ruling, policy.approvals):
                pending = propose(session, row, ruling, actor, now, policy)
                told = f"{pending.public_id} waits for a second person: termgate confirm {pending.public_id}"
            else:
                decision = decide_plan(session, row, ruling, actor, now, policy)
                told = f"{decision.public_id}: {plan} is {row.status}"
        except _REFUSED as error:
            refuse(str(error))
    typer.echo(told)


def confirm(pending: Annotated[str, typer.Argument(help="What waits, as `reviews` lists it.")]) -> None:
    """Confirm, as a second person, an approval that waits."""
    house = open_house()
    with refusals(), house.sessions() as session:
        row, actor = find_pending(session, pending), _actor(session, Role.REVIEWER)
        if row is None:
            refuse(f"nothing called {pending!r} waits; `termgate reviews` lists what does")
        try:
            decision = confirm_pending(session, row, actor, utc_now(), _policy(house, session))
        except _REFUSED as error:
            refuse(str(error))
        told = f"{decision.public_id}: confirmed"
    typer.echo(told)


def attest(
    obligation: Annotated[str, typer.Argument(help="The obligation, as look-ups and plans show it.")],
    *,
    evidence: Annotated[str, typer.Option(help="What shows it: an address, a file, a sentence.")],
    until: Annotated[datetime | None, typer.Option(help="When it lapses by itself (UTC).")] = None,
) -> None:
    """Attest that an obligation of a decision holds."""
    house, now = open_house(), utc_now()
    end = until.replace(tzinfo=now.tzinfo) if until is not None and until.tzinfo is None else until
    with refusals(), house.sessions() as session:
        row, actor = find_obligation(session, obligation), _actor(session, Role.MANAGER)
        if row is None:
            refuse(f"no decision has an obligation {obligation!r}")
        try:
            attest_obligation(session, row, Attestation(actor, evidence, now, end))
        except _REFUSED as error:
            refuse(str(error))
    typer.echo(f"{obligation} is attested")


def _actor(session: Session, needed: Role) -> str:
    key = find_live_key(session, os.environ.get("TERMGATE_KEY", ""))
    if key is None:
        refuse("set TERMGATE_KEY to your own API key: a decision says whose it is")
    if [*Role].index(Role(key.role)) < [*Role].index(needed):
        refuse(f"the key {key.name!r} has the role {key.role}; this needs {needed} or above")
    return key.name


def _plan(session: Session, name: str) -> PlanRow:
    slug, _, plan = name.rpartition("@")
    tool = find_tool(session, slug)
    row = None if tool is None else find_plan(session, tool.id, plan)
    if row is None:
        refuse(f"no plan {name!r} in the registry; write vendor/tool@plan")
    return row


def _policy(house: House, session: Session) -> Policy:
    return policy_in_force(session, load_policy(house.settings.policy))


def _covers(pairs: list[str]) -> dict[str, list[str]]:
    covers: dict[str, list[str]] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not (name and sign and value):
            refuse(f"--scope {pair!r} is not FIELD=VALUE, as in `--scope data_class=internal`")
        covers.setdefault(name, []).append(value)
    return covers


def _row(session: Session, plan_id: int, name: str, kind: str, by: str) -> dict[str, Any]:
    return {"id": name, "plan": name_of(session, session.get_one(PlanRow, plan_id)), "kind": kind, "by": by}
