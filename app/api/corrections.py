"""What people correct in the machine's readings: a clause rejected, its stance corrected, one added by hand.

A correction is judged at once, in the same transaction, under the rules of the assessment in force. It may
make an answer safer, for a person decides; so it needs the role that decides.
"""

import secrets
from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Body, Depends, Path, Query, status
from pydantic import Field

from app.api.amending import AnyCorrection, Review, finding_of
from app.api.finding import AtDocument, AtTool, the_correction, the_document, the_tool
from app.api.forms import Form, Prose, Shown
from app.api.house import Here, House
from app.api.tools import PlanSummary, plan_summary
from app.auth import Reviewer, as_manager
from app.db import Session
from app.errors import OF_BODY, BusyError, NotFoundError, StaleDocumentError, answers
from app.judging import catch_up, is_readable, judge_corrected
from extractors.model import Audience, DataKind, Family, Purpose, Stance
from registry.corrections import (
    CorrectionRefusedError,
    all_corrections,
    record_correction,
    record_review,
    withdraw_correction,
)
from registry.effects import CorrectionState, state_of
from registry.evidence import digest_of, good_sighting, last_reading
from registry.store import plans_governed, unfinished_vettings
from registry.submissions import PassState
from registry.tables import CorrectionRow, DocumentRow, ReadingRow, SourceRow, ToolRow

router = APIRouter(tags=["corrections"], responses=answers(NotFoundError))


class Withdrawal(Form):
    """Why a correction ends."""

    reason: Prose


class CorrectionShown(Shown):
    """What a person says of a sentence, and how that stands in the newest text of the source."""

    id: str
    tool: str
    source: str
    kind: Literal["rejected", "restanced", "added", "reviewed"]
    state: CorrectionState = Field(
        description="`dormant`: no longer applies, the sentence is gone. `agreed`: the machine reads it so."
    )
    family: Family | None
    stance: Stance | None
    purpose: Purpose | None
    data: list[DataKind]
    audience: Audience | None
    period_days: int | None
    quote: str
    reason: str
    made_by: str
    made_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_because: str | None


class CorrectionMade(Shown):
    """A correction, and how the plans stand that were judged again with it."""

    correction: CorrectionShown
    plans: list[PlanSummary]


class CorrectionQuery(Form):
    """Which corrections to list."""

    state: Annotated[CorrectionState | None, Field(strict=False)] = None


_WHY: Final = "The sentence speaks of telemetry, not of content."
_EXAMPLES: Final = {
    "rejected": {"value": {"kind": "rejected", "clause": "0" * 64, "reason": _WHY}},
    "restanced": {
        "value": {"kind": "restanced", "clause": "0" * 64, "stance": "opt_in", "reason": "Only with consent."}
    },
    "added": {
        "value": {
            "kind": "added",
            "quote": "Prompts leave our systems after thirty days.",
            "family": "retention",
            "stance": "bounded",
            "data": ["content"],
            "period_days": 30,
            "reason": "The machine has no word for leaving.",
        }
    },
    "reviewed": {"value": {"kind": "reviewed", "reason": "Read from beginning to end."}},
}

_WITHDRAWALS: Final = {"wrong": {"value": {"reason": "The sentence does speak of content."}}}


@router.post(
    "/v1/tools/{vendor}/{tool}/sources/{source}/documents/{digest}/corrections",
    status_code=status.HTTP_201_CREATED,
    responses=answers(NotFoundError, BusyError, StaleDocumentError, CorrectionRefusedError, *OF_BODY),
)
def correct_document(
    at: AtDocument,
    form: Annotated[AnyCorrection, Body(openapi_examples=_EXAMPLES)],
    caller: Reviewer,
    house: Here,
) -> CorrectionMade:
    """Correct the reading of a source's newest document, and judge its plans again at once.

    The correction holds for every later text too in which the sentence stands.
    """
    now = house.now()
    with house.sessions() as session:
        tool = the_tool(session, at)
        document = the_document(session, at)
        reading = _newest_reading(session, document)
        key = _open(session, tool, document.source_id, house)
        if isinstance(form, Review):
            row = record_review(session, reading, form.reason, caller.name, now)
        else:
            found = finding_of(session, form, document, reading)
            row = record_correction(session, reading, found, caller.name, now)
        return _judged(session, row, key, house)


@router.get("/v1/tools/{vendor}/{tool}/corrections", dependencies=[Depends(as_manager)])
def list_corrections(
    at: AtTool, asked: Annotated[CorrectionQuery, Query()], house: Here
) -> list[CorrectionShown]:
    """All corrections of a tool's readings in the order they were made, the withdrawn ones too."""
    with house.readings() as session:
        shown = [
            correction_shown(session, tool, source, row)
            for row, source, tool in all_corrections(session, the_tool(session, at).id)
        ]
    return [one for one in shown if asked.state in {None, one.state}]


@router.post(
    "/v1/corrections/{correction}/withdrawal",
    responses=answers(NotFoundError, BusyError, CorrectionRefusedError, *OF_BODY),
)
def withdraw_a_correction(
    correction: Annotated[str, Path(description="Its identifier.", examples=["cor_0123456789abcdef"])],
    form: Annotated[Withdrawal, Body(openapi_examples=_WITHDRAWALS)],
    caller: Reviewer,
    house: Here,
) -> CorrectionMade:
    """End a correction, and judge its plans again at once; it stays on record."""
    with house.sessions() as session:
        row = the_correction(session, correction)
        tool = session.get_one(ToolRow, session.get_one(SourceRow, row.source_id).tool_id)
        key = _open(session, tool, row.source_id, house)
        withdraw_correction(session, row, form.reason, caller.name, house.now())
        return _judged(session, row, key, house)


def correction_shown(
    session: Session, tool: ToolRow, source: SourceRow, row: CorrectionRow
) -> CorrectionShown:
    """A correction as answers show it."""
    return CorrectionShown(
        id=row.public_id,
        tool=tool.slug,
        source=source.slug,
        kind=row.kind,
        state=state_of(session, row),
        family=None if row.family is None else Family(row.family),
        stance=None if row.stance is None else Stance(row.stance),
        purpose=None if row.purpose is None else Purpose(row.purpose),
        data=[DataKind(kind) for kind in row.data],
        audience=None if row.audience is None else Audience(row.audience),
        period_days=row.period_days,
        quote=row.quote,
        reason=row.reason,
        made_by=row.made_by,
        made_at=row.made_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=row.withdrawn_by,
        withdrawn_because=row.withdrawn_because,
    )


def _newest_reading(session: Session, document: DocumentRow) -> ReadingRow:
    good = good_sighting(session, document.source_id)
    if good is None or good.document_id != document.id:
        newest = None if good is None or good.document_id is None else digest_of(session, good.document_id)
        raise StaleDocumentError(f"the source shows another text by now; correct that one: {newest}")
    reading = last_reading(session, document.id)
    if reading is None:
        raise BusyError("the document has not been read yet; do this again when its vetting is done")
    return reading


def _open(session: Session, tool: ToolRow, source_id: int, house: House) -> str:
    """Make sure that what is judged next differs by the correction alone; gives the key to judge under."""
    running = [
        one
        for one in unfinished_vettings(session)
        if one.tool_id == tool.id and one.state == PassState.RUNNING
    ]
    if running:
        raise BusyError(f"{running[0].key} is looking at the tool; do this again when it is done")
    plans = plans_governed(session, source_id)
    if not all(is_readable(session, plan) for plan in plans):
        raise BusyError(
            "the newest text was not read under the rules of the assessment in force; "
            "ask for a vetting of the kind reread, then do this again"
        )
    key = f"correction:{tool.slug}:{secrets.token_hex(4)}"
    for plan in plans:
        catch_up(session, plan, f"{key}:before", house.policy_in(session), house.now())
    return key


def _judged(session: Session, row: CorrectionRow, key: str, house: House) -> CorrectionMade:
    plans = plans_governed(session, row.source_id)
    for plan in plans:
        judge_corrected(session, plan, key, house.policy_in(session), house.now())
    source = session.get_one(SourceRow, row.source_id)
    tool = session.get_one(ToolRow, source.tool_id)
    return CorrectionMade(
        correction=correction_shown(session, tool, source, row),
        plans=[plan_summary(session, tool, plan) for plan in plans],
    )
