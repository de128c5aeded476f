"""`termgate decide`, `confirm` and `attest`: what people say to what waits for them.

Whoever decides says who they are with their own API key, in `TERMGATE_KEY`: a decision is a person's.
"""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from app.cli.door import open_house, print_json, refusals, refuse
from app.cli.persons import person
from app.cli.plans import plan_named, policy_of
from app.cli.ruling import (
    MOMENTS,
    OBLIGATION_HELP,
    SHORTEST_DIGEST,
    covers_of,
    moment,
    obligation_of,
)
from app.clock import utc_now
from app.db import Session
from registry.approvals import confirm as confirm_pending
from registry.approvals import find_pending, propose, takes_two
from registry.attestations import AttestationRefusedError, find_obligation, obligations_of
from registry.attestations import attest as attest_obligation
from registry.flags import flag_name, flag_told
from registry.holding import lapses_at
from registry.judgements import last_assessment
from registry.lifecycle import IllegalMoveError
from registry.model import Attestation, Role, Verdict
from registry.requests import waits_for_review
from registry.reviews import decide as decide_plan
from registry.reviews import name_of
from registry.rulings import DecisionRefusedError, Ruling, StaleAssessmentError, scope_of
from registry.store import flags_of
from registry.tables import DecisionRow, PlanRow

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_REFUSED = (AttestationRefusedError, DecisionRefusedError, IllegalMoveError)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (decide, confirm, attest):
        app.command()(command)


def decide(
    plan: Annotated[str, typer.Argument(help="`vendor/tool@plan`")],
    verdict: Annotated[Verdict, typer.Argument()],
    *,
    reason: Annotated[str, typer.Option(help="Why; an auditor will ask.")],
    until: Annotated[
        datetime,
        typer.Option(
            formats=MOMENTS, metavar="TIME", help="When it expires: 2027-06-30 or 2027-06-30T18:00 (UTC)."
        ),
    ],
    assessment: Annotated[
        str | None, typer.Option(help="The assessment that you have read, as `reviews PLAN` shows it.")
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=VALUE", help="Work that it holds for; give it again for more."),
    ] = None,
    condition: Annotated[list[str] | None, typer.Option(help="What must hold.")] = None,
    obligation: Annotated[list[str] | None, typer.Option(metavar="TEXT", help=OBLIGATION_HELP)] = None,
    flag: Annotated[
        list[str] | None, typer.Option(metavar="FLAG", help="An open flag that you have read; closed.")
    ] = None,
    keep_open: Annotated[
        list[str] | None, typer.Option(metavar="FLAG", help="An open flag that you have read; stays open.")
    ] = None,
    emergency: Annotated[
        bool, typer.Option("--emergency", help="For hours or days; reviewed after.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Decide on a plan, as the person whose key is in TERMGATE_KEY.

    `termgate reviews PLAN` shows what there is to read.

    Obligations of the policy come by themselves.

    Flags that came with the assessment you name are closed without being named, unless you keep them open.
    """
    house, now = open_house(), utc_now()
    with refusals(), house.sessions() as session:
        policy, row = policy_of(house, session), plan_named(session, plan)
        actor = person(session, Role.REVIEWER).name
        try:
            ruling = Ruling(
                verdict=verdict,
                reason=reason,
                expires_at=moment(until) or now,
                scope=scope_of(covers_of(scope or ()), policy),
                conditions=tuple(condition or ()),
                assessment=_digest(session, row, assessment),
                obligations=tuple(map(obligation_of, obligation or ())),
                flags=tuple(flag or ()),
                keep_open=tuple(keep_open or ()),
                emergency=emergency,
            )
            if takes_two(session, row, ruling, policy.approvals):
                pending = propose(session, row, ruling, actor, now, policy)
                told = {"plan": plan, "status": row.status, "decision": None, "pending": pending.public_id}
            else:
                told = _decided(session, row, decide_plan(session, row, ruling, actor, now, policy))
        except StaleAssessmentError as error:
            refuse(f"{error}: termgate reviews {plan}")
        except _REFUSED as error:
            refuse(str(error))
    _tell(told, as_json=as_json)


def confirm(
    pending: Annotated[str, typer.Argument(help="What waits, as `reviews` lists it.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Confirm, as a second person, an approval that waits."""
    house = open_house()
    with refusals(), house.sessions() as session:
        row, actor = find_pending(session, pending), person(session, Role.REVIEWER).name
        if row is None:
            refuse(f"nothing called {pending!r} waits; `termgate reviews` lists what does")
        plan = session.get_one(PlanRow, row.plan_id)
        try:
            decision = confirm_pending(session, row, actor, utc_now(), policy_of(house, session))
        except StaleAssessmentError as error:
            refuse(f"{error}: termgate reviews {name_of(session, plan)}")
        except _REFUSED as error:
            refuse(str(error))
        told = _decided(session, plan, decision)
    _tell(told, as_json=as_json)


def attest(
    obligation: Annotated[
        str, typer.Argument(help="The obligation, as look-ups and `reviews PLAN` show it.")
    ],
    *,
    evidence: Annotated[str, typer.Option(help="What shows it: an address, a file, a sentence.")],
    until: Annotated[
        datetime | None, typer.Option(formats=MOMENTS, metavar="TIME", help="When it lapses by itself (UTC).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Attest that an obligation of a decision holds."""
    house, now = open_house(), utc_now()
    with refusals(), house.sessions() as session:
        row, actor = find_obligation(session, obligation), person(session, Role.MANAGER).name
        if row is None:
            refuse(f"no decision has an obligation {obligation!r}; `termgate reviews PLAN` lists a plan's")
        try:
            found = attest_obligation(session, row, Attestation(actor, evidence, now, moment(until)))
        except _REFUSED as error:
            refuse(str(error))
        end = lapses_at(found)
    told = "as long as the decision holds" if end is None else f"until {end:%Y-%m-%d %H:%M} UTC"
    if as_json:
        print_json({"obligation": obligation, "state": "attested", "until": end and end.isoformat()})
    else:
        typer.echo(f"{obligation} is attested by {actor}, {told}: {found.asked.text}")


def _decided(session: Session, plan: PlanRow, row: DecisionRow) -> dict[str, Any]:
    """A decision, and what is to be done after it."""
    review = waits_for_review(session, plan.id)
    return {
        "plan": name_of(session, plan),
        "status": plan.status,
        "decision": row.public_id,
        "pending": None,
        "until": row.expires_at.astimezone(UTC).isoformat(timespec="minutes"),
        "obligations": [
            {"id": one.id, "obligation": one.asked.text, "attested_by": one.asked.attested_by}
            for one in obligations_of(session, [row.id]).get(row.id, ())
        ],
        "closed_flags": [
            flag_name(one)
            for one in reversed(flags_of(session, plan.id, open_only=False))
            if one.decision_id == row.id
        ],
        "open_flags": [flag_told(one) for one in reversed(flags_of(session, plan.id))],
        "review": None if review is None else review.public_id,
    }


def _tell(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    if told["pending"] is not None:
        typer.echo(
            f"{told['plan']} is {told['status']}, and allows nothing more yet: your approval waits for"
        )
        typer.echo(f"a second person, who says: termgate confirm {told['pending']}")
        return
    typer.echo(f"{told['decision']}: {told['plan']} is {told['status']}, until {_minute(told['until'])} UTC")
    for one in told["obligations"]:
        typer.echo(f"  {one['attested_by']} has to attest: {one['obligation']}")
        typer.echo(f"    termgate attest {one['id']} --evidence …")
    if told["closed_flags"]:
        typer.echo(f"  closed: {', '.join(told['closed_flags'])}")
    for flag in told["open_flags"]:
        typer.echo(f"  stays open: {flag}")
    if told["review"] is not None:
        typer.echo(f"  was given in an emergency; {told['review']} asks for its review: termgate reviews")


def _minute(at: str) -> str:
    return at.replace("T", " ").removesuffix("+00:00")


def _digest(session: Session, plan: PlanRow, typed: str | None) -> str | None:
    """The digest of the newest assessment, where its beginning was typed."""
    newest = last_assessment(session, plan.id)
    if typed is None or newest is None or len(typed) < SHORTEST_DIGEST:
        return typed
    return newest.digest if newest.digest.startswith(typed) else typed
