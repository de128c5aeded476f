"""What is asked → the decision, ready to be sent but for its id. Pure but for a memory of what was decided.

Only this module knows what is no use of a tool and so never allowed, and what makes two questions the same.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.lookup.answer import outcome_shown
from app.lookup.authzen.form import TOOL, USE, Ask
from app.lookup.authzen.telling import context_of, malformed_context
from app.lookup.exchange import Given, write_json
from app.lookup.index import MAX_NAME, LookupIndex
from app.lookup.outcome import Outcome, outcome_of
from app.lookup.remembered import Remembered
from registry.evaluate import evaluate
from registry.model import Reason

MAX_REMEMBERED: Final = 1000
"""Characters of a question that is remembered: thousands of them must not fill the memory."""


class Decided(NamedTuple):
    """A decision and its context, less the id that each answer has of its own."""

    decision: bool
    context: bytes
    """Its JSON, without the brace that opens it."""
    settled_until: datetime
    """Until when the same question to the same index is decided so."""
    given: Given | None = None
    """What a record keeps of it; `None` where the question was not understood."""
    request: bytes = b""
    """How to ask for access: its JSON, less the brace that ends it; empty where nobody could lift this."""
    outcome: Outcome | None = None
    """What a receipt or a request's token is made from; `None` where there is neither."""
    wants_receipt: bool = False


class Decider:
    """Decides, and remembers for as long as nothing but an expiry can change the decision."""

    def __init__(self, requests_url: str) -> None:
        self._requests_url = requests_url
        self._decided: Remembered[Ask, Decided, datetime] = Remembered()

    def decide(self, index: LookupIndex, ask: Ask, now: datetime) -> Decided:
        """Decide on one question. Who asks is no part of it: that changes no answer."""
        known = self._decided.recall(index, ask, now)
        if known is not None:
            return known
        outcome = outcome_for(index, ask, now)
        context = context_of(index, ask, outcome, self._requests_url)
        name = ask.id[:MAX_NAME]
        answer = write_json(outcome_shown(index.revision, outcome, name))
        request = context.pop("access_request", None)
        decided = Decided(
            outcome.evaluation.decision,
            _opened(context),
            outcome.settled_until,
            Given(name, ask.plan, work_of(index, ask), answer),
            b"" if request is None else write_json(request)[:-1],
            outcome if ask.receipt or request is not None else None,
            ask.receipt,
        )
        if now < decided.settled_until and _length(ask) <= MAX_REMEMBERED:
            self._decided.keep(index, ask, decided, decided.settled_until)
        return decided


def refuse(message: str, pointer: str, now: datetime) -> Decided:
    """Decide on a question that cannot be understood: no."""
    context = _opened(malformed_context(message, pointer))
    return Decided(decision=False, context=context, settled_until=now)


def outcome_for(index: LookupIndex, ask: Ask, now: datetime) -> Outcome:
    """Judge what is asked. An action or a type of resource that there is not is known to nobody."""
    if ask.action != USE:
        reason = Reason(
            rule="action.unknown",
            principle=None,
            message="Nothing is known of this action.",
            remedy=f"Ask for the action `{USE}`.",
        )
        return _unknown(index, reason, now)
    if ask.type != TOOL:
        reason = Reason(
            rule="resource.unknown",
            principle=None,
            message="Nothing is known of resources of this type.",
            remedy=f"Ask for a resource of the type `{TOOL}`.",
        )
        return _unknown(index, reason, now)
    return outcome_of(index, ask.id, ask.plan, work_of(index, ask), now)


def work_of(index: LookupIndex, ask: Ask) -> Mapping[str, str]:
    """The work that a question describes, by context field."""
    return {
        field: value for field, value in zip(index.policy.fields, ask.work, strict=True) if value is not None
    }


def written(decided: Decided, evaluation: str, receipt: str = "", token: str = "") -> bytes:
    """A decision in JSON, under its id, with its receipt if it has one; `token` binds a request to it."""
    return evaluation.encode().join(written_around(decided, receipt, token))


def written_around(decided: Decided, receipt: str = "", token: str = "") -> tuple[bytes, bytes]:
    """What `written` gives, before and behind the id."""
    start = b'{"decision":true' if decided.decision else b'{"decision":false'
    signed = b'"receipt":"%s",' % receipt.encode() if receipt else b""
    bound = b',"binding_token":"%s"' % token.encode() if token else b""
    request = b'"access_request":%s%s},' % (decided.request, bound) if decided.request else b""
    return b'%s,"context":{"evaluation_id":"' % start, b'",%s%s%s}' % (signed, request, decided.context)


def _opened(context: Mapping[str, Any]) -> bytes:
    return write_json(context)[1:]


def _unknown(index: LookupIndex, reason: Reason, now: datetime) -> Outcome:
    evaluation = replace(evaluate(None, {}, index.policy, now), reasons=(reason,))
    return Outcome(evaluation, standing=None, candidates=(), settled_until=now)


def _length(ask: Ask) -> int:
    return sum(len(one) for one in (ask.action, ask.type, ask.id, ask.plan or "", *ask.work) if one)
