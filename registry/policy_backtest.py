"""What another policy would change: approvals that end, answers that flip, look-ups that would differ. Pure.

Only this module knows how a plan is judged by a policy that is not in force. Nothing is read anew: the facts
are those of the plan's last assessment, so whatever differs is the policy's doing alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from extractors.model import Fact, Family
from registry.assess import assess
from registry.evaluate import UnknownContextError, evaluate
from registry.findings import is_accepted
from registry.model import (
    Evaluation,
    EvaluationStatus,
    Policy,
    Severity,
    Standing,
    Status,
    Violation,
)

NOT_UNDERSTOOD = "not understood"
"""What becomes of a question that names a field which the policy does not know."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A look-up of the past, as a log of look-ups keeps it."""

    plan: str
    """`vendor/tool@plan`"""
    context: Mapping[str, str]
    at: datetime
    decision: bool
    status: EvaluationStatus


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that the other policy answers otherwise."""

    plan: str
    context: Mapping[str, str]
    before: str
    """The status of the answer; `not understood` where there is none."""
    after: str
    because: tuple[str, ...]
    """Rules that the new answer rests on."""
    times: int = 1
    """How often it was asked."""


@dataclass(frozen=True, slots=True)
class Broken:
    """An approval that would end at once, and the violations that nobody has accepted."""

    plan: str
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """What putting a policy in force would come to."""

    plans: int
    """Plans that were judged by both policies."""
    contexts: int
    """Kinds of work that each plan was asked about."""
    broken: tuple[Broken, ...]
    flips: tuple[Flip, ...]
    """Of the usual questions."""
    asked: int
    """Past look-ups that were asked again."""
    past: tuple[Flip, ...]


def backtest(
    standings: Sequence[Standing],
    old: Policy,
    new: Policy,
    now: datetime,
    asked: Sequence[Asked] = (),
) -> Backtest:
    """Ask every plan by both policies what is usually asked, and what was asked before.

    `asked` are recorded look-ups. Plans that were never judged are left out: no policy answers for them.
    """
    judged = [one for one in standings if one.policy is not None]
    before = {one.plan: judge_by(one, old) for one in judged}
    after = {one.plan: judge_by(one, new) for one in judged}
    contexts = usual_contexts(old, new)
    return Backtest(
        plans=len(judged),
        contexts=len(contexts),
        broken=tuple(_broken(judged, after)),
        flips=tuple(
            flip
            for one in judged
            for context in contexts
            if (flip := _flip(before[one.plan], after[one.plan], context, (old, new), now)) is not None
        ),
        asked=len(asked),
        past=_past(asked, after, new, now),
    )


def judge_by(standing: Standing, policy: Policy) -> Standing:
    """A plan as it would stand if this policy were put in force; its approval may end by that."""
    facts = [
        Fact(family, answer, days=standing.days if family is Family.RETENTION else None)
        for family, answer in standing.answers.items()
    ]
    violations = assess(facts, policy, "").violations
    judged = replace(standing, policy=policy.version, violations=violations)
    failing = _not_accepted(judged)
    if standing.status is Status.APPROVED and failing:
        because = "; ".join(one.message for one in failing)
        return replace(judged, status=Status.SUSPENDED, suspended_because=because)
    return judged


def usual_contexts(*policies: Policy) -> tuple[Mapping[str, str], ...]:
    """Kinds of work to ask about: the quietest there is, one thing at a time otherwise, nothing said."""
    quiet = {
        field: _quietest(field, policies)
        for field in dict.fromkeys(f for one in policies for f in one.context)
    }
    found = [quiet]
    for field, value in quiet.items():
        known = sorted({known for one in policies for known in one.context.get(field, ())})
        found += [{**quiet, field: other} for other in known if other != value]
        found.append({name: stated for name, stated in quiet.items() if name != field})
    return (*found, {})


def _quietest(field: str, policies: Sequence[Policy]) -> str:
    """The value of a field that sets off the fewest and the mildest triggers."""
    weights = {Severity.BLOCK: 100, Severity.ESCALATE: 10, Severity.CONDITION: 1}

    def loudness(value: str) -> int:
        triggers = [one for policy in policies for one in policy.triggers if one.field == field]
        return sum(weights[one.severity] for one in triggers if value in one.values)

    known = sorted({value for policy in policies for value in policy.context.get(field, ())})
    return min(known, key=loudness)


def _broken(judged: Sequence[Standing], after: Mapping[str, Standing]) -> Iterator[Broken]:
    for one in judged:
        now = after[one.plan]
        if one.status is Status.APPROVED and now.status is Status.SUSPENDED:
            yield Broken(one.plan, _not_accepted(now))


def _not_accepted(standing: Standing) -> tuple[Violation, ...]:
    known = standing.decision.known if standing.decision else ()
    return tuple(one for one in standing.violations if not is_accepted(one, known))


def _flip(
    before: Standing,
    after: Standing,
    context: Mapping[str, str],
    policies: tuple[Policy, Policy],
    now: datetime,
) -> Flip | None:
    old = _answer(before, _understood(context, policies[0]), policies[0], now)
    new = _answer(after, _understood(context, policies[1]), policies[1], now)
    told_before, told_after = _status(old), _status(new)
    if told_before == told_after:
        return None
    return Flip(before.plan, context, told_before, told_after, _because(new))


def _past(
    asked: Sequence[Asked], after: Mapping[str, Standing], policy: Policy, now: datetime
) -> tuple[Flip, ...]:
    """Past look-ups that the policy would answer otherwise today, equal ones counted together."""
    flips: dict[tuple[object, ...], Flip] = {}
    for one in asked:
        standing = after.get(one.plan)
        if standing is None:
            continue
        answer = _answer(standing, one.context, policy, now)
        if _status(answer) != one.status:
            key = (one.plan, tuple(sorted(one.context.items())), one.status)
            times = flips[key].times + 1 if key in flips else 1
            flips[key] = Flip(one.plan, one.context, one.status, _status(answer), _because(answer), times)
    return tuple(flips.values())


def _understood(context: Mapping[str, str], policy: Policy) -> Mapping[str, str]:
    """What a person who asks by this policy would say of the work: the fields that it knows."""
    return {field: value for field, value in context.items() if field in policy.context}


def _answer(
    standing: Standing, context: Mapping[str, str], policy: Policy, now: datetime
) -> Evaluation | None:
    try:
        return evaluate(standing, context, policy, now)
    except UnknownContextError:
        return None


def _status(answer: Evaluation | None) -> str:
    return NOT_UNDERSTOOD if answer is None else answer.status.value


def _because(answer: Evaluation | None) -> tuple[str, ...]:
    return (
        () if answer is None else tuple(one.rule for one in answer.reasons if one.rule != "decision.approved")
    )
