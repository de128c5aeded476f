"""What a receipt says: the question, the answer, and what the answer rests on. Pure but for the signing.

Only this module knows the form of its claims.
"""

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any, Final

from app.lookup.answer import outcome_shown
from app.lookup.exchange import Given, Question

Sign = Callable[[Mapping[str, Any]], str]
VERSION: Final = 1


def receipt_for(sign: Sign, given: Given, question: Question) -> str:
    """The receipt for an answer."""
    return sign(_claims(given, question))


def _claims(given: Given, question: Question) -> dict[str, Any]:
    outcome, standing = given.outcome, given.outcome.standing
    decision = None if standing is None else standing.decision
    return {
        "version": VERSION,
        "jti": question.id,
        "iat": int(question.at.timestamp()),
        "exp": int(outcome.evaluation.valid_until.timestamp()),
        "at": question.at.astimezone(UTC).isoformat(),
        "caller": question.caller,
        "question": {"tool": given.tool, "plan": given.plan, "context": dict(given.context)},
        "answer": outcome_shown(given.revision, outcome, given.tool),
        "revisions": {
            "registry": given.revision,
            "policy": outcome.evaluation.policy,
            "ruleset": None if standing is None else standing.ruleset,
        },
        "decision": None if decision is None else decision.id,
        "clauses": [] if decision is None else list(decision.clauses),
    }
