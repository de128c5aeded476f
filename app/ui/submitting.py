"""Submitting a tool: what there is already, a vendor's site searched for its terms, a form to confirm."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.api.discoveries import search_start
from app.api.house import Here, House
from app.api.tools import first_look
from app.api.tools import take_listed as take_as_listed
from app.api.vettings import ticket_of
from app.db import Session
from app.domains import refuse_shared_hosts
from app.errors import NotFoundError
from app.ui.rendering import go_to, is_part, load_again, page
from app.ui.submission_form import OWN_PAGES, PAGES, PLANS, vendor_from
from app.ui.typed import Typed, typed
from app.ui.visitor import At, Sent, Visitor, require
from extractors.model import Audience, TermsType
from registry.discoveries import SiteRefusedError, find_discovery, found_in, request_discovery
from registry.entries import EntryError, validate_vendor
from registry.model import Role
from registry.names import port_problem
from registry.proposals import Proposal
from registry.store import list_tools, plans_of
from registry.submissions import (
    DuplicateToolError,
    PassState,
    is_listed_only,
    submit_tool,
)
from registry.tables import DiscoveryRow, VettingRow

router = APIRouter(prefix="/submit")

SIMILAR: Final = 8
_ENDED: Final = frozenset({PassState.DONE, PassState.FAILED})


@router.get("")
def begin(
    request: Request, at: At, house: Here, about: Annotated[str, Query(alias="q", max_length=200)] = ""
) -> Response:
    """Where to begin: by name, to see what there is, or by the vendor's site."""
    require(at, Role.MANAGER)
    return _begin(request, at, house, about)


@router.get("/similar")
def similar(
    request: Request, at: At, house: Here, about: Annotated[str, Query(alias="q", max_length=200)] = ""
) -> Response:
    """What there is already under such a name; a part of the page, for whoever types."""
    require(at, Role.MANAGER)
    with house.readings() as session:
        known = _similar(session, about)
    return page(request, "submit_similar.html", at, house.now(), known=known, about=about, most=SIMILAR)


@router.post("/listed")
def take_listed(request: Request, sent: Sent, house: Here) -> Response:
    """Submit a tool as the catalogue lists it."""
    require(sent.visitor, Role.MANAGER)
    now = house.now()
    with house.sessions() as session:
        tool = take_as_listed(session, sent.text("tool"), sent.visitor.name, now)
        vetting = first_look(session, tool, now)
        slug = tool.slug
    return _go_on(request, house, slug, vetting)


@router.post("/search")
def search(request: Request, sent: Sent, house: Here) -> Response:
    """Have a vendor's site searched for its terms."""
    require(sent.visitor, Role.MANAGER)
    site = sent.text("site")
    try:
        start = search_start(site, house)
        with house.sessions() as session:
            key = request_discovery(session, start, None, sent.visitor.name, house.now()).key
    except SiteRefusedError as refusal:
        return _begin(request, sent.visitor, house, "", site=site, refused=str(refusal))
    house.enqueue_search(key)
    return go_to(request, f"/submit/found/{key}")


@router.get("/found/{key}")
def found(request: Request, at: At, house: Here, key: Annotated[str, Path(max_length=60)]) -> Response:
    """How far a search is; once it is done, the form with what it proposes."""
    require(at, Role.MANAGER)
    with house.readings() as session:
        row = _search(session, key)
    if is_part(request):
        return load_again(request) if row.state in _ENDED else _searching(request, at, house, row)
    return _form(request, at, house, row, Typed({}))


@router.get("/new")
def by_hand(request: Request, at: At, house: Here) -> Response:
    """The form without a search."""
    require(at, Role.MANAGER)
    return _form(request, at, house, None, Typed({}))


@router.post("/new")
def take(request: Request, sent: Sent, house: Here) -> Response:
    """Take a tool into the registry and have its terms read."""
    require(sent.visitor, Role.MANAGER)
    now = house.now()
    try:
        vendor = vendor_from(sent)
        validate_vendor(vendor)
        refuse_shared_hosts(vendor)
        _check_ports([url for one in vendor.tools[0].sources for url in one.urls], house)
        with house.sessions() as session:
            tool = submit_tool(session, vendor, vendor.tools[0], sent.visitor.name, now)
            vetting = first_look(session, tool, now)
            slug = tool.slug
    except (EntryError, DuplicateToolError) as refusal:
        with house.readings() as session:
            row = find_discovery(session, sent.text("search")) if sent.text("search") else None
        return _form(request, sent.visitor, house, row, typed(sent), refused=_told(refusal))
    return _go_on(request, house, slug, vetting)


def _begin(
    request: Request, at: Visitor, house: House, about: str, *, site: str = "", refused: str = ""
) -> Response:
    with house.readings() as session:
        known = _similar(session, about)
    status = 422 if refused else 200
    shown: dict[str, Any] = {
        "about": about,
        "known": known,
        "site": site,
        "refused": refused,
        "most": SIMILAR,
    }
    return page(request, "submit.html", at, house.now(), status=status, **shown)


def _searching(request: Request, at: Visitor, house: House, row: DiscoveryRow) -> Response:
    template = "searching_part.html" if is_part(request) else "submit_searching.html"
    return page(request, template, at, house.now(), search=row, there=request.url.path)


def _form(
    request: Request,
    at: Visitor,
    house: House,
    row: DiscoveryRow | None,
    filled: Typed,
    *,
    refused: str = "",
) -> Response:
    if row is not None and row.state not in _ENDED:
        return _searching(request, at, house, row)
    result = None if row is None else found_in(row)
    proposals: Sequence[Proposal] = () if result is None else result.proposals[: PAGES - OWN_PAGES]
    return page(
        request,
        "submit_form.html",
        at,
        house.now(),
        status=422 if refused else 200,
        refused=refused,
        search=row,
        proposals=proposals,
        troubles=() if result is None else result.troubles,
        filled=filled,
        plan_rows=range(PLANS),
        own_rows=range(len(proposals), len(proposals) + OWN_PAGES),
        types=[one.value for one in TermsType if one is not TermsType.CONTRACT],
        audiences=[one.value for one in Audience if one is not Audience.ALL],
        host="" if row is None else row.site.partition("://")[2].partition("/")[0].removeprefix("www."),
    )


def _similar(session: Session, about: str) -> list[dict[str, Any]]:
    """Tools of such a name, with where their plans stand: duplicates, and approved ones to use instead."""
    wanted = about.strip()
    if len(wanted) < 2:
        return []
    return [
        {
            "tool": tool.slug,
            "name": tool.name,
            "listed": is_listed_only(session, tool),
            "plans": [(plan.slug, plan.status) for plan in plans_of(session, tool.id)],
        }
        for tool in list_tools(session, search=wanted, limit=SIMILAR)
    ]


def _search(session: Session, key: str) -> DiscoveryRow:
    row = find_discovery(session, key)
    if row is None:
        raise NotFoundError("there is no such search; begin a new one")
    return row


def _go_on(request: Request, house: House, slug: str, vetting: VettingRow | None) -> Response:
    if vetting is not None:
        house.enqueue(ticket_of(vetting))
    return go_to(request, f"/tools/{slug}/progress")


def _check_ports(urls: Sequence[str], house: House) -> None:
    for url in () if house.any_port else urls:
        problem = port_problem(url)
        if problem is not None:
            raise EntryError(("sources",), problem)


def _told(refusal: Exception) -> str:
    return refusal.message if isinstance(refusal, EntryError) else str(refusal)
