"""The roll of workers: who works, and a beat of each, a number that grows for as long as the worker lives.

No time stands in it: whether a beat stands still is for those to say who watch it, each by its own clock.
A name belongs to one process at a time, told from others of that name by its token.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, select, update

from registry.tables import WorkerRow

NOBODY = ""
"""The token of a name that was found on work, and that no living process goes by."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker process."""

    name: str
    """What the queue knows it by."""
    token: str
    version: str
    """The shape of the workflows that it runs."""


@dataclass(frozen=True, slots=True)
class Beat:
    """A worker and how often its heart has beaten."""

    worker: Worker
    number: int


class Standing(Enum):
    """What the roll says of a worker that looks for itself."""

    LISTED = auto()
    STRUCK_OFF = auto()
    """It was silent for so long that others have taken its work."""
    REPLACED = auto()
    """Another process goes by its name."""


def enlist(session: Session, worker: Worker) -> None:
    """Put a worker on the roll; from then on the name is its own, whoever had it."""
    row = session.get(WorkerRow, worker.name, with_for_update=True)
    if row is None:
        row = WorkerRow(name=worker.name, token=worker.token, version=worker.version, beat=0)
    row.token, row.version, row.beat = worker.token, worker.version, row.beat + 1
    session.add(row)


def enlist_stranger(session: Session, name: str) -> None:
    """Put a name on the roll that stands on work and not on the roll; it never beats."""
    if session.get(WorkerRow, name) is None:
        session.add(WorkerRow(name=name, token=NOBODY, version="", beat=0))


def beat(session: Session, worker: Worker) -> Standing:
    """Beat once, where the worker is still on the roll."""
    statement = update(WorkerRow).where(*_mine(worker)).values(beat=col(WorkerRow.beat) + 1)
    if session.exec(statement).rowcount:
        return Standing.LISTED
    row = session.get(WorkerRow, worker.name)
    return Standing.STRUCK_OFF if row is None or row.token == NOBODY else Standing.REPLACED


def beats(session: Session) -> tuple[Beat, ...]:
    """The whole roll."""
    rows = session.exec(select(WorkerRow).order_by(col(WorkerRow.name))).all()
    return tuple(Beat(Worker(row.name, row.token, row.version), row.beat) for row in rows)


@contextmanager
def striking_off(session: Session, last: Beat) -> Iterator[bool]:
    """Take a silent worker off the roll at the end of the block.

    False where it has beaten since, or was struck off by somebody else: then nothing is done. For the length
    of the transaction nobody else strikes it off, and it cannot beat.
    """
    row = session.get(WorkerRow, last.worker.name, with_for_update=True, populate_existing=True)
    is_silent = row is not None and (row.token, row.beat) == (last.worker.token, last.number)
    yield is_silent
    if is_silent:
        session.delete(row)


def leave(session: Session, worker: Worker) -> None:
    """Take a worker off the roll that ends in good order."""
    session.exec(delete(WorkerRow).where(*_mine(worker)))


def _mine(worker: Worker) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(WorkerRow.name) == worker.name, col(WorkerRow.token) == worker.token
