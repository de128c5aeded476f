"""One question on one tool → one answer in JSON. Pure: index, question and time in, bytes out.

Only this module knows the form of a look-up's question and answer. A no is an answer, so it is a 200 too;
only a question that cannot be understood is a problem.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from app.lookup.exchange import Given, write_json
from app.lookup.index import LookupIndex
from app.lookup.outcome import MAX_AGE, Outcome, outcome_of
from app.problems import INVALID, ProblemItem, tell
from registry.evaluate import UnknownContextError
from registry.model import Duty, Evidence, ObligationStanding, Reason

VARY: Final = "Authorization, X-API-Key"

_SWITCH: Final = {"true": True, "false": False}
SHOWN_NAME: Final = 200
"""How much of a name that nobody knows is told back."""


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
    given: Given | None = None
    """What a record keeps of it; `None` for a refusal."""
    outcome: Outcome | None = None
    """What a receipt is made from; `None` where none is asked for."""


@dataclass(frozen=True, slots=True)
class _Question:
    plan: str | None
    evidence: bool
    receipt: bool
    context: Mapping[str, str]


def answer_lookup(
    index: LookupIndex, tool: str, query: Sequence[tuple[str, str]], now: datetime
) -> tuple[int, Mapping[str, str], bytes]:
    """Answer a look-up: status, headers and body. `query` holds the parameters as they came, decoded."""
    answer = settle_lookup(index, tool, query, now)
    if answer.outcome is not None:
        return refuse(QueryError("receipts are signed by the running service alone; ask it", "receipt"))
    return answer.status, answer.headers, answer.body


def settle_lookup(
    index: LookupIndex, tool: str, query: Sequence[tuple[str, str]], now: datetime
) -> LookupAnswer:
    """Answer a look-up, and say how long the answer can be given again as it is."""
    try:
        question = _read(query, index)
        outcome = outcome_of(index, tool, question.plan, question.context, now)
    except UnknownContextError as error:
        return _refusal(QueryError(str(error), error.unknown[0]), now)
    except QueryError as error:
        return _refusal(error, now)
    plain = body = write_json(outcome_shown(index.revision, outcome, tool))
    if question.evidence:
        body = write_json(outcome_shown(index.revision, outcome, tool, evidence=True))
    max_age = min(MAX_AGE, outcome.evaluation.valid_until - now)
    headers = {
        "content-type": "application/json",
        "cache-control": f"private, max-age={max_age // timedelta(seconds=1)}",
        "etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        "vary": VARY,
    }
    given = Given(tool, question.plan, question.context, plain)
    signed = outcome if question.receipt else None
    return LookupAnswer(HTTPStatus.OK, headers, body, outcome.settled_until, given, signed)


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
    evidence, receipt = (_switch(given, name) for name in ("evidence", "receipt"))
    for name in given:
        if name not in index.policy.fields:
            known = ", ".join(("plan", "evidence", "receipt", *index.policy.fields))
            raise QueryError(f"unknown parameter `{name[:SHOWN_NAME]}`; known are {known}", name[:SHOWN_NAME])
    return _Question(plan, evidence, receipt, given)


def _switch(given: dict[str, str], name: str) -> bool:
    said = given.pop(name, "false")
    if said not in _SWITCH:
        raise QueryError(f"`{name}` is true or false", name)
    return _SWITCH[said]


def outcome_shown(revision: int, outcome: Outcome, asked: str, *, evidence: bool = False) -> dict[str, Any]:
    """An outcome, as every answer of our own shows it; `asked` is the name that was asked for."""
    evaluation = outcome.evaluation
    shown = {
        "decision": evaluation.decision,
        "status": evaluation.status,
        "tool": outcome.standing.tool if outcome.standing else asked[:SHOWN_NAME],
        "plan": evaluation.plan,
        "reasons": [reason_shown(one) for one in evaluation.reasons],
        "obligations": [duty_shown(one) for one in evaluation.duties],
        "attestations": [attestation_shown(one) for one in evaluation.attestations],
        "emergency": evaluation.emergency,
        "evidence_at": None if evaluation.evidence_at is None else time_shown(evaluation.evidence_at),
        "valid_until": time_shown(evaluation.valid_until),
        "revision": revision,
        "policy": evaluation.policy,
        "ruleset": ruleset_of(outcome),
        "contact": evaluation.contact,
        "candidates": outcome.candidates,
    }
    if evidence:
        shown |= evidence_shown(evaluation.evidence)
    return shown


def ruleset_of(outcome: Outcome) -> str | None:
    """Version of the rules that the plan's terms were read by; `None` where nothing was read."""
    return None if outcome.standing is None else outcome.standing.ruleset


def reason_shown(one: Reason) -> dict[str, str | None]:
    """A reason, as every answer shows it."""
    return {"rule": one.rule, "principle": one.principle, "message": one.message, "remedy": one.remedy}


def attestation_shown(one: ObligationStanding) -> dict[str, Any]:
    """How far an obligation of the decision is met, as every answer shows it."""
    return duty_shown(Duty(one.obligation.asked.text, one.obligation.asked, one))


def duty_shown(one: Duty) -> dict[str, Any]:
    """What must hold while the tool is used, as every answer shows it; of a condition in words only those."""
    asked, standing = one.asked, one.standing
    until = None if standing is None else standing.until
    return {
        "id": None if standing is None else standing.obligation.id,
        "obligation": one.text if asked is None else asked.text,
        "attested_by": None if asked is None else asked.attested_by,
        "evidence": None if asked is None else asked.evidence,
        "renew_after_days": None if asked is None else asked.renew_after_days,
        "before_use": None if asked is None else asked.before_use,
        "state": None if standing is None else standing.state.value,
        "until": None if until is None else time_shown(until),
    }


def evidence_shown(evidence: Iterable[Evidence]) -> dict[str, list[dict[str, str | None]]]:
    """The sentences behind an answer, as answers show them: the deciding ones apart from the overruled."""
    shown: dict[str, list[dict[str, str | None]]] = {"evidence": [], "overruled": []}
    for one in evidence:
        shown["overruled" if one.overruled else "evidence"].append(_sentence(one))
    return shown


def _sentence(one: Evidence) -> dict[str, str | None]:
    return {
        "family": one.family,
        "stance": one.stance,
        "quote": one.quote,
        "document": one.document,
        "url": one.url,
        "seen_at": time_shown(one.seen_at),
    }


def time_shown(at: datetime) -> str:
    """A time in UTC, to the second, as RFC 3339 has it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
