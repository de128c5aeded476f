"""Taking a document that terms name, or that a person found, among the sources of a tool."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from app.api.finding import AtTool, SourceAddress, ToolAddress, the_tool
from app.api.house import Here, House
from app.api.sources import put_a_source
from app.api.submission import SourceBody
from app.errors import BusyError, kind_and_detail
from app.ui.rendering import go_to, page
from app.ui.submission_form import slug_of
from app.ui.typed import Typed, typed
from app.ui.visitor import At, Posted, Sent, Visitor, require
from extractors.model import TermsType
from registry.entries import EntryError
from registry.model import Role
from registry.sources import ChangeRefusedError
from registry.store import find_source, plans_of

router = APIRouter(prefix="/tools/{vendor}/{tool}/track")

_REFUSALS = (EntryError, ChangeRefusedError, BusyError)
_INVALID: Final = 422

_MOST: Final = 100
"""Documents of one name."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """What is known of the document already."""

    url: Annotated[str, Query(max_length=2000)] = ""
    kind: Annotated[str, Query(max_length=60)] = ""
    name: Annotated[str, Query(max_length=200)] = ""


@router.get("")
def ask(
    request: Request, asked: AtTool, at: At, house: Here, known: Annotated[Suggested, Depends()]
) -> Response:
    """Where does it stand, what is it, and for which plans?"""
    require(at, Role.MANAGER)
    return tracking_page(
        request, asked, at, house, Typed({"url": [known.url], "type": [known.kind], "name": [known.name]})
    )


@router.post("")
def take(request: Request, asked: AtTool, sent: Sent, house: Here) -> Response:
    """Take it in, and look at it at once; what cannot be taken is told above the form."""
    require(sent.visitor, Role.MANAGER)
    try:
        form = SourceBody.model_validate(
            {"type": sent.text("type"), "plans": list(sent.texts("plan")), "urls": [sent.text("url")]}
        )
        where = SourceAddress(asked.vendor, asked.tool, _free_slug(asked, sent, house))
        put_a_source(where, form, sent.visitor.caller, house, Response())
    except ValidationError:
        told = "say where it stands, as https://vendor.example/terms, and which kind it is"
        return tracking_page(request, asked, sent.visitor, house, typed(sent), (told, _INVALID))
    except _REFUSALS as refusal:
        problem, detail = kind_and_detail(refusal)
        return tracking_page(request, asked, sent.visitor, house, typed(sent), (detail, problem.status))
    return go_to(request, f"/tools/{asked.vendor}/{asked.tool}/progress")


def _free_slug(asked: ToolAddress, sent: Posted, house: House) -> str:
    """A source's name that the tool has not used yet, after the document's."""
    wanted = slug_of(sent.text("name") or sent.text("type"))
    numbered = (wanted, *(f"{wanted}-{number}" for number in range(2, _MOST)))
    with house.readings() as session:
        tool = the_tool(session, asked)
        free = next((one for one in numbered if find_source(session, tool.id, one) is None), None)
    if free is None:
        raise ChangeRefusedError(f"the tool has {_MOST} documents of this name already; give it another one")
    return free


def tracking_page(
    request: Request,
    asked: ToolAddress,
    at: Visitor,
    house: House,
    filled: Typed,
    refused: tuple[str, int] = ("", 200),
) -> Response:
    """The form, with what was typed; `refused` says why it could not be taken, and the status that tells."""
    with house.readings() as session:
        tool = the_tool(session, asked)
        plans = plans_of(session, tool.id)
    return page(
        request,
        "track.html",
        at,
        house.now(),
        status=refused[1],
        refused=refused[0],
        tool=tool,
        plans=plans,
        types=[one for one in TermsType if one is not TermsType.CONTRACT],
        filled=filled,
    )
