"""The record of look-ups: who got which answer, when. Rows are added, and go when they are old enough.

Look-ups are many and answers few: what was asked and answered is told once, by its digest, and a look-up
names it. A whole batch travels to the database as one value and is taken apart there: a statement for each
row would stop, thousands of times, whoever answers the next look-up in the same process.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlmodel import Session, col, select

from registry.model import EvaluationStatus
from registry.policy_backtest import Asked
from registry.tables import LookupAnswerRow, LookupRow

MASKED: Final = "hmac:"
"""What a value begins with that is recorded as a keyed hash."""

_BEGAN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_TIME_DIGITS: Final = 14

Entry = tuple[str, str, str | None, int]
"""A look-up: its name, the key that asked, whom it asked for, and the answer's number."""

_KEEP_ANSWER: Final = text(
    "INSERT INTO lookup_answers (digest, asked, tool, plan, decision, status, revision, policy, answer) "
    "VALUES (:digest, :asked, :tool, :plan, :decision, :status, :revision, :policy, :answer) "
    "ON CONFLICT (digest) DO NOTHING"
)
_KEEP_ENTRIES: Final = {
    "sqlite": text(
        "INSERT INTO lookups (id, caller, subject, answer_id) "
        "SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(:entries) "
        # Else the parser takes what follows for the condition of a join.
        "WHERE true ON CONFLICT (id) DO NOTHING"
    ),
    "postgresql": text(
        "INSERT INTO lookups (id, caller, subject, answer_id) "
        "SELECT value ->> 0, value ->> 1, value ->> 2, CAST(value ->> 3 AS integer) "
        "FROM json_array_elements(CAST(:entries AS json)) ON CONFLICT (id) DO NOTHING"
    ),
}
_FORGET_ENTRIES: Final = text(
    "DELETE FROM lookups WHERE id IN (SELECT id FROM lookups WHERE id < :bound ORDER BY id LIMIT :limit)"
)
_FORGET_ANSWERS: Final = text(
    "DELETE FROM lookup_answers WHERE NOT EXISTS "
    "(SELECT 1 FROM lookups WHERE lookups.answer_id = lookup_answers.id)"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What was asked and answered."""

    asked: Mapping[str, Any]
    answer: Mapping[str, Any]
    """As `GET /v1/tools/{tool}/approval` gives it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which look-ups to list: all that fit every one of these."""

    tool: str = ""
    """`vendor/tool`, `vendor/tool@plan`, or a name that nobody knew."""
    caller: str = ""
    subject: str = ""
    decision: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: str = ""
    """Name of the look-up after which to go on, back in time."""


def keep_answer(session: Session, told: Told) -> int:
    """Keep what was asked and answered, once; gives its number."""
    asked, answer = (json.dumps(one, ensure_ascii=False, sort_keys=True) for one in (told.asked, told.answer))
    digest = hashlib.sha256(f"{asked}\n{answer}".encode()).hexdigest()
    columns = ("tool", "plan", "decision", "status", "revision", "policy")
    values = {name: told.answer[name] for name in columns}
    session.connection().execute(_KEEP_ANSWER, {**values, "digest": digest, "asked": asked, "answer": answer})
    return session.exec(select(LookupAnswerRow.id).where(LookupAnswerRow.digest == digest)).one()


def keep_lookups(session: Session, entries: str) -> None:
    """Keep look-ups: a JSON array of `Entry`. One that is there already stays as it is."""
    connection = session.connection()
    connection.execute(_KEEP_ENTRIES[connection.dialect.name], {"entries": entries})


def find_lookups(session: Session, name: str) -> Sequence[tuple[LookupRow, LookupAnswerRow]]:
    """The look-up of that name, or, where it was a request with several, all of them in order."""
    query = select(LookupRow, LookupAnswerRow).join(
        LookupAnswerRow, col(LookupAnswerRow.id) == LookupRow.answer_id
    )
    found = session.exec(query.where(LookupRow.id == name)).all()
    if found:
        return found
    parts = session.exec(query.where(col(LookupRow.id) > f"{name}-", col(LookupRow.id) < f"{name}."))
    return sorted(parts, key=lambda part: int(part[0].id.rpartition("-")[2]))


def list_lookups(session: Session, wanted: Wanted, limit: int) -> Sequence[tuple[LookupRow, LookupAnswerRow]]:
    """Look-ups, newest first."""
    query = select(LookupRow, LookupAnswerRow).join(
        LookupAnswerRow, col(LookupAnswerRow.id) == LookupRow.answer_id
    )
    if wanted.tool:
        column = LookupAnswerRow.plan if "@" in wanted.tool else LookupAnswerRow.tool
        query = query.where(column == wanted.tool)
    if wanted.caller:
        query = query.where(LookupRow.caller == wanted.caller)
    if wanted.subject:
        query = query.where(LookupRow.subject == wanted.subject)
    if wanted.decision is not None:
        query = query.where(LookupAnswerRow.decision == wanted.decision)
    if wanted.since is not None:
        query = query.where(col(LookupRow.id) >= name_at(wanted.since))
    if wanted.until is not None:
        query = query.where(col(LookupRow.id) < name_at(wanted.until))
    if wanted.before:
        query = query.where(col(LookupRow.id) < wanted.before)
    return session.exec(query.order_by(col(LookupRow.id).desc()).limit(limit)).all()


def asked_before(session: Session, limit: int) -> list[Asked]:
    """The newest look-ups, at most so many, as they can be asked again.

    Left out are those that led to no plan, and those of which the record holds a part hashed.
    """
    found = []
    for row, answer in list_lookups(session, Wanted(), limit):
        context: dict[str, str] = json.loads(answer.asked)["context"]
        if answer.plan is not None and not any(value.startswith(MASKED) for value in context.values()):
            status = EvaluationStatus(answer.status)
            found.append(Asked(answer.plan, context, time_of(row.id), answer.decision, status))
    return found


def forget_lookups(session: Session, before: datetime, limit: int) -> int:
    """Forget look-ups from before a time, at most so many; gives how many there were."""
    bounds = {"bound": name_at(before), "limit": limit}
    return session.connection().execute(_FORGET_ENTRIES, bounds).rowcount


def forget_answers(session: Session) -> None:
    """Forget the answers that no look-up names any more."""
    session.connection().execute(_FORGET_ANSWERS)


def name_at(at: datetime) -> str:
    """What the names of look-ups at a time begin with."""
    return f"{(at - _BEGAN) // _MICROSECOND:0{_TIME_DIGITS}x}"


def time_of(name: str) -> datetime:
    """When a look-up was answered, from its name."""
    return _BEGAN + int(name[:_TIME_DIGITS], 16) * _MICROSECOND
