"""What went wrong, told to the outside: one table from errors to the kinds of problems in app/problems.py.

An error's own words become the `detail`: they are written where it is raised, for the person who has to do
something about it. An error that is not in the table is a bug: it is logged, and the outside learns no more
than that.
"""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from app import problems
from app.auth import KeyRefusedError, RoleTooSmallError
from app.db import ConflictError, UnusableDatabaseError
from app.problems import MEDIA_TYPE, Kind, ProblemItem, tell
from registry.adoptions import AdoptionRefusedError
from registry.attestations import AttestationRefusedError
from registry.capturing import CaptureRefusedError
from registry.closed import spell
from registry.corrections import CorrectionRefusedError
from registry.discoveries import SiteRefusedError
from registry.entries import EntryError
from registry.keys import KeyNameTakenError, UnknownKeyError
from registry.lifecycle import IllegalMoveError
from registry.notices import NoticeBusyError, NoticeRefusedError
from registry.persons import UnknownPersonError
from registry.policy import PolicyError
from registry.requests import RequestRefusedError
from registry.rulings import DecisionRefusedError, StaleAssessmentError
from registry.sources import ChangeRefusedError
from registry.submissions import DuplicateToolError, NothingToVetError
from registry.visits import SignInRefusedError
from registry.webhooks import UnknownWebhookError, WebhookRefusedError

log = structlog.get_logger(__name__)


class NotFoundError(Exception):
    """What the address names is not in the registry; the message names what is."""


class StaleDocumentError(Exception):
    """The source shows a newer document than the one that is spoken of."""


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


KINDS: Final[Mapping[type[Exception], Kind]] = {
    KeyRefusedError: problems.NO_VALID_KEY,
    RoleTooSmallError: problems.ROLE_TOO_SMALL,
    NotFoundError: problems.NOT_FOUND,
    UnknownKeyError: problems.NOT_FOUND,
    UnknownPersonError: problems.NOT_FOUND,
    ChangeRefusedError: problems.CHANGE_REFUSED,
    DuplicateToolError: problems.DUPLICATE_TOOL,
    NothingToVetError: problems.NOTHING_TO_VET,
    IllegalMoveError: problems.ILLEGAL_MOVE,
    KeyNameTakenError: problems.KEY_NAME_TAKEN,
    StaleAssessmentError: problems.STALE,
    StaleDocumentError: problems.STALE,
    BusyError: problems.BUSY,
    ConflictError: problems.CONFLICT,
    BodyTooLargeError: problems.BODY_TOO_LARGE,
    MediaTypeError: problems.MEDIA_TYPE_REFUSED,
    EntryError: problems.INVALID,
    RequestValidationError: problems.INVALID,
    DecisionRefusedError: problems.DECISION_REFUSED,
    AttestationRefusedError: problems.ATTESTATION_REFUSED,
    RequestRefusedError: problems.REQUEST_REFUSED,
    AdoptionRefusedError: problems.POLICY_REFUSED,
    PolicyError: problems.POLICY_REFUSED,
    CorrectionRefusedError: problems.CORRECTION_REFUSED,
    NoticeBusyError: problems.BUSY,
    NoticeRefusedError: problems.NOTICE_REFUSED,
    UploadRefusedError: problems.UPLOAD_REFUSED,
    CaptureRefusedError: problems.CAPTURE_REFUSED,
    SiteRefusedError: problems.SITE_REFUSED,
    UnknownWebhookError: problems.NOT_FOUND,
    WebhookRefusedError: problems.WEBHOOK_REFUSED,
    SignInRefusedError: problems.SIGN_IN_REFUSED,
    NotReadyError: problems.NOT_READY,
    UnusableDatabaseError: problems.NOT_READY,
}
_OF_ADDRESS: Final = {
    HTTPStatus.NOT_FOUND: (
        problems.NO_SUCH_ADDRESS,
        "check the address; /openapi.json lists all there are",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        problems.METHOD_NOT_ALLOWED,
        "use a method that the Allow header names",
    ),
    HTTPStatus.BAD_REQUEST: (problems.MALFORMED, "the body cannot be read; send JSON in UTF-8"),
}
"""What the router and the reader of bodies find."""

_OUT_OF_REACH: Final = "the registry cannot be read or written now; try again shortly"
"""Where the database is and what ails it is for whoever runs this service."""

OF_BODY: Final = (BodyTooLargeError, MediaTypeError)
"""What any route that takes a body may find wrong with it."""


def problem_of(error: Exception) -> Response:
    """The answer to an error of the table; any other is a bug and raises `KeyError`."""
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    kind, detail = kind_and_detail(error)
    if isinstance(error, EntryError):
        return _problem(kind, detail, [ProblemItem(detail=error.message, pointer=_pointer(error.path))])
    return _problem(kind, detail)


def kind_and_detail(error: Exception) -> tuple[Kind, str]:
    """What an error of the table is and what it says; what hints at trouble of ours is logged.

    Raises `KeyError` for any other error.
    """
    kind = KINDS[type(error)]
    if isinstance(error, UnusableDatabaseError):
        log.error("database_unusable", because=str(error), exc_info=error)
        return kind, _OUT_OF_REACH
    if isinstance(error, ConflictError):
        log.warning("conflict", exc_info=error)  # mostly a race; should it be a bug, its cause is here
    if isinstance(error, RequestValidationError):
        found = [_item(one) for one in error.errors()]
        return kind, "; ".join(f"{one.pointer or one.parameter}: {one.detail}" for one in found)
    if isinstance(error, EntryError):
        return kind, f"{spell(error.path)}: {error.message}"
    return kind, error.detail if isinstance(error, BodyTooLargeError) else str(error)


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
        kinds.append(problems.MALFORMED)
    for kind in {one.name: one for one in (*kinds, problems.INVALID)}.values():
        known = described.setdefault(int(kind.status), {"description": "", "content": _CONTENT})
        known["description"] = " · ".join(filter(None, (known["description"], kind.title)))
    return described


_CONTENT: Final = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _problem(kind: Kind, detail: str, errors: Sequence[ProblemItem] = ()) -> Response:
    told = tell(kind, detail, errors)
    return Response(told.body, told.status, told.headers)


async def _known(_request: Request, error: Exception) -> Response:
    return problem_of(error)


async def _of_address(request: Request, error: Exception) -> Response:
    """What the router itself refuses: its words say nothing of what to do."""
    if not isinstance(error, HTTPException):
        raise error
    found = _OF_ADDRESS.get(HTTPStatus(error.status_code))
    if found is None:
        return await _unexpected(request, error)
    answer = _problem(*found)
    answer.headers.update(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["allow"] = ", ".join(_methods(request))
    return answer


def _methods(request: Request) -> Sequence[str]:
    """What the address takes, all routes together: the router names those of the first that fits."""
    routes = [
        one for one in flat_routes(request.app.routes) if one.matches(request.scope)[0] is not Match.NONE
    ]
    taken = {method for route in routes for method in getattr(route, "methods", None) or ()}
    return sorted(taken | ({"HEAD"} if "GET" in taken else set()))


def flat_routes(routes: Sequence[BaseRoute]) -> Iterator[BaseRoute]:
    """Single routes: the framework keeps those of an included router in it."""
    for route in routes:
        router = getattr(route, "original_router", None)
        yield from [route] if router is None else flat_routes(router.routes)


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected_error", method=request.method, path=request.url.path, exc_info=error)
    return _problem(
        problems.UNEXPECTED, "it has been logged; try again later, and tell whoever runs this service"
    )


def _invalid(error: RequestValidationError) -> Response:
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        why = found[0].get("ctx", {}).get("error", "malformed")
        return _problem(problems.MALFORMED, f"the body is no JSON ({why}, character {found[0]['loc'][-1]})")
    items = [_item(one) for one in found]
    more = f" (and {len(items) - 1} more, see errors)" if len(items) > 1 else ""
    where = items[0].pointer or items[0].parameter
    return _problem(problems.INVALID, f"{where}: {items[0].detail}{more}", items)


_PLAINLY: Final = {
    "extra_forbidden": "nothing goes by this name here; leave it out, or see /openapi.json for what does",
    "missing": "is missing; add it",
}
"""What the library says in words that tell nobody what to do, by the kind of mistake."""


def _item(mistake: Mapping[str, Any]) -> ProblemItem:
    place, *path = mistake["loc"]
    detail = _PLAINLY.get(mistake["type"], mistake["msg"].removeprefix("Value error, "))
    if place == "body":
        return ProblemItem(detail=detail, pointer=_pointer(path))
    return ProblemItem(detail=detail, parameter=".".join(map(str, path)))


def _pointer(path: Sequence[str | int]) -> str:
    """A path as a JSON pointer; a step in parentheses names an alternative and stands nowhere in the body."""
    kept = (str(step) for step in path if not str(step).startswith("("))
    steps = (step.replace("~", "~0").replace("/", "~1") for step in kept)
    return "#" + "".join(f"/{step}" for step in steps)
