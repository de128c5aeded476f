"""`termgate submit`: take a tool into the registry."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from app.cli.brought import read_brought
from app.cli.door import open_house, print_json, refusals, refuse, refuse_plan
from app.cli.persons import submitter
from app.cli.plans import policy_of
from app.clock import utc_now
from app.db import Session
from app.domains import refuse_shared_hosts
from extractors.model import Audience, Snapshot, TermsType
from registry.entries import SourceEntry, ToolEntry, VendorEntry, parse_vendor, validate_tool
from registry.journal import COMMAND_LINE
from registry.store import find_tool, sources_of
from registry.submissions import (
    DuplicateToolError,
    PassKind,
    is_listed_only,
    keep_upload,
    missing_uploads,
    request_pass,
    submit_listed,
    submit_tool,
)
from registry.tables import ToolRow

CONTRACT = "contract"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(submit)


def submit(
    what: Annotated[
        str, typer.Argument(help="A listed tool (`vendor/tool`), or a vendor's file (`VENDOR.yaml`).")
    ],
    *,
    contract: Annotated[
        Path | None,
        typer.Option(help="A negotiated contract (.pdf, .html, .md, .txt); governs the paid plans."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Take a tool into the registry and queue its vetting.

    A running `termgate serve` does the vetting; `termgate vet TOOL` does it here and now, and again later:
    a tool is submitted once. With a key in TERMGATE_KEY it is submitted by that person, whom a policy may
    keep from approving it; a policy that does so wants one.
    """
    house, is_file = open_house(), what.endswith((".yaml", ".yml"))
    with refusals():
        upload = None if contract is None else _read_contract(contract)
        vendor = _read_vendor(Path(what)) if is_file else None
        with house.sessions() as session:
            actor = submitter(session, policy_of(house, session).approvals)
            if vendor is None:
                queued = [_submit_listed(session, what, upload, actor)]
            else:
                queued = [_submit(session, vendor, entry, upload, actor) for entry in vendor.tools]
    if as_json:
        print_json([{"tool": tool, "vetting": key, "submitted_by": actor} for tool, key in queued])
    else:
        by = "" if actor == COMMAND_LINE else f" by {actor}"
        for tool, key in queued:
            typer.echo(f"{tool} is submitted{by}; vetting {key} is queued")


def _submit_listed(session: Session, slug: str, upload: Snapshot | None, actor: str) -> tuple[str, str]:
    tool = find_tool(session, slug)
    if tool is None:
        refuse_plan(slug)
        refuse(f"no tool {slug!r} is listed; give a vendor's file, or the slug of a listed tool")
    if upload is not None:
        refuse("a contract can be added to a vendor's file only; upload it over the API for a listed tool")
    if not is_listed_only(session, tool):
        _refuse_again(slug)
    submit_listed(session, tool, actor, utc_now())
    return _queue(session, tool)


def _read_vendor(path: Path) -> VendorEntry:
    try:
        vendor = parse_vendor(path.read_text(encoding="utf-8"), path.name)
        refuse_shared_hosts(vendor)
    except OSError as error:
        refuse(f"{path} cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        refuse(f"{path} is not UTF-8; save it as UTF-8")
    return vendor


def _submit(
    session: Session, vendor: VendorEntry, entry: ToolEntry, upload: Snapshot | None, actor: str
) -> tuple[str, str]:
    if upload is not None:
        entry = _with_contract(entry)
    try:
        tool = submit_tool(session, vendor, entry, actor, utc_now())
    except DuplicateToolError:
        _refuse_again(f"{vendor.slug}/{entry.slug}")
    if upload is not None:
        source = next(one for one in sources_of(session, tool.id) if one.slug == CONTRACT)
        keep_upload(session, source, upload, actor, utc_now())
    return _queue(session, tool)


def _refuse_again(slug: str) -> NoReturn:
    refuse(f"{slug} was submitted before; request a new vetting with `termgate vet {slug}`")


def _queue(session: Session, tool: ToolRow) -> tuple[str, str]:
    waiting = missing_uploads(session, tool)
    if waiting:
        return tool.slug, f"waits for {', '.join(waiting)}"
    return tool.slug, request_pass(session, tool, PassKind.FIRST_LOOK, utc_now()).key


def _with_contract(entry: ToolEntry) -> ToolEntry:
    paid = tuple(plan.slug for plan in entry.plans if plan.audience is not Audience.CONSUMER)
    source = SourceEntry(CONTRACT, TermsType.CONTRACT, (), (), (), paid)
    with_contract = replace(entry, sources=(*entry.sources, source))
    validate_tool(with_contract)
    return with_contract


def _read_contract(path: Path) -> Snapshot:
    body, media_type = read_brought(path, "a contract")
    return Snapshot(
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        media_type=media_type,
        charset=None,
        url=f"upload:{path.name}",
        fetched_at=utc_now(),
    )
