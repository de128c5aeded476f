"""What AuthZEN's evaluations and searches ask and answer, as models for OpenAPI alone."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from app.api.approval import EvidenceShown, ReasonShown
from app.api.authzen.batches import MANY
from app.api.forms import Shown
from registry.model import EvaluationStatus


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
    ruleset: str | None = Field(
        default=None, description="Version of the rules that the plan's terms were read by."
    )
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


class Configuration(Shown):
    """The policy decision point, as it says of itself."""

    policy_decision_point: str = Field(description="The public address, as configured.")
    access_evaluation_endpoint: str
    access_evaluations_endpoint: str
    search_subject_endpoint: str
    search_resource_endpoint: str
    search_action_endpoint: str
    supported_obligations: list[str] = Field(description="Types of obligations that answers may have.")
    access_request_endpoint: str | None = Field(
        default=None, description="Where access is asked for after a denial, where that is configured."
    )
    jwks_uri: str | None = Field(default=None, description="Keys that prove a denial there.")
    capabilities: list[str] | None = Field(default=None, description="URNs of what is supported besides.")
