"""The addresses of the hot path with what is sent and answered there, put into the API's description."""

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api.approval import NAMED
from app.api.authzen.access import (
    AccessAsked,
    AccessDecision,
    AccessDecisions,
    AccessesAsked,
    Configuration,
    SearchAnswered,
    SearchAsked,
)
from app.api.authzen.batches import BatchAnswered, BatchAsked, ChainAnswered, ChainAsked
from app.problems import (
    BODY_TOO_LARGE,
    MALFORMED,
    MALFORMED_QUESTION,
    MEDIA_TYPE,
    NO_SUCH_ADDRESS,
    NO_VALID_KEY,
    TOO_SLOW,
    Kind,
)
from registry.model import Policy

_MODE: Final[Literal["validation"]] = "validation"
_SCHEMAS: Final = "#/components/schemas/"
_REFUSALS: Final = (MALFORMED, MALFORMED_QUESTION, NO_VALID_KEY, TOO_SLOW, BODY_TOO_LARGE)


class Described(NamedTuple):
    """An address, what is sent there, and what comes back."""

    summary: str
    asked: type[BaseModel]
    answered: type[BaseModel]
    example: Mapping[str, Any]


_WORK: Final = {"data_class": "public", "use_case": "ideation"}
_ASKED: Final[Mapping[str, Any]] = {
    "subject": {"type": "user", "id": "alice@studio.example"},
    "action": {"name": "use"},
    "resource": {"type": "tool", "id": "acme/painter", "properties": {"plan": "team"}},
    "context": _WORK,
}
_ANY_TOOL: Final = {**_ASKED, "resource": {"type": "tool"}}

DESCRIBED: Final[Mapping[str, Described]] = {
    "/v1/evaluations": Described(
        "Ask several look-ups at once.",
        BatchAsked,
        BatchAnswered,
        {"evaluations": [{"tool": "acme/painter@team"}, {"tool": "acme/scribe"}], "context": _WORK},
    ),
    "/v1/evaluations:chain": Described(
        "Ask whether a piece of work may go through several tools.",
        ChainAsked,
        ChainAnswered,
        {
            "steps": [{"name": "draft", "tool": "acme/scribe@team"}, {"tool": "acme/painter"}],
            "context": _WORK,
        },
    ),
    "/access/v1/evaluation": Described("AuthZEN: ask for one decision.", AccessAsked, AccessDecision, _ASKED),
    "/access/v1/evaluations": Described(
        "AuthZEN: ask for several decisions.",
        AccessesAsked,
        AccessDecisions,
        {**_ASKED, "evaluations": [{}, {"resource": {"type": "tool", "id": "acme/scribe@team"}}]},
    ),
    "/access/v1/search/subject": Described(
        "AuthZEN: search who may.", SearchAsked, SearchAnswered, {**_ASKED, "subject": {"type": "system"}}
    ),
    "/access/v1/search/resource": Described(
        "AuthZEN: search the tools that may be used.", SearchAsked, SearchAnswered, _ANY_TOOL
    ),
    "/access/v1/search/action": Described(
        "AuthZEN: search what may be done.",
        SearchAsked,
        SearchAnswered,
        {name: part for name, part in _ASKED.items() if name != "action"},
    ),
}


WELL_KNOWN: Final = "/.well-known/authzen-configuration"


def describe_hot_path(document: dict[str, Any], policy: Policy) -> None:
    """Add the addresses and their forms to the application's description of itself."""
    models: set[type[BaseModel]] = {Configuration}
    models.update(model for one in DESCRIBED.values() for model in (one.asked, one.answered))
    modes = [(model, _MODE) for model in sorted(models, key=lambda model: model.__name__)]
    _, schemas = models_json_schema(modes, ref_template=_SCHEMAS + "{model}")
    known = document.setdefault("components", {}).setdefault("schemas", {})
    for name, schema in schemas["$defs"].items():
        known.setdefault(name, schema)
    fields = ", ".join(f"`{name}`" for name in policy.fields)
    for path, one in DESCRIBED.items():
        document["paths"][path] = {"post": _operation(one, fields)}
    document["paths"][WELL_KNOWN] = {"get": _discovery()}


def _operation(one: Described, fields: str) -> dict[str, Any]:
    responses: dict[str, Any] = {
        "200": {"description": one.answered.__doc__, "headers": NAMED, "content": _content(one.answered)}
    }
    for kind in _REFUSALS:
        known = responses.setdefault(str(int(kind.status)), _refusal(kind))
        if kind.title not in known["description"]:
            known["description"] += f" · {kind.title}"
    return {
        "tags": ["look-up"],
        "summary": one.summary,
        "description": f"Fields of the work: {fields}. One that is left out counts as unsure.",
        "security": [{"HTTPBearer": []}, {"APIKeyHeader": []}],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {**_content(one.asked)["application/json"], "example": one.example}
            },
        },
        "responses": responses,
    }


def _discovery() -> dict[str, Any]:
    return {
        "tags": ["service"],
        "summary": "AuthZEN: where the service answers what.",
        "description": "Needs no key. Made from the configured address alone; no request changes it.",
        "responses": {
            "200": {"description": Configuration.__doc__, "content": _content(Configuration)},
            "404": {**_refusal(NO_SUCH_ADDRESS), "description": "TERMGATE_BASE_URL is not set"},
        },
    }


def _refusal(kind: Kind) -> dict[str, Any]:
    return {"description": kind.title, "content": {MEDIA_TYPE: {"schema": {"$ref": f"{_SCHEMAS}Problem"}}}}


def _content(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _SCHEMAS + model.__name__}}}
