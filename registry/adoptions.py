"""Policies as they were put in force, the newest in force. Rows are added, never edited.

Whoever judges by the policy in force holds it until their transaction ends, together with others who judge;
whoever puts another one in force holds it alone. So no plan is judged by a policy that was just replaced. On
SQLite transactions that write follow one another anyway.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from registry.journal import note, raise_revision
from registry.model import Policy
from registry.policy import parse_policy
from registry.tables import PolicyRow, StartedPolicyRow

_ADVISORY_LOCK: Final = 7_316_450_072


class AdoptionRefusedError(Exception):
    """A policy that cannot be put in force as it is asked for; the message says what to change."""


def policy_in_force(session: Session, bootstrap: Policy) -> Policy:
    """The policy that was adopted last, or `bootstrap` where none ever was; in force until the end of a
    transaction that may write. Asked for before plans are held, since an adoption holds it and then them.

    Raises `PolicyError` where what was adopted cannot be read by this version of the program.
    """
    _hold(session, func.pg_advisory_xact_lock_shared)
    row = last_adoption(session)
    return bootstrap if row is None else _parsed(row.content, _place(row))


def hold_alone(session: Session) -> None:
    """Wait until nobody judges by the policy in force, and let nobody until the transaction ends."""
    _hold(session, func.pg_advisory_xact_lock)


def last_adoption(session: Session) -> PolicyRow | None:
    """The adoption in force; `None` where the registry follows the policy that it was started with."""
    return session.exec(select(PolicyRow).order_by(col(PolicyRow.id).desc()).limit(1)).first()


def text_in_force(session: Session) -> str:
    """The text of the policy in force, as its file has it; empty before the service was ever started."""
    adopted = last_adoption(session)
    if adopted is not None:
        return adopted.content
    started = session.exec(
        select(StartedPolicyRow).order_by(col(StartedPolicyRow.id).desc()).limit(1)
    ).first()
    return "" if started is None else started.content


def adoptions(session: Session, limit: int = 100) -> Sequence[PolicyRow]:
    """Every policy that was put in force, newest first."""
    return session.exec(select(PolicyRow).order_by(col(PolicyRow.id).desc()).limit(limit)).all()


def keep_adoption(
    session: Session, policy: Policy, content: str, reason: str, actor: str, now: datetime
) -> PolicyRow:
    """Put a policy in force: look-ups escalate until each plan is judged by it, which is the caller's to do.

    Raises `AdoptionRefusedError` without a reason, and where this very policy is in force already.
    """
    if not reason.strip():
        raise AdoptionRefusedError("give a reason: an auditor will ask why the policy was changed")
    # One adoption follows the other: the newest row is the one that judged last.
    hold_alone(session)
    before = last_adoption(session)
    if before is not None and before.version == policy.version:
        raise AdoptionRefusedError(f"{policy.id} {policy.version} is in force already; nothing was changed")
    row = PolicyRow(
        name=policy.id,
        version=policy.version,
        content=content,
        reason=reason.strip(),
        adopted_by=actor,
        adopted_at=now,
    )
    session.add(row)
    raise_revision(session)
    note(
        session,
        now,
        actor,
        "adopt_policy",
        policy.id,
        version=policy.version,
        before=None if before is None else before.version,
        reason=reason.strip(),
    )
    session.flush()
    return row


def _hold(session: Session, lock: Callable[[int], ColumnElement[object]]) -> None:
    bind = session.get_bind()
    if bind.dialect.name == "postgresql" and not bind.get_execution_options().get("termgate_reads", False):
        session.exec(select(lock(_ADVISORY_LOCK)))


def _place(row: PolicyRow) -> str:
    return f"policy {row.name} {row.version} as adopted"


@lru_cache(maxsize=4)
def _parsed(content: str, place: str) -> Policy:
    """Reading takes a tenth of a second, and the same text is read for each pass."""
    return parse_policy(content, place)
