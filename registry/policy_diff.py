"""What differs between two policies, in sentences that tell what it means for an answer. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import TypeVar

from extractors.model import Answer
from registry.assess import SEVERITIES
from registry.model import Policy, Principle, Requirement, Severity, Trigger
from registry.obligations import obligation_told
from registry.policy_changes import changes_told
from registry.policy_text import answer_told, approvals_told, occasion_told, tolerances_told
from registry.policy_words import ANSWERS

_Rule = TypeVar("_Rule", Principle, Requirement, Trigger)

_VERBS = {
    Severity.BLOCK: "blocks",
    Severity.ESCALATE: "escalates",
    Severity.CONDITION: "asks for an obligation",
}


def compare_policies(old: Policy, new: Policy) -> tuple[str, ...]:
    """Every difference in what two policies say, one sentence each; empty where they say the same."""
    return (
        *_head(old, new),
        *_principles(old, new),
        *_context(old, new),
        *_requirements(old, new),
        *_triggers(old, new),
    )


def _head(old: Policy, new: Policy) -> Iterator[str]:
    if (old.id, old.title) != (new.id, new.title):
        yield f"The policy is now called {new.title} ({new.id}), it was {old.title} ({old.id})."
    if old.contact != new.contact:
        yield f"Who needs an approval asks {new.contact}, no longer {old.contact}."
    before, after = old.evidence_max_age_days, new.evidence_max_age_days
    if before != after:
        manner = "shorter" if after < before else "longer"
        yield f"Evidence counts for a {manner} time: {after} days, it was {before}."
    if old.approvals != new.approvals:
        yield f"Approvals: {approvals_told(new.approvals)}. It was: {approvals_told(old.approvals)}."
    if old.changes != new.changes:
        yield f"Changes: {changes_told(new.changes)}. It was: {changes_told(old.changes)}."
    if old.open_fields != new.open_fields:
        before_named, named = (", ".join(one.open_fields) or "no field" for one in (old, new))
        yield f"The scope of an approval may freely name {named}; it was {before_named}."


def _principles(old: Policy, new: Policy) -> Iterator[str]:
    before, after = _by_id(old.principles), _by_id(new.principles)
    for id_ in sorted(after.keys() - before.keys()):
        yield f"New principle {id_}: {after[id_].title}"
    for id_ in sorted(before.keys() - after.keys()):
        yield f"Principle {id_} is gone."
    for id_ in sorted(before.keys() & after.keys()):
        if before[id_].title != after[id_].title:
            yield f"Principle {id_} now reads: {after[id_].title}"


def _context(old: Policy, new: Policy) -> Iterator[str]:
    for field in sorted(new.context.keys() - old.context.keys()):
        yield f"Look-ups may say `{field}` ({', '.join(sorted(new.context[field]))}); unsaid is unsure."
    for field in sorted(old.context.keys() - new.context.keys()):
        yield f"Look-ups may no longer say `{field}`; a question that does is refused."
    for field in sorted(old.context.keys() & new.context.keys()):
        for value in sorted(new.context[field] - old.context[field]):
            yield f"`{field}` also knows {value}, which was unsure."
        for value in sorted(old.context[field] - new.context[field]):
            yield f"`{field}` no longer knows {value}, which is unsure now."


def _requirements(old: Policy, new: Policy) -> Iterator[str]:
    before, after = _by_id(old.requirements), _by_id(new.requirements)
    for id_ in sorted(after.keys() - before.keys()):
        one = after[id_]
        accepted = "; ".join(answer_told(answer, one.max_days) for answer in sorted(one.accepts)) or "nothing"
        yield f"New requirement {id_} on {one.family}: accepts {accepted}."
    for id_ in sorted(before.keys() - after.keys()):
        yield f"Requirement {id_} on {before[id_].family} is gone."
    for id_ in sorted(before.keys() & after.keys()):
        yield from _requirement(before[id_], after[id_])


def _requirement(before: Requirement, after: Requirement) -> Iterator[str]:
    if before.family is not after.family:
        yield f"{after.id} looks at {after.family}, no longer at {before.family}."
        return
    for answer in [one for one in Answer if one in ANSWERS[after.family]]:
        then, now = _outcome(before, answer), _outcome(after, answer)
        if then != now:
            yield f"{after.id}: {after.family} {answer_told(answer)} is now {now}, it was {then}."
        elif answer in before.conditions and before.conditions[answer] != after.conditions[answer]:
            asked = obligation_told(after.conditions[answer])
            yield f"{after.id}: {after.family} {answer_told(answer)} now asks: {asked}"
    if before.max_days != after.max_days:
        yield f"{after.id}: content may be kept {_limit(after.max_days)}, it was {_limit(before.max_days)}."
    if before.tolerances != after.tolerances:
        told = " · ".join(tolerances_told(after)) or "no work tolerates less than another"
        yield f"{after.id}, by the kind of work: {told}."
    yield from _same_rule(after.id, (before.principle, before.remedy), (after.principle, after.remedy))


def _outcome(one: Requirement, answer: Answer) -> str:
    if answer in one.accepts:
        return "accepted"
    if answer in one.conditions:
        return "accepted under an obligation"
    severity = one.otherwise.get(answer, Severity.ESCALATE)
    return "refused" if severity is Severity.BLOCK else "for a person"


def _triggers(old: Policy, new: Policy) -> Iterator[str]:
    before, after = _by_id(old.triggers), _by_id(new.triggers)
    for id_ in sorted(after.keys() - before.keys()):
        one = after[id_]
        yield f"New trigger {id_}: {_VERBS[one.severity]} where {occasion_told(one)}."
    for id_ in sorted(before.keys() - after.keys()):
        one = before[id_]
        yield f"Trigger {id_} is gone: it {_past(one.severity)} where {occasion_told(one)}."
    for id_ in sorted(before.keys() & after.keys()):
        yield from _trigger(before[id_], after[id_])


def _trigger(before: Trigger, after: Trigger) -> Iterator[str]:
    if occasion_told(before) != occasion_told(after):
        yield f"{after.id} is set off where {occasion_told(after)}; it was where {occasion_told(before)}."
    if before.severity is not after.severity:
        graver = SEVERITIES.index(after.severity) < SEVERITIES.index(before.severity)
        manner = "graver" if graver else "milder"
        yield f"{after.id} is {manner}: it {_VERBS[after.severity]}, it {_past(before.severity)}."
    if before.obligation != after.obligation and after.obligation is not None:
        yield f"{after.id} asks for: {obligation_told(after.obligation)}"
    if before.attach != after.attach:
        yield f"{after.id} wants attached: {'; '.join(after.attach) or 'nothing'}."
    if before.contact != after.contact:
        yield f"{after.id} sends people to {after.contact or 'the contact of the policy'}."
    if before.reason != after.reason:
        yield f"{after.id} now gives as its reason: {after.reason}"
    remedies = (before.remedy, after.remedy) if after.obligation is None else ("", "")
    yield from _same_rule(after.id, (before.principle, remedies[0]), (after.principle, remedies[1]))


def _same_rule(id_: str, before: tuple[str, str], after: tuple[str, str]) -> Iterator[str]:
    if before[0] != after[0]:
        yield f"{id_} now stands under the principle {after[0]}."
    if before[1] != after[1]:
        yield f"{id_} now advises: {after[1]}"


def _past(severity: Severity) -> str:
    return {
        Severity.BLOCK: "blocked",
        Severity.ESCALATE: "escalated",
        Severity.CONDITION: "asked for an obligation",
    }[severity]


def _limit(days: int | None) -> str:
    return "for no time that is accepted" if days is None else f"for at most {days} days"


def _by_id(rules: Collection[_Rule]) -> Mapping[str, _Rule]:
    return {one.id: one for one in rules}
