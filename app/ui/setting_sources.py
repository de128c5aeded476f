"""Correcting where a tool's document stands, for which plans, and how often it is looked at; retiring it."""

from collections.abc import Mapping, Sequence
from typing import Final

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from app.api.finding import AtSource, SourceAddress, the_source_on_record, the_tool
from app.api.house import Here, House
from app.api.sources import put_a_source, retire_a_source
from app.api.submission import SourceBody
from app.errors import BusyError, kind_and_detail
from app.ui.rendering import go_to, page
from app.ui.typed import Typed, typed
from app.ui.visitor import At, Posted, Sent, Visitor, require
from extractors.model import TermsType
from registry.cadence import MAX_DAYS
from registry.entries import EntryError
from registry.model import Role
from registry.sources import ChangeRefusedError
from registry.store import plans_governed, plans_of
from registry.tables import SourceRow

router = APIRouter(prefix="/tools/{vendor}/{tool}/sources/{source}")

_REFUSALS: Final = (EntryError, ChangeRefusedError, BusyError)
_INVALID: Final = 422


@router.get("/set")
def ask(request: Request, asked: AtSource, at: At, house: Here) -> Response:
    """Where does it stand now, and for which plans?"""
    require(at, Role.MANAGER)
    return _page(request, asked, at, house, None)


@router.post("/set")
def put(request: Request, asked: AtSource, sent: Sent, house: Here) -> Response:
    """Take in what was corrected, and look at it at once; a retired source counts again."""
    require(sent.visitor, Role.MANAGER)
    with house.readings() as session:
        row = the_source_on_record(session, asked)
    try:
        put_a_source(
            asked, SourceBody.model_validate(_said(row, sent)), sent.visitor.caller, house, Response()
        )
    except ValidationError:
        told = f"write each page as https://vendor.example/terms, and 1 to {MAX_DAYS} days"
        return _page(request, asked, sent.visitor, house, typed(sent), (told, _INVALID))
    except _REFUSALS as refusal:
        return _refused(request, asked, sent, house, refusal)
    return go_to(request, f"/tools/{asked.vendor}/{asked.tool}/progress")


@router.post("/retirement")
def retire(request: Request, asked: AtSource, sent: Sent, house: Here) -> Response:
    """Let it count no longer."""
    require(sent.visitor, Role.MANAGER)
    try:
        retire_a_source(asked, sent.visitor.caller, house)
    except _REFUSALS as refusal:
        return _refused(request, asked, sent, house, refusal)
    return go_to(request, f"/tools/{asked.vendor}/{asked.tool}#sources")


def _said(row: SourceRow, sent: Posted) -> Mapping[str, object]:
    """The source as the form has it; which parts of its pages are terms stays as it was."""
    days = sent.text("days")
    return {
        "type": sent.text("type"),
        "plans": list(sent.texts("plan")),
        "urls": [line.strip() for line in sent.text("urls").splitlines() if line.strip()],
        "upload": not row.urls,
        "select": row.select,
        "remove": row.remove,
        "cadence_days": int(days) if days.isdecimal() and len(days) <= len(str(MAX_DAYS)) else 0,
    }


def _refused(
    request: Request, asked: SourceAddress, sent: Posted, house: House, refusal: Exception
) -> Response:
    problem, detail = kind_and_detail(refusal)
    filled = typed(sent) if "type" in sent.fields else None
    return _page(request, asked, sent.visitor, house, filled, (detail, problem.status))


def _page(
    request: Request,
    asked: SourceAddress,
    at: Visitor,
    house: House,
    filled: Typed | None,
    refused: tuple[str, int] = ("", 200),
) -> Response:
    """The form, with what was typed or what holds; `refused` says why it was not taken, and the status."""
    with house.readings() as session:
        tool, row = the_tool(session, asked), the_source_on_record(session, asked)
        plans: Sequence[object] = plans_of(session, tool.id)
        governed = [plan.slug for plan in plans_governed(session, row.id)]
    holds = {"urls": ["\n".join(row.urls)], "type": [row.terms_type], "plan": governed}
    return page(
        request,
        "source_set.html",
        at,
        house.now(),
        status=refused[1],
        refused=refused[0],
        tool=tool,
        source=row,
        plans=plans,
        types=list(TermsType),
        filled=filled or Typed({**holds, "days": [str(row.cadence_days)]}),
        most_days=MAX_DAYS,
    )
