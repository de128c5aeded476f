"""What a policy may say of changes, and how it is told."""

import pytest

from registry.model import ChangeRules, Direction
from registry.policy import POLICIES, PolicyError, load_policy, parse_policy
from registry.policy_changes import changes_told
from registry.policy_diff import compare_policies
from registry.policy_text import summary_told

USUAL = ChangeRules()
_DEFAULT = (POLICIES / "default.yaml").read_text()


def saying(changes: str) -> ChangeRules:
    return parse_policy(f"{_DEFAULT}\nchanges: {changes}\n", "ours.yaml").changes


def test_unless_it_is_said_every_change_waits_for_a_person() -> None:
    assert load_policy("default").changes == USUAL
    assert frozenset(Direction) == USUAL.flags


def test_a_policy_names_the_directions_that_wait_and_the_limits_of_a_quarantine() -> None:
    said = saying("{flags: [worse, mixed], quarantine: {in_a_row: 4, window_days: 30}}")
    assert said == ChangeRules(frozenset({Direction.WORSE, Direction.MIXED}), 4, 3, 30)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ("{flags: [mixed, better]}", "`worse` is missing"),
        ("{flags: [worse, unclear]}", "`mixed` is missing"),
        ("{flags: [worse, mixed, sideways]}", "no direction"),
        ("{flags: [worse, mixed, worse]}", "twice"),
        ("{quarantine: {in_a_row: 0}}", "at least 1"),
        ("{quarantine: {after: 3}}", "after"),
        ("{silent: true}", "silent"),
    ],
)
def test_what_would_let_a_change_for_the_worse_pass_is_refused(changes: str, told: str) -> None:
    with pytest.raises(PolicyError, match=told):
        saying(changes)


def test_saying_the_usual_leaves_the_version_as_it_is_and_another_word_does_not() -> None:
    usual = parse_policy(f"{_DEFAULT}\nchanges: {{quarantine: {{in_a_row: 2}}}}\n", "ours.yaml")
    other = parse_policy(f"{_DEFAULT}\nchanges: {{quarantine: {{in_a_row: 3}}}}\n", "ours.yaml")
    assert usual.version == load_policy("default").version != other.version


def test_what_waits_is_told_and_so_is_what_is_noted() -> None:
    quiet = ChangeRules(frozenset({Direction.WORSE, Direction.MIXED, Direction.UNCLEAR}), 3, 5, 60)
    assert changes_told(quiet) == (
        "worse, mixed or unclear changes wait for a person, better ones are noted, unless they end an "
        "approval; a document whose page shows something else or flaps 3 times in a row, or 5 times in 60 "
        "days, is in quarantine until a person releases it"
    )
    assert changes_told(USUAL) in summary_told(load_policy("default"))


def test_two_policies_that_differ_in_it_alone_are_told_apart() -> None:
    old = load_policy("default")
    new = parse_policy(f"{_DEFAULT}\nchanges: {{flags: [worse, mixed]}}\n", "ours.yaml")
    (told,) = compare_policies(old, new)
    assert told.startswith("Changes: worse or mixed changes wait")
