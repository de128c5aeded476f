"""The form of a policy file: closed keys, closed words, and nothing that it cannot mean.

Only this module knows the keys of `policies/*.yaml`. A file that accepts silence, names an answer that no
such fact gives, or leaves one open, is refused as a whole; every mistake names file, line and key.
"""

import re
from collections.abc import Collection, Mapping

from extractors.model import CORE_FAMILIES, Answer, Family
from registry.closed import Node
from registry.model import Policy, Principle, Requirement, Severity, Trigger

UNSURE = "unsure"
"""Every context field understands it; a missing field and an unknown value count as it."""

UNSAFE = frozenset({Answer.SILENT, Answer.CONFLICTING, Answer.UNREAD})
"""Answers that a fact of any family may give and that no policy may accept."""

ANSWERS: Mapping[Family, frozenset[Answer]] = {
    Family.TRAINING: UNSAFE | {Answer.PROHIBITED, Answer.OPT_IN, Answer.OPT_OUT, Answer.PERMITTED},
    Family.RETENTION: UNSAFE | {Answer.NONE, Answer.BOUNDED, Answer.USER_CONTROL, Answer.OPEN_ENDED},
    Family.REUSE: UNSAFE | {Answer.SERVICE_ONLY, Answer.IMPROVE, Answer.BROAD},
}
"""What a fact may answer, by family; a family that is not here gives no facts to judge yet."""

RESERVED = frozenset({"tool", "plan", "evidence"})
"""Words that a look-up uses itself; no context field may be called so."""

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_KEYS = (
    "id",
    "title",
    "contact",
    "evidence_max_age_days",
    "principles",
    "context",
    "requirements",
    "triggers",
)


def policy_from(node: Node) -> Policy:
    """Read a policy, its version still empty; raises `ClosedError` at whatever it cannot mean."""
    found = node.mapping(_KEYS, required=_KEYS)
    context = _context(found["context"])
    policy = Policy(
        id=_identifier(found["id"]),
        title=_line(found["title"]),
        version="",
        contact=_line(found["contact"]),
        evidence_max_age_days=_at_least(found["evidence_max_age_days"], 1),
        principles=tuple(_principle(item) for item in found["principles"].items()),
        context=context,
        requirements=tuple(_requirement(item) for item in found["requirements"].items()),
        triggers=tuple(_trigger(item, context) for item in found["triggers"].items()),
    )
    _check_ids(found)
    _check_principles(found, [principle.id for principle in policy.principles])
    for family in CORE_FAMILIES:
        if family not in {requirement.family for requirement in policy.requirements}:
            message = f"nothing is required of `{family}`; to accept every answer, list them in `accepts`"
            raise found["requirements"].error(message)
    return policy


def _context(node: Node) -> dict[str, frozenset[str]]:
    for name, values in node.mapping().items():
        if not _IDENTIFIER.fullmatch(name) or name in RESERVED:
            raise values.error(
                "cannot name a context field; a look-up uses the word itself, or cannot send it"
            )
        if not values.items():
            raise values.error("has no known value; name one, or remove the field")
        for item in values.items():
            if item.text() == UNSURE:
                raise item.error(f"every field understands `{UNSURE}`; leave it out")
    return {name: _values(values) for name, values in node.mapping().items()}


def _principle(node: Node) -> Principle:
    found = node.mapping(("id", "title"), required=("id", "title"))
    return Principle(id=_identifier(found["id"]), title=_line(found["title"]))


def _requirement(node: Node) -> Requirement:
    required = ("id", "principle", "family", "accepts", "otherwise", "remedy")
    found = node.mapping((*required, "max_days", "conditions"), required=required)
    family = found["family"].enum(Family)
    if family not in ANSWERS:
        known = ", ".join(ANSWERS)
        raise found["family"].error(f"no fact answers for `{family}` yet; require something of {known}")
    conditions = found["conditions"].mapping() if "conditions" in found else {}
    otherwise = found["otherwise"].mapping()
    requirement = Requirement(
        id=_identifier(found["id"]),
        principle=_identifier(found["principle"]),
        family=family,
        accepts=frozenset(_answer(item, item.text(), family) for item in found["accepts"].items()),
        max_days=_at_least(found["max_days"], 0) if "max_days" in found else None,
        conditions={_answer(value, name, family): _line(value) for name, value in conditions.items()},
        otherwise={_answer(value, name, family): _refusal(value) for name, value in otherwise.items()},
        remedy=_line(found["remedy"]),
    )
    _check_requirement(requirement, found)
    return requirement


def _check_requirement(requirement: Requirement, found: Mapping[str, Node]) -> None:
    accepts, conditions, otherwise = requirement.accepts, requirement.conditions, requirement.otherwise
    for unsafe in UNSAFE:
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


def _trigger(node: Node, context: Mapping[str, Collection[str]]) -> Trigger:
    required = ("id", "principle", "field", "values", "unsure", "severity", "reason", "remedy")
    found = node.mapping((*required, "unless", "attach"), required=required)
    field = _field(found["field"], found["field"].text(), context)
    unless = found["unless"].mapping() if "unless" in found else {}
    if field in unless:
        raise unless[field].error(
            "names the field that the trigger looks at; leave the value out of `values`"
        )
    trigger = Trigger(
        id=_identifier(found["id"]),
        principle=_identifier(found["principle"]),
        field=field,
        values=_known_values(found["values"], field, context),
        unsure=found["unsure"].boolean(),
        severity=found["severity"].enum(Severity),
        reason=_line(found["reason"]),
        remedy=_line(found["remedy"]),
        unless={
            name: _known_values(value, _field(value, name, context), context)
            for name, value in unless.items()
        },
        attach=tuple(_line(item) for item in found["attach"].items()) if "attach" in found else (),
    )
    if not trigger.values and not trigger.unsure:
        raise found["values"].error("this trigger can never be set off; name a value or set `unsure: true`")
    return trigger


def _check_ids(found: Mapping[str, Node]) -> None:
    rules = (*found["requirements"].items(), *found["triggers"].items())
    for group in (found["principles"].items(), rules):
        seen: set[str] = set()
        for node in group:
            id_node = node.mapping()["id"]
            if id_node.text() in seen:
                raise id_node.error("stands twice; give each principle, requirement and trigger its own id")
            seen.add(id_node.text())


def _check_principles(found: Mapping[str, Node], known: Collection[str]) -> None:
    for node in (*found["requirements"].items(), *found["triggers"].items()):
        principle = node.mapping()["principle"]
        if principle.text() not in known:
            raise principle.error(f"no principle has this id; known are {', '.join(known)}")


def _answer(node: Node, name: str, family: Family) -> Answer:
    for answer in ANSWERS[family]:
        if answer == name:
            return answer
    fitting = ", ".join(sorted(ANSWERS[family]))
    raise node.error(f"`{name}` is no answer of a {family} fact; it answers {fitting}")


def _refusal(node: Node) -> Severity:
    severity = node.enum(Severity)
    if severity is Severity.CONDITION:
        raise node.error(
            "a condition needs its obligation; write the answer and the obligation in `conditions`"
        )
    return severity


def _field(node: Node, name: str, context: Collection[str]) -> str:
    if name not in context:
        raise node.error(f"the context has no field `{name}`; it has {', '.join(context)}")
    return name


def _known_values(node: Node, field: str, context: Mapping[str, Collection[str]]) -> frozenset[str]:
    for item in node.items():
        if item.text() not in context[field]:
            known = ", ".join(sorted(context[field]))
            raise item.error(f"`{item.text()}` is no value of `{field}`; it knows {known}")
    return _values(node)


def _values(node: Node) -> frozenset[str]:
    values: set[str] = set()
    for item in node.items():
        value = _identifier(item)
        if value in values:
            raise item.error("stands here twice; remove one")
        values.add(value)
    return frozenset(values)


def _identifier(node: Node) -> str:
    value = node.text()
    if not _IDENTIFIER.fullmatch(value):
        raise node.error(f"`{value}` is no identifier; write lower-case letters, digits, and `_` `.` `-`")
    return value


def _line(node: Node) -> str:
    """A sentence for people, on one line however the file folds it."""
    return " ".join(node.text().split())


def _at_least(node: Node, least: int) -> int:
    value = node.integer()
    if value < least:
        raise node.error(f"must be at least {least}")
    return value
