"""Policies as they were put in force, the newest in force. Rows are added, never edited."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlmodel import Session, col, select

from registry.journal import note, raise_revision
from registry.model import Policy
from registry.policy import parse_policy
from registry.tables import PolicyRow


class AdoptionRefusedError(Exception):
    """A policy that cannot be put in force as it is asked for; the message says what to change."""


def policy_in_force(session: Session, bootstrap: Policy) -> Policy:
    """The policy that was adopted last, or `bootstrap` where none ever was.

    Raises `PolicyError` where what was adopted cannot be read by this version of the program.
    """
    row = last_adoption(session)
    return bootstrap if row is None else _parsed(row.content, _place(row))


def last_adoption(session: Session) -> PolicyRow | None:
    """The adoption in force; `None` where the registry follows the policy that it was started with."""
    return session.exec(select(PolicyRow).order_by(col(PolicyRow.id).desc())).first()


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
    # Taken first, its lock lets one adoption follow the other: the newest row is the one that judged last.
    raise_revision(session)
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


def _place(row: PolicyRow) -> str:
    return f"policy {row.name} {row.version} as adopted"


@lru_cache(maxsize=4)
def _parsed(content: str, place: str) -> Policy:
    """Reading takes a tenth of a second, and the same text is read for each pass."""
    return parse_policy(content, place)
