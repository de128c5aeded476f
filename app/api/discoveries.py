"""Searches of vendors' sites for their terms: asking for one, and reading what it proposes.

A proposal becomes a source when a person puts it there; nothing else does.
"""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, Path, Response, status
from pydantic import Field

from app.api.finding import ToolAddress, the_tool
from app.api.forms import Form, Line, Shown
from app.api.house import Here, House
from app.auth import Manager, as_manager
from app.db import Session
from app.errors import OF_BODY, NotFoundError, answers
from extractors.model import Audience, DocumentKind, Failure, TermsType
from registry.discoveries import (
    SiteRefusedError,
    find_discovery,
    found_in,
    list_discoveries,
    pass_over,
    put_back,
    request_discovery,
    start_of,
)
from registry.names import port_problem
from registry.proposals import Found, Proposal, Whence
from registry.submissions import PassState
from registry.tables import DiscoveryRow, ToolRow

router = APIRouter(prefix="/v1/discoveries", tags=["discoveries"], dependencies=[Depends(as_manager)])


class DiscoveryRequest(Form):
    """Which site to search, and for which tool."""

    site: Line = Field(description="A domain, or the address to begin at.", examples=["acme.example"])
    tool: Line | None = Field(
        default=None, description="`vendor/tool`: its plans are matched, and what it tracks is marked."
    )


class ReasonShown(Shown):
    """One place that led to a page."""

    whence: Whence
    page: str
    words: str


class ProposalShown(Shown):
    """A page that may be a source; `PUT …/sources/{slug}` makes it one."""

    url: str
    type: TermsType
    kind: DocumentKind
    audience: Audience
    plans: list[str]
    score: float = Field(description="0 to 1; orders proposals, and means nothing else.")
    title: str | None
    failure: Failure | None = Field(description="Why it could not be read, where that was tried.")
    detail: str | None
    tracked: str | None = Field(description="The tool's source that stands there already.")
    passed_over_by: str | None = Field(description="The person who wants no source of it.")
    reasons: list[ReasonShown]


class TroubleShown(Shown):
    """An address of the site that could not be looked at."""

    url: str
    failure: Failure
    detail: str


class DiscoveryShown(Shown):
    """A search and how far it is."""

    key: str
    site: str
    tool: str | None
    state: PassState
    error: str | None
    requested_by: str
    queued_at: datetime
    finished_at: datetime | None


class DiscoveryDetail(DiscoveryShown):
    """A search with what it proposes, the likeliest first; nothing until it is done."""

    proposals: list[ProposalShown]
    troubles: list[TroubleShown]
    requests: int | None = Field(description="How many pages and sitemaps were asked for.")
    complete: bool | None = Field(description="Whether all was looked at that was worth a look.")


_EXAMPLES: Final = {
    "site": {"summary": "A vendor that is not in the registry", "value": {"site": "acme.example"}},
    "tool": {
        "summary": "What a tool does not track yet",
        "value": {"site": "acme.example", "tool": "acme/painter"},
    },
}


@router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    responses=answers(NotFoundError, SiteRefusedError, *OF_BODY),
)
def request_search(
    asked: Annotated[DiscoveryRequest, Body(openapi_examples=_EXAMPLES)],
    caller: Manager,
    house: Here,
    response: Response,
) -> DiscoveryShown:
    """Have a site searched for its terms; the same search that is under way is given instead.

    It takes a minute or two: the site is asked for one page a second, and for no more than sixty.
    """
    start = search_start(asked.site, house)
    with house.sessions() as session:
        tool = None if asked.tool is None else the_tool(session, _address(asked.tool))
        row = request_discovery(session, start, tool, caller.name, house.now())
        shown = _shown(session, row)
    house.enqueue_search(shown.key)
    response.headers["location"] = f"/v1/discoveries/{shown.key}"
    return shown


@router.get("")
def list_searches(house: Here) -> list[DiscoveryShown]:
    """The newest searches, newest first."""
    with house.readings() as session:
        return [_shown(session, row) for row in list_discoveries(session)]


SearchKey = Annotated[
    str, Path(description="The search's key.", max_length=100, examples=["discovery:0123456789abcdef"])
]


@router.get("/{key}", responses=answers(NotFoundError))
def show_search(key: SearchKey, house: Here) -> DiscoveryDetail:
    """How far a search is, and what it proposes with the reasons for each."""
    with house.readings() as session:
        row = find_discovery(session, key)
        if row is None:
            raise NotFoundError(f"no search has the key {key!r:.110}; GET /v1/discoveries lists them")
        found = found_in(row) or Found((), (), 0, complete=False)
        done = row.state == PassState.DONE
        return DiscoveryDetail(
            **_shown(session, row).model_dump(),
            proposals=[_proposal(one) for one in found.proposals],
            troubles=[TroubleShown(url=t.url, failure=t.failure, detail=t.detail) for t in found.troubles],
            requests=found.requests if done else None,
            complete=found.complete if done else None,
        )


_PASSED_OVER: Final = {
    "jobs": {"summary": "A page for others", "value": {"url": "https://acme.example/legal/applicants"}}
}


class PassedOver(Form):
    """A page that is none of the tool's terms."""

    url: Annotated[str, Field(max_length=2000, description="As the search proposes it.")]


@router.post(
    "/{key}/passed-over",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=answers(NotFoundError, *OF_BODY),
)
def pass_over_page(
    key: SearchKey,
    form: Annotated[PassedOver, Body(openapi_examples=_PASSED_OVER)],
    caller: Manager,
    house: Here,
) -> None:
    """Say that a page which a search proposes is to be no source; it stays listed, with who said so.

    A later search for the same tool that finds the page passes it over too.
    """
    with house.sessions() as session:
        row = find_discovery(session, key)
        if row is None or not pass_over(session, row, form.url, caller.name, house.now()):
            raise NotFoundError("there is no such search, or it proposes no such page any more")


@router.post(
    "/{key}/put-back",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=answers(NotFoundError, *OF_BODY),
)
def put_page_back(
    key: SearchKey,
    form: Annotated[PassedOver, Body(openapi_examples=_PASSED_OVER)],
    caller: Manager,
    house: Here,
) -> None:
    """Have a page looked at again that was passed over, in this search and in the tool's later ones."""
    with house.sessions() as session:
        row = find_discovery(session, key)
        if row is None or not put_back(session, row, form.url, caller.name, house.now()):
            raise NotFoundError("there is no such search, or it has passed over no such page")


def search_start(site: str, house: House) -> str:
    """The address that a search of a site begins at; raises `SiteRefusedError`."""
    start = start_of(site)
    problem = None if house.any_port else port_problem(start)
    if problem is not None:
        raise SiteRefusedError(problem)
    return start


def _address(slug: str) -> ToolAddress:
    vendor, _, tool = slug.partition("/")
    return ToolAddress(vendor, tool)


def _shown(session: Session, row: DiscoveryRow) -> DiscoveryShown:
    return DiscoveryShown(
        key=row.key,
        site=row.site,
        tool=None if row.tool_id is None else session.get_one(ToolRow, row.tool_id).slug,
        state=PassState(row.state),
        error=row.error,
        requested_by=row.requested_by,
        queued_at=row.queued_at,
        finished_at=row.finished_at,
    )


def _proposal(one: Proposal) -> ProposalShown:
    return ProposalShown(
        url=one.url,
        type=one.terms_type,
        kind=one.kind,
        audience=one.audience,
        plans=list(one.plans),
        score=one.score,
        title=one.title,
        failure=one.failure,
        detail=one.detail,
        tracked=one.tracked,
        passed_over_by=one.passed_over_by,
        reasons=[ReasonShown(whence=r.whence, page=r.page, words=r.words) for r in one.reasons],
    )
