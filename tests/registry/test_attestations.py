"""What is attested of an obligation: by whom, on what, and only as long as the decision stands."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from registry.attestations import AttestationRefusedError, attest, obligations_of
from registry.model import Attestation, Obligation, Verdict
from registry.reviews import decide
from registry.rulings import Ruling
from registry.store import revision, sources_of
from registry.tables import DecisionRow, ObligationRow, PlanRow, ToolRow
from tests.registry.conftest import NOW
from tests.registry.readings import NO_TRAINING, clause, judged, show

DAY = timedelta(days=1)
ENDS = NOW + 30 * DAY
SWITCH = Obligation("Sharing is off.", "the administrator", "a picture", None, before_use=True)


@pytest.fixture
def obligation(session: Session, tool: ToolRow, studio: PlanRow) -> ObligationRow:
    """The one obligation of an approval."""
    source = sources_of(session, tool.id)[0]
    show(session, source, clause(NO_TRAINING), "first", NOW)
    judged(session, studio, source, clause(NO_TRAINING), NOW)
    approve(session, studio)
    return session.exec(select(ObligationRow)).one()


def approve(session: Session, studio: PlanRow) -> DecisionRow:
    ruling = Ruling(Verdict.APPROVE_WITH_CONDITIONS, "Fine.", ENDS, obligations=(SWITCH,))
    return decide(session, studio, ruling, "kim", NOW)


def word(**other: Any) -> Attestation:
    return replace(Attestation("lee", "a picture", NOW + DAY, None), **other)


def test_the_newest_word_counts_and_look_ups_hear_of_it(session: Session, obligation: ObligationRow) -> None:
    before = revision(session)
    attest(session, obligation, word())
    newest = word(by="max", until=NOW + 9 * DAY)
    told = attest(session, obligation, newest)
    assert told.attestation == newest
    assert obligations_of(session, [obligation.decision_id])[obligation.decision_id] == (told,)
    assert revision(session) == before + 2


@pytest.mark.parametrize("evidence", ["", "  \n"])
def test_a_word_without_evidence_is_none(session: Session, obligation: ObligationRow, evidence: str) -> None:
    with pytest.raises(AttestationRefusedError, match="what shows it"):
        attest(session, obligation, word(evidence=evidence))


def test_a_word_holds_for_a_time_to_come(session: Session, obligation: ObligationRow) -> None:
    with pytest.raises(AttestationRefusedError, match="lies in the past"):
        attest(session, obligation, word(until=NOW + DAY))
    attest(session, obligation, word(until=NOW + DAY + timedelta(microseconds=1)))


def test_nothing_is_attested_of_a_decision_that_has_expired(
    session: Session, obligation: ObligationRow
) -> None:
    with pytest.raises(AttestationRefusedError, match="not in force"):
        attest(session, obligation, word(at=ENDS))
    attest(session, obligation, word(at=ENDS - timedelta(microseconds=1)))


def test_nothing_is_attested_of_a_decision_that_another_has_replaced(
    session: Session, obligation: ObligationRow, studio: PlanRow
) -> None:
    approve(session, studio)
    with pytest.raises(AttestationRefusedError, match="attest those of the newest"):
        attest(session, obligation, word())
