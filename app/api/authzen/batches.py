"""What batches and chains ask and answer, as models for OpenAPI alone."""

from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, Field

from app.api.approval import Approval
from app.api.forms import Shown
from registry.model import EvaluationStatus

MANY: Final = 1000


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
