"""The policy as prose and tables, an edit of it tried on the registry, and putting one in force."""

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.adopting import NewPolicy, adopt_policy
from app.api.house import Here, House
from app.ui.rendering import go_to, page
from app.ui.visitor import At, Sent, require
from registry.adoptions import AdoptionRefusedError, adoptions, text_in_force
from registry.lookups import asked_before
from registry.model import Policy, Role
from registry.policy import PolicyError, parse_policy
from registry.policy_backtest import backtest
from registry.policy_diff import compare_policies
from registry.policy_text import (
    SEVERITY_WORDS,
    asked_told,
    occasion_told,
    requirement_rows,
    summary_told,
    tolerances_told,
)
from registry.standings import load_standings

router = APIRouter(prefix="/policy")

PAST_ASKED: Final = 10_000
"""Look-ups of the past that an edit is tried on."""
LISTED: Final = 50
"""Approvals and answers that are listed; how many there are in all is told."""
_FILE: Final = "the edit"


@router.get("")
def show(request: Request, at: At, house: Here) -> Response:
    """What tools are judged by?"""
    with house.readings() as session:
        policy = house.policy_in(session)
        past = adoptions(session, LISTED)
    return page(request, "policy.html", at, house.now(), policy=policy, past=past, parts_of=_parts(policy))


@router.get("/edit")
def edit(request: Request, at: At, house: Here) -> Response:
    """The policy's text, to be changed and tried."""
    require(at, Role.MANAGER)
    with house.readings() as session:
        content = text_in_force(session)
    return _edit(request, at, house, content)


@router.post("/try")
def attempt(request: Request, sent: Sent, house: Here) -> Response:
    """What would come of an edit: in words, for approvals, for answers. Nothing is changed."""
    require(sent.visitor, Role.MANAGER)
    content, now = _content(sent), house.now()
    try:
        new = parse_policy(content, _FILE)
    except PolicyError as error:
        return _edit(request, sent.visitor, house, content, refused=_trouble(error))
    with house.readings() as session:
        old = house.policy_in(session)
        tried = backtest(load_standings(session), old, new, now, asked_before(session, PAST_ASKED))
    return page(
        request,
        "policy_try.html",
        sent.visitor,
        now,
        content=content,
        old=old,
        new=new,
        sentences=compare_policies(old, new),
        tried=tried,
        listed=LISTED,
        refused="",
    )


@router.post("/adopt")
def adopt(request: Request, sent: Sent, house: Here) -> Response:
    """Put a policy in force and judge every plan by it, in one act."""
    require(sent.visitor, Role.ADMIN)
    content = _content(sent)
    try:
        with house.sessions() as session:
            new = NewPolicy(content, _FILE, sent.text("reason"))
            adopt_policy(session, new, house.policy, sent.visitor.name, house.now())
    except (PolicyError, AdoptionRefusedError) as error:
        return _edit(request, sent.visitor, house, content, refused=_trouble(error))
    return go_to(request, "/policy")


def _edit(request: Request, at: At, house: House, content: str, *, refused: str = "") -> Response:
    return page(
        request,
        "policy_edit.html",
        at,
        house.now(),
        status=422 if refused else 200,
        content=content,
        refused=refused,
    )


def _trouble(error: PolicyError | AdoptionRefusedError) -> str:
    """What is wrong with an edit; people count lines, they have no file."""
    told = str(error)
    return f"Line {told.removeprefix(_FILE + ':')}" if told.startswith(f"{_FILE}:") else told


def _content(sent: Sent) -> str:
    """The text as it was typed, ended as files are."""
    return f"{sent.text('content')}\n"


def _parts(policy: Policy) -> dict[str, Any]:
    """A policy in words, principle by principle."""
    return {
        "summary": summary_told(policy),
        "principles": [
            {
                "title": principle.title,
                "requirements": [
                    {
                        "id": one.id,
                        "family": one.family.value,
                        "rows": requirement_rows(one),
                        "tolerances": tolerances_told(one),
                        "remedy": one.remedy,
                    }
                    for one in policy.requirements
                    if one.principle == principle.id
                ],
                "triggers": [
                    {
                        "id": one.id,
                        "answer": SEVERITY_WORDS[one.severity],
                        "where": occasion_told(one),
                        "reason": one.reason,
                        "asked": asked_told(one) if one.obligation is None else one.obligation.text,
                    }
                    for one in policy.triggers
                    if one.principle == principle.id
                ],
            }
            for principle in policy.principles
        ],
    }
