"""What ends a decision by itself: an obligation that was not attested or lapsed, and an emergency's clock.

At the end, over all combinations: nothing that has ended allows, and no answer outlives what it rests on.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from registry.evaluate import HORIZON, evaluate
from registry.holding import ends_of, lapses_at, state_of
from registry.model import (
    ApprovalRules,
    Attestation,
    DecidedObligation,
    EvaluationStatus,
    Obligation,
    ObligationState,
    Policy,
    Scope,
    Standing,
    Verdict,
)
from tests.registry.test_evaluate import APPROVED, DAY, DECISION, NOW, ask, decided, policy, rules_of

HOUR = timedelta(hours=1)
SWITCH = Obligation("Training is switched off.", "the administrator", "a screenshot", before_use=True)
QUIET = policy()


def owed(
    asked: Obligation = SWITCH, *, at: datetime | None = None, until: datetime | None = None
) -> DecidedObligation:
    attestation = None if at is None else Attestation("kim", "screenshot 12", at, until)
    return DecidedObligation("obl_1", asked, attestation)


def obliged(*obligations: DecidedObligation, **changes: Any) -> Standing:
    return decided(verdict=Verdict.APPROVE_WITH_CONDITIONS, obligations=obligations, **changes)


def test_an_obligation_that_must_be_attested_before_use_allows_nothing_until_it_is() -> None:
    answer = ask(obliged(owed()), rules=QUIET)
    assert (answer.decision, answer.status) == (False, EvaluationStatus.ESCALATE)
    assert rules_of(answer)[0] == "obligation.open"
    assert "obl_1" in str(answer.reasons[0].remedy)
    assert answer.attestations[0].state is ObligationState.OPEN


def test_an_attested_obligation_allows_and_is_still_told() -> None:
    answer = ask(obliged(owed(at=NOW - DAY)), rules=QUIET)
    assert (answer.decision, answer.status) == (True, EvaluationStatus.APPROVED_WITH_OBLIGATIONS)
    assert answer.obligations[0].startswith("Training is switched off.")
    assert answer.attestations[0].state is ObligationState.ATTESTED


def test_an_obligation_that_may_be_attested_later_allows_meanwhile_and_says_so() -> None:
    answer = ask(obliged(owed(replace(SWITCH, before_use=False))), rules=QUIET)
    assert answer.decision
    assert "obligation.open" in rules_of(answer)


@pytest.mark.parametrize("before_use", [True, False])
def test_what_was_attested_lapses_by_itself_and_then_never_allows(before_use: bool) -> None:
    one = owed(replace(SWITCH, before_use=before_use), at=NOW - DAY, until=NOW + timedelta(minutes=5))
    assert ask(obliged(one), rules=QUIET).valid_until == NOW + timedelta(minutes=5)
    late = ask(obliged(one), rules=QUIET, now=NOW + timedelta(minutes=5))
    assert (late.decision, rules_of(late)[0]) == (False, "obligation.lapsed")
    assert late.attestations[0].state is ObligationState.LAPSED


def test_an_attestation_ends_by_its_own_word_or_by_the_obligations_whichever_is_first() -> None:
    yearly = replace(SWITCH, renew_after_days=10)
    assert lapses_at(owed(yearly, at=NOW, until=NOW + 20 * DAY)) == NOW + 10 * DAY
    assert lapses_at(owed(yearly, at=NOW, until=NOW + 2 * DAY)) == NOW + 2 * DAY
    assert lapses_at(owed(at=NOW)) is None
    assert state_of(owed(yearly, at=NOW), NOW + 10 * DAY) is ObligationState.LAPSED


def test_an_emergency_ends_by_the_clock_of_the_policy_in_force_whatever_it_was_given_for() -> None:
    short = replace(QUIET, approvals=ApprovalRules(emergency_lasts_hours=2))
    given = decided(emergency=True, decided_at=NOW, expires_at=NOW + 3 * DAY)
    answer = ask(given, rules=short, now=NOW + HOUR)
    assert (answer.decision, answer.emergency) == (True, True)
    late = ask(given, rules=short, now=NOW + 2 * HOUR)
    assert (late.decision, rules_of(late)) == (False, ["decision.expired"])
    assert "emergency approval expired on 2026-11-22 14:34 UTC" in late.reasons[0].message
    assert ask(replace(given, decision=replace(DECISION, decided_at=NOW)), rules=short).decision


def test_a_free_field_is_covered_letter_for_letter_and_by_nothing_else() -> None:
    rules = replace(QUIET, open_fields=("production",))
    scoped = decided(scope=Scope({"production": frozenset({"Storm Front"})}))
    assert ask(scoped, rules=rules, production="Storm Front").decision
    others: list[dict[str, str]] = [{}, *({"production": one} for one in ("storm front", "Storm", "unsure"))]
    for other in others:
        answer = evaluate(scoped, other, rules, NOW)
        assert (answer.decision, rules_of(answer)[0]) == (False, "scope.production")
    assert ask(APPROVED, rules=rules, production="anything").decision
    assert not ask(
        decided(scope=Scope({"production": frozenset({" "})})), rules=rules, production=" "
    ).decision


def _rules(hours: int) -> Policy:
    return replace(QUIET, approvals=ApprovalRules(emergency_lasts_hours=hours))


def test_over_all_combinations_nothing_outlives_expiry_clock_or_attestation() -> None:
    """Written out a second time, more plainly: from when until when each part holds."""
    moments = [NOW + shift for shift in (-2 * DAY, timedelta(0), HOUR, 2 * HOUR, DAY, 30 * DAY)]
    seen = 0
    for before_use, renew, at, until, emergency, expires, hours, now in product(
        (True, False),
        (None, 1, 10),
        (None, NOW - DAY, NOW),
        (None, NOW + HOUR, NOW + 3 * DAY),
        (True, False),
        (NOW + HOUR, NOW + 2 * DAY, NOW + 40 * DAY),
        (1, 24),
        moments,
    ):
        asked = replace(SWITCH, before_use=before_use, renew_after_days=renew)
        given = obliged(
            owed(asked, at=at, until=until), emergency=emergency, decided_at=NOW - DAY / 2, expires_at=expires
        )
        answer = evaluate(replace(given, evidence_at=now), {}, _rules(hours), now)
        ends = [expires]
        if emergency:
            ends.append(NOW - DAY / 2 + hours * HOUR)
        if at is not None:
            ends += [one for one in (until, None if renew is None else at + renew * DAY) if one]
        holds = now < min(ends) and (at is not None or not before_use)
        assert answer.decision == holds
        assert now < answer.valid_until <= now + HORIZON
        if answer.decision:
            seen += 1
            assert answer.valid_until <= min(ends)
            assert answer.obligations
    assert seen > 100


def test_a_decision_ends_at_its_expiry_and_with_each_attestation_that_lapses() -> None:
    lapsing = owed(at=NOW, until=NOW + HOUR)
    decision = replace(DECISION, obligations=(lapsing, owed(), owed(at=NOW)))
    assert [*ends_of(decision)] == [decision.expires_at, NOW + HOUR]
