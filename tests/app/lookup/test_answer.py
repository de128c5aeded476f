"""What an answer says of obligations: of each as much as is known."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.lookup.answer import answer_lookup
from app.lookup.index import build_index
from registry.model import DecidedObligation, Obligation, Policy, Severity, Standing, Trigger
from registry.obligations import obligation_told
from tests.app.lookup.gate import decided
from tests.app.lookup_rows import HARMLESS, NOW, POLICY, ROWS, standing

TOLD = Obligation("The contact has been told.", "whoever uses the tool", "the message")
OFF = Obligation("Sharing is off.", "the administrator", "a screenshot")


def asking(obligation: Obligation) -> Policy:
    """A policy that asks for this of all work."""
    trigger = Trigger(
        id="use.told",
        principle="temporary",
        field="data_class",
        values=frozenset(HARMLESS.values()),
        unsure=True,
        severity=Severity.CONDITION,
        reason="Every use is made known.",
        remedy=obligation_told(obligation),
        unless={},
        obligation=obligation,
    )
    return replace(POLICY, triggers=(trigger,))


def duties(plan: Standing, policy: Policy = POLICY) -> list[Mapping[str, Any]]:
    index = build_index(replace(ROWS, standings=(plan,)), policy)
    _, _, body = answer_lookup(index, "acme/scribe", [("plan", "team"), *HARMLESS.items()], NOW)
    return list(json.loads(body)["obligations"])


def test_what_the_policy_asks_of_the_work_says_who_attests_it() -> None:
    (duty,) = duties(standing("acme/scribe@team"), asking(TOLD))
    assert duty == {
        "id": None,
        "obligation": "The contact has been told.",
        "attested_by": "whoever uses the tool",
        "evidence": "the message",
        "renew_after_days": None,
        "before_use": False,
        "state": None,
        "until": None,
    }


def test_a_condition_in_words_is_told_as_words_alone() -> None:
    (duty,) = duties(decided("acme/scribe@team", conditions=("No final material.",)))
    assert {name: value for name, value in duty.items() if value is not None} == {
        "obligation": "No final material."
    }


def test_what_policy_and_decision_both_ask_for_is_told_once_with_how_far_it_is_met() -> None:
    owed = DecidedObligation("obl_1", OFF)
    (duty,) = duties(decided("acme/scribe@team", obligations=(owed,)), asking(OFF))
    assert (duty["id"], duty["state"]) == ("obl_1", "open")


def test_a_condition_in_the_words_of_an_obligation_is_told_once_with_how_far_it_is_met() -> None:
    owed = DecidedObligation("obl_1", OFF)
    told = decided("acme/scribe@team", conditions=(obligation_told(OFF),), obligations=(owed,))
    assert [(one["id"], one["attested_by"]) for one in duties(told)] == [("obl_1", "the administrator")]
