"""`termgate check`: ask whether a tool may be used, as other systems do; the exit status is the answer."""

import json
from typing import Annotated, Any

import typer

from app.cli.door import open_house, refusals, refuse
from app.clock import utc_now
from app.lookup.answer import answer_lookup
from app.lookup.index import build_index
from app.lookup.past import AS_OF, answer_as_of
from app.lookup.rows import load_rows
from registry.adoptions import policy_in_force
from registry.model import EvaluationStatus
from registry.policy import load_policy

ALLOWED = 0
NOT_ALLOWED = 3
UNKNOWN = 4


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)


def check(
    tool: Annotated[str, typer.Argument(help="TOOL or TOOL@PLAN: a slug, host, package URL or model name.")],
    *,
    context: Annotated[
        list[str] | None, typer.Option("--context", "-c", metavar="KEY=VALUE", help="What the work is.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="TIME", help="As at a past time: 2026-11-01T09:00:00Z.")
    ] = None,
    evidence: Annotated[bool, typer.Option("--evidence", help="Show the deciding sentences.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Ask whether a tool may be used for some work.

    Exit status: 0 allowed, 3 not allowed, 4 unknown or ambiguous tool, 2 bad usage.
    """
    house = open_house()
    query = [_pair(one) for one in context or []] + ([("evidence", "true")] if evidence else [])
    with refusals(), house.readings() as session:
        if as_of is None:
            policy = policy_in_force(session, load_policy(house.settings.policy))
            index = build_index(load_rows(session), policy)
            status, _, body = answer_lookup(index, tool, query, utc_now())
        else:
            status, _, body = answer_as_of(session, tool, [*query, (AS_OF, as_of)], utc_now())
    answer = json.loads(body)
    if status != 200:
        refuse(answer["detail"])
    if as_json:
        typer.echo(body.decode())
    else:
        _show(tool, answer)
    raise typer.Exit(_exit_status(answer))


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        refuse(f"--context {text!r} is not KEY=VALUE, as in `--context data_class=internal`")
    return name, value


def _exit_status(answer: dict[str, Any]) -> int:
    if answer["decision"] is True:
        return ALLOWED
    return UNKNOWN if answer["status"] == EvaluationStatus.UNKNOWN else NOT_ALLOWED


def _show(tool: str, answer: dict[str, Any]) -> None:
    verdict = "allowed" if answer["decision"] is True else "not allowed"
    typer.echo(f"{answer['plan'] or tool}: {verdict} ({answer['status']})")
    duties = tuple(duty["obligation"] for duty in answer["obligations"])
    for reason in answer["reasons"]:
        typer.echo(f"  {reason['rule']}: {reason['message']}")
        if reason["remedy"] and not reason["remedy"].startswith(duties):
            typer.echo(f"    → {reason['remedy']}")
    for duty in answer["obligations"]:
        typer.echo(f"  obligation: {duty['obligation']}{_stands(duty)}")
    for candidate in answer["candidates"]:
        typer.echo(f"  candidate: {candidate}")
    for quoted in answer.get("evidence", ()):
        typer.echo(f"  “{quoted['quote']}”\n    {_place(quoted)}")
    for quoted in answer.get("overruled", ()):
        typer.echo(f"  overruled: “{quoted['quote']}”\n    {_place(quoted)}")
    typer.echo(f"  valid until {answer['valid_until']}; ask {answer['contact']}")


def _stands(duty: dict[str, Any]) -> str:
    """Who attests an obligation, with what, and how far it is met."""
    if duty["attested_by"] is None:
        return ""
    state = {None: "", "open": "not attested yet"}.get(duty["state"], duty["state"])
    until = f" until {duty['until']}" if duty["until"] else ""
    who = f"\n    attested by {duty['attested_by']}, evidence: {duty['evidence']}"
    return f"{who}; {state}{until} ({duty['id']})" if state else who


def _place(quoted: dict[str, Any]) -> str:
    return f"{quoted['document']}, {quoted['url']}, {quoted['seen_at']}"
