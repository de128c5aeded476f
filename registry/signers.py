"""Who may sign an approval, and how many it takes. Rows of requests and submissions, judged by the policy.

Only this module knows whom four eyes keep from approving: who submitted the tool, who asked for the approval,
and who gave the one under review. Where nobody knows who it was that asked, two persons sign: one of them is
another.
"""

from collections.abc import Sequence

from sqlmodel import Session

from registry.journal import COMMAND_LINE, SYSTEM
from registry.model import ApprovalRules
from registry.requests import requesters, waits_for_review
from registry.rulings import DecisionRefusedError, Ruling
from registry.tables import PlanRow, ToolRow

_NOBODY = frozenset({None, COMMAND_LINE, SYSTEM})
_FOUR_EYES = 2


def is_same(one: str, other: str | None) -> bool:
    """Whether two names may be one person's: another spelling of a name makes nobody another."""
    return other is not None and one.lower() == other.lower()


def signers_needed(session: Session, plan: PlanRow, ruling: Ruling, rules: ApprovalRules) -> int:
    """How many persons a ruling on a plan takes."""
    if not ruling.approves:
        return 1
    if rules.four_eyes and _has_asked_unnamed(session, plan):
        return max(rules.approvers, _FOUR_EYES)
    return rules.approvers


def check_signers(
    session: Session, plan: PlanRow, ruling: Ruling, signers: Sequence[str], rules: ApprovalRules
) -> None:
    """Raise `DecisionRefusedError` where one who asked for an approval would give it, if the policy minds."""
    if not (ruling.approves and rules.four_eyes):
        return
    asked, review = requesters(session, plan.id), waits_for_review(session, plan.id)
    submitted_by = session.get_one(ToolRow, plan.tool_id).submitted_by
    for signer in signers:
        if is_same(signer, submitted_by):
            raise DecisionRefusedError(f"{signer} submitted the tool; the policy wants another to approve it")
        if review is not None and is_same(signer, review.requested_by):
            raise DecisionRefusedError(
                f"{signer} gave the approval that is under review ({review.public_id}); the policy wants "
                "another to approve it for good"
            )
        if any(is_same(signer, one) for one in asked):
            raise DecisionRefusedError(
                f"{signer} asked for this approval; the policy wants another to give it"
            )


def check_enough(
    session: Session, plan: PlanRow, ruling: Ruling, signers: Sequence[str], rules: ApprovalRules
) -> None:
    """Raise `DecisionRefusedError` where a person is missing who has to confirm an approval."""
    if len({one.lower() for one in signers}) >= signers_needed(session, plan, ruling, rules):
        return
    if rules.approvers < _FOUR_EYES:
        why = "nobody knows who submitted the tool, so that four eyes take two persons; a second one"
    else:
        why = "the policy asks for a second person, who"
    raise DecisionRefusedError(f"{why} has not confirmed this approval")


def _has_asked_unnamed(session: Session, plan: PlanRow) -> bool:
    submitted_by = session.get_one(ToolRow, plan.tool_id).submitted_by
    return submitted_by in _NOBODY or not _NOBODY.isdisjoint(requesters(session, plan.id))
