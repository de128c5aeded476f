"""The words of judging: policy, assessment, decision, evaluation, change.

No work is done here. Decision words follow OpenID AuthZEN. `plans` says where one stands, `changes` how two
readings differ, `policy` what is asked for, `decisions` what is judged and decided, `answers` what is told.
"""

from registry.model.answers import (
    Duty,
    Evaluation,
    EvaluationStatus,
    Evidence,
    ObligationStanding,
    Reason,
    Standing,
)
from registry.model.changes import AlignedClause, Alignment, Cause, Change, ClauseChange, Direction
from registry.model.decisions import (
    Assessment,
    Attestation,
    DecidedObligation,
    Decision,
    ObligationState,
    Recommendation,
    Scope,
    Verdict,
    Violation,
)
from registry.model.plans import AliasKind, Role, Status
from registry.model.policy import (
    ApprovalRules,
    ChangeRules,
    Clock,
    Obligation,
    Policy,
    Principle,
    Requirement,
    Severity,
    Trigger,
)

__all__ = [
    "AliasKind",
    "AlignedClause",
    "Alignment",
    "ApprovalRules",
    "Assessment",
    "Attestation",
    "Cause",
    "Change",
    "ChangeRules",
    "ClauseChange",
    "Clock",
    "DecidedObligation",
    "Decision",
    "Direction",
    "Duty",
    "Evaluation",
    "EvaluationStatus",
    "Evidence",
    "Obligation",
    "ObligationStanding",
    "ObligationState",
    "Policy",
    "Principle",
    "Reason",
    "Recommendation",
    "Requirement",
    "Role",
    "Scope",
    "Severity",
    "Standing",
    "Status",
    "Trigger",
    "Verdict",
    "Violation",
]
