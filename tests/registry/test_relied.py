"""When a sentence that an approval relies on still stands, and when it does not."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import Session

from extractors.model import Stance
from registry.model import Verdict
from registry.relied import lost_clauses, quotes_of
from registry.reviews import decide
from registry.rulings import Ruling
from registry.store import find_plan, sources_of
from registry.tables import ClauseRow, PlanRow, ToolRow
from tests.registry.readings import RULESET, clause, judged, show

SENTENCE = "We do not use your prompts to train our models."


@pytest.fixture
def relying(session: Session, tool: ToolRow, now: datetime) -> PlanRow:
    """A plan whose approval relies on one sentence of its terms."""
    plan, source = find_plan(session, tool.id, "studio"), sources_of(session, tool.id)[0]
    assert plan is not None
    show(session, source, clause(SENTENCE), "first", now)
    judged(session, plan, source, clause(SENTENCE), now)
    ruling = Ruling(Verdict.APPROVE, "reads well", now + timedelta(days=90))
    decide(session, plan, ruling, "rita", now)
    return plan


@pytest.mark.parametrize(
    "now_reads",
    [
        "We do not use your [prompts](https://acme.example/words) to train our models.",
        "We do not use **your prompts** to train our models!",
        "We never use your prompts to train our models.",
    ],
)
def test_a_sentence_stands_while_its_document_says_the_same(
    session: Session, tool: ToolRow, relying: PlanRow, now: datetime, now_reads: str
) -> None:
    show(session, sources_of(session, tool.id)[0], clause(now_reads), "second", now)
    assert lost_clauses(session, relying, RULESET) == ()


@pytest.mark.parametrize(
    ("now_reads", "stance"),
    [
        ("We may use your prompts to train our models.", Stance.PERMITS),
        ("We do not use your prompts to train our models unless you asked us to.", Stance.OPT_IN),
        ("We do not use your prompts to train our models, except for your drafts.", Stance.PROHIBITS),
    ],
)
def test_a_sentence_that_says_less_is_lost(
    session: Session, tool: ToolRow, relying: PlanRow, now: datetime, now_reads: str, stance: Stance
) -> None:
    show(session, sources_of(session, tool.id)[0], clause(now_reads, stance), "second", now)
    assert lost_clauses(session, relying, RULESET) == (clause(SENTENCE).digest,)


def test_the_same_sentence_in_another_document_does_not_stand_in_for_it(
    session: Session, tool: ToolRow, relying: PlanRow, now: datetime
) -> None:
    terms, other = sources_of(session, tool.id)
    show(session, terms, clause("We like the sea.", Stance.OPT_IN), "second", now)
    show(session, other, clause("We never use your prompts to train our models."), "second", now)
    assert lost_clauses(session, relying, RULESET) == (clause(SENTENCE).digest,)


def test_an_approval_that_relies_on_very_many_sentences_is_held_against_each(
    session: Session, tool: ToolRow, now: datetime
) -> None:
    plan, source = find_plan(session, tool.id, "studio"), sources_of(session, tool.id)[0]
    assert plan is not None
    was = [clause(f"We do not use matter{number} to train our models.") for number in range(1_000)]
    show(session, source, was[0], "first", now, *was[1:])
    judged(session, plan, source, was[0], now)
    ruling = Ruling(Verdict.APPROVE, "reads well", now + timedelta(days=90))
    decide(session, plan, ruling, "rita", now).clauses = [one.digest for one in was]
    show(session, source, was[1], "second", now, *was[2:])
    assert lost_clauses(session, plan, RULESET) == ()
    show(session, source, clause("We may train our models on it.", Stance.PERMITS), "third", now)
    assert lost_clauses(session, plan, RULESET) == tuple(one.digest for one in was)
    assert quotes_of(session, [one.digest for one in was]) == tuple(one.quote for one in was)


def test_how_often_a_sentence_was_read_costs_nothing(
    session: Session, tool: ToolRow, relying: PlanRow, now: datetime
) -> None:
    source = sources_of(session, tool.id)[0]
    for number in range(20):
        show(session, source, clause(SENTENCE), f"look-{number}", now, clause(f"Matter {number}."))
    show(session, source, clause("We may train our models on it.", Stance.PERMITS), "last", now)
    session.flush()
    session.expunge_all()
    loaded: list[ClauseRow] = []
    event.listen(ClauseRow, "load", told := lambda row, _: loaded.append(row))
    try:
        assert lost_clauses(session, relying, RULESET) == (clause(SENTENCE).digest,)
    finally:
        event.remove(ClauseRow, "load", told)
    assert len(loaded) == 2
