"""Who is at the pages: links that open one visit each, and visits, kept as hashes like keys.

A person needs no password: whoever may run commands where the service stands makes them a link, and a link
opens one visit, once, within minutes.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from registry.journal import note
from registry.keys import check_name, key_hash
from registry.model import Role
from registry.tables import SignInRow, VisitRow

LINK_LASTS: Final = timedelta(minutes=15)
VISIT_LASTS: Final = timedelta(hours=12)
"""From signing in, whatever is done meanwhile: a working day."""


class SignInRefusedError(Exception):
    """A link that opens nothing: used, too old, or never made; the message says what to do."""


def make_sign_in(session: Session, name: str, role: Role, actor: str, now: datetime) -> str:
    """Make a link's secret for a person and give it, the only time it can be read; raises `EntryError`."""
    check_name(name, "nobody")
    secret = secrets.token_urlsafe(32)
    row = SignInRow(sha256=key_hash(secret), name=name, role=role, made_at=now, expires_at=now + LINK_LASTS)
    session.add(row)
    note(session, now, actor, "make_sign_in", f"person:{name}", role=role.value)
    return secret


def link_of(session: Session, secret: str, now: datetime) -> SignInRow:
    """The link that a secret belongs to, if it still opens a visit; raises `SignInRefusedError`."""
    row = session.exec(select(SignInRow).where(SignInRow.sha256 == key_hash(secret))).first()
    if row is None or row.used_at is not None or row.expires_at <= now:
        why = "is not known" if row is None else "was used before" if row.used_at else "has expired"
        raise SignInRefusedError(f"this link {why}; ask for a new one: `termgate sign-in NAME` prints it")
    return row


def open_by_link(session: Session, secret: str, now: datetime) -> str:
    """Use a link up; gives the visit's secret. Raises `SignInRefusedError`."""
    row = link_of(session, secret, now)
    session.refresh(row, with_for_update=True)
    if row.used_at is not None:
        raise SignInRefusedError("this link was used before; ask for a new one: `termgate sign-in NAME`")
    row.used_at = now
    session.add(row)
    return open_visit(session, row.name, Role(row.role), now)


def open_visit(session: Session, name: str, role: Role, now: datetime) -> str:
    """Begin a visit of somebody who has been told to be who they are; gives its secret."""
    secret = secrets.token_urlsafe(32)
    session.add(
        VisitRow(sha256=key_hash(secret), name=name, role=role, began_at=now, expires_at=now + VISIT_LASTS)
    )
    note(session, now, name, "sign_in", f"person:{name}", role=role.value)
    return secret


def visit_of(session: Session, secret: str, now: datetime) -> VisitRow | None:
    """The visit that a secret belongs to, unless it is over."""
    query = select(VisitRow).where(
        VisitRow.sha256 == key_hash(secret), col(VisitRow.ended_at).is_(None), col(VisitRow.expires_at) > now
    )
    return session.exec(query).first()


def end_visit(session: Session, secret: str, now: datetime) -> None:
    """End a visit; one that is over already stays as it is."""
    row = visit_of(session, secret, now)
    if row is not None:
        row.ended_at = now
        session.add(row)
        note(session, now, row.name, "sign_out", f"person:{row.name}")


def live_visits(session: Session, now: datetime, limit: int) -> Sequence[VisitRow]:
    """Visits that last, the newest first."""
    query = select(VisitRow).where(col(VisitRow.ended_at).is_(None), col(VisitRow.expires_at) > now)
    return session.exec(query.order_by(col(VisitRow.id).desc()).limit(limit)).all()


def end_visits_of(session: Session, name: str, actor: str, now: datetime) -> int:
    """End all visits of a person, and links that are still open; gives how many visits there were."""
    visits = session.exec(
        select(VisitRow).where(
            VisitRow.name == name, col(VisitRow.ended_at).is_(None), col(VisitRow.expires_at) > now
        )
    ).all()
    links = session.exec(
        select(SignInRow).where(SignInRow.name == name, col(SignInRow.used_at).is_(None))
    ).all()
    for visit in visits:
        visit.ended_at = now
    for link in links:
        link.used_at = now
    session.add_all([*visits, *links])
    note(session, now, actor, "end_visits", f"person:{name}", visits=len(visits), links=len(links))
    return len(visits)
