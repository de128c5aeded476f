"""`POST /access/v1/search/subject`, `/resource` and `/action`: for what would a decision be a yes?

Only this module knows how results are found. Who asks changes no answer, so a search for subjects says in its
context whether any may, and names the one it knows: the system that asks. A page of resources may hold fewer
than were asked for, and even none, while `next_token` says that there are more: it ends after so many
plans were judged.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.lookup.authzen.deciding import outcome_for, work_of
from app.lookup.authzen.form import (
    TOOL,
    USE,
    Ask,
    FormError,
    entity_of,
    read_partial_ask,
    refusal,
    subject_name,
)
from app.lookup.authzen.paging import Page, read_page, token_after
from app.lookup.authzen.telling import obligations_shown
from app.lookup.body import BodyError, parse_object
from app.lookup.exchange import Endpoint, Question, Reply, Searched, reply_once, write_json
from app.lookup.index import MAX_NAME, LookupIndex
from registry.model import Duty

SEARCH_SUBJECT: Final = "/access/v1/search/subject"
SEARCH_RESOURCE: Final = "/access/v1/search/resource"
SEARCH_ACTION: Final = "/access/v1/search/action"
SYSTEM: Final = "system"
"""The type of subject that holds a key."""
MAX_JUDGED: Final = 2000
"""Plans judged for one page."""


class _Search(NamedTuple):
    ask: Ask
    page: Page
    subject_type: str
    caller: str


class _Found(NamedTuple):
    results: Sequence[dict[str, Any]]
    next_token: str = ""
    any_subject: bool | None = None


_Finder = Callable[[LookupIndex, _Search, datetime], _Found]


def search_endpoints() -> Sequence[Endpoint]:
    """The three endpoints."""
    return (
        Endpoint("POST", SEARCH_SUBJECT.encode(), _answerer("subject", _subjects), reads=True),
        Endpoint(
            "POST", SEARCH_RESOURCE.encode(), _answerer("resource", _resources), reads=True, is_long=True
        ),
        Endpoint("POST", SEARCH_ACTION.encode(), _answerer("action", _actions), reads=True),
    )


def _answerer(wanted: str, find: _Finder) -> Callable[[LookupIndex, Question, datetime], Reply]:
    def answer(index: LookupIndex, question: Question, now: datetime) -> Reply:
        try:
            asked = parse_object(question.body)
            ask = read_partial_ask(asked, wanted, index.policy)
            subject_type = entity_of(asked, "subject", ())["type"]
            search = _Search(ask, read_page(asked, wanted, ask), subject_type, question.caller)
        except (BodyError, FormError) as error:
            return refusal(error)
        found = find(index, search, now)
        context = {"revision": index.revision, "policy": index.policy.version}
        if found.any_subject is not None:
            context["any_subject"] = found.any_subject
        page = {"next_token": found.next_token, "count": len(found.results)}
        content = write_json({"results": found.results, "page": page, "context": context})
        subject = subject_name(asked.get("subject"))
        return reply_once(content, (_searched(index, wanted, ask, found),), (subject,))

    return answer


def _searched(index: LookupIndex, wanted: str, ask: Ask, found: _Found) -> Searched:
    """What a record keeps of a search."""
    return Searched(
        wanted=wanted,
        tool=ask.id[:MAX_NAME],
        plan=ask.plan,
        context=work_of(index, ask),
        found=len(found.results),
        is_last=not found.next_token,
        revision=index.revision,
        policy=index.policy.version,
    )


def _subjects(index: LookupIndex, search: _Search, now: datetime) -> _Found:
    allowed = outcome_for(index, search.ask, now).evaluation.decision
    known = allowed and search.subject_type == SYSTEM
    return _Found([{"type": SYSTEM, "id": search.caller}] if known else [], any_subject=allowed)


def _actions(index: LookupIndex, search: _Search, now: datetime) -> _Found:
    allowed = outcome_for(index, search.ask, now).evaluation.decision
    return _Found([{"name": USE}] if allowed else [])


def _resources(index: LookupIndex, search: _Search, now: datetime) -> _Found:
    """Find plans among the approved ones, since only they can be allowed."""
    ask, page = search.ask, search.page
    if (ask.action, ask.type) != (USE, TOOL):
        return _Found(())
    results: list[dict[str, Any]] = []
    judged, last = 0, page.after
    for plan in index.approved_after(page.after):
        if len(results) == page.limit or judged == MAX_JUDGED:
            return _Found(results, token_after("resource", ask, last))
        last = plan
        if ask.plan is not None and not plan.endswith(f"@{ask.plan}"):
            continue
        judged += 1
        # Asked as an evaluation would ask, by the name that is handed out: a yes here is a yes there.
        outcome = outcome_for(index, ask._replace(id=plan, plan=None), now)
        if outcome.evaluation.decision:
            results.append(_resource(plan, outcome.evaluation.duties))
    return _Found(results)


def _resource(plan: str, duties: Sequence[Duty]) -> dict[str, Any]:
    named: dict[str, Any] = {"type": TOOL, "id": plan}
    if duties:
        named["obligations"] = obligations_shown(duties)
    return named
