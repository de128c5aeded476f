"""`GET /.well-known/authzen-configuration`: where the service says what it answers.

Only this module knows the form of that document. It is made once, from the configured address alone: what a
request says of the host it was sent to is never believed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from app.lookup.authzen.evaluation import EVALUATION, EVALUATIONS
from app.lookup.authzen.search import SEARCH_ACTION, SEARCH_RESOURCE, SEARCH_SUBJECT
from app.lookup.authzen.telling import OBLIGATION_TYPE
from app.lookup.exchange import Endpoint, Question, Reply, problem, reply_with, write_json
from app.lookup.index import LookupIndex
from app.problems import NO_SUCH_ADDRESS

WELL_KNOWN: Final = "/.well-known/authzen-configuration"
KEYS: Final = "/.well-known/jwks.json"
"""Where our public keys stand: with them a denial is verified by the service that takes requests."""
ACCESS_REQUEST: Final = "urn:openid:authzen:capability:access-request"

_ENDPOINTS: Final = {
    "access_evaluation_endpoint": EVALUATION,
    "access_evaluations_endpoint": EVALUATIONS,
    "search_subject_endpoint": SEARCH_SUBJECT,
    "search_resource_endpoint": SEARCH_RESOURCE,
    "search_action_endpoint": SEARCH_ACTION,
}
_UNSAID: Final = (
    "the public address of this service is not configured; whoever runs it sets TERMGATE_BASE_URL"
)


@dataclass(frozen=True, slots=True)
class Published:
    """What the service says of itself."""

    base_url: str
    """Its public address, without a slash at the end; empty: not configured."""
    requests_url: str = ""
    """Where a request for access is sent after a denial that people can lift; empty: nowhere."""


def discovery_endpoints(published: Published) -> Sequence[Endpoint]:
    """The endpoint, at the root and where the standard puts it for an address with a path."""
    reply = _reply(published)

    def answer(_index: LookupIndex, _question: Question, _now: datetime) -> Reply:
        return reply

    paths = dict.fromkeys((WELL_KNOWN, WELL_KNOWN + urlsplit(published.base_url).path))
    return tuple(Endpoint("GET", path.encode(), answer, is_open=True) for path in paths)


def _reply(published: Published) -> Reply:
    if not published.base_url:
        return problem(NO_SUCH_ADDRESS, _UNSAID)
    document: dict[str, object] = {"policy_decision_point": published.base_url}
    document |= {name: published.base_url + path for name, path in _ENDPOINTS.items()}
    document["supported_obligations"] = [OBLIGATION_TYPE]
    if published.requests_url:
        document["access_request_endpoint"] = published.requests_url
        document["jwks_uri"] = published.base_url + KEYS
        document["capabilities"] = [ACCESS_REQUEST]
    body = write_json(document)
    headers = {
        "content-type": "application/json",
        "cache-control": "public, max-age=3600",
        "etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
    }
    return reply_with(200, headers, body)
