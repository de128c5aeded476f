"""Problems as RFC 9457 has them: the closed list of their kinds, and what is sent of one.

HTTP status codes of failures stand here alone. It knows no web framework, so that a command that answers one
look-up need not load any; which error is which kind stands in app/errors.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE: Final = "application/problem+json"
PROBLEMS: Final = "/problems"
"""Under this address each kind of problem is described."""


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


@dataclass(frozen=True, slots=True)
class Told:
    """What is sent of a problem."""

    status: int
    headers: Mapping[str, str]
    body: bytes


NO_VALID_KEY: Final = Kind(
    "no-valid-key",
    HTTPStatus.UNAUTHORIZED,
    "No valid API key",
    {"www-authenticate": 'Bearer realm="termgate"'},
)
SIGN_IN_REFUSED: Final = Kind("sign-in-refused", HTTPStatus.FORBIDDEN, "This link opens nothing any more")
ROLE_TOO_SMALL: Final = Kind("role-too-small", HTTPStatus.FORBIDDEN, "The key's role may not do this")
NOT_FOUND: Final = Kind("not-found", HTTPStatus.NOT_FOUND, "There is no such thing")
NO_SUCH_ADDRESS: Final = Kind("no-such-address", HTTPStatus.NOT_FOUND, "There is no such address")
METHOD_NOT_ALLOWED: Final = Kind(
    "method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "The address does not take this method"
)
CHANGE_REFUSED: Final = Kind("change-refused", HTTPStatus.CONFLICT, "The tool cannot be changed so")
DUPLICATE_TOOL: Final = Kind("duplicate-tool", HTTPStatus.CONFLICT, "The tool was submitted before")
NOTHING_TO_VET: Final = Kind("nothing-to-vet", HTTPStatus.CONFLICT, "The tool cannot be vetted yet")
ILLEGAL_MOVE: Final = Kind("illegal-move", HTTPStatus.CONFLICT, "The plan cannot go there from where it is")
KEY_NAME_TAKEN: Final = Kind("key-name-taken", HTTPStatus.CONFLICT, "Another key has this name")
STALE: Final = Kind("stale", HTTPStatus.CONFLICT, "Something newer is there")
BUSY: Final = Kind("vetting-under-way", HTTPStatus.CONFLICT, "A vetting is under way")
CONFLICT: Final = Kind("conflict", HTTPStatus.CONFLICT, "Somebody changed the same at the same time")
MALFORMED: Final = Kind("malformed-body", HTTPStatus.BAD_REQUEST, "The body cannot be read")
MALFORMED_QUESTION: Final = Kind(
    "malformed-question", HTTPStatus.BAD_REQUEST, "The question cannot be understood"
)
BODY_TOO_LARGE: Final = Kind("body-too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large")
TOO_SLOW: Final = Kind("too-slow", HTTPStatus.REQUEST_TIMEOUT, "The body took too long")
MEDIA_TYPE_REFUSED: Final = Kind(
    "media-type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "This kind of body is not read here"
)
INVALID: Final = Kind("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, "The request does not fit")
DECISION_REFUSED: Final = Kind(
    "decision-refused", HTTPStatus.UNPROCESSABLE_ENTITY, "The decision cannot be recorded as it is"
)
POLICY_REFUSED: Final = Kind(
    "policy-refused", HTTPStatus.UNPROCESSABLE_ENTITY, "The policy cannot be put in force as it is"
)
ATTESTATION_REFUSED: Final = Kind(
    "attestation-refused", HTTPStatus.UNPROCESSABLE_ENTITY, "The attestation cannot be recorded as it is"
)
REQUEST_REFUSED: Final = Kind(
    "request-refused", HTTPStatus.UNPROCESSABLE_ENTITY, "The request for an approval cannot be taken as it is"
)
CORRECTION_REFUSED: Final = Kind(
    "correction-refused", HTTPStatus.UNPROCESSABLE_ENTITY, "The correction cannot be recorded as it is"
)
NOTICE_REFUSED: Final = Kind(
    "notice-refused", HTTPStatus.UNPROCESSABLE_ENTITY, "The notice cannot be answered so"
)
UPLOAD_REFUSED: Final = Kind(
    "upload-refused", HTTPStatus.UNPROCESSABLE_ENTITY, "The upload cannot be kept as it is"
)
CAPTURE_REFUSED: Final = Kind(
    "capture-refused",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "The page cannot stand for the source as it is",
)
WEBHOOK_REFUSED: Final = Kind("webhook-refused", HTTPStatus.CONFLICT, "The webhook cannot do this now")
SITE_REFUSED: Final = Kind("site-refused", HTTPStatus.UNPROCESSABLE_ENTITY, "The site cannot be searched")
NOT_READY: Final = Kind("not-ready", HTTPStatus.SERVICE_UNAVAILABLE, "Not ready yet", {"retry-after": "5"})
UNEXPECTED: Final = Kind("unexpected", HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side")

ALL_KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        NO_VALID_KEY,
        ROLE_TOO_SMALL,
        SIGN_IN_REFUSED,
        NOT_FOUND,
        CHANGE_REFUSED,
        DUPLICATE_TOOL,
        NOTHING_TO_VET,
        ILLEGAL_MOVE,
        KEY_NAME_TAKEN,
        STALE,
        BUSY,
        CONFLICT,
        BODY_TOO_LARGE,
        TOO_SLOW,
        MEDIA_TYPE_REFUSED,
        INVALID,
        DECISION_REFUSED,
        POLICY_REFUSED,
        CORRECTION_REFUSED,
        ATTESTATION_REFUSED,
        REQUEST_REFUSED,
        NOTICE_REFUSED,
        UPLOAD_REFUSED,
        CAPTURE_REFUSED,
        SITE_REFUSED,
        WEBHOOK_REFUSED,
        NOT_READY,
        NO_SUCH_ADDRESS,
        METHOD_NOT_ALLOWED,
        MALFORMED,
        MALFORMED_QUESTION,
        UNEXPECTED,
    )
}
"""Every kind of problem by its name."""


def tell(kind: Kind, detail: str, errors: Sequence[ProblemItem] = ()) -> Told:
    """What is sent of a problem; `detail` says what happened this time and what to do about it."""
    body = Problem(
        type=f"{PROBLEMS}/{kind.name}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        errors=list(errors) or None,
    )
    headers = {**kind.headers, "cache-control": "no-store", "content-type": MEDIA_TYPE}
    return Told(int(kind.status), headers, body.model_dump_json(exclude_none=True).encode())
