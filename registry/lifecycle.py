"""Where a plan may go from where it stands: one table, and nothing else decides."""

from enum import StrEnum

from registry.model import Status


class Move(StrEnum):
    """What happens to a plan."""

    SUBMIT = "submit"
    ASSESS = "assess"
    APPROVE = "approve"
    REJECT = "reject"
    SUSPEND = "suspend"
    REOPEN = "reopen"
    RETIRE = "retire"


MOVES: dict[Status, dict[Move, Status]] = {
    Status.LISTED: {Move.SUBMIT: Status.SUBMITTED},
    Status.SUBMITTED: {
        Move.SUBMIT: Status.SUBMITTED,
        Move.ASSESS: Status.IN_REVIEW,
        Move.RETIRE: Status.RETIRED,
    },
    Status.IN_REVIEW: {
        Move.SUBMIT: Status.IN_REVIEW,
        Move.ASSESS: Status.IN_REVIEW,
        Move.APPROVE: Status.APPROVED,
        Move.REJECT: Status.REJECTED,
        Move.RETIRE: Status.RETIRED,
    },
    Status.APPROVED: {
        Move.ASSESS: Status.APPROVED,
        Move.APPROVE: Status.APPROVED,
        Move.REJECT: Status.REJECTED,
        Move.SUSPEND: Status.SUSPENDED,
        Move.REOPEN: Status.IN_REVIEW,
        Move.RETIRE: Status.RETIRED,
    },
    Status.REJECTED: {
        Move.ASSESS: Status.REJECTED,
        Move.APPROVE: Status.APPROVED,
        Move.REOPEN: Status.IN_REVIEW,
        Move.RETIRE: Status.RETIRED,
    },
    Status.SUSPENDED: {
        Move.ASSESS: Status.SUSPENDED,
        Move.APPROVE: Status.APPROVED,
        Move.REJECT: Status.REJECTED,
        # A person keeps it so, with a reason, and settles the flags that they have read.
        Move.SUSPEND: Status.SUSPENDED,
        Move.REOPEN: Status.IN_REVIEW,
        Move.RETIRE: Status.RETIRED,
    },
    # Who brings it back asks for it anew: no approval from before comes with it.
    Status.RETIRED: {Move.SUBMIT: Status.SUBMITTED},
}


class IllegalMoveError(Exception):
    """A plan cannot make this move from where it stands."""

    def __init__(self, status: Status, move: Move) -> None:
        self.status = status
        self.move = move
        allowed = ", ".join(sorted(MOVES[status])) or "nothing"
        super().__init__(f"a plan that is {status} cannot {move}; it can: {allowed}")


def after(status: Status, move: Move) -> Status:
    """Where the move leads; raises `IllegalMoveError` where the table has no such move."""
    try:
        return MOVES[status][move]
    except KeyError:
        raise IllegalMoveError(status, move) from None
