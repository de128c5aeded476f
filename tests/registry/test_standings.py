"""Standings: what look-ups know of a plan is what the registry holds, no more and no older."""

import hashlib
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from extractors.model import Answer, Family, Snapshot, Stance
from registry.evidence import Seen, record_sighting
from registry.model import Standing, Status, Verdict
from registry.reviews import decide
from registry.rulings import Ruling
from registry.standings import MOST_TOLD, load_standings
from registry.store import sources_of
from registry.submissions import keep_upload
from registry.tables import ClauseRow, FactRow, PlanRow, ToolRow
from tests.app.ui.counting import loaded_clauses
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, clause, judged, show


def _studio(session: Session) -> Standing:
    return next(one for one in load_standings(session) if one.plan == "acme/brush@studio")


def test_a_plan_that_was_never_assessed_knows_nothing(session: Session, studio: PlanRow) -> None:
    standing = _studio(session)
    assert standing.status is Status.SUBMITTED
    assert (standing.answers, standing.decision, standing.evidence_at) == ({}, None, None)


def test_evidence_is_as_old_as_the_source_seen_longest_ago(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    terms, dpa = sources_of(session, tool.id)
    show(session, terms, clause(NO_TRAINING), "first", now - timedelta(days=9))
    assert _studio(session).evidence_at is None
    show(session, dpa, clause(NO_TRAINING), "first", now)
    assert _studio(session).evidence_at == now - timedelta(days=9)


def test_a_failed_look_does_not_make_evidence_younger(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    for source in sources_of(session, tool.id):
        show(session, source, clause(NO_TRAINING), "first", now - timedelta(days=9))
        record_sighting(session, source.id, "second", Seen(None, now))
    assert _studio(session).evidence_at == now - timedelta(days=9)


def test_a_standing_carries_the_sentence_behind_each_answer(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    source = sources_of(session, tool.id)[0]
    show(session, source, clause(MAY_TRAIN, Stance.PERMITS), "first", now)
    judged(session, studio, source, clause(MAY_TRAIN, Stance.PERMITS), now)
    standing = _studio(session)
    assert standing.answers == {Family.TRAINING: Answer.PERMITTED}
    assert [(one.quote, one.url) for one in standing.evidence] == [(MAY_TRAIN, source.urls[0])]
    assert [one.requirement for one in standing.violations] == ["no-training"]


def test_a_standing_carries_what_the_deciding_sentences_overrule_behind_them(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    terms, dpa = sources_of(session, tool.id)
    show(session, terms, clause(MAY_TRAIN, Stance.PERMITS), "first", now)
    show(session, dpa, clause(NO_TRAINING), "first", now)
    judged(session, studio, dpa, clause(NO_TRAINING), now)
    overruled = session.exec(select(ClauseRow.id).where(ClauseRow.quote == MAY_TRAIN)).one()
    fact = session.exec(select(FactRow)).one()
    fact.overruled_ids = [overruled]
    session.flush()
    told = [(one.quote, one.overruled) for one in _studio(session).evidence]
    assert told == [(NO_TRAINING, False), (MAY_TRAIN, True)]


def test_an_answer_that_rests_on_very_many_sentences_is_told_with_some_of_them(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    source = sources_of(session, tool.id)[0]
    said = [clause(f"We do not train on matter{number}.") for number in range(1_000)]
    show(session, source, said[0], "first", now, *said[1:])
    judged(session, studio, source, said[0], now)
    fact = session.exec(select(FactRow)).one()
    fact.clause_ids = list(session.exec(select(ClauseRow.id).order_by(col(ClauseRow.id))))
    fact.overruled_ids = fact.clause_ids
    session.flush()
    session.expunge_all()
    with loaded_clauses() as loaded:
        evidence = _studio(session).evidence
    assert [one.overruled for one in evidence] == [False] * MOST_TOLD + [True] * MOST_TOLD
    assert len(loaded) == MOST_TOLD


def test_a_sentence_of_an_upload_stands_under_its_files_name(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    source = sources_of(session, tool.id)[0]
    show(session, source, clause(NO_TRAINING), "first", now)
    source.urls = []
    body = NO_TRAINING.encode()
    digest = hashlib.sha256(body).hexdigest()
    upload = Snapshot(body, digest, "text/plain", "utf-8", "upload:Contract 2027.txt", now)
    keep_upload(session, source, upload, "ann", now)
    judged(session, studio, source, clause(NO_TRAINING), now)
    assert [one.url for one in _studio(session).evidence] == ["upload:Contract 2027.txt"]


def test_a_sentence_is_as_old_as_the_last_look_at_its_source(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    source = sources_of(session, tool.id)[0]
    show(session, source, clause(NO_TRAINING), "first", now - timedelta(days=9))
    judged(session, studio, source, clause(NO_TRAINING), now - timedelta(days=9))
    show(session, source, clause(NO_TRAINING), "second", now)
    assert [one.seen_at for one in _studio(session).evidence] == [now]


def test_a_decision_knows_the_violations_that_its_person_saw(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    source = sources_of(session, tool.id)[0]
    show(session, source, clause(MAY_TRAIN, Stance.PERMITS), "first", now)
    read = judged(session, studio, source, clause(MAY_TRAIN, Stance.PERMITS), now).digest
    ruling = Ruling(Verdict.APPROVE, "a test", now + timedelta(days=1), assessment=read)
    decide(session, studio, ruling, "rita", now)
    decision = _studio(session).decision
    assert decision is not None
    assert [one.requirement for one in decision.known] == ["no-training"]


@pytest.mark.parametrize("name", ["acme/brush@free", "acme/brush@studio"])
def test_every_plan_has_a_standing(session: Session, tool: ToolRow, name: str) -> None:
    assert name in {one.plan for one in load_standings(session)}
