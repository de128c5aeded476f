"""The noise ledger, and a person's answers to what it puts before them."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, Path, Query
from pydantic import Field

from app.api.forms import Form, Limit, Moment, Needle, Prose, Shown
from app.api.house import Here
from app.api.notices import NoticeShown, notice_shown
from app.api.tools import PlanSummary, plan_summary
from app.auth import Reviewer, as_manager
from app.db import Session
from app.errors import OF_BODY, NotFoundError, answers
from app.unbelieved import Said, answer
from registry.evidence import digest_of
from registry.ledger import Passed, count_noise, noise_of
from registry.noise import NoiseKind
from registry.notices import NoticeAnswer, NoticeBusyError, NoticeRefusedError, find_notice
from registry.store import find_source, find_tool, plans_governed, plans_of
from registry.tables import NoiseRow, NoticeRow, PlanRow, SourceRow, ToolRow

router = APIRouter(tags=["noise"], responses=answers(NotFoundError))


class NoiseQuery(Form):
    """What of the ledger to show."""

    tool: Needle | None = Field(default=None, description="`vendor/tool`")
    source: Needle | None = Field(default=None, description="One of its sources, by slug.")
    kind: Annotated[NoiseKind | None, Field(strict=False)] = None
    since: Moment | None = None
    until: Moment | None = None


class NoisePage(NoiseQuery):
    """Which page of it."""

    limit: Limit = 50
    before: Annotated[int | None, Field(strict=False, ge=1)] = Field(
        default=None, description="Only older ones than that of this `id`."
    )


class NoiseShown(Shown):
    """A look that differed from the last good one and changed nothing in substance."""

    id: int
    tool: str
    source: str
    kind: NoiseKind
    detail: str
    at: datetime
    vetting: str = Field(description="The pass that looked.")
    document: str | None = Field(description="Digest of the text that was shown; nothing: it showed none.")
    against: str = Field(description="Digest of the last good text.")


class NoiseCounts(Shown):
    """How often something was passed over."""

    total: int
    kinds: dict[NoiseKind, int]


class NewAnswer(Form):
    """What a person says to a notice."""

    answer: Annotated[NoticeAnswer, Field(strict=False)]
    reason: Prose = Field(description="Why; an auditor will ask.")


class Answered(Shown):
    """A notice as it was answered, and the plans as they stand with it."""

    notice: NoticeShown
    plans: list[PlanSummary]


_ANSWERS: Final = {
    "accept": {"value": {"answer": "accept", "reason": "The vendor has written its terms anew."}},
    "dismiss": {"value": {"answer": "dismiss", "reason": "A page for visitors; the terms have moved."}},
    "release": {"value": {"answer": "release", "reason": "The vendor has repaired its page."}},
}


@router.get("/v1/noise", dependencies=[Depends(as_manager)])
def list_noise(asked: Annotated[NoisePage, Query()], house: Here) -> list[NoiseShown]:
    """What looks have passed over, newest first."""
    with house.readings() as session:
        found = noise_of(session, _passed(session, asked), asked.limit, asked.before)
        return [_noise_shown(session, *one) for one in found]


@router.get("/v1/noise/counts", dependencies=[Depends(as_manager)])
def show_counts(asked: Annotated[NoiseQuery, Query()], house: Here) -> NoiseCounts:
    """How often each kind of noise was passed over."""
    with house.readings() as session:
        kinds = count_noise(session, _passed(session, asked))
        return NoiseCounts(total=sum(kinds.values()), kinds=dict(kinds))


@router.post(
    "/v1/notices/{notice}/answer",
    responses=answers(NotFoundError, NoticeBusyError, NoticeRefusedError, *OF_BODY),
)
def answer_a_notice(
    notice: Annotated[str, Path(description="Its identifier.", examples=["notice_7"])],
    form: Annotated[NewAnswer, Body(openapi_examples=_ANSWERS)],
    caller: Reviewer,
    house: Here,
) -> Answered:
    """Say that the waiting text is the terms now, that it is not, or that the page is believed again.

    What is accepted is judged at once, as a change of the vendor's.
    """
    with house.sessions() as session:
        row = _the_notice(session, notice)
        said = Said(form.answer, form.reason, caller.name, house.now())
        answer(session, row, said, house.policy_in(session))
        tool = session.get_one(ToolRow, row.tool_id)
        plans = [plan_summary(session, tool, plan) for plan in _plans(session, row)]
        return Answered(notice=notice_shown(session, row), plans=plans)


def _plans(session: Session, row: NoticeRow) -> list[PlanRow]:
    found = (
        plans_of(session, row.tool_id) if row.source_id is None else plans_governed(session, row.source_id)
    )
    return list(found)


def _the_notice(session: Session, name: str) -> NoticeRow:
    row = find_notice(session, name)
    if row is None:
        raise NotFoundError(f"no notice is called {name!r:.80}; list the flags to see those that wait")
    return row


def _passed(session: Session, asked: NoiseQuery) -> Passed:
    tool = None if asked.tool is None else find_tool(session, asked.tool)
    if asked.tool is not None and tool is None:
        raise NotFoundError(f"no tool is called {asked.tool!r:.80}")
    source = None
    if asked.source is not None:
        source = None if tool is None else find_source(session, tool.id, asked.source)
        if source is None:
            raise NotFoundError(f"the tool has no source {asked.source!r:.80}; name its tool as `tool`")
    return Passed(
        tool_id=None if tool is None else tool.id,
        source_id=None if source is None else source.id,
        kind=asked.kind,
        since=asked.since,
        until=asked.until,
    )


def _noise_shown(session: Session, row: NoiseRow, source: SourceRow, tool: ToolRow) -> NoiseShown:
    return NoiseShown(
        id=row.id,
        tool=tool.slug,
        source=source.slug,
        kind=NoiseKind(row.kind),
        detail=row.detail,
        at=row.at,
        vetting=row.pass_key,
        document=None if row.document_id is None else digest_of(session, row.document_id),
        against=digest_of(session, row.against_id),
    )
