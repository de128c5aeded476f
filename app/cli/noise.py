"""`termgate noise`: what looks have passed over, what waits besides changes of terms, and answers to it."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from app.cli.door import open_house, print_json, print_table, refusals, refuse
from app.cli.notices import notice_lines
from app.cli.persons import person
from app.cli.plans import policy_of
from app.clock import utc_now
from app.db import Session
from app.unbelieved import Said, answer
from registry.ledger import Passed, count_noise, noise_of
from registry.model import Role
from registry.noise import NoiseKind
from registry.notices import (
    NoticeAnswer,
    NoticeBusyError,
    NoticeKind,
    NoticeRefusedError,
    find_notice,
    notices_of,
)
from registry.store import find_tool

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Tool = Annotated[str | None, typer.Argument(help="Only of this tool, `vendor/tool`.")]
Since = Annotated[datetime | None, typer.Option(help="Only from then on (UTC).")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    noise = typer.Typer(
        help="What looks have passed over, and what waits besides changes of terms.", no_args_is_help=True
    )
    noise.command("list")(show)
    noise.command()(counts)
    noise.command()(waiting)
    noise.command("answer")(reply)
    app.add_typer(noise, name="noise")


def show(
    tool: Tool = None,
    *,
    kind: Annotated[NoiseKind | None, typer.Option(help="Only of this kind.")] = None,
    since: Since = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what looks have passed over, newest first."""
    house = open_house()
    with refusals(), house.readings() as session:
        asked = Passed(tool_id=_tool_id(session, tool), kind=kind, since=_utc(since))
        rows = [
            {
                "at": row.at.isoformat(timespec="minutes"),
                "source": f"{owner.slug} {source.slug}",
                "kind": row.kind,
                "detail": row.detail,
            }
            for row, source, owner in noise_of(session, asked, limit)
        ]
    if as_json:
        print_json(rows)
    else:
        print_table("Passed over", ["at", "source", "kind", "detail"], rows)


def counts(tool: Tool = None, *, since: Since = None, as_json: AsJson = False) -> None:
    """Count what was passed over, kind by kind."""
    house = open_house()
    with refusals(), house.readings() as session:
        found = count_noise(session, Passed(tool_id=_tool_id(session, tool), since=_utc(since)))
    if as_json:
        print_json({"total": sum(found.values()), "kinds": {kind.value: n for kind, n in found.items()}})
    else:
        rows = [{"kind": kind.value, "times": str(times)} for kind, times in found.items()]
        print_table(f"Passed over: {sum(found.values())}", ["kind", "times"], rows)


def waiting(
    *,
    kind: Annotated[NoticeKind | None, typer.Option(help="Only of this kind.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what waits for a person besides changes of terms: swaps, quarantines, announced days."""
    house = open_house()
    with refusals(), house.readings() as session:
        rows = notice_lines(session, notices_of(session, kind=kind))
    if as_json:
        print_json(rows)
    else:
        print_table("Waiting", ["id", "tool", "kind", "told"], rows)


def reply(
    notice: Annotated[str, typer.Argument(help="What waits, as `noise waiting` lists it.")],
    said: Annotated[NoticeAnswer, typer.Argument()],
    *,
    reason: Annotated[str, typer.Option(help="Why; an auditor will ask.")],
) -> None:
    """Say that a text is the terms now, that it is not, or that a page is believed again.

    The person is told by the key in TERMGATE_KEY.
    """
    house = open_house()
    with refusals(), house.sessions() as session:
        row, actor = find_notice(session, notice), person(session, Role.REVIEWER)
        if row is None:
            refuse(f"nothing called {notice!r} waits; `termgate noise waiting` lists what does")
        try:
            answer(session, row, Said(said, reason, actor.name, utc_now()), policy_of(house, session))
        except (NoticeBusyError, NoticeRefusedError) as error:
            refuse(str(error))
    typer.echo(f"{notice}: {said.value}")


def _tool_id(session: Session, slug: str | None) -> int | None:
    if slug is None:
        return None
    found = find_tool(session, slug)
    if found is None:
        refuse(f"no tool is called {slug!r}")
    return found.id


def _utc(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
