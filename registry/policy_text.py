"""A policy as people read it: each rule in one sentence, the words of answers in plain English. Pure."""

from collections.abc import Collection

from extractors.model import Answer, Family
from registry.model import ApprovalRules, Policy, Requirement, Severity, Trigger
from registry.policy_changes import changes_told
from registry.policy_words import ANSWERS

SEVERITY_WORDS = {
    Severity.BLOCK: "no",
    Severity.ESCALATE: "ask",
    Severity.CONDITION: "yes, if",
}
"""What comes of a rule, as short as a table needs it."""

_ANSWERS = {
    Answer.PROHIBITED: "ruled out",
    Answer.OPT_IN: "only with consent",
    Answer.OPT_OUT: "unless switched off",
    Answer.PERMITTED: "allowed",
    Answer.NONE: "nothing is stored",
    Answer.BOUNDED: "for a limited time",
    Answer.USER_CONTROL: "until the customer deletes it",
    Answer.OPEN_ENDED: "without a limit",
    Answer.SERVICE_ONLY: "for the service alone",
    Answer.IMPROVE: "to improve the vendor's services",
    Answer.BROAD: "beyond that",
    Answer.SILENT: "not a word",
    Answer.CONFLICTING: "contradictory",
    Answer.UNREAD: "terms missing or unreadable",
}


def answer_told(answer: Answer, max_days: int | None = None) -> str:
    """An answer in words; `max_days` is the longest time that is meant by a limited one."""
    if answer is Answer.BOUNDED and max_days is not None:
        return f"for at most {max_days} days"
    return _ANSWERS[answer]


def requirement_rows(one: Requirement) -> tuple[tuple[str, str, str], ...]:
    """What each answer comes to: outcome, answers, obligation; accepted ones first, the gravest last."""
    rows = []
    accepted = _in_order(one.family, one.accepts)
    if accepted:
        rows.append(("yes", "; ".join(answer_told(answer, one.max_days) for answer in accepted), ""))
    rows += [
        (SEVERITY_WORDS[Severity.CONDITION], answer_told(answer), one.conditions[answer].text)
        for answer in _in_order(one.family, one.conditions)
    ]
    for severity in (Severity.ESCALATE, Severity.BLOCK):
        refused = [answer for answer, weight in one.otherwise.items() if weight is severity]
        told = [
            f"for longer than {one.max_days} days, or nobody says how long"
            if answer is Answer.BOUNDED and one.max_days is not None
            else answer_told(answer)
            for answer in _in_order(one.family, refused)
        ]
        if told:
            rows.append((SEVERITY_WORDS[severity], "; ".join(told), ""))
    return tuple(rows)


def tolerances_told(one: Requirement) -> tuple[str, ...]:
    """How long some work lets content be kept, the most patient first."""
    told = []
    for field, days in one.tolerances.items():
        ordered = sorted(days.items(), key=lambda pair: (-pair[1], pair[0]))
        each = ", ".join(f"{value} {_days(number)}" for value, number in ordered)
        told.append(f"{field}: {each}; not stated {_days(min(days.values()))}")
    return tuple(told)


def occasion_told(one: Trigger) -> str:
    """When a trigger is set off: `data_class is owned or not stated, unless environment is enterprise`."""
    values = sorted(one.values) + (["not stated"] if one.unsure else [])
    unless = " and ".join(f"{field} is {' or '.join(sorted(known))}" for field, known in one.unless.items())
    told = f"{one.field} is {' or '.join(values)}"
    return f"{told}, unless {unless}" if unless else told


def asked_told(one: Trigger) -> str:
    """What a trigger asks for: its remedy, whom to ask, what to attach."""
    parts = [one.remedy]
    if one.contact:
        parts.append(f"Ask {one.contact}.")
    if one.attach:
        parts.append(f"Attach: {'; '.join(one.attach)}.")
    return " ".join(parts)


def summary_told(policy: Policy) -> str:
    """What a policy is, in three sentences."""
    blocks = sum(one.severity is Severity.BLOCK for one in policy.triggers)
    escalates = sum(one.severity is Severity.ESCALATE for one in policy.triggers)
    return (
        f"{len(policy.principles)} principles, {len(policy.requirements)} requirements on the terms and "
        f"{len(policy.triggers)} triggers on the work ({blocks} block, {escalates} escalate, "
        f"{len(policy.triggers) - blocks - escalates} ask for an obligation). Evidence counts for "
        f"{policy.evidence_max_age_days} days; whoever needs an approval asks {policy.contact}. Of "
        f"approvals: {approvals_told(policy.approvals)}. Of changes: {changes_told(policy.changes)}."
    )


def approvals_told(rules: ApprovalRules) -> str:
    """How approvals are given, in one sentence."""
    who = "two people give an approval" if rules.approvers > 1 else "one person gives an approval"
    eyes = ", never who submitted the tool" if rules.four_eyes else ""
    return (
        f"{who}{eyes}; a request is answered in {rules.routine_working_days} working days, in an emergency "
        f"in {rules.emergency_answer_hours} hours, and what is given then lasts "
        f"{rules.emergency_lasts_hours} hours"
    )


def _in_order(family: Family, answers: Collection[Answer]) -> list[Answer]:
    return [answer for answer in Answer if answer in ANSWERS[family] and answer in answers]


def _days(number: int) -> str:
    return "nothing stored" if number == 0 else f"{number} days"
