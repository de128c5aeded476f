"""`termgate audit`: whether the audit log stands as it was written, and where its chain ends."""

import re
from typing import Annotated, Final

import typer

from app.cli.door import open_house, print_json, refusals, refuse
from registry.audit_chain import Head, head_of, verify_chain

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ALTERED: Final = 3
"""Exit status where something is wrong with the log."""
_HEAD: Final = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    audit = typer.Typer(
        help="Verifies the audit log: no entry of it was changed, dropped or slipped in.",
        no_args_is_help=True,
    )
    audit.command()(verify)
    audit.command()(head)
    app.add_typer(audit, name="audit")


def verify(
    *,
    head: Annotated[str, typer.Option(help="A head that was kept elsewhere, `PLACE:DIGEST`.")] = "",
    as_json: AsJson = False,
) -> None:
    """Go through the whole log, entry by entry; exits with 3 where one does not stand as it was written."""
    known = _head_of(head)
    house = open_house()
    with refusals():
        found = verify_chain(house.readings, known)
    if as_json:
        print_json(
            {
                "place": found.head.place,
                "digest": found.head.digest,
                "before": found.before,
                "findings": list(found.findings),
            }
        )
    else:
        for finding in found.findings:
            typer.echo(finding)
        typer.echo(f"{found.head.place} entries in the chain, {_count(len(found.findings))}; its head is")
        typer.echo(f"{found.head.place}:{found.head.digest}")
        if found.before:
            typer.echo(f"{found.before} entries are older than the chain: nothing vouches for them")
    if found.findings:
        raise typer.Exit(ALTERED)


def head(*, as_json: AsJson = False) -> None:
    """Print where the chain ends now. Keep it where nobody who can write the registry can change it."""
    house = open_house()
    with refusals(), house.readings() as session:
        found = head_of(session)
    if as_json:
        print_json({"place": found.place, "digest": found.digest})
    else:
        typer.echo(f"{found.place}:{found.digest}")


def _head_of(given: str) -> Head | None:
    if not given:
        return None
    read = _HEAD.fullmatch(given.strip())
    if read is None:
        refuse(f"{given!r} is no head; give what `termgate audit head` printed, PLACE:DIGEST")
    return Head(int(read[1]), read[2])


def _count(findings: int) -> str:
    match findings:
        case 0:
            return "all as they were written"
        case 1:
            return "1 finding"
        case _:
            return f"{findings} findings"
