"""The words that a policy file may use, and how its smallest values are read: nothing that it cannot mean."""

import re
from collections.abc import Collection, Mapping

from extractors.model import Answer, Family
from registry.closed import Node

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

IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_.-]*")

Context = Mapping[str, Collection[str]]
"""The context fields and the values that are known for each."""


def answer_at(node: Node, name: str, family: Family) -> Answer:
    """The answer of that name; raises `ClosedError` at `node` where no such fact gives it."""
    for answer in ANSWERS[family]:
        if answer == name:
            return answer
    fitting = ", ".join(sorted(ANSWERS[family]))
    raise node.error(f"`{name}` is no answer of a {family} fact; it answers {fitting}")


def field_at(node: Node, name: str, context: Collection[str]) -> str:
    """The name of a context field; raises `ClosedError` at `node` where there is none."""
    if name not in context:
        raise node.error(f"the context has no field `{name}`; it has {', '.join(context)}")
    return name


def known_value(node: Node, value: str, field: str, context: Context) -> str:
    """A value that a field knows; raises `ClosedError` at `node` for any other."""
    if value not in context[field]:
        known = ", ".join(sorted(context[field]))
        raise node.error(f"`{value}` is no value of `{field}`; it knows {known}")
    return value


def known_values(node: Node, field: str, context: Context) -> frozenset[str]:
    """A list of values that a field knows, each once."""
    for item in node.items():
        known_value(item, item.text(), field, context)
    return values(node)


def values(node: Node) -> frozenset[str]:
    """A list of identifiers, each once."""
    found: set[str] = set()
    for item in node.items():
        value = identifier(item)
        if value in found:
            raise item.error("stands here twice; remove one")
        found.add(value)
    return frozenset(found)


def identifier(node: Node) -> str:
    """A name for machines."""
    value = node.text()
    if not IDENTIFIER.fullmatch(value):
        raise node.error(f"`{value}` is no identifier; write lower-case letters, digits, and `_` `.` `-`")
    return value


def line(node: Node) -> str:
    """A sentence for people, on one line however the file folds it."""
    return " ".join(node.text().split())


def at_least(node: Node, least: int) -> int:
    """A whole number that is not below `least`."""
    value = node.integer()
    if value < least:
        raise node.error(f"must be at least {least}")
    return value
