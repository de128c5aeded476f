"""Notices: what a person should hear of a source that is no change of terms. Opened, answered, closed. Rows.

Only this module knows which answers a notice takes. Every opening and every end stands in the audit log.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, select

from registry.announced import begins
from registry.journal import SYSTEM, note
from registry.tables import GovernsRow, NoticeRow, SourceRow, ToolRow


class NoticeKind(StrEnum):
    """What a notice is about."""

    SWAPPED = "swapped"
    """The page shows another document, or another language."""
    HALF_LOADED = "half_loaded"
    """The page shows a part of the terms, which taken for the whole would read worse."""
    QUARANTINED = "quarantined"
    """The page shows now this and now that: nothing of it is believed without a person."""
    ANNOUNCED = "announced"
    """Terms hold from a day to come."""
    FAILING = "failing"
    """Nothing could be read for several looks in a row, or a pass broke off."""


class NoticeAnswer(StrEnum):
    """What a person says to a notice."""

    ACCEPT = "accept"
    """The text that waits is the terms now."""
    DISMISS = "dismiss"
    """It is not, or is known: the last good text stays."""
    RELEASE = "release"
    """The page is believed again from its next look on."""


ANSWERS: Final[Mapping[NoticeKind, frozenset[NoticeAnswer]]] = {
    NoticeKind.SWAPPED: frozenset({NoticeAnswer.ACCEPT, NoticeAnswer.DISMISS}),
    NoticeKind.HALF_LOADED: frozenset({NoticeAnswer.ACCEPT, NoticeAnswer.DISMISS}),
    NoticeKind.QUARANTINED: frozenset({NoticeAnswer.ACCEPT, NoticeAnswer.RELEASE}),
    NoticeKind.ANNOUNCED: frozenset({NoticeAnswer.ACCEPT, NoticeAnswer.DISMISS}),
    NoticeKind.FAILING: frozenset({NoticeAnswer.DISMISS}),
}


class NoticeRefusedError(Exception):
    """An answer that a notice does not take; the message says which it does."""


class NoticeBusyError(Exception):
    """A text cannot be taken for the terms just now; the message says what to wait for."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a notice says when it is opened."""

    kind: NoticeKind
    tool_id: int
    source_id: int | None
    told: str
    document_id: int | None = None
    """The text that waits for an answer."""
    former_id: int | None = None
    """The text that stood before it."""
    effective_on: date | None = None


def notice_name(row: NoticeRow) -> str:
    """How a notice is called outside."""
    return f"notice_{row.id}"


def open_notice(session: Session, opening: Opening, now: datetime) -> NoticeRow:
    """Put something before a person."""
    row = NoticeRow(
        kind=opening.kind,
        tool_id=opening.tool_id,
        source_id=opening.source_id,
        told=opening.told,
        document_id=opening.document_id,
        former_id=opening.former_id,
        effective_on=opening.effective_on,
        opened_at=now,
    )
    session.add(row)
    session.flush()
    _note(session, row, SYSTEM, f"open_{opening.kind}", now)
    return row


def ask_about(session: Session, row: NoticeRow, document_id: int | None) -> None:
    """Let a notice ask about the text that its page shows now; `None` where it shows none that waits.

    What it told of another text, or before the page went back, is forgotten: it is news again, since who
    approved a plan meanwhile did not have it before them.
    """
    if row.document_id != document_id or row.went_back_at is not None:
        row.document_id, row.went_back_at, row.changes = document_id, None, []
        session.add(row)


def notices_of(
    session: Session,
    *,
    sources: Collection[int] | None = None,
    tool_id: int | None = None,
    kind: NoticeKind | None = None,
    open_only: bool = True,
    limit: int | None = None,
) -> Sequence[NoticeRow]:
    """Notices, newest first."""
    query = select(NoticeRow).order_by(col(NoticeRow.id).desc()).limit(limit)
    if sources is not None:
        query = query.where(col(NoticeRow.source_id).in_(sources))
    if tool_id is not None:
        query = query.where(NoticeRow.tool_id == tool_id)
    if kind is not None:
        query = query.where(NoticeRow.kind == kind)
    if open_only:
        query = query.where(col(NoticeRow.closed_at).is_(None))
    return session.exec(query).all()


def open_notice_of(session: Session, source_id: int, kind: NoticeKind) -> NoticeRow | None:
    """The open notice of a kind on a source; there is one at most."""
    return next(iter(notices_of(session, sources=(source_id,), kind=kind)), None)


def notices_on_plan(session: Session, plan_id: int) -> Sequence[NoticeRow]:
    """The open notices on the active sources that govern a plan, newest first."""
    query = select(SourceRow.id).join(GovernsRow).where(GovernsRow.plan_id == plan_id, col(SourceRow.active))
    return notices_of(session, sources=session.exec(query).all())


def reading_worse(session: Session, plan_id: int, name: str) -> Sequence[NoticeRow]:
    """The open notices on texts that pages show now and that would make a plan worse; `name`: the plan's."""
    return [
        row
        for row in notices_on_plan(session, plan_id)
        if row.document_id is not None
        and row.went_back_at is None
        and any(change["plan"] == name for change in row.changes)
    ]


def find_notice(session: Session, name: str) -> NoticeRow | None:
    """A notice by the name it has outside."""
    prefix, _, number = name.rpartition("_")
    is_one = prefix == "notice" and number.isascii() and number.isdecimal() and len(number) <= 9
    return session.get(NoticeRow, int(number)) if is_one else None


def is_dismissed(session: Session, source_id: int, document_id: int) -> bool:
    """Whether a person has said of a text that it is not the terms of a source."""
    query = select(NoticeRow.id).where(
        NoticeRow.source_id == source_id,
        NoticeRow.document_id == document_id,
        NoticeRow.answer == NoticeAnswer.DISMISS,
    )
    return session.exec(query).first() is not None


def released_at(session: Session, source_id: int) -> datetime | None:
    """When a person last ended a quarantine of a source."""
    query = select(NoticeRow.closed_at).where(
        NoticeRow.source_id == source_id,
        NoticeRow.kind == NoticeKind.QUARANTINED,
        col(NoticeRow.closed_at).is_not(None),
    )
    return session.exec(query.order_by(col(NoticeRow.closed_at).desc()).limit(1)).first()


def formers_in_force(session: Session, plan_id: int, now: datetime) -> dict[int, int]:
    """By source, the text that still holds beside the one that its page announces for a later day."""
    return {
        row.source_id: row.former_id
        for row in notices_on_plan(session, plan_id)
        if row.kind == NoticeKind.ANNOUNCED
        and row.source_id is not None
        and row.former_id is not None
        and is_to_come(row, now)
    }


def is_to_come(row: NoticeRow, now: datetime) -> bool:
    """Whether the day that a notice announces has not begun everywhere."""
    return row.effective_on is not None and now < begins(row.effective_on)


def answers_to(row: NoticeRow) -> frozenset[NoticeAnswer]:
    """The answers that a notice takes as it stands."""
    fitting = ANSWERS[NoticeKind(row.kind)]
    if row.kind == NoticeKind.ANNOUNCED:
        # Until its day the former text holds beside the new one, whoever knows of it.
        return frozenset({NoticeAnswer.DISMISS if row.former_id is None else NoticeAnswer.ACCEPT})
    return fitting if row.document_id is not None else fitting - {NoticeAnswer.ACCEPT}


def answer_notice(
    session: Session, row: NoticeRow, answer: NoticeAnswer, reason: str, actor: str, now: datetime
) -> None:
    """Close a notice by what a person says of it; raises `NoticeRefusedError`."""
    if row.closed_at is not None:
        raise NoticeRefusedError(f"{notice_name(row)} was closed by {row.closed_by} before")
    fitting = answers_to(row)
    if answer not in fitting:
        raise NoticeRefusedError(_misfit(row, fitting))
    if not reason.strip():
        raise NoticeRefusedError("give a reason: an auditor will ask why")
    row.answer, row.reason = answer, reason.strip()
    _close(session, row, actor, now)
    _note(session, row, actor, f"{answer}_{row.kind}", now)


def close_by_itself(session: Session, row: NoticeRow, why: str, now: datetime) -> None:
    """Close a notice that has come to its end without a person; what it told is over."""
    row.reason = why
    _close(session, row, SYSTEM, now)
    _note(session, row, SYSTEM, f"close_{row.kind}", now)


def _misfit(row: NoticeRow, fitting: Collection[NoticeAnswer]) -> str:
    named = " or ".join(sorted(fitting))
    return f"a notice of the kind {row.kind} is answered with {named} as it stands"


def _close(session: Session, row: NoticeRow, actor: str, now: datetime) -> None:
    row.closed_at, row.closed_by = now, actor
    session.add(row)
    session.flush()


def _note(session: Session, row: NoticeRow, actor: str, action: str, now: datetime) -> None:
    tool = session.get_one(ToolRow, row.tool_id)
    source = None if row.source_id is None else session.get_one(SourceRow, row.source_id).slug
    note(
        session,
        now,
        actor,
        action,
        tool.slug,
        notice=notice_name(row),
        source=source,
        told=row.told,
        reason=row.reason,
    )
