"""How long what comes of a question stays the same."""

import pytest

from app.lookup.outcome import MAX_AGE, outcome_of
from registry.evaluate import step_end
from tests.app.lookup.gate import decided, in_minutes, index_of
from tests.app.lookup_rows import HARMLESS, NOW


@pytest.mark.parametrize("minutes", [0.5, 3, 60 * 24 * 9])
def test_an_answer_is_settled_until_keeping_it_could_outlive_what_it_says(minutes: float) -> None:
    index = index_of(decided("acme/scribe@team", expires_at=in_minutes(minutes)))
    outcome = outcome_of(index, "acme/scribe", None, HARMLESS, NOW)
    assert outcome.settled_until <= outcome.evaluation.valid_until - MAX_AGE
    assert outcome.settled_until <= step_end(NOW)
