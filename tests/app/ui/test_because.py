"""Why a sentence was read as it is, in words."""

import pytest

from app.ui.because import because
from extractors.model import PROPOSED, Family, Purpose, Stance
from registry.changes.ordering import STANCES
from registry.evidence import clause_row
from registry.tables import ClauseRow
from tests.registry.readings import clause


def row(family: Family, stance: Stance | None, **told: object) -> ClauseRow:
    found = clause_row(1, clause("A sentence.", stance or Stance.PERMITS, family))
    found.stance, found.data, found.modifiers, found.rule = stance, ["content"], [], "a.rule"
    for name, value in told.items():
        setattr(found, name, value)
    return found


@pytest.mark.parametrize(
    ("family", "stance", "purpose", "said"),
    [
        (
            Family.TRAINING,
            Stance.PERMITS,
            None,
            "the vendor may use what customers put in or get out to train",
        ),
        (
            Family.TRAINING,
            Stance.PROHIBITS,
            None,
            "the vendor may not use what customers put in or get out to",
        ),
        (Family.TRAINING, Stance.OPT_OUT, None, "to train models unless the customer opts out"),
        (Family.REUSE, Stance.OPT_IN, Purpose.MARKETING, "for marketing only where the customer agrees"),
        (Family.REUSE, Stance.PROHIBITS, Purpose.SERVICE_ONLY, "is used for the service alone"),
        (Family.RETENTION, Stance.OPEN_ENDED, None, "is kept, and no end is stated"),
        (Family.OWNERSHIP, Stance.VENDOR, None, "belongs to the vendor"),
        (Family.CHANGE, Stance.NO_NOTICE, None, "the terms may change without notice"),
    ],
)
def test_what_a_sentence_says_is_told_whole(
    family: Family, stance: Stance, purpose: Purpose | None, said: str
) -> None:
    assert said in because(row(family, stance, purpose=purpose))


def test_days_are_told_where_they_are_known() -> None:
    kept = row(Family.RETENTION, Stance.BOUNDED, period_days=30)
    assert "is kept for 30 days" in because(kept)


def test_the_words_that_decided_and_the_rule_are_named() -> None:
    told = because(row(Family.TRAINING, Stance.PROHIBITS, modifiers=["negation: do not", "negation: do not"]))
    assert told.endswith("What decided: “do not” (negation). Found by the rule a.rule.")


def test_a_proposal_is_told_as_one() -> None:
    told = because(row(Family.TRAINING, Stance.PERMITS, rule=PROPOSED, modifiers=["proposed: scored 1.15"]))
    assert told.startswith("No rule found it; a trained component proposes it")
    assert "scored 1.15" in told


def test_every_family_and_stance_that_rules_know_has_words() -> None:
    for family, stances in STANCES.items():
        for stance in stances:
            purpose = Purpose.IMPROVE if family is Family.REUSE else None
            assert ", of " not in because(row(family, stance, purpose=purpose)), (family, stance)
