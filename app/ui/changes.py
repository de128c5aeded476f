"""Changes that wait for a person: a list, and each with its sentences before and after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.api.house import Here, House
from app.api.notices import notice_shown
from app.db import Session
from app.errors import NotFoundError
from app.ui.former import former_approval
from app.ui.rendering import go_to, page
from app.ui.side_by_side import Piece, pieces
from app.ui.visitor import At, Sent, Visitor, require
from app.unbelieved import Said, answer
from registry.flag_list import (
    Difference,
    Listed,
    Turn,
    Wanted,
    difference_of,
    find_flag,
    list_flags,
    turns_of,
)
from registry.flags import flag_name, flags_to_close
from registry.judgements import last_assessment
from registry.model import AlignedClause, Alignment, Decision, Direction, Policy, Role, Status, Verdict
from registry.notices import (
    NoticeAnswer,
    NoticeBusyError,
    NoticeRefusedError,
    find_notice,
    notices_of,
)
from registry.rulings import Ruling
from registry.store import flags_of
from registry.tables import FlagRow, PlanRow

router = APIRouter(prefix="/changes")

LISTED: Final = 25
FlagName = Annotated[str, Path(pattern=r"^flag_[0-9]{1,12}$")]

_WORDS: Final = {
    Alignment.SAME: "unchanged",
    Alignment.MOVED: "moved",
    Alignment.REWORDED: "other words, same meaning",
    Alignment.CHANGED: "changed",
    Alignment.ADDED: "new",
    Alignment.GONE: "gone",
}


@router.get("")
def walk(
    request: Request,
    at: At,
    house: Here,
    state: Annotated[str, Query(pattern="^(open|closed)$")] = "open",
    direction: Annotated[str, Query(pattern="^(|worse|mixed|unclear|better)$")] = "",
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """Which changes wait, which were settled, and what else a person should hear of."""
    require(at, Role.MANAGER)
    return _list(request, at, house, (state, direction, before))


@router.post("/notices/{notice}")
def answer_notice(
    request: Request, sent: Sent, house: Here, notice: Annotated[str, Path(max_length=40)]
) -> Response:
    """Say what a page's text is that was not believed."""
    require(sent.visitor, Role.REVIEWER)
    try:
        with house.sessions() as session:
            row = find_notice(session, notice)
            if row is None:
                raise NotFoundError("there is no such notice; it may have been answered")
            word = NoticeAnswer(sent.text("answer")) if sent.text("answer") in set(NoticeAnswer) else None
            if word is None or not sent.text("reason"):
                raise NoticeRefusedError("choose an answer, and give a reason")
            said = Said(word, sent.text("reason"), sent.visitor.name, house.now())
            answer(session, row, said, house.policy_in(session))
    except (NoticeRefusedError, NoticeBusyError) as refusal:
        return _list(request, sent.visitor, house, ("open", "", None), refused=str(refusal))
    return go_to(request, "/changes")


@router.get("/{flag}")
def show(
    request: Request, at: At, house: Here, flag: Annotated[str, Path(pattern=r"^flag_[0-9]{1,12}$")]
) -> Response:
    """What changed, sentence by sentence, and what it does to the plan."""
    require(at, Role.MANAGER)
    with house.readings() as session:
        found = find_flag(session, int(flag.removeprefix("flag_")))
        if found is None:
            raise NotFoundError(f"there is no change {flag}")
        difference = difference_of(session, found.flag)
        renewal = _renewal(session, found.plan, house.policy_in(session))
        turn = turns_of(session, [found.flag])[found.flag.id]
        besides = _besides(session, found, renewal, house.now())
    before = {one.requirement: one for one in difference.missed_before}
    after = {one.requirement: one for one in difference.missed_now}
    rows = [_row(one, difference) for one in difference.passages]
    return page(
        request,
        "change.html",
        at,
        house.now(),
        one=found,
        name=flag_name(found.flag),
        rows=[*(row for row in rows if row["differs"]), *_named(found.flag, difference)],
        others=[row for row in rows if not row["differs"]],
        newly_missed=[one for id_, one in after.items() if id_ not in before],
        met_again=[one for id_, one in before.items() if id_ not in after],
        still_missed=[one for id_, one in after.items() if id_ in before],
        renewal=renewal,
        turn=turn,
        besides=besides,
    )


@dataclass(frozen=True, slots=True)
class _Renewal:
    """What approving a plan again as before would say."""

    former: Decision
    assessment: str
    takes: int
    """Persons."""


def _renewal(session: Session, plan: PlanRow, policy: Policy) -> _Renewal | None:
    """The newest approval, to be given again on the newest assessment."""
    former, assessment = former_approval(session, plan), last_assessment(session, plan.id)
    if former is None or assessment is None or plan.status not in (Status.APPROVED, Status.SUSPENDED):
        return None
    return _Renewal(former, assessment.digest, policy.approvals.approvers)


@dataclass(frozen=True, slots=True)
class _Other:
    """Another change that waits on the same plan."""

    direction: str
    turn: Turn


def _besides(
    session: Session, one: Listed, renewal: _Renewal | None, now: datetime
) -> list[tuple[str, _Other, bool]]:
    """The plan's other open changes, and of each whether a decision on this page settles it as well."""
    others = [flag for flag in flags_of(session, one.plan.id) if flag.id != one.flag.id]
    if one.flag.closed_at is not None or not others:
        return []
    digest = None if renewal is None else renewal.assessment
    ruling = Ruling(Verdict.SUSPEND, "", now, assessment=digest, flags=(flag_name(one.flag),))
    settled = {flag.id for flag in flags_to_close(session, one.plan, ruling)}
    turns = turns_of(session, others)
    return [(flag_name(flag), _Other(flag.direction, turns[flag.id]), flag.id in settled) for flag in others]


def _list(
    request: Request,
    at: Visitor,
    house: House,
    asked: tuple[str, str, int | None],
    *,
    refused: str = "",
) -> Response:
    state, direction, before = asked
    wanted = Wanted(state == "closed", Direction(direction) if direction else None, before)
    with house.readings() as session:
        found = list_flags(session, wanted, LISTED + 1)
        turns = turns_of(session, [one.flag for one in found])
        notices = [notice_shown(session, row) for row in notices_of(session)[:LISTED]]
    return page(
        request,
        "changes.html",
        at,
        house.now(),
        status=409 if refused else 200,
        refused=refused,
        state=state,
        direction=direction,
        directions=list(Direction),
        found=[_listed(one, turns[one.flag.id]) for one in found[:LISTED]],
        older=found[LISTED - 1].flag.id if len(found) > LISTED else None,
        notices=notices,
    )


def _listed(one: Listed, turn: Turn) -> dict[str, Any]:
    return {"name": flag_name(one.flag), "plan": one.name, "flag": one.flag, "turn": turn}


def _named(flag: FlagRow, difference: Difference) -> list[dict[str, Any]]:
    """What the change names and no answer rests on: a ban that is gone, beside what allows."""
    stood = {one.quote for one in difference.stood}
    stands = {one.quote for one in difference.stands}
    nowhere = {"direction": None, "differs": True, "was_at": None, "now_at": None, "was": (), "now": ()}
    gone = [
        {**nowhere, "words": _WORDS[Alignment.GONE], "was": (Piece(quote, differs=True),)}
        for quote in dict.fromkeys(flag.before_quotes)
        if quote not in stood
    ]
    new = [
        {**nowhere, "words": _WORDS[Alignment.ADDED], "now": (Piece(quote, differs=True),)}
        for quote in dict.fromkeys(flag.after_quotes)
        if quote not in stands
    ]
    return [*gone, *new]


def _row(one: AlignedClause, difference: Difference) -> dict[str, Any]:
    """A passage for both columns, word by word where it stands on both sides, with its places."""
    was = one.before.quote if one.before else None
    now = one.after.quote if one.after else None
    both = pieces(was, now) if was is not None and now is not None else None
    return {
        "kind": one.kind.value,
        "words": _WORDS[one.kind],
        "direction": one.direction,
        "differs": one.kind in {Alignment.CHANGED, Alignment.ADDED, Alignment.GONE},
        "was_at": None if one.before is None else difference.stood[one.before],
        "now_at": None if one.after is None else difference.stands[one.after],
        "was": both[0] if both else (() if was is None else (Piece(was, differs=True),)),
        "now": both[1] if both else (() if now is None else (Piece(now, differs=True),)),
    }
