"""Putting a policy in force: one act that stores it and judges every plan by it, or leaves nothing behind.

Only this module knows what belongs to the act. Plans are judged from what was read before; one whose newest
text has not been read under the rules of its assessment waits for its re-read, and its look-ups escalate.
"""

from dataclasses import dataclass
from datetime import datetime

from app.db import Session
from app.judging import is_readable, judge_by_policy
from registry.adoptions import hold_alone, keep_adoption, policy_in_force
from registry.judgements import last_assessment
from registry.model import Policy, Status
from registry.policy import parse_policy
from registry.reviews import hold, name_of
from registry.store import plans_of, submitted_tools
from registry.tables import PlanRow


@dataclass(frozen=True, slots=True)
class NewPolicy:
    """A policy that somebody wants in force."""

    content: str
    """The text of its file."""
    file: str
    """How errors name it."""
    reason: str


@dataclass(frozen=True, slots=True)
class Adoption:
    """What putting a policy in force came to."""

    policy: Policy
    before: Policy
    judged: tuple[str, ...]
    """Plans that were judged by it."""
    suspended: tuple[str, ...]
    """Approvals that it ended."""
    waiting: tuple[str, ...]
    """Plans that wait for a re-read; their look-ups escalate."""


def adopt_policy(session: Session, new: NewPolicy, bootstrap: Policy, actor: str, now: datetime) -> Adoption:
    """Put a policy in force and judge every plan by it, in the transaction of `session`.

    Raises `PolicyError` for a text that is no policy, `AdoptionRefusedError` without a reason or where it
    is in force already.
    """
    policy = parse_policy(new.content, new.file)
    hold_alone(session)
    before = policy_in_force(session, bootstrap)
    plans = _judged_plans(session)
    for plan in plans:
        # All of them before anything is written: whoever decides on one holds it, and then writes.
        hold(session, plan)
    row = keep_adoption(session, policy, new.content, new.reason, actor, now)
    judged: list[str] = []
    suspended: list[str] = []
    waiting: list[str] = []
    for plan in plans:
        name = name_of(session, plan)
        if not is_readable(session, plan):
            waiting.append(name)
            continue
        was = plan.status
        judge_by_policy(session, plan, f"policy:{row.id}", policy, now)
        judged.append(name)
        if was == Status.APPROVED and plan.status == Status.SUSPENDED:
            suspended.append(name)
    return Adoption(policy, before, tuple(judged), tuple(suspended), tuple(waiting))


def _judged_plans(session: Session) -> list[PlanRow]:
    judged = [
        plan
        for tool in submitted_tools(session)
        for plan in plans_of(session, tool.id)
        if last_assessment(session, plan.id) is not None
    ]
    return sorted(judged, key=lambda plan: plan.id)
