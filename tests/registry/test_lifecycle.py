"""Where a plan may go: the table is whole, and nothing jumps over a person."""

import pytest

from registry.lifecycle import MOVES, IllegalMoveError, Move, after
from registry.model import Status


def test_every_status_has_its_row() -> None:
    assert set(MOVES) == set(Status)


@pytest.mark.parametrize("status", Status)
def test_only_an_approval_leads_to_approved(status: Status) -> None:
    moves = MOVES[status]
    leading = {move for move, goal in moves.items() if goal is Status.APPROVED and status is not goal}
    assert leading <= {Move.APPROVE}


@pytest.mark.parametrize("status", [Status.LISTED, Status.SUBMITTED])
def test_a_plan_that_nobody_has_assessed_cannot_be_approved(status: Status) -> None:
    with pytest.raises(IllegalMoveError, match="cannot approve"):
        after(status, Move.APPROVE)


def test_a_suspended_plan_stays_suspended_when_it_is_assessed_again() -> None:
    assert after(Status.SUSPENDED, Move.ASSESS) is Status.SUSPENDED


def test_a_refused_move_says_what_is_possible() -> None:
    with pytest.raises(IllegalMoveError, match="it can: submit"):
        after(Status.LISTED, Move.REJECT)
