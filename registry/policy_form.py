"""The form of a policy file: closed keys, closed words, and nothing that it cannot mean.

Only this module knows how the parts of `policies/*.yaml` belong together; what a rule may say stands in
policy_rules.py. A file that accepts silence, names an answer that no such fact gives, or leaves one open, is
refused as a whole; every mistake names file, line and key.
"""

from collections.abc import Collection, Mapping

from extractors.model import CORE_FAMILIES
from registry.closed import Node
from registry.model import ApprovalRules, ChangeRules, Policy, Principle, Severity
from registry.policy_approvals import approvals_from
from registry.policy_changes import changes_from
from registry.policy_rules import requirement_from, trigger_from
from registry.policy_words import IDENTIFIER, UNSURE, at_least, identifier, line, values

RESERVED = frozenset({"tool", "plan", "evidence"})
"""Words that a look-up uses itself; no context field may be called so."""

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
_OPTIONAL = ("approvals", "changes", "open_fields")


def policy_from(node: Node) -> Policy:
    """Read a policy, its version still empty; raises `ClosedError` at whatever it cannot mean."""
    found = node.mapping((*_KEYS, *_OPTIONAL), required=_KEYS)
    context = _context(found["context"])
    policy = Policy(
        id=identifier(found["id"]),
        title=line(found["title"]),
        version="",
        contact=line(found["contact"]),
        evidence_max_age_days=at_least(found["evidence_max_age_days"], 1),
        principles=tuple(_principle(item) for item in found["principles"].items()),
        context=context,
        requirements=tuple(requirement_from(item, context) for item in found["requirements"].items()),
        triggers=tuple(trigger_from(item, context) for item in found["triggers"].items()),
        approvals=approvals_from(found["approvals"]) if "approvals" in found else ApprovalRules(),
        open_fields=_open_fields(found["open_fields"], context) if "open_fields" in found else (),
        changes=changes_from(found["changes"]) if "changes" in found else ChangeRules(),
    )
    _check_ids(found)
    _check_principles(found, [principle.id for principle in policy.principles])
    for family in CORE_FAMILIES:
        if family not in {requirement.family for requirement in policy.requirements}:
            message = f"nothing is required of `{family}`; to accept every answer, list them in `accepts`"
            raise found["requirements"].error(message)
    _check_guarded(found["context"], policy)
    return policy


def _check_guarded(context: Node, policy: Policy) -> None:
    """Work that is left unsaid never passes: each field has a trigger that stops it where it is unsure."""
    guarded = {one.field for one in policy.triggers if one.unsure and one.severity is not Severity.CONDITION}
    for name, known in context.mapping().items():
        if name not in guarded:
            raise known.error(
                "nothing happens where this is not stated; give the field a trigger with `unsure: true` that "
                "escalates or blocks, or remove it"
            )


def _context(node: Node) -> dict[str, frozenset[str]]:
    for name, known in node.mapping().items():
        if not IDENTIFIER.fullmatch(name) or name in RESERVED:
            raise known.error(
                "cannot name a context field; a look-up uses the word itself, or cannot send it"
            )
        if not known.items():
            raise known.error("has no known value; name one, or remove the field")
        for item in known.items():
            if item.text() == UNSURE:
                raise item.error(f"every field understands `{UNSURE}`; leave it out")
    return {name: values(known) for name, known in node.mapping().items()}


def _open_fields(node: Node, context: Collection[str]) -> tuple[str, ...]:
    for item in node.items():
        if item.text() in context:
            raise item.error("has known values in `context`; a field is free or has known values, not both")
        if item.text() in RESERVED:
            raise item.error("cannot name a context field; a look-up uses the word itself")
    return tuple(sorted(values(node)))


def _principle(node: Node) -> Principle:
    found = node.mapping(("id", "title"), required=("id", "title"))
    return Principle(id=identifier(found["id"]), title=line(found["title"]))


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
