"""How much a plan's answers give to think, and that lists have them at hand."""

from datetime import datetime

from sqlmodel import Session, select

from extractors.model import Answer, Family, Stance
from registry.gravity import MATRIX, WEIGHTS, gravity
from registry.store import sources_of
from registry.tables import PlanFactsRow, PlanRow, ToolRow
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, clause, judged, show

GOOD = {
    Family.TRAINING: Answer.PROHIBITED,
    Family.RETENTION: Answer.NONE,
    Family.REUSE: Answer.SERVICE_ONLY,
}


def test_every_answer_of_the_matrix_has_a_weight() -> None:
    assert set(WEIGHTS) == set(Answer)


def test_one_bad_answer_outweighs_two_unknown_ones_and_an_unknown_one_two_that_need_care() -> None:
    bad = gravity({**GOOD, Family.TRAINING: Answer.PERMITTED})
    unknown = gravity({Family.TRAINING: Answer.PROHIBITED})
    one_unknown = gravity({**GOOD, Family.REUSE: Answer.UNREAD})
    care = gravity(
        {**GOOD, Family.TRAINING: Answer.OPT_OUT, Family.RETENTION: Answer.USER_CONTROL},
    )
    assert bad > unknown > one_unknown > care > gravity(GOOD) == 0


def test_nothing_known_is_never_as_light_as_good_answers() -> None:
    assert gravity({}) == len(MATRIX) * WEIGHTS[Answer.UNREAD] > 0


def test_a_plan_shows_the_facts_of_its_newest_assessment(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    source = sources_of(session, tool.id)[0]
    for key, found in (("first", clause(NO_TRAINING)), ("second", clause(MAY_TRAIN, Stance.PERMITS))):
        show(session, source, found, key, now)
        newest = judged(session, studio, source, found, now)
    (row,) = session.exec(select(PlanFactsRow)).all()
    assert (row.assessment_id, row.training, row.retention) == (newest.id, "permitted", None)
    assert row.gravity == gravity({Family.TRAINING: Answer.PERMITTED})
