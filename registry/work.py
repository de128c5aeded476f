"""What the work makes of a look-up: the context, the policy's triggers, the approval's scope. Pure.

Only this module knows what a missing field or an unknown value counts as: unsure, which nothing covers. Of a
field whose values are free, any value is known, and a scope covers it letter for letter.
"""

from collections.abc import Iterator, Mapping

from registry.findings import Finding, finding
from registry.model import Decision, Duty, EvaluationStatus, Policy, Reason, Severity, Trigger
from registry.policy_words import UNSURE


def of_scope(decision: Decision | None, context: Mapping[str, str], policy: Policy) -> Iterator[Finding]:
    """Find the fields in which the work is not what the approval was given for."""
    for field, covered in decision.scope.covers.items() if decision else ():
        if value_of(field, context, policy) not in covered - {UNSURE}:
            message = f"The approval covers `{field}` {_spell(covered)}; {stated(field, context, policy)}."
            remedy = "Ask the contact to extend the approval to this work."
            yield finding(EvaluationStatus.ESCALATE, f"scope.{field}", message, remedy)


def of_triggers(decision: Decision | None, context: Mapping[str, str], policy: Policy) -> Iterator[Finding]:
    """Find the triggers that the work sets off; an approval that names the value ends an escalation."""
    for trigger in policy.triggers:
        value = value_of(trigger.field, context, policy)
        if not _set_off(trigger, value, context, policy):
            continue
        reason = _trigger_reason(trigger, value, context, policy)
        covered = decision.scope.covers.get(trigger.field, frozenset()) if decision else frozenset()
        if trigger.severity is Severity.BLOCK:
            yield Finding(EvaluationStatus.DENIED, reason)
        elif trigger.severity is Severity.CONDITION:
            yield Finding(
                EvaluationStatus.APPROVED_WITH_OBLIGATIONS, reason, Duty(trigger.remedy, trigger.obligation)
            )
        elif value in covered - {UNSURE} and decision:
            message = f"{trigger.reason} Approved in decision {decision.id}."
            yield finding(EvaluationStatus.APPROVED, trigger.id, message, None, trigger.principle)
        else:
            yield Finding(EvaluationStatus.ESCALATE, reason)


def _set_off(trigger: Trigger, value: str, context: Mapping[str, str], policy: Policy) -> bool:
    if value == UNSURE:
        return trigger.unsure
    excused = bool(trigger.unless) and all(
        value_of(field, context, policy) in values - {UNSURE} for field, values in trigger.unless.items()
    )
    return value in trigger.values and not excused


def value_of(field: str, context: Mapping[str, str], policy: Policy) -> str:
    """Give the value of a field, `unsure` where it is missing, blank or not one that the policy knows."""
    value = context.get(field, UNSURE)
    if field in policy.open_fields:
        return value if value.strip() else UNSURE
    return value if value in policy.context.get(field, ()) else UNSURE


def stated(field: str, context: Mapping[str, str], policy: Policy) -> str:
    """Tell what a context states of a field, or that it does not."""
    if field not in context:
        return f"`{field}` is not given"
    if context[field] in {UNSURE, value_of(field, context, policy)}:
        return f"`{field}` is {context[field]}"
    return f"`{field}` has the unknown value {context[field]!r:.60}"


def _trigger_reason(trigger: Trigger, value: str, context: Mapping[str, str], policy: Policy) -> Reason:
    message, remedy = trigger.reason, trigger.remedy
    if value == UNSURE:
        message = f"This may hold, since {stated(trigger.field, context, policy)}: {message}"
        known = policy.context.get(trigger.field, frozenset())
        remedy = f"State `{trigger.field}` ({_spell(known)}). If it holds: {remedy}"
    if trigger.contact is not None:
        remedy = f"{remedy} Ask {trigger.contact}."
    if trigger.attach:
        remedy = f"{remedy} Attach: {'; '.join(trigger.attach)}."
    return Reason(
        rule=trigger.id,
        principle=trigger.principle,
        message=message,
        remedy=remedy,
        contact=trigger.contact,
        attach=trigger.attach,
    )


def _spell(values: frozenset[str]) -> str:
    return ", ".join(sorted(values)) or "nothing"
