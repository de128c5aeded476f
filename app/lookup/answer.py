"""One question on one tool → one answer in JSON. Pure: index, question and time in, bytes out.

Only this module knows the form of a look-up's question and answer. A no is an answer, so it is a 200 too;
only a question that cannot be understood is a problem.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from app.lookup.index import Ambiguous, LookupIndex
from app.problems import INVALID, ProblemItem, tell
from registry.evaluate import UnknownContextError, evaluate, step_end
from registry.model import Evaluation, EvaluationStatus, Evidence, Reason, Standing

MAX_AGE: Final = timedelta(minutes=1)
"""How long a caller may keep an answer without asking again: a suspension must not wait for an hour."""
VARY: Final = "Authorization, X-API-Key"

_SWITCH: Final = {"true": True, "false": False}
_SHOWN_NAME: Final = 200
_DOUBT = Reason(
    rule="registry.in_doubt",
    principle=None,
    message="The registry cannot be read at the moment, so a newer decision may have been missed.",
    remedy="Ask again shortly; if this lasts, tell whoever runs this service.",
)


class QueryError(ValueError):
    """A question that cannot be understood; the message says what to do, `parameter` where it stands."""

    def __init__(self, message: str, parameter: str) -> None:
        self.parameter = parameter
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class LookupAnswer:
    """What is sent, and until when the same question gets exactly the same."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    settled_until: datetime


@dataclass(frozen=True, slots=True)
class _Question:
    plan: str | None
    evidence: bool
    context: Mapping[str, str]


def answer_lookup(
    index: LookupIndex, tool: str, query: Sequence[tuple[str, str]], now: datetime
) -> tuple[int, Mapping[str, str], bytes]:
    """Answer a look-up: status, headers and body. `query` holds the parameters as they came, decoded."""
    answer = settle_lookup(index, tool, query, now)
    return answer.status, answer.headers, answer.body


def settle_lookup(
    index: LookupIndex, tool: str, query: Sequence[tuple[str, str]], now: datetime
) -> LookupAnswer:
    """Answer a look-up, and say how long the answer can be given again as it is."""
    try:
        question = _read(query, index)
        found = index.find(tool, question.plan)
        standing = found if isinstance(found, Standing) else None
        evaluation = evaluate(standing, question.context, index.policy, now)
    except UnknownContextError as error:
        return _refusal(QueryError(str(error), error.unknown[0]), now)
    except QueryError as error:
        return _refusal(error, now)
    if isinstance(found, Ambiguous):
        evaluation = _ambiguous(evaluation, found)
    if not index.confirmed:
        evaluation = _in_doubt(evaluation, now)
    content = _content(index, evaluation, standing.tool if standing else tool[:_SHOWN_NAME])
    if isinstance(found, Ambiguous):
        content["candidates"] = found.candidates
    if question.evidence:
        content["evidence"] = [_evidence(one) for one in evaluation.evidence]
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    max_age = min(MAX_AGE, evaluation.valid_until - now)
    headers = {
        "content-type": "application/json",
        "cache-control": f"private, max-age={max_age // timedelta(seconds=1)}",
        "etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        "vary": VARY,
    }
    return LookupAnswer(HTTPStatus.OK, headers, body, min(step_end(now), evaluation.valid_until - MAX_AGE))


def refuse(error: QueryError) -> tuple[int, Mapping[str, str], bytes]:
    """Answer a question that cannot be understood with a problem."""
    told = tell(INVALID, str(error), [ProblemItem(detail=str(error), parameter=error.parameter)])
    return told.status, told.headers, told.body


def _refusal(error: QueryError, now: datetime) -> LookupAnswer:
    return LookupAnswer(*refuse(error), settled_until=now)


def _read(query: Sequence[tuple[str, str]], index: LookupIndex) -> _Question:
    given: dict[str, str] = {}
    for name, value in query:
        if name in given:
            raise QueryError(f"`{name}` is given twice; give it once", name)
        given[name] = value
    plan = given.pop("plan", None)
    evidence = given.pop("evidence", "false")
    if evidence not in _SWITCH:
        raise QueryError("`evidence` is true or false", "evidence")
    for name in given:
        if name not in index.policy.context:
            known = ", ".join(("plan", "evidence", *index.policy.context))
            raise QueryError(
                f"unknown parameter `{name[:_SHOWN_NAME]}`; known are {known}", name[:_SHOWN_NAME]
            )
    return _Question(plan, _SWITCH[evidence], given)


def _ambiguous(evaluation: Evaluation, found: Ambiguous) -> Evaluation:
    reason = Reason(
        rule="tool.ambiguous", principle=None, message=found.message, remedy="Name one candidate."
    )
    return replace(evaluation, reasons=(reason,))


def _in_doubt(evaluation: Evaluation, now: datetime) -> Evaluation:
    """Take back an allow: the index may be older than a suspension."""
    status = EvaluationStatus.ESCALATE if evaluation.decision else evaluation.status
    return replace(
        evaluation,
        decision=False,
        status=status,
        reasons=(_DOUBT, *evaluation.reasons),
        obligations=(),
        valid_until=now,
    )


def _content(index: LookupIndex, evaluation: Evaluation, tool: str) -> dict[str, Any]:
    return {
        "decision": evaluation.decision,
        "status": evaluation.status,
        "tool": tool,
        "plan": evaluation.plan,
        "reasons": [_reason(one) for one in evaluation.reasons],
        "obligations": evaluation.obligations,
        "evidence_at": None if evaluation.evidence_at is None else _time(evaluation.evidence_at),
        "valid_until": _time(evaluation.valid_until),
        "revision": index.revision,
        "policy": evaluation.policy,
        "contact": evaluation.contact,
        "candidates": (),
    }


def _reason(one: Reason) -> dict[str, str | None]:
    return {"rule": one.rule, "principle": one.principle, "message": one.message, "remedy": one.remedy}


def _evidence(one: Evidence) -> dict[str, str | None]:
    return {
        "family": one.family,
        "stance": one.stance,
        "quote": one.quote,
        "document": one.document,
        "url": one.url,
        "seen_at": _time(one.seen_at),
    }


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
