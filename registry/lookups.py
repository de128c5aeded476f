"""The record of look-ups: who got which answer, when. Rows are added, and go when they are old enough.

Look-ups are many and answers few: what was asked and answered is told once, by its digest, and look-ups name
it. Those of about a second that got one answer for the same caller are one row with all their names: what
a row costs, in the process that answers and on the disk, is paid for some hundreds of them at once.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, text
from sqlmodel import Session, col, select

from registry.model import EvaluationStatus
from registry.policy_backtest import Asked
from registry.tables import LookupAnswerRow, LookupRow

MASKED: Final = "hmac:"
"""What a value begins with that is recorded as a keyed hash."""

_BEGAN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_TIME_DIGITS: Final = 14
_SPAN_DIGITS: Final = 9
"""What names of one row have in common: the first digits of a time in microseconds, so 1.05 s of it."""
_STREAMED: Final = 500
"""Rows that are taken from the database at a time."""
_WRITTEN: Final = 250
"""Rows that are written in one step: the process that answers does nothing else while they are put away."""


class Entries(NamedTuple):
    """Look-ups within a span that got one answer for the same caller and subject."""

    names: Sequence[str]
    """In order; the first one names the row, so that written again it is the same row."""
    caller: str
    subject: str | None
    answer: int
    """The answer's number."""


class Lookup(NamedTuple):
    """One look-up on record."""

    id: str
    caller: str
    subject: str | None
    told: LookupAnswerRow


_KEEP_ANSWER: Final = text(
    "INSERT INTO lookup_answers (digest, asked, tool, plan, decision, status, revision, policy, answer) "
    "VALUES (:digest, :asked, :tool, :plan, :decision, :status, :revision, :policy, :answer) "
    "ON CONFLICT (digest) DO NOTHING"
)
_KEEP_ENTRIES: Final = text(
    "INSERT INTO lookups (id, caller, subject, answer_id, names) "
    "VALUES (:id, :caller, :subject, :answer_id, :names) ON CONFLICT (id) DO NOTHING"
)
_TOLD: Final = select(LookupRow, LookupAnswerRow).join(
    LookupAnswerRow, col(LookupAnswerRow.id) == LookupRow.answer_id
)
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


def keep_answers(session: Session, tolds: Sequence[Told]) -> list[int]:
    """Keep what was asked and answered, each once, some thousands at most; gives their numbers in order."""
    rows = [_answer_row(told) for told in tolds]
    session.connection().execute(_KEEP_ANSWER, rows)
    digests = [row["digest"] for row in rows]
    query = select(LookupAnswerRow.digest, LookupAnswerRow.id)
    numbers = dict(session.exec(query.where(col(LookupAnswerRow.digest).in_(digests))).all())
    return [numbers[digest] for digest in digests]


def _answer_row(told: Told) -> dict[str, Any]:
    asked, answer = (json.dumps(one, ensure_ascii=False, sort_keys=True) for one in (told.asked, told.answer))
    digest = hashlib.sha256(f"{asked}\n{answer}".encode()).hexdigest()
    columns = ("tool", "plan", "decision", "status", "revision", "policy")
    values = {name: told.answer[name] for name in columns}
    return {**values, "digest": digest, "asked": asked, "answer": answer}


def keep_lookups(session: Session, entries: Iterable[Entries]) -> None:
    """Keep look-ups; all names of an entry lie within one `span_of`. What is there already stays as it is."""
    rows = (
        {
            "id": one.names[0],
            "caller": one.caller,
            "subject": one.subject,
            "answer_id": one.answer,
            "names": " ".join(one.names),
        }
        for one in entries
    )
    while some := [*islice(rows, _WRITTEN)]:
        session.connection().execute(_KEEP_ENTRIES, some)


def find_lookups(session: Session, name: str) -> Sequence[Lookup]:
    """The look-up of that name, or, where it was a request with several, all of them in order."""
    span = span_of(name)
    query = _TOLD.where(*_between(span, f"{span}g"), col(LookupRow.names).contains(name, autoescape=True))
    parts = [
        one
        for row, told in session.exec(query)
        for one in _told(row, told)
        if one.id == name or one.id.startswith(f"{name}-")
    ]
    return sorted(parts, key=lambda part: int(part.id.partition("-")[2] or 0))


def list_lookups(session: Session, wanted: Wanted, limit: int) -> Sequence[Lookup]:
    """Look-ups, newest first."""
    query = _TOLD
    if wanted.tool:
        column = LookupAnswerRow.plan if "@" in wanted.tool else LookupAnswerRow.tool
        query = query.where(column == wanted.tool)
    if wanted.caller:
        query = query.where(LookupRow.caller == wanted.caller)
    if wanted.subject:
        query = query.where(LookupRow.subject == wanted.subject)
    if wanted.decision is not None:
        query = query.where(LookupAnswerRow.decision == wanted.decision)
    since = "" if wanted.since is None else name_at(wanted.since)
    until = min(bound for bound in (wanted.before, wanted.until and name_at(wanted.until), "g") if bound)
    query = query.where(*_between(span_of(since), until)).order_by(col(LookupRow.id).desc())
    found = session.exec(query.execution_options(yield_per=_STREAMED))
    return list(islice((one for one in _newest_first(found) if since <= one.id < until), limit))


def _newest_first(rows: Iterable[tuple[LookupRow, LookupAnswerRow]]) -> Iterator[Lookup]:
    """Take rows apart, which come the newest first, a span at a time."""
    for _, spanned in groupby(rows, key=lambda row: span_of(row[0].id)):
        within = (one for row, told in spanned for one in _told(row, told))
        yield from sorted(within, key=lambda one: one.id, reverse=True)


def _told(row: LookupRow, told: LookupAnswerRow) -> Iterator[Lookup]:
    return (Lookup(name, row.caller, row.subject, told) for name in row.names.split(" "))


def _between(first: str, end: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(LookupRow.id) >= first, col(LookupRow.id) < end


def asked_before(session: Session, limit: int) -> list[Asked]:
    """The newest look-ups, at most so many, as they can be asked again.

    Left out are those that led to no plan, and those of which the record holds a part hashed.
    """
    found = []
    for one in list_lookups(session, Wanted(), limit):
        context: dict[str, str] = json.loads(one.told.asked)["context"]
        if one.told.plan is not None and not any(value.startswith(MASKED) for value in context.values()):
            status = EvaluationStatus(one.told.status)
            found.append(Asked(one.told.plan, context, time_of(one.id), one.told.decision, status))
    return found


def forget_lookups(session: Session, before: datetime, limit: int) -> int:
    """Forget look-ups from before a time, give or take a second: at most so many rows; gives their number."""
    bounds = {"bound": span_of(name_at(before)), "limit": limit}
    return session.connection().execute(_FORGET_ENTRIES, bounds).rowcount


def forget_answers(session: Session) -> None:
    """Forget the answers that no look-up names any more."""
    session.connection().execute(_FORGET_ANSWERS)


def name_at(at: datetime) -> str:
    """What the names of look-ups at a time begin with."""
    return f"{(at - _BEGAN) // _MICROSECOND:0{_TIME_DIGITS}x}"


def span_of(name: str) -> str:
    """The second or so that a look-up was answered in, from its name."""
    return name[:_SPAN_DIGITS]


def time_of(name: str) -> datetime:
    """When a look-up was answered, from its name."""
    return _BEGAN + int(name[:_TIME_DIGITS], 16) * _MICROSECOND
