"""People for whom an identity provider vouches: who they are to us, what they may do, and who stays out.

Somebody is told apart by issuer and subject, and has one name for good. Only this module knows how the name
is chosen: readable, and never one under which somebody else has acted, since four eyes are told by names.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, delete, func, select

from registry.journal import OURS, SYSTEM, note
from registry.keys import key_hash
from registry.model import Role
from registry.tables import AuditRow, KeyRow, PersonRow, SignInRow, SpentStateRow
from registry.visits import SignInRefusedError, end_visits_of, open_visit

STRANGER: Final = "person:a stranger"
"""Subject of what is refused to somebody who has no name here. No name holds a blank."""
_LONGEST: Final = 64
_FOREIGN: Final = re.compile(r"[^a-z0-9._@-]+")
_DIGITS: Final = (8, 16, 32)
"""Of the mark that tells a name from one that is taken."""


class UnknownPersonError(Exception):
    """Nobody whom a provider vouched for has this name."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a provider says of somebody, as our settings read it."""

    issuer: str
    subject: str
    called: tuple[str, ...]
    """What they may be called, the best first."""
    mail: str | None
    role: Role | None
    """What the claims give today."""
    refusal: str = ""
    """Why they give nothing, in words for the audit log."""


@dataclass(frozen=True, slots=True)
class Return:
    """A sign-in that came back from the provider."""

    state: str
    until: datetime
    """When its state would be too old in any case."""
    id_token: str
    """The provider's word, empty where it is too long to keep."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who is in."""

    name: str
    secret: str
    """Of the visit."""


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Somebody whom the provider knows and who may not come in."""

    called: str
    blocked: bool
    """Whether it was decided here; otherwise the claims give no role."""


def let_in(session: Session, vouched: Vouched, came: Return, now: datetime) -> Entered | TurnedAway:
    """Open a visit in the role that the claims give today, or turn the person away; either is on record.

    A role that is lost is lost at once: visits in another one end. Raises `SignInRefusedError` for a state
    that was used before.
    """
    _spend(session, came, now)
    row = _row_of(session, vouched)
    if row is not None:
        row.seen_at, row.mail, row.role = now, vouched.mail, vouched.role
        session.add(row)
    if row is not None and row.blocked_at is not None:
        return _turned_away(session, vouched, row, "kept out here", now)
    if vouched.role is None:
        return _turned_away(session, vouched, row, vouched.refusal, now)
    if row is None:
        row = _made(session, vouched, now)
    end_visits_of(session, row.name, SYSTEM, now, but_as=vouched.role)
    return Entered(row.name, open_visit(session, row.name, vouched.role, now, came.id_token))


def note_refusal(session: Session, issuer: str, reason: str, now: datetime) -> None:
    """Put on record that a provider's word was not taken."""
    note(session, now, SYSTEM, "refuse_sign_in", STRANGER, reason=reason, issuer=issuer)


def check_unspent(session: Session, state: str) -> None:
    """Raise `SignInRefusedError` for a state that has come back before."""
    if session.get(SpentStateRow, key_hash(state)) is not None:
        raise SignInRefusedError("this sign-in has been used before; begin a new one")


def list_persons(session: Session, limit: int) -> Sequence[PersonRow]:
    """Everybody whom a provider vouched for, who came last first."""
    query = select(PersonRow).order_by(col(PersonRow.seen_at).desc(), col(PersonRow.id).desc())
    return session.exec(query.limit(limit)).all()


def block_person(session: Session, name: str, actor: str, now: datetime) -> None:
    """Keep somebody out from now on, whatever their provider says; raises `UnknownPersonError`."""
    row = _named(session, name)
    if row.blocked_at is None:
        row.blocked_at = now
        session.add(row)
        note(session, now, actor, "block_person", f"person:{name}")
        end_visits_of(session, name, actor, now)


def admit_person(session: Session, name: str, actor: str, now: datetime) -> None:
    """Let somebody in again who was kept out; raises `UnknownPersonError`."""
    row = _named(session, name)
    if row.blocked_at is not None:
        row.blocked_at = None
        session.add(row)
        note(session, now, actor, "admit_person", f"person:{name}")


def _named(session: Session, name: str) -> PersonRow:
    row = session.exec(select(PersonRow).where(PersonRow.name == name).with_for_update()).first()
    if row is None:
        raise UnknownPersonError(f"nobody signed in at a provider as {name!r}; `termgate people` lists them")
    return row


def _row_of(session: Session, vouched: Vouched) -> PersonRow | None:
    # Locked, so that nobody is let in by one transaction while another one blocks them.
    query = select(PersonRow).where(PersonRow.issuer == vouched.issuer, PersonRow.subject == vouched.subject)
    return session.exec(query.with_for_update()).first()


def _turned_away(
    session: Session, vouched: Vouched, row: PersonRow | None, reason: str, now: datetime
) -> TurnedAway:
    called = next(iter(vouched.called), vouched.subject)
    subject = STRANGER if row is None else f"person:{row.name}"
    note(
        session,
        now,
        SYSTEM,
        "refuse_sign_in",
        subject,
        reason=reason,
        called=called,
        issuer=vouched.issuer,
        subject_there=vouched.subject,
    )
    if row is not None:
        end_visits_of(session, row.name, SYSTEM, now)
    return TurnedAway(called, row is not None and row.blocked_at is not None)


def _made(session: Session, vouched: Vouched, now: datetime) -> PersonRow:
    name = _free_name(session, vouched)
    row = PersonRow(
        issuer=vouched.issuer,
        subject=vouched.subject,
        name=name,
        mail=vouched.mail,
        role=vouched.role,
        made_at=now,
        seen_at=now,
    )
    session.add(row)
    known = {"issuer": vouched.issuer, "subject_there": vouched.subject, "mail": vouched.mail}
    note(session, now, SYSTEM, "add_person", f"person:{name}", **known)
    return row


def _spend(session: Session, came: Return, now: datetime) -> None:
    check_unspent(session, came.state)
    session.exec(delete(SpentStateRow).where(col(SpentStateRow.expires_at) <= now))
    session.add(SpentStateRow(sha256=key_hash(came.state), expires_at=came.until))
    session.flush()


def _free_name(session: Session, vouched: Vouched) -> str:
    name = next((spelt for spelt in map(_spelt, vouched.called) if spelt), "person")
    mark = hashlib.sha256(f"{vouched.issuer}\n{vouched.subject}".encode()).hexdigest()
    for digits in _DIGITS:
        if not _is_taken(session, name):
            return name
        name = f"{name[: _LONGEST - 1 - digits]}-{mark[:digits]}"
    return name


def _spelt(called: str) -> str:
    """The nearest name that the audit log, tables and addresses can hold; empty where there is none."""
    plain = unicodedata.normalize("NFKD", called).encode("ascii", "ignore").decode().lower()
    return _FOREIGN.sub("-", plain).lstrip("._@-").rstrip("-")[:_LONGEST]


def _is_taken(session: Session, name: str) -> bool:
    """Whether anybody acts, acted or may act under a name: a person, a key's holder, whoever had a link."""
    lower = (PersonRow.name, KeyRow.name, SignInRow.name)
    same = (select(column).where(func.lower(column) == name) for column in lower)
    acted = (
        select(AuditRow.actor).where(AuditRow.actor == name),
        select(AuditRow.actor).where(AuditRow.subject == f"person:{name}"),
    )
    return name in OURS or any(session.exec(query.limit(1)).first() is not None for query in (*same, *acted))
