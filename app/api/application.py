"""The JSON application: every resource's routes on one House, and how the whole describes itself."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from starlette.types import Lifespan

from app.api import (
    approval,
    audit,
    captures,
    changes,
    corrections,
    decisions,
    digest,
    discoveries,
    documents,
    evidence,
    flags,
    health,
    keys,
    looks,
    lookups,
    noise,
    obligations,
    plans,
    policy,
    receipts,
    requests,
    sources,
    timeline,
    tools,
    uploads,
    vettings,
    webhooks,
)
from app.api.authzen import describe_hot_path
from app.api.body import BodyGuard
from app.api.head import HeadAsGet
from app.api.headers import HEADERS, PLACE, WithHeaders
from app.api.house import House
from app.auth import KeyRefusedError, Keyring, RoleTooSmallError
from app.errors import answers, install_handlers
from app.problems import Problem

DESCRIPTION: Final = """
May we use this tool, on this plan, for this work? Termgate answers from the vendor's terms, the company's
policy and the decisions of its people.

Send an API key as `Authorization: Bearer KEY` or `X-API-Key: KEY`. Each role may do all that the ones before
it may: `lookup` asks for approvals, `manager` submits and reads, `reviewer` decides, `admin` makes keys.

Whatever goes wrong is told as a problem (RFC 9457, `application/problem+json`).
"""
TAGS: Final = [
    {"name": "look-up", "description": "May this tool be used?"},
    {"name": "tools", "description": "Submit tools and find them."},
    {"name": "vettings", "description": "Have a tool's terms looked at, and follow it."},
    {"name": "discoveries", "description": "Where a vendor's site keeps its terms, proposed."},
    {"name": "documents", "description": "What was received and read."},
    {"name": "corrections", "description": "What people correct in what was read."},
    {"name": "plans", "description": "Facts with their sentences, and the machine's assessment."},
    {"name": "decisions", "description": "What people decided."},
    {"name": "requests", "description": "Who waits for a decision, and until when."},
    {
        "name": "flags",
        "description": "Changes and other news that need a person.",
    },
    {"name": "noise", "description": "What looks have passed over, and what waits for an answer."},
    {"name": "policy", "description": "What tools are judged by."},
    {"name": "webhooks", "description": "Other systems that are told of changes, by signed calls."},
    {"name": "administration", "description": "Keys and the audit log."},
    {"name": "service", "description": "Is it alive, is it ready."},
]
_OPEN: Final[Sequence[APIRouter]] = (health.router, receipts.open_router)
_KEYED: Final[Sequence[APIRouter]] = (
    vettings.router,
    discoveries.router,
    documents.router,
    looks.router,
    sources.router,
    uploads.router,
    captures.router,
    plans.router,
    timeline.router,
    decisions.router,
    evidence.router,
    obligations.router,
    requests.router,
    corrections.router,
    tools.router,
    flags.router,
    noise.router,
    changes.router,
    digest.router,
    policy.router,
    keys.router,
    webhooks.router,
    audit.router,
    lookups.router,
    receipts.router,
)


def assemble(house: House, lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """The application on what it works with; look-ups are answered without their front."""
    app = _Described(
        title="Termgate",
        version=version("termgate"),
        description=DESCRIPTION,
        openapi_tags=TAGS,
        lifespan=lifespan,
        # The library's pages load scripts from a public network: only the description itself is served.
        docs_url=None,
        redoc_url=None,
        # Its redirects name the host that the request claims to be for.
        redirect_slashes=False,
    )
    app.state.house = house
    app.state.keyring = Keyring(house.readings)
    for router in _OPEN:
        app.include_router(router)
    # Look-ups go first: their address and a tool's both may have two steps.
    for router in (approval.router_for(house.policy), *_KEYED):
        app.include_router(router, responses=answers(KeyRefusedError, RoleTooSmallError))
    install_handlers(app)
    app.add_middleware(BodyGuard)
    app.add_middleware(HeadAsGet)
    app.add_middleware(WithHeaders, headers=HEADERS, below=PLACE)
    return app


class _Described(FastAPI):
    """Adds what no route names to the description: the form of problems, and what is answered before them."""

    def openapi(self) -> dict[str, Any]:
        described = super().openapi()
        schemas = described.setdefault("components", {}).setdefault("schemas", {})
        if Problem.__name__ not in schemas:
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(problem.pop("$defs", {}))
            schemas[Problem.__name__] = problem
            describe_hot_path(described, self.state.house.policy)
        return described
