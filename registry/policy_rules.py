"""The two kinds of rules in a policy file: what the terms must answer, and what the work may not be.

Only this module knows the keys of requirements, triggers and obligations. Who reads a rule has to find all of
it there: an escalation says what to attach, a condition who attests it and with which evidence.
"""

from collections.abc import Mapping

from extractors.model import Answer, Family
from registry.closed import Node
from registry.model import Obligation, Requirement, Severity, Trigger
from registry.obligations import obligation_told
from registry.policy_words import (
    ANSWERS,
    UNSAFE,
    Context,
    answer_at,
    at_least,
    field_at,
    identifier,
    known_value,
    known_values,
    line,
)


def requirement_from(node: Node, context: Context) -> Requirement:
    """Read a requirement; raises `ClosedError` where an answer is left open, or an unsafe one accepted."""
    required = ("id", "principle", "family", "accepts", "otherwise", "remedy")
    found = node.mapping((*required, "max_days", "tolerances", "conditions"), required=required)
    family = found["family"].enum(Family)
    if family not in ANSWERS:
        known = ", ".join(ANSWERS)
        raise found["family"].error(f"no fact answers for `{family}` yet; require something of {known}")
    conditions = found["conditions"].mapping() if "conditions" in found else {}
    otherwise = found["otherwise"].mapping()
    requirement = Requirement(
        id=identifier(found["id"]),
        principle=identifier(found["principle"]),
        family=family,
        accepts=frozenset(answer_at(item, item.text(), family) for item in found["accepts"].items()),
        max_days=at_least(found["max_days"], 0) if "max_days" in found else None,
        conditions={answer_at(one, name, family): _obligation(one) for name, one in conditions.items()},
        otherwise={answer_at(one, name, family): _refusal(one) for name, one in otherwise.items()},
        remedy=line(found["remedy"]),
        tolerances=_tolerances(found, context),
    )
    _check_requirement(requirement, found)
    return requirement


def trigger_from(node: Node, context: Context) -> Trigger:
    """Read a trigger; raises `ClosedError` where it can never be set off, or leaves open what it asks for."""
    required = ("id", "principle", "field", "values", "unsure", "severity", "reason")
    found = node.mapping(
        (*required, "remedy", "obligation", "unless", "attach", "contact"), required=required
    )
    field = field_at(found["field"], found["field"].text(), context)
    severity = found["severity"].enum(Severity)
    _check_asked(severity, found, node)
    obligation = _obligation(found["obligation"]) if "obligation" in found else None
    trigger = Trigger(
        id=identifier(found["id"]),
        principle=identifier(found["principle"]),
        field=field,
        values=known_values(found["values"], field, context),
        unsure=found["unsure"].boolean(),
        severity=severity,
        reason=line(found["reason"]),
        remedy=line(found["remedy"]) if obligation is None else obligation_told(obligation),
        unless=_unless(found, field, context),
        attach=tuple(line(item) for item in found["attach"].items()) if "attach" in found else (),
        contact=line(found["contact"]) if "contact" in found else None,
        obligation=obligation,
    )
    if obligation is not None and obligation.before_use:
        node = found["obligation"].mapping()["before_use"]
        raise node.error("is for what the terms ask for; what a piece of work asks for is attested with it")
    if not trigger.values and not trigger.unsure:
        raise found["values"].error("this trigger can never be set off; name a value or set `unsure: true`")
    return trigger


def _unless(found: Mapping[str, Node], field: str, context: Context) -> dict[str, frozenset[str]]:
    unless = found["unless"].mapping() if "unless" in found else {}
    if field in unless:
        raise unless[field].error(
            "names the field that the trigger looks at; leave the value out of `values`"
        )
    return {name: known_values(one, field_at(one, name, context), context) for name, one in unless.items()}


def _check_asked(severity: Severity, found: Mapping[str, Node], node: Node) -> None:
    """What a trigger asks for is what its severity needs: an obligation, a remedy, things to attach."""
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]
    if severity is Severity.CONDITION:
        wanted, unwanted = ("obligation",), ("remedy", "attach", "contact")
    else:
        wanted = ("remedy", "attach") if severity is Severity.ESCALATE else ("remedy",)
        unwanted = ("obligation",)
    missing = [key for key in wanted if key not in found]
    if missing:
        raise node.error(f"severity `{severity}` needs `{missing[0]}`; add it")
    for key in unwanted:
        if key in found:
            raise found[key].error(f"does not go with severity `{severity}`; it has {', '.join(wanted)}")
    if "attach" in found and not found["attach"].items():
        raise found["attach"].error("is empty; say what a request for approval has to bring along")


def _obligation(node: Node) -> Obligation:
    required = ("obligation", "attested_by", "evidence")
    found = node.mapping((*required, "renew_after_days", "before_use"), required=required)
    renewed = found.get("renew_after_days")
    return Obligation(
        text=line(found["obligation"]),
        attested_by=line(found["attested_by"]),
        evidence=line(found["evidence"]),
        renew_after_days=None if renewed is None else at_least(renewed, 1),
        before_use=found["before_use"].boolean() if "before_use" in found else False,
    )


def _tolerances(found: Mapping[str, Node], context: Context) -> dict[str, dict[str, int]]:
    fields = found["tolerances"].mapping() if "tolerances" in found else {}
    if fields and "max_days" not in found:
        raise found["tolerances"].error("narrows `max_days`, which is not here; write it beside")
    widest = found["max_days"].integer() if fields else 0
    return {
        name: _by_value(node, field_at(node, name, context), widest, context) for name, node in fields.items()
    }


def _by_value(node: Node, field: str, widest: int, context: Context) -> dict[str, int]:
    days: dict[str, int] = {}
    for value, one in node.mapping().items():
        days[known_value(one, value, field, context)] = at_least(one, 0)
        if days[value] > widest:
            raise one.error(
                f"is more than `max_days` ({widest}), which no work may exceed; raise that, or lower this"
            )
    left = sorted(set(context[field]) - days.keys())
    if left:
        raise node.error(f"nothing is said of {', '.join(f'`{one}`' for one in left)}; give each its days")
    return days


def _check_requirement(requirement: Requirement, found: Mapping[str, Node]) -> None:
    accepts, conditions, otherwise = requirement.accepts, requirement.conditions, requirement.otherwise
    for unsafe in sorted(UNSAFE):
        if unsafe in accepts or unsafe in conditions:
            key = "accepts" if unsafe in accepts else "conditions"
            raise found[key].error(f"`{unsafe}` is never safe; leave it to `otherwise`")
    # A period that is too long falls out of `accepts`, so `bounded` may be answered for a second time.
    twice = (accepts - {Answer.BOUNDED}) & (conditions.keys() | otherwise.keys())
    for answer in sorted(twice | (conditions.keys() & otherwise.keys())):
        raise found["otherwise"].error(f"`{answer}` is answered for twice; keep one of the two")
    if (Answer.BOUNDED in accepts) != (requirement.max_days is not None):
        key = "accepts" if requirement.max_days is None else "max_days"
        raise found[key].error("accepting `bounded` and `max_days` go together; write both or neither")
    silent_on = ANSWERS[requirement.family] - accepts - conditions.keys() - otherwise.keys()
    if silent_on:
        left = ", ".join(f"`{answer}`" for answer in sorted(silent_on))
        raise found["otherwise"].error(f"nothing is said of {left}; add `escalate` or `block` for each")


def _refusal(node: Node) -> Severity:
    severity = node.enum(Severity)
    if severity is Severity.CONDITION:
        raise node.error(
            "a condition needs its obligation; write the answer and the obligation in `conditions`"
        )
    return severity
