"""What proves a denial to whoever takes requests for access: a token over the question. Pure but for signing.

Only this module knows its claims, which follow the access request profile: a service that stands apart needs
neither our registry nor our record to see that the denial was ours, for this question, and is still fresh.
"""

from collections.abc import Mapping
from typing import Any, Final

from app.lookup.answer import time_shown
from app.lookup.authzen.form import Fields
from app.lookup.exchange import Question, write_json
from app.lookup.receipt import Sign
from registry.model import Evaluation, Policy

MAX_BOUND: Final = 4096
"""Bytes of a question that a token takes along; a longer one is bound by its id alone."""

Bound = Mapping[str, Any]


class Binder:
    """Makes the tokens: `issuer` is our public address, `audience` where requests are sent to."""

    def __init__(self, issuer: str, audience: str, sign: Sign) -> None:
        self._issuer = issuer
        self._audience = audience
        self._sign = sign

    def token_for(self, bound: Bound, evaluation: Evaluation, question: Question) -> str:
        """The token of a denial, which lasts as long as the request may wait."""
        until = evaluation.valid_until
        return self._sign(
            {
                "iss": self._issuer,
                "aud": self._audience,
                "iat": int(question.at.timestamp()),
                "exp": int(until.timestamp()),
                "jti": question.id,
                "evaluation_id": question.id,
                "denial_expires_at": time_shown(until),
                **bound,
            }
        )


def bound_of(asked: Fields, policy: Policy) -> Bound | None:
    """What of a question its denial is bound to, as it was sent; `None` where that is too long."""
    context = asked.get("context") or {}
    members = [field for field in policy.fields if field in context]
    bound = {
        **{part: asked[part] for part in ("subject", "action", "resource")},
        "context": {field: context[field] for field in members},
        "binding_context_members": members,
    }
    return bound if len(write_json(bound)) <= MAX_BOUND else None
