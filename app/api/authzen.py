"""Batches, chains and AuthZEN, as OpenAPI describes them.

They are answered before any router, from memory (app/lookup): nothing here runs when one is asked. Only this
module knows how they are described; a test asks every example and compares the answers with what it says.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

from app.api.approval import Approval, EvidenceShown, ReasonShown
from app.api.forms import Shown
from app.problems import (
    BODY_TOO_LARGE,
    MALFORMED,
    MALFORMED_QUESTION,
    MEDIA_TYPE,
    NO_VALID_KEY,
    TOO_SLOW,
    Kind,
)
from registry.model import EvaluationStatus, Policy

MANY: Final = 1000
_MODE: Final[Literal["validation"]] = "validation"
_SCHEMAS: Final = "#/components/schemas/"
_REFUSALS: Final = (MALFORMED, MALFORMED_QUESTION, NO_VALID_KEY, TOO_SLOW, BODY_TOO_LARGE)


class Item(BaseModel):
    """A look-up in a batch, or a step of a chain."""

    name: str | None = Field(default=None, description="What the caller calls the step; in a chain only.")
    tool: str = Field(description="`vendor/tool`, `vendor/tool@plan`, or another name.")
    plan: str | None = None
    context: dict[str, str] = Field(default={}, description="The work, by the policy's fields.")
    evidence: bool = False


class BatchAsked(BaseModel):
    """Look-ups at once."""

    evaluations: list[Item] = Field(max_length=MANY)
    context: dict[str, str] = Field(default={}, description="What counts where an item says nothing else.")


class ChainAsked(BaseModel):
    """A pipeline of tools that one piece of work goes through."""

    steps: list[Item] = Field(min_length=1, max_length=MANY)
    context: dict[str, str] = Field(default={}, description="What counts where a step says nothing else.")


class ItemError(Shown):
    """Why an item could not be understood."""

    detail: str
    pointer: str


class ItemRefused(Shown):
    """An item that could not be understood: never an allow."""

    decision: bool
    status: EvaluationStatus
    error: ItemError


class BatchAnswered(Shown):
    """One answer for each item, in order."""

    evaluations: list[Approval | ItemRefused]


class StepNamed(Shown):
    """A step, where a chain points to it."""

    step: int
    name: str | None
    tool: str
    status: EvaluationStatus


class StepAnswered(Approval):
    """A step's own answer."""

    step: int
    name: str | None


class ChainAnswered(Shown):
    """As good as the weakest step."""

    decision: bool
    status: EvaluationStatus
    weakest: StepNamed | None
    failing: list[StepNamed]
    obligations: list[Any] = Field(description="Of all steps, each once; none where the chain is refused.")
    valid_until: datetime
    revision: int
    policy: str
    contact: str
    steps: list[StepAnswered]


class Subject(BaseModel):
    """Whom it is for; it is recorded, and changes no answer."""

    type: str
    id: str | None = Field(default=None, description="May be left out in a search for subjects only.")


class Action(BaseModel):
    """The one action is `use`."""

    name: str
    properties: dict[str, Any] = {}


class Resource(BaseModel):
    """A tool."""

    type: str = Field(description="`tool`")
    id: str | None = Field(
        default=None, description="Any name of a tool; left out in a search for resources."
    )
    properties: dict[str, Any] = Field(default={}, description="`plan`, and fields of the work.")


class AccessAsked(BaseModel):
    """May this be used, for this work? Fields that are not known are ignored."""

    subject: Subject
    action: Action
    resource: Resource
    context: dict[str, Any] = Field(
        default={}, description="The work, by the policy's fields; `evidence` and `receipt` ask for more."
    )


class Options(BaseModel):
    """How a batch is walked."""

    evaluations_semantic: str = Field(
        default="execute_all", description="`execute_all`, `deny_on_first_deny`, `permit_on_first_permit`"
    )


class AccessesAsked(BaseModel):
    """Questions at once; what stands beside them counts where an item leaves it out."""

    subject: Subject | None = None
    action: Action | None = None
    resource: Resource | None = None
    context: dict[str, Any] = {}
    evaluations: list[dict[str, Any]] = Field(default=[], max_length=MANY)
    options: Options = Options()


class Page(BaseModel):
    """Which results are wanted."""

    limit: int | None = None
    token: str | None = None


class SearchAsked(BaseModel):
    """For what would a decision be a yes? What is searched for needs no identifier."""

    subject: Subject
    action: Action | None = None
    resource: Resource
    context: dict[str, Any] = {}
    page: Page | None = None


class AccessContext(Shown):
    """Why a decision is what it is."""

    evaluation_id: str
    status: EvaluationStatus
    reason: str
    reasons: list[ReasonShown] = Field(default=[])
    obligations: list[dict[str, Any]] = Field(default=[], description="As the obligations profile has them.")
    attestations: list[dict[str, Any]] = Field(default=[])
    emergency: bool = False
    tool: str = ""
    plan: str | None = None
    evidence_at: datetime | None = None
    valid_until: datetime | None = None
    revision: int | None = None
    policy: str = ""
    contact: str = ""
    candidates: list[str] = Field(default=[])
    reason_user: dict[str, str] | None = Field(default=None, description="Of a denial, by language.")
    reason_admin: dict[str, str] | None = Field(default=None, description="Of a denial, by language.")
    access_request: dict[str, Any] | None = Field(
        default=None, description="Where to ask for access, of a denial that people can lift."
    )
    evidence: list[EvidenceShown] | None = Field(default=None, description="With `evidence` only.")
    overruled: list[EvidenceShown] | None = Field(
        default=None, description="With `evidence` only: sentences that permit more, and are overruled."
    )
    receipt: str | None = None
    error: dict[str, Any] | None = Field(default=None, description="Of an item that was not understood.")


class AccessDecision(Shown):
    """A denial is an answer too."""

    decision: bool
    context: AccessContext


class AccessDecisions(Shown):
    """In the order of the items, up to the one that ended the batch."""

    evaluations: list[AccessDecision]


class PageAnswered(Shown):
    """Where the results stand."""

    next_token: str = Field(description="Empty on the last page.")
    count: int


class SearchContext(Shown):
    """What was searched."""

    revision: int
    policy: str
    any_subject: bool | None = Field(
        default=None, description="Whether any subject may, in a search for them."
    )


class SearchAnswered(Shown):
    """What was found."""

    results: list[dict[str, Any]]
    page: PageAnswered
    context: SearchContext


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


def describe_hot_path(document: dict[str, Any], policy: Policy) -> None:
    """Add the addresses and their forms to the application's description of itself."""
    models = {model for one in DESCRIBED.values() for model in (one.asked, one.answered)}
    modes = [(model, _MODE) for model in sorted(models, key=lambda model: model.__name__)]
    _, schemas = models_json_schema(modes, ref_template=_SCHEMAS + "{model}")
    known = document.setdefault("components", {}).setdefault("schemas", {})
    for name, schema in schemas["$defs"].items():
        known.setdefault(name, schema)
    fields = ", ".join(f"`{name}`" for name in policy.fields)
    for path, one in DESCRIBED.items():
        document["paths"][path] = {"post": _operation(one, fields)}


def _operation(one: Described, fields: str) -> dict[str, Any]:
    responses: dict[str, Any] = {
        "200": {"description": one.answered.__doc__, "content": _content(one.answered)}
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


def _refusal(kind: Kind) -> dict[str, Any]:
    return {"description": kind.title, "content": {MEDIA_TYPE: {"schema": {"$ref": f"{_SCHEMAS}Problem"}}}}


def _content(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _SCHEMAS + model.__name__}}}
