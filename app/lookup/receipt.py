"""What a receipt says: the question, the answer, and what the answer rests on. Pure but for the signing.

Only this module knows the form of its claims.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any, Final

from app.lookup.exchange import Given, Question
from app.lookup.outcome import Outcome

Sign = Callable[[Mapping[str, Any]], str]
VERSION: Final = 1


def receipt_for(sign: Sign, given: Given, outcome: Outcome, question: Question) -> str:
    """The receipt for an answer, and for what it came of."""
    return sign(_claims(given, outcome, question))


def _claims(given: Given, outcome: Outcome, question: Question) -> dict[str, Any]:
    answer, standing = json.loads(given.answer), outcome.standing
    decision = None if standing is None else standing.decision
    return {
        "version": VERSION,
        "jti": question.id,
        "iat": int(question.at.timestamp()),
        "exp": int(outcome.evaluation.valid_until.timestamp()),
        "at": question.at.astimezone(UTC).isoformat(),
        "caller": question.caller,
        "question": {"tool": given.tool, "plan": given.plan, "context": dict(given.context)},
        "answer": answer,
        "revisions": {
            "registry": answer["revision"],
            "policy": answer["policy"],
            "ruleset": answer["ruleset"],
        },
        "decision": None if decision is None else decision.id,
        "clauses": [] if decision is None else list(decision.clauses),
    }
