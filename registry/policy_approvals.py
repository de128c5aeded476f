"""What a policy file says of approvals: how many eyes, how many persons, how soon; any may be left out."""

from registry.closed import Node
from registry.model import ApprovalRules
from registry.policy_words import at_least

MOST_APPROVERS = 2
"""An approval is given by one person and confirmed by another; there is no third step."""

_NUMBERS = ("routine_working_days", "emergency_answer_hours", "emergency_lasts_hours")
_USUAL = ApprovalRules()


def approvals_from(node: Node) -> ApprovalRules:
    """Read the rules for approvals; raises `ClosedError` for numbers that nothing could meet."""
    found = node.mapping(("four_eyes", "approvers", *_NUMBERS))
    approvers = at_least(found["approvers"], 1) if "approvers" in found else _USUAL.approvers
    if approvers > MOST_APPROVERS:
        raise found["approvers"].error("is more than two: one person approves and another confirms")
    numbers = {name: at_least(found[name], 1) for name in _NUMBERS if name in found}
    return ApprovalRules(
        four_eyes=found["four_eyes"].boolean() if "four_eyes" in found else _USUAL.four_eyes,
        approvers=approvers,
        routine_working_days=numbers.get("routine_working_days", _USUAL.routine_working_days),
        emergency_answer_hours=numbers.get("emergency_answer_hours", _USUAL.emergency_answer_hours),
        emergency_lasts_hours=numbers.get("emergency_lasts_hours", _USUAL.emergency_lasts_hours),
    )
