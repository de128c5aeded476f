"""What went wrong, told to the outside: one table from errors to problems as RFC 9457 has them.

HTTP status codes of failures stand here alone. An error's own words become the `detail`: they are written
where it is raised, for the person who has to do something about it. An error that is not in the table is a
bug: it is logged, and the outside learns no more than that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from app.auth import KeyRefusedError, RoleTooSmallError
from app.db import ConflictError, UnusableDatabaseError
from registry.closed import spell
from registry.entries import EntryError
from registry.keys import KeyNameTakenError, UnknownKeyError
from registry.lifecycle import IllegalMoveError
from registry.reviews import DecisionRefusedError, StaleAssessmentError
from registry.sources import ChangeRefusedError
from registry.submissions import DuplicateToolError, NothingToVetError

MEDIA_TYPE: Final = "application/problem+json"
PROBLEMS: Final = "/problems"
"""Under this address each kind of problem is described."""

log = structlog.get_logger(__name__)


class NotFoundError(Exception):
    """What the address names is not in the registry; the message names what is."""


class BusyError(Exception):
    """The tool is being looked at, and what is asked for would be missed."""


class UploadRefusedError(Exception):
    """An upload that cannot be kept as it is."""


class NotReadyError(Exception):
    """The service runs but cannot answer yet."""


class MediaTypeError(Exception):
    """A body of a kind that is not read here."""


class BodyTooLargeError(HTTPException):
    """A body over the limit. FastAPI lets nothing but its own kind of error pass while it reads a body."""

    def __init__(self, limit: int) -> None:
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"send at most {limit:,} bytes")


class ProblemItem(BaseModel):
    """One mistake in a request."""

    detail: str
    pointer: str | None = Field(default=None, description="Where in the body it stands, as a JSON pointer.")
    parameter: str | None = Field(default=None, description="The parameter of the address it stands in.")


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": f"{PROBLEMS}/duplicate-tool",
                "title": "The tool was submitted before",
                "status": 409,
                "detail": "acme/painter was submitted before; request a new vetting of it instead",
            }
        }
    )

    type: str = Field(description="Which kind of problem it is; the address describes it.")
    title: str
    status: int
    detail: str = Field(description="What happened this time, and what to do about it.")
    errors: list[ProblemItem] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem."""

    name: str
    status: HTTPStatus
    title: str
    headers: Mapping[str, str] = field(default_factory=dict)


MALFORMED: Final = Kind("malformed-body", HTTPStatus.BAD_REQUEST, "The body cannot be read")
INVALID: Final = Kind("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, "The request does not fit")
NOT_READY: Final = Kind("not-ready", HTTPStatus.SERVICE_UNAVAILABLE, "Not ready yet", {"retry-after": "5"})
UNEXPECTED: Final = Kind("unexpected", HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side")

KINDS: Final[Mapping[type[Exception], Kind]] = {
    KeyRefusedError: Kind(
        "no-valid-key",
        HTTPStatus.UNAUTHORIZED,
        "No valid API key",
        {"www-authenticate": 'Bearer realm="termgate"'},
    ),
    RoleTooSmallError: Kind("role-too-small", HTTPStatus.FORBIDDEN, "The key's role may not do this"),
    NotFoundError: Kind("not-found", HTTPStatus.NOT_FOUND, "There is no such thing"),
    UnknownKeyError: Kind("not-found", HTTPStatus.NOT_FOUND, "There is no such thing"),
    ChangeRefusedError: Kind("change-refused", HTTPStatus.CONFLICT, "The tool cannot be changed so"),
    DuplicateToolError: Kind("duplicate-tool", HTTPStatus.CONFLICT, "The tool was submitted before"),
    NothingToVetError: Kind("nothing-to-vet", HTTPStatus.CONFLICT, "The tool cannot be vetted yet"),
    IllegalMoveError: Kind("illegal-move", HTTPStatus.CONFLICT, "The plan cannot go there from where it is"),
    KeyNameTakenError: Kind("key-name-taken", HTTPStatus.CONFLICT, "Another key has this name"),
    StaleAssessmentError: Kind("stale", HTTPStatus.CONFLICT, "Something newer is there"),
    BusyError: Kind("vetting-under-way", HTTPStatus.CONFLICT, "A vetting is under way"),
    ConflictError: Kind("conflict", HTTPStatus.CONFLICT, "Somebody changed the same at the same time"),
    BodyTooLargeError: Kind("body-too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large"),
    MediaTypeError: Kind(
        "media-type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "This kind of body is not read here"
    ),
    EntryError: INVALID,
    RequestValidationError: INVALID,
    DecisionRefusedError: Kind(
        "decision-refused", HTTPStatus.UNPROCESSABLE_ENTITY, "The decision cannot be recorded as it is"
    ),
    UploadRefusedError: Kind(
        "upload-refused", HTTPStatus.UNPROCESSABLE_ENTITY, "The upload cannot be kept as it is"
    ),
    NotReadyError: NOT_READY,
    UnusableDatabaseError: NOT_READY,
}
_OF_ADDRESS: Final = {
    HTTPStatus.NOT_FOUND: (
        Kind("no-such-address", HTTPStatus.NOT_FOUND, "There is no such address"),
        "check the address; /openapi.json lists all there are",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        Kind("method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "The address does not take this method"),
        "use a method that the Allow header names",
    ),
    HTTPStatus.BAD_REQUEST: (MALFORMED, "the body cannot be read; send JSON in UTF-8"),
}
"""What the router and the reader of bodies find."""


OF_BODY: Final = (BodyTooLargeError, MediaTypeError)
"""What any route that takes a body may find wrong with it."""


def all_kinds() -> dict[str, Kind]:
    """Every kind of problem by its name."""
    kinds = (*KINDS.values(), *(kind for kind, _ in _OF_ADDRESS.values()), UNEXPECTED)
    return {kind.name: kind for kind in kinds}


def problem(kind: Kind, detail: str, errors: Sequence[ProblemItem] = ()) -> Response:
    """The answer that tells a problem."""
    body = Problem(
        type=f"{PROBLEMS}/{kind.name}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        errors=list(errors) or None,
    )
    return Response(
        body.model_dump_json(exclude_none=True),
        status_code=kind.status,
        headers={**kind.headers, "cache-control": "no-store"},
        media_type=MEDIA_TYPE,
    )


def problem_of(error: Exception) -> Response:
    """The answer to an error of the table; any other is a bug and raises `KeyError`."""
    kind = KINDS[type(error)]
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, EntryError):
        item = ProblemItem(detail=error.message, pointer=_pointer(error.path))
        return problem(kind, f"{spell(error.path)}: {error.message}", [item])
    return problem(kind, error.detail if isinstance(error, BodyTooLargeError) else str(error))


def install_handlers(app: FastAPI) -> None:
    """Let the application answer every error as a problem."""
    for error in KINDS:
        app.add_exception_handler(error, _known)
    app.add_exception_handler(HTTPException, _of_address)
    app.add_exception_handler(Exception, _unexpected)


def answers(*errors: type[Exception]) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may answer with, as OpenAPI describes them; any may be `invalid-request`."""
    described: dict[int | str, dict[str, Any]] = {}
    kinds = [KINDS[error] for error in errors]
    if BodyTooLargeError in errors:
        kinds.append(MALFORMED)
    for kind in {one.name: one for one in (*kinds, INVALID)}.values():
        known = described.setdefault(int(kind.status), {"description": "", "content": _CONTENT})
        known["description"] = " · ".join(filter(None, (known["description"], kind.title)))
    return described


_CONTENT: Final = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


async def _known(_request: Request, error: Exception) -> Response:
    if isinstance(error, UnusableDatabaseError):
        log.error("database_unusable", because=str(error), exc_info=error)
        # Where the database is and what ails it is for whoever runs this service.
        return problem(KINDS[type(error)], "the registry cannot be read or written now; try again shortly")
    if isinstance(error, ConflictError):
        log.warning("conflict", exc_info=error)  # mostly a race; should it be a bug, its cause is here
    return problem_of(error)


async def _of_address(request: Request, error: Exception) -> Response:
    """What the router itself refuses: its words say nothing of what to do."""
    if not isinstance(error, HTTPException):
        raise error
    found = _OF_ADDRESS.get(HTTPStatus(error.status_code))
    if found is None:
        return await _unexpected(request, error)
    answer = problem(*found)
    answer.headers.update(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["allow"] = ", ".join(_methods(request))
    return answer


def _methods(request: Request) -> Sequence[str]:
    """What the address takes, all routes together: the router names those of the first that fits."""
    routes = [one for one in _flat(request.app.routes) if one.matches(request.scope)[0] is not Match.NONE]
    taken = {method for route in routes for method in getattr(route, "methods", None) or ()}
    return sorted(taken | ({"HEAD"} if "GET" in taken else set()))


def _flat(routes: Sequence[BaseRoute]) -> Iterator[BaseRoute]:
    """Single routes: the framework keeps those of an included router in it."""
    for route in routes:
        router = getattr(route, "original_router", None)
        yield from [route] if router is None else _flat(router.routes)


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected_error", method=request.method, path=request.url.path, exc_info=error)
    return problem(UNEXPECTED, "it has been logged; try again later, and tell whoever runs this service")


def _invalid(error: RequestValidationError) -> Response:
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        why = found[0].get("ctx", {}).get("error", "malformed")
        return problem(MALFORMED, f"the body is no JSON ({why}, character {found[0]['loc'][-1]})")
    items = [_item(one["loc"], one["msg"]) for one in found]
    more = f" (and {len(items) - 1} more, see errors)" if len(items) > 1 else ""
    where = items[0].pointer or items[0].parameter
    return problem(INVALID, f"{where}: {items[0].detail}{more}", items)


def _item(loc: Sequence[str | int], message: str) -> ProblemItem:
    place, *path = loc
    detail = message.removeprefix("Value error, ")
    if place == "body":
        return ProblemItem(detail=detail, pointer=_pointer(path))
    return ProblemItem(detail=detail, parameter=".".join(map(str, path)))


def _pointer(path: Sequence[str | int]) -> str:
    """A path as a JSON pointer; a step in parentheses names an alternative and stands nowhere in the body."""
    kept = (str(step) for step in path if not str(step).startswith("("))
    steps = (step.replace("~", "~0").replace("/", "~1") for step in kept)
    return "#" + "".join(f"/{step}" for step in steps)
