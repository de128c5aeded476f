"""Which flags a decision closes: those that its person has seen, and no others."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from extractors.model import Answer, Family, Stance
from registry.flags import MOST_QUOTED, flag_name, open_flags
from registry.model import Cause, Change, ClauseChange, Direction, Status, Verdict
from registry.reviews import decide
from registry.rulings import DecisionRefusedError, Ruling, StaleAssessmentError
from registry.store import flags_of, sources_of
from registry.tables import AssessmentRow, PlanRow, ToolRow
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, clause, judged, show

DAY = timedelta(days=1)


@pytest.fixture
def first(session: Session, tool: ToolRow, studio: PlanRow, now: datetime) -> AssessmentRow:
    source = sources_of(session, tool.id)[0]
    show(session, source, clause(NO_TRAINING), "first", now)
    return judged(session, studio, source, clause(NO_TRAINING), now)


@pytest.fixture
def ruling(now: datetime) -> Ruling:
    return Ruling(Verdict.APPROVE, "Reads well.", now + 90 * DAY)


def flagged(session: Session, plan: PlanRow, before: AssessmentRow, after: AssessmentRow) -> str:
    """Open a flag; gives its name."""
    change = Change(
        Family.TRAINING, Direction.WORSE, Cause.TERMS, Answer.PROHIBITED, Answer.PERMITTED, clauses=()
    )
    open_flags(session, plan, [change], before, after, after.made_at)
    return flag_name(flags_of(session, plan.id)[0])


def again(session: Session, row: AssessmentRow, name: str) -> AssessmentRow:
    """An assessment that comes to the same, a day later."""
    kept = row.model_dump(exclude={"id"}) | {"pass_key": name, "made_at": row.made_at + DAY}
    same = AssessmentRow(**kept)
    session.add(same)
    session.flush()
    return same


def waiting(session: Session) -> list[str]:
    return [flag_name(row) for row in reversed(flags_of(session))]


def test_an_assessment_names_the_flags_that_came_with_it(
    session: Session, studio: PlanRow, first: AssessmentRow, ruling: Ruling, now: datetime
) -> None:
    flagged(session, studio, first, first)
    decide(session, studio, replace(ruling, assessment=first.digest), "rita", now)
    assert waiting(session) == []


def test_a_flag_that_came_later_although_the_assessment_stayed_the_same_stops_an_approval(
    session: Session, studio: PlanRow, first: AssessmentRow, ruling: Ruling, now: datetime
) -> None:
    flagged(session, studio, first, first)
    later = flagged(session, studio, first, again(session, first, "second"))
    read = replace(ruling, assessment=first.digest)
    with pytest.raises(StaleAssessmentError, match=rf"{later} \(training: prohibited to permitted\)"):
        decide(session, studio, read, "rita", now)
    assert studio.status == Status.IN_REVIEW
    decide(session, studio, replace(read, flags=(later,)), "rita", now)
    assert (studio.status, waiting(session)) == (Status.APPROVED, [])


def test_a_rejection_leaves_open_what_its_person_has_not_seen(
    session: Session, studio: PlanRow, first: AssessmentRow, ruling: Ruling, now: datetime
) -> None:
    seen = flagged(session, studio, first, first)
    later = flagged(session, studio, first, again(session, first, "second"))
    decide(session, studio, replace(ruling, verdict=Verdict.REJECT, flags=(seen,)), "rita", now)
    assert waiting(session) == [later]


def test_a_flag_that_was_seen_is_kept_open_where_the_person_says_so(
    session: Session, studio: PlanRow, first: AssessmentRow, ruling: Ruling, now: datetime
) -> None:
    one = flagged(session, studio, first, first)
    other = flagged(session, studio, first, again(session, first, "second"))
    decide(session, studio, replace(ruling, flags=(one,), keep_open=(other,)), "rita", now)
    assert (studio.status, waiting(session)) == (Status.APPROVED, [other])


def test_what_came_with_the_assessment_can_be_kept_open_too(
    session: Session, studio: PlanRow, first: AssessmentRow, ruling: Ruling, now: datetime
) -> None:
    one = flagged(session, studio, first, first)
    decide(session, studio, replace(ruling, assessment=first.digest, keep_open=(one,)), "rita", now)
    assert waiting(session) == [one]


def test_a_flag_that_somebody_closed_meanwhile_is_news_to_the_person(
    session: Session, studio: PlanRow, first: AssessmentRow, ruling: Ruling, now: datetime
) -> None:
    one = flagged(session, studio, first, first)
    decide(session, studio, replace(ruling, flags=(one,)), "ben", now)
    with pytest.raises(StaleAssessmentError, match=f"{one} does not wait any more: ben closed it"):
        decide(session, studio, replace(ruling, verdict=Verdict.REJECT, flags=(one,)), "rita", now)


def test_a_name_that_is_no_flag_is_refused(
    session: Session, studio: PlanRow, first: AssessmentRow, ruling: Ruling, now: datetime
) -> None:
    for named in (replace(ruling, flags=("flag_99",)), replace(ruling, keep_open=("x",))):
        with pytest.raises(DecisionRefusedError, match="no flag of this plan"):
            decide(session, studio, named, "rita", now)


def test_a_flag_is_not_closed_and_kept_open_at_once(
    session: Session, studio: PlanRow, first: AssessmentRow, ruling: Ruling, now: datetime
) -> None:
    one = flagged(session, studio, first, first)
    with pytest.raises(DecisionRefusedError, match="name it once"):
        decide(session, studio, replace(ruling, flags=(one,), keep_open=(one,)), "rita", now)


def test_a_flag_quotes_some_of_very_many_sentences_and_the_worse_ones_first(
    session: Session, studio: PlanRow, first: AssessmentRow
) -> None:
    better = [clause(f"We never train on matter{number}.") for number in range(1_000)]
    worse = clause(MAY_TRAIN, Stance.PERMITS)
    clauses = [ClauseChange(Family.TRAINING, Direction.BETTER, None, one) for one in better]
    clauses.append(ClauseChange(Family.TRAINING, Direction.WORSE, None, worse))
    change = Change(
        *(Family.TRAINING, Direction.MIXED, Cause.TERMS, Answer.PROHIBITED, Answer.PERMITTED, tuple(clauses))
    )
    (row,) = open_flags(session, studio, [change], first, first, first.made_at)
    assert row.after_quotes == [worse.quote, *(one.quote for one in better[: MOST_QUOTED - 1])]
    assert row.before_quotes == []
