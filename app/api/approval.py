"""The look-up, as OpenAPI describes it.

The service answers it before any router, from memory; an application that is mounted without that front
answers it here, with the same words.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from app.api.forms import Shown
from app.api.house import Here
from app.auth import as_lookup
from app.errors import answers
from extractors.model import Family, Stance
from registry.model import EvaluationStatus, ObligationState, Policy

AS_OF: Final = "as_of"
"""A question with this is one of the past: it is looked for in the registry, not in memory."""


NAMED: Final[Mapping[str, Any]] = {
    "X-Decision-Id": {
        "description": "The answer's name: under it the record of look-ups has it.",
        "schema": {"type": "string"},
    },
    "X-Request-ID": {
        "description": "As the request gave it, if it did.",
        "schema": {"type": "string"},
    },
}
"""Headers of every answer to a question."""
_KEPT: Final = {
    "ETag": {"description": "Ask again with it in `If-None-Match`.", "schema": {"type": "string"}},
    "Cache-Control": {
        "description": "`max-age`: how long it may be kept without asking, never beyond `valid_until`.",
        "schema": {"type": "string"},
    },
}
_HEADERS: Final = {"headers": {**NAMED, **_KEPT}}
_RESPONSES: Final[Mapping[int | str, dict[str, Any]]] = {
    200: _HEADERS,
    304: {"description": "The answer is still the one of that `ETag`.", **_HEADERS},
}


class ReasonShown(Shown):
    """Why the answer is what it is."""

    rule: str
    principle: str | None
    message: str
    remedy: str | None


class EvidenceShown(Shown):
    """A deciding sentence."""

    family: Family
    stance: Stance | None
    quote: str
    document: str
    url: str
    seen_at: datetime


class ObligationStands(Shown):
    """An obligation, and how far it is met. Of a condition in words, only those are there."""

    id: str | None = Field(description="Attested under this; nothing: it is no obligation of the decision.")
    obligation: str = Field(description="What must hold.")
    attested_by: str | None = Field(description="Who is to attest it, in words.")
    evidence: str | None = Field(description="What shows it, in words.")
    renew_after_days: int | None = Field(
        description="How long an attestation counts; nothing: as the approval."
    )
    before_use: bool | None = Field(description="Whether nothing is allowed until it is attested.")
    state: ObligationState | None
    until: datetime | None = Field(description="When what was attested lapses by itself.")


class Approval(Shown):
    """May this tool be used, on this plan, for this work? Only `decision` allows."""

    decision: bool
    status: EvaluationStatus
    tool: str
    plan: str | None
    reasons: list[ReasonShown]
    obligations: list[ObligationStands] = Field(
        description="What must hold while the tool is used; nothing where it may not be."
    )
    attestations: list[ObligationStands] = Field(
        description="How far each obligation of the decision is met, also where that is why the answer is no."
    )
    emergency: bool = Field(description="Whether it was approved in an emergency, for a short time.")
    evidence_at: datetime | None = Field(description="When the terms were last seen as they were read.")
    valid_until: datetime
    revision: int = Field(description="The registry's, when this was answered.")
    policy: str = Field(description="Version of the policy that it was judged by.")
    ruleset: str | None = Field(
        description="Version of the rules that the plan's terms were read by; nothing: none were read."
    )
    contact: str = Field(description="Whom to ask.")
    candidates: list[str] = Field(
        description="Plans that may be meant, where the name leads to several or to none."
    )
    evidence: list[EvidenceShown] = Field(
        default=[],
        description="With `evidence=true` only: the sentences that decide, the first 100 of each answer.",
    )
    overruled: list[EvidenceShown] = Field(
        default=[],
        description="With `evidence=true` only: sentences that permit more, and are overruled.",
    )
    receipt: str | None = Field(
        default=None,
        description="With `receipt=true` only: question, answer and what it rests on, signed (a JWS).",
    )


def router_for(policy: Policy) -> APIRouter:
    """The look-up's route; its parameters are the policy's context fields."""
    router = APIRouter(tags=["look-up"], dependencies=[Depends(as_lookup)])
    router.add_api_route(
        "/v1/tools/{tool:path}/approval",
        look_up,
        methods=["GET"],
        response_model=Approval,
        responses={**_RESPONSES, **answers()},
        openapi_extra={"parameters": _parameters(policy)},
    )
    return router


async def look_up(
    tool: Annotated[
        str,
        Path(
            description="`vendor/tool`, `vendor/tool@plan`, or another name: host, package, model, extension",
            examples=["acme/painter", "painter.acme.example"],
        ),
    ],
    request: Request,
    house: Here,
) -> Response:
    """Ask whether a tool may be used for a piece of work. A field that is left out counts as unsure."""
    query = request.query_params.multi_items()
    if any(name == AS_OF for name, _ in query):
        status, headers, body = await run_in_threadpool(house.look_up, tool, query)
    else:
        status, headers, body = house.look_up(tool, query)
    return Response(body, status_code=status, headers=dict(headers))


def _parameters(policy: Policy) -> list[dict[str, Any]]:
    """Described, not declared: the question is read where it is answered, and by nobody else."""
    context = [
        _parameter(field, "What the work is; see the policy.", {"type": "string", "enum": [*sorted(known)]})
        for field, known in policy.context.items()
    ]
    free = [
        _parameter(field, "Any value; only the scope of an approval asks for it.", {"type": "string"})
        for field in policy.open_fields
    ]
    return [
        _parameter(
            AS_OF,
            "Answer as at this past time, with its zone.",
            {"type": "string", "format": "date-time"},
        ),
        _parameter("receipt", "Give a signed receipt too.", {"type": "boolean", "default": False}),
        _parameter("plan", "The plan's slug; an only plan needs no naming.", {"type": "string"}),
        _parameter("evidence", "Give the deciding sentences too.", {"type": "boolean", "default": False}),
        *context,
        *free,
        _header("If-None-Match", "The `ETag` of an answer that is at hand: 304 where it still holds."),
        _header("X-Request-ID", "Told back in the answer: at most 1000 printable ASCII characters."),
    ]


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _header(name: str, description: str) -> dict[str, Any]:
    return {**_parameter(name, description, {"type": "string"}), "in": "header"}
