"""`POST /v1/evaluations` and `/v1/evaluations:chain`: many questions in one request, and one on a pipeline.

A batch answers each question by itself. A chain is a pipeline of tools that one piece of work goes through:
it is as good as its weakest step, so one step that is not allowed denies the whole. Only this module knows
their form; what comes of one question is known to outcome.py.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.lookup.answer import SHOWN_NAME, duty_shown, outcome_shown, time_shown
from app.lookup.authzen.form import FormError, optional_object, refusal
from app.lookup.body import BodyError, parse_object
from app.lookup.exchange import Endpoint, Given, Question, Reply, reply_several, write_json
from app.lookup.index import MAX_NAME, LookupIndex
from app.lookup.outcome import Outcome, outcome_of
from registry.model import EvaluationStatus, Policy

BATCH: Final = b"/v1/evaluations"
CHAIN: Final = b"/v1/evaluations:chain"
MAX_ITEMS: Final = 1000

WEAKEST_FIRST: Final = (
    EvaluationStatus.DENIED,
    EvaluationStatus.UNKNOWN,
    EvaluationStatus.PENDING,
    EvaluationStatus.ESCALATE,
    EvaluationStatus.APPROVED_WITH_OBLIGATIONS,
    EvaluationStatus.APPROVED,
)
"""What a chain is told of its steps: the first of these that a step has."""

_ITEM_FIELDS: Final = frozenset({"tool", "plan", "context", "evidence"})
_STEP_FIELDS: Final = _ITEM_FIELDS | {"name"}

Fields = Mapping[str, Any]


class _Asked(NamedTuple):
    """One question, read."""

    name: str | None
    """What the caller calls the step."""
    tool: str
    plan: str | None
    evidence: bool
    context: Mapping[str, str]


class _Step(NamedTuple):
    """A question, and what came of it."""

    asked: _Asked
    outcome: Outcome


def several_endpoints() -> Sequence[Endpoint]:
    """Both endpoints."""
    return (
        Endpoint("POST", BATCH, _batch, reads=True, is_long=True),
        Endpoint("POST", CHAIN, _chain, reads=True, is_long=True),
    )


def _batch(index: LookupIndex, question: Question, now: datetime) -> Reply:
    try:
        asked = parse_object(question.body)
        _known(asked, {"evaluations", "context"}, "")
        shared = _context(asked, "", index.policy)
        items = _list(asked, "evaluations")
    except (BodyError, FormError) as error:
        return refusal(error)
    answers = [_answer(index, item, shared, f"/evaluations/{at}", now) for at, item in enumerate(items)]
    content = b'{"evaluations":[%s]}' % b",".join(written for written, _ in answers)
    return reply_several(content, (given for _, given in answers))


def _answer(
    index: LookupIndex, item: Any, shared: Fields, pointer: str, now: datetime
) -> tuple[bytes, Given | None]:
    """Answer one question of a batch; one that cannot be understood is denied and spoils no other."""
    try:
        asked = _read(item, shared, pointer, _ITEM_FIELDS, index.policy)
    except FormError as error:
        told = {"detail": str(error), "pointer": error.pointer}
        denied = {"decision": False, "status": EvaluationStatus.UNKNOWN, "error": told}
        return write_json(denied), None
    outcome = outcome_of(index, asked.tool, asked.plan, asked.context, now)
    given = _given(index, _Step(asked, outcome))
    if asked.evidence:
        return write_json(outcome_shown(index.revision, outcome, asked.tool, evidence=True)), given
    return given.answer, given


def _chain(index: LookupIndex, question: Question, now: datetime) -> Reply:
    try:
        asked = parse_object(question.body)
        _known(asked, {"steps", "context"}, "")
        shared = _context(asked, "", index.policy)
        items = _list(asked, "steps")
        if not items:
            raise FormError("`steps` is empty; name the tools that the work goes through", "/steps")
        # A pipeline with a step that nobody understands is not understood.
        read = [
            _read(item, shared, f"/steps/{at}", _STEP_FIELDS, index.policy) for at, item in enumerate(items)
        ]
    except (BodyError, FormError) as error:
        return refusal(error)
    steps = [_Step(one, outcome_of(index, one.tool, one.plan, one.context, now)) for one in read]
    return reply_several(write_json(_whole(index, steps)), (_given(index, step) for step in steps))


def _given(index: LookupIndex, step: _Step) -> Given:
    asked = step.asked
    answer = write_json(outcome_shown(index.revision, step.outcome, asked.tool))
    return Given(asked.tool, asked.plan, asked.context, answer)


def _whole(index: LookupIndex, steps: Sequence[_Step]) -> Fields:
    """A chain's answer: allowed where each step is, and no longer than the first that ends."""
    evaluations = [step.outcome.evaluation for step in steps]
    weakest = min(range(len(steps)), key=lambda at: WEAKEST_FIRST.index(evaluations[at].status))
    allowed = all(one.decision for one in evaluations)
    duties = [duty for one in evaluations for duty in one.duties] if allowed else []
    return {
        "decision": allowed,
        "status": evaluations[weakest].status,
        "weakest": None if allowed else _named(steps[weakest], weakest),
        "failing": [
            _named(step, at) for at, step in enumerate(steps) if not step.outcome.evaluation.decision
        ],
        "obligations": [duty_shown(duty) for duty in dict.fromkeys(duties)],
        "valid_until": time_shown(min(one.valid_until for one in evaluations)),
        "revision": index.revision,
        "policy": index.policy.version,
        "contact": index.policy.contact,
        "steps": [_shown(index, step, at) for at, step in enumerate(steps)],
    }


def _named(step: _Step, at: int) -> Fields:
    evaluation = step.outcome.evaluation
    shown = evaluation.plan or step.asked.tool[:SHOWN_NAME]
    return {"step": at, "name": step.asked.name, "tool": shown, "status": evaluation.status}


def _shown(index: LookupIndex, step: _Step, at: int) -> Fields:
    asked = step.asked
    shown = outcome_shown(index.revision, step.outcome, asked.tool, evidence=asked.evidence)
    return {"step": at, "name": asked.name, **shown}


def _read(item: Any, shared: Fields, pointer: str, known: frozenset[str], policy: Policy) -> _Asked:
    if type(item) is not dict:
        raise FormError("must be an object with `tool`", pointer)
    _known(item, known, pointer)
    evidence = item.get("evidence", False)
    if type(evidence) is not bool:
        raise FormError("`evidence` must be true or false", f"{pointer}/evidence")
    tool = _text(item, "tool", pointer)
    if tool is None:
        raise FormError("`tool` is missing; name the tool as you see it", f"{pointer}/tool")
    return _Asked(
        name=_text(item, "name", pointer),
        tool=tool,
        plan=_text(item, "plan", pointer),
        evidence=evidence,
        context={**shared, **_context(item, pointer, policy)},
    )


def _context(fields: Fields, pointer: str, policy: Policy) -> dict[str, str]:
    """What is said of the work; a field that the policy does not know may be a misspelt one."""
    context = optional_object(fields, "context", within=pointer[1:].replace("/", "."))
    _known(context, policy.fields, f"{pointer}/context")
    for field, value in context.items():
        if type(value) is not str or len(value) > MAX_NAME:
            message = f"`{field}` must be a string of at most {MAX_NAME} characters"
            raise FormError(message, f"{pointer}/context/{field}")
    return dict(context)


def _known(fields: Fields, known: Collection[str], pointer: str) -> None:
    for field in fields:
        if field not in known:
            listed = ", ".join(sorted(known))
            message = f"unknown field `{field[:SHOWN_NAME]}`; known are {listed}"
            raise FormError(message, f"{pointer}/{field[:SHOWN_NAME]}")


def _list(asked: Fields, name: str) -> Sequence[Any]:
    items = asked.get(name)
    if type(items) is not list:
        raise FormError(f"`{name}` must be an array", f"/{name}")
    if len(items) > MAX_ITEMS:
        raise FormError(f"`{name}` has {len(items)} items; ask at most {MAX_ITEMS} at once", f"/{name}")
    return items


def _text(fields: Fields, name: str, pointer: str) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    if type(value) is not str or not value.strip() or len(value) > MAX_NAME:
        message = f"`{name}` must be a string of 1 to {MAX_NAME} characters"
        raise FormError(message, f"{pointer}/{name}")
    return value
