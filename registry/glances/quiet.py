"""Whether a pass leaves anything to judge, in few statements. Never commits."""

from datetime import datetime

from sqlalchemy import Integer, ScalarSelect, String, bindparam, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.model import Status
from registry.submissions import UNJUDGED, PassState
from registry.tables import (
    AssessmentRow,
    NoticeRow,
    PlanRow,
    PolicyRow,
    SightingRow,
    SourceRow,
    UtcDateTime,
    VettingRow,
)

_KEY = bindparam("of_pass", type_=String)
_TOOL = bindparam("of_tool", type_=Integer)
_OPEN = [PassState.QUEUED, PassState.RUNNING]
_OTHERS = select(func.count()).where(col(VettingRow.tool_id) == _TOOL, col(VettingRow.key) != _KEY)
_JUDGED = aliased(SightingRow)
_LAST_JUDGED = (
    select(col(_JUDGED.document_id))
    .join(VettingRow, col(VettingRow.key) == _JUDGED.pass_key)
    .where(col(_JUDGED.source_id) == SightingRow.source_id, col(_JUDGED.document_id).is_not(None))
    .where(col(_JUDGED.id) < SightingRow.id, col(VettingRow.state) == PassState.DONE)
    .where(col(VettingRow.step).not_in(UNJUDGED))
    .order_by(col(_JUDGED.id).desc())
    .limit(1)
    .correlate(SightingRow)
    .scalar_subquery()
)


def _last(state: PassState) -> ScalarSelect[datetime | None]:
    ended = select(func.max(VettingRow.finished_at, type_=UtcDateTime))
    return (
        ended.where(
            col(VettingRow.tool_id) == _TOOL, col(VettingRow.key) != _KEY, col(VettingRow.state) == state
        )
        .where(col(VettingRow.step).not_in(UNJUDGED))
        .scalar_subquery()
    )


_TOLD = select(
    select(func.count())
    .select_from(SightingRow)
    .where(col(SightingRow.pass_key) == _KEY, col(SightingRow.document_id).is_distinct_from(_LAST_JUDGED))
    .scalar_subquery()
    .label("news"),
    _OTHERS.where(col(VettingRow.state).in_(_OPEN)).scalar_subquery().label("open"),
    select(func.count())
    .where(col(NoticeRow.tool_id) == _TOOL, col(NoticeRow.closed_at).is_(None))
    .scalar_subquery()
    .label("notices"),
    select(func.max(SourceRow.changed_at, type_=UtcDateTime))
    .where(col(SourceRow.tool_id) == _TOOL)
    .scalar_subquery()
    .label("changed_at"),
    _last(PassState.DONE).label("judged_at"),
    _last(PassState.FAILED).label("failed_at"),
)
_POLICY = select(col(PolicyRow.version)).order_by(col(PolicyRow.id).desc()).limit(1)
_NEWEST = (
    select(func.max(AssessmentRow.id))
    .where(col(AssessmentRow.plan_id) == PlanRow.id)
    .correlate(PlanRow)
    .scalar_subquery()
)
_PLANS = (
    select(col(PlanRow.status), col(AssessmentRow.ruleset), col(AssessmentRow.policy))
    .outerjoin(AssessmentRow, col(AssessmentRow.id) == _NEWEST)
    .where(col(PlanRow.tool_id) == _TOOL, col(PlanRow.status) != Status.RETIRED)
)


def is_outdated(session: Session, tool_id: int, ruleset: str, policy: str) -> bool:
    """Whether a plan of the tool was judged last under other rules or by another policy."""
    plans = session.connection().execute(_PLANS, {"of_tool": tool_id}).all()
    return any(under is not None and (under, by) != (ruleset, policy) for _, under, by in plans)


def is_quiet(session: Session, tool_id: int, key: str, ruleset: str, policy: str | None) -> bool:
    """Whether a pass has seen just what its tool was judged by last, so that to judge again changes nothing.

    `policy`: the version that counts where none was adopted. In doubt it is not.
    """
    run = session.connection().execute
    told = run(_TOLD, {"of_tool": tool_id, "of_pass": key}).mappings().one()
    if told["news"] or told["open"] or told["notices"] or told["judged_at"] is None:
        return False
    later = (told["failed_at"], told["changed_at"])
    if any(at is not None and at >= told["judged_at"] for at in later):
        return False
    in_force = run(_POLICY).scalar() or policy
    plans = run(_PLANS, {"of_tool": tool_id}).all()
    return bool(plans) and all(
        (under, by) == (ruleset, in_force) and status != Status.SUBMITTED for status, under, by in plans
    )
