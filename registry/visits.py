"""Who is at the pages: links that open one visit each, and visits, kept as hashes like keys.

A person needs no password: whoever may run commands where the service stands makes them a link, and a link
opens one visit, once, within minutes. Or an identity provider vouches for them (`registry/persons.py`).
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select, update

from registry.entries import EntryError
from registry.journal import SYSTEM, note
from registry.keys import check_name, key_hash
from registry.model import Role
from registry.tables import PersonRow, SignInRow, VisitRow

LINK_LASTS: Final = timedelta(minutes=15)
VISIT_LASTS: Final = timedelta(hours=12)
"""From signing in, whatever is done meanwhile: a working day."""


class SignInRefusedError(Exception):
    """What opens nothing: a link or a provider's word that was used, is too old, or was never given."""


def make_sign_in(
    session: Session, name: str, role: Role, actor: str, now: datetime, *, reason: str = ""
) -> str:
    """Make a link's secret for a person and give it, the only time it can be read; raises `EntryError`.

    The name of somebody whom a provider vouches for means that person.
    """
    check_name(name, "nobody")
    # Four eyes are told by names: another spelling of theirs would be another person.
    known = session.exec(select(PersonRow).where(PersonRow.name == name.lower())).first()
    name = name if known is None else known.name
    if known is not None and known.blocked_at is not None:
        raise EntryError(
            ("name",), f"{name} is kept out; let them in again first: `termgate people admit {name}`"
        )
    secret = secrets.token_urlsafe(32)
    row = SignInRow(sha256=key_hash(secret), name=name, role=role, made_at=now, expires_at=now + LINK_LASTS)
    session.add(row)
    note(session, now, actor, "make_sign_in", f"person:{name}", role=role.value, **_told(reason=reason))
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


def open_visit(session: Session, name: str, role: Role, now: datetime, id_token: str | None = None) -> str:
    """Begin a visit of somebody who has been told to be who they are; gives its secret.

    `id_token` is the provider's word where one vouched; it is kept for as long as the visit lasts.
    """
    secret = secrets.token_urlsafe(32)
    row = VisitRow(sha256=key_hash(secret), name=name, role=role, began_at=now, expires_at=now + VISIT_LASTS)
    row.id_token = id_token
    over = update(VisitRow).where(col(VisitRow.id_token).is_not(None), col(VisitRow.expires_at) <= now)
    session.exec(over.values(id_token=None))
    session.add(row)
    way = {} if id_token is None else {"way": "provider"}
    note(session, now, name, "sign_in", f"person:{name}", role=role.value, **way)
    return secret


def visit_of(session: Session, secret: str, now: datetime) -> VisitRow | None:
    """The visit that a secret belongs to, unless it is over."""
    query = select(VisitRow).where(
        VisitRow.sha256 == key_hash(secret), col(VisitRow.ended_at).is_(None), col(VisitRow.expires_at) > now
    )
    return session.exec(query).first()


def end_visit(session: Session, secret: str, now: datetime, *, because: str = "") -> str | None:
    """End a visit and give the provider's word that it rested on; one that is over stays as it is.

    `because`: why, where the person did not ask for it.
    """
    row = visit_of(session, secret, now)
    if row is None:
        return None
    id_token, row.id_token = row.id_token, None
    row.ended_at = now
    session.add(row)
    note(session, now, row.name, "sign_out", f"person:{row.name}", **_told(reason=because))
    return id_token


def live_visits(session: Session, now: datetime, limit: int) -> Sequence[VisitRow]:
    """Visits that last, the newest first."""
    query = select(VisitRow).where(col(VisitRow.ended_at).is_(None), col(VisitRow.expires_at) > now)
    return session.exec(query.order_by(col(VisitRow.id).desc()).limit(limit)).all()


def end_visits_of(
    session: Session, name: str, actor: str, now: datetime, *, but_as: Role | None = None
) -> int:
    """End all visits of a person, and links that are still open; gives how many visits there were.

    With `but_as`, visits and links in that role stay.
    """
    query = select(VisitRow).where(
        VisitRow.name == name, col(VisitRow.ended_at).is_(None), col(VisitRow.expires_at) > now
    )
    if but_as is not None:
        query = query.where(VisitRow.role != but_as)
    visits = session.exec(query).all()
    unused = select(SignInRow).where(SignInRow.name == name, col(SignInRow.used_at).is_(None))
    if but_as is not None:
        unused = unused.where(SignInRow.role != but_as)
    links = session.exec(unused).all()
    for visit in visits:
        visit.ended_at, visit.id_token = now, None
    for link in links:
        link.used_at = now
    session.add_all([*visits, *links])
    if visits or links or actor != SYSTEM:
        note(session, now, actor, "end_visits", f"person:{name}", visits=len(visits), links=len(links))
    return len(visits)


def _told(**detail: str) -> dict[str, str]:
    return {name: value for name, value in detail.items() if value}
