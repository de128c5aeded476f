"""A question in the standard's form: subject, action, resource, context → what is asked of the registry.

Only this module knows where in them plan and work stand. Unknown fields are ignored, as the standard demands.
That allows nothing: a field that the policy knows and the question lacks counts as unsure. A field of the
policy may stand in `context` or in the properties of action or resource; said twice, it must be the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.lookup.body import BodyError
from app.lookup.exchange import Reply, problem
from app.lookup.index import MAX_NAME
from app.problems import MALFORMED_QUESTION, ProblemItem
from registry.model import Policy

USE: Final = "use"
"""The one action."""
TOOL: Final = "tool"
"""The one type of resource."""

Fields = Mapping[str, Any]


class FormError(ValueError):
    """A part of the question is missing or of the wrong type; `pointer` says where, as a JSON pointer."""

    def __init__(self, message: str, pointer: str) -> None:
        self.pointer = pointer
        super().__init__(message)


# A tuple: made for every question, and what an answer is remembered by.
class Ask(NamedTuple):
    """May this be used, for this work?"""

    action: str
    type: str
    id: str
    """Any name of a tool; empty where a search asks for all."""
    plan: str | None
    evidence: bool
    receipt: bool
    work: tuple[str | None, ...]
    """Values of the policy's context fields, in the policy's order; `None` where none was given."""


def read_ask(asked: Fields, policy: Policy) -> Ask:
    """Read a whole question; raises `FormError`."""
    entity_of(asked, "subject", ("type", "id"))
    action = entity_of(asked, "action", ("name",))
    resource = entity_of(asked, "resource", ("type", "id"))
    return _ask(asked, action, resource, resource["id"], policy)


def read_partial_ask(asked: Fields, wanted: str, policy: Policy) -> Ask:
    """Read a question that searches for `wanted` (subject, resource or action); raises `FormError`."""
    entity_of(asked, "subject", ("type",) if wanted == "subject" else ("type", "id"))
    action = {"name": USE} if wanted == "action" else entity_of(asked, "action", ("name",))
    resource = entity_of(asked, "resource", ("type",) if wanted == "resource" else ("type", "id"))
    return _ask(asked, action, resource, "" if wanted == "resource" else resource["id"], policy)


def entity_of(asked: Fields, name: str, needed: Sequence[str]) -> dict[str, Any]:
    """Give a part of the question that must be there, with the strings that it must have."""
    entity = asked.get(name)
    if type(entity) is not dict:
        raise FormError(_wrong(name, "an object", missing=entity is None), f"/{name}")
    for key in needed:
        if type(entity.get(key)) is not str:
            missing = entity.get(key) is None
            raise FormError(_wrong(f"{name}.{key}", "a string", missing=missing), f"/{name}/{key}")
    return entity


def optional_object(asked: Fields, name: str, within: str = "") -> Fields:
    """Give an object that may be left out; `within` names what it stands in."""
    found = asked.get(name)
    if found is None:
        return {}
    if type(found) is not dict:
        path = f"{within}.{name}" if within else name
        raise FormError(_wrong(path, "an object"), "/" + path.replace(".", "/"))
    return found


def refusal(error: FormError | BodyError) -> Reply:
    """Refuse a question as a whole."""
    if isinstance(error, BodyError):
        return problem(error.kind, str(error))
    return problem(MALFORMED_QUESTION, str(error), [ProblemItem(detail=str(error), pointer=error.pointer)])


def _ask(asked: Fields, action: Fields, resource: Fields, name: str, policy: Policy) -> Ask:
    # Nothing in a subject's properties changes an answer; but what is no object is no question either.
    optional_object(asked["subject"], "properties", "subject")
    context = optional_object(asked, "context")
    of_resource = optional_object(resource, "properties", "resource")
    plan = of_resource.get("plan")
    if plan is not None and (type(plan) is not str or len(plan) > MAX_NAME):
        raise FormError(
            f"`resource.properties.plan` must be a string of at most {MAX_NAME} characters",
            "/resource/properties/plan",
        )
    evidence, receipt = _switch(context, "evidence"), _switch(context, "receipt")
    work = [_value(context, field, "/context") for field in policy.fields]
    for properties, pointer in (
        (optional_object(action, "properties", "action"), "/action/properties"),
        (of_resource, "/resource/properties"),
    ):
        if properties and not properties.keys().isdisjoint(policy.fields):
            work = _joined(work, properties, pointer, policy)
    return Ask(action["name"], resource["type"], name, plan, evidence, receipt, tuple(work))


def _joined(work: Sequence[str | None], more: Fields, pointer: str, policy: Policy) -> list[str | None]:
    """The work, with what properties say of it."""
    joined: list[str | None] = []
    for field, known in zip(policy.fields, work, strict=True):
        said = _value(more, field, pointer)
        if known is not None and said is not None and known != said:
            # To choose one would be to guess, and to drop both could hide the graver of them.
            raise FormError(f"`{field}` is said twice, and differently; say it once", f"{pointer}/{field}")
        joined.append(said if known is None else known)
    return joined


def _value(fields: Fields, field: str, pointer: str) -> str | None:
    value = fields.get(field)
    if value is None or (type(value) is str and len(value) <= MAX_NAME):
        return value
    kind = f"a string of at most {MAX_NAME} characters"
    raise FormError(_wrong(f"{pointer[1:].replace('/', '.')}.{field}", kind), f"{pointer}/{field}")


def _switch(context: Fields, name: str) -> bool:
    said = context.get(name, False)
    if type(said) is not bool:
        raise FormError(_wrong(f"context.{name}", "true or false"), f"/context/{name}")
    return said


def _wrong(path: str, kind: str, *, missing: bool = False) -> str:
    return f"`{path}` is missing; it must be {kind}" if missing else f"`{path}` must be {kind}"


def subject_name(subject: Any) -> str | None:
    """Whom a question is asked for, as `TYPE:ID`; nobody where that is not said."""
    if type(subject) is not dict or "id" not in subject:
        return None
    return f"{subject.get('type', '')}:{subject['id']}"
