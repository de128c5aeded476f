"""The table of problems, and what the outside learns of a bug: nothing."""

import asyncio

import httpx
import pytest
import structlog
from fastapi import FastAPI

from app.auth import KeyRefusedError, RoleTooSmallError
from app.db import ConflictError, UnusableDatabaseError
from app.errors import (
    KINDS,
    BodyTooLargeError,
    BusyError,
    MediaTypeError,
    NotFoundError,
    NotReadyError,
    StaleDocumentError,
    UploadRefusedError,
    answers,
    install_handlers,
)
from app.problems import ALL_KINDS, MEDIA_TYPE
from registry.adoptions import AdoptionRefusedError
from registry.attestations import AttestationRefusedError
from registry.capturing import CaptureRefusedError
from registry.corrections import CorrectionRefusedError
from registry.discoveries import SiteRefusedError
from registry.entries import EntryError
from registry.keys import KeyNameTakenError, UnknownKeyError
from registry.lifecycle import IllegalMoveError, Move
from registry.model import Status
from registry.notices import NoticeBusyError, NoticeRefusedError
from registry.persons import UnknownPersonError
from registry.policy import PolicyError
from registry.requests import RequestRefusedError
from registry.rulings import DecisionRefusedError, StaleAssessmentError
from registry.sources import ChangeRefusedError
from registry.submissions import DuplicateToolError, NothingToVetError
from registry.visits import SignInRefusedError
from registry.webhooks import UnknownWebhookError, WebhookRefusedError

RAISED = [
    (KeyRefusedError("send a key"), 401),
    (RoleTooSmallError("needs admin"), 403),
    (NotFoundError("no tool; there is acme/painter"), 404),
    (UnknownKeyError("no key"), 404),
    (UnknownPersonError("nobody"), 404),
    (UnknownWebhookError("no webhook"), 404),
    (WebhookRefusedError("it is off"), 409),
    (ChangeRefusedError("retire it first"), 409),
    (DuplicateToolError("there already"), 409),
    (NothingToVetError("waits for uploads"), 409),
    (IllegalMoveError(Status.LISTED, Move.APPROVE), 409),
    (KeyNameTakenError("taken"), 409),
    (StaleAssessmentError("newer"), 409),
    (StaleDocumentError("newer"), 409),
    (BusyError("running"), 409),
    (ConflictError("look again"), 409),
    (BodyTooLargeError(1024), 413),
    (MediaTypeError("send JSON"), 415),
    (EntryError(("sources", 0, "a/b"), "wrong"), 422),
    (DecisionRefusedError("give a reason"), 422),
    (CorrectionRefusedError("no such sentence"), 422),
    (AttestationRefusedError("say what shows it"), 422),
    (RequestRefusedError("say what for"), 422),
    (NoticeRefusedError("it takes another answer"), 422),
    (NoticeBusyError("a pass is under way"), 409),
    (AdoptionRefusedError("in force already"), 422),
    (PolicyError("house.yaml", 1, ("id",), "is empty"), 422),
    (UploadRefusedError("empty"), 422),
    (SignInRefusedError("it was used before"), 403),
    (CaptureRefusedError("no page of it"), 422),
    (SiteRefusedError("no site"), 422),
    (NotReadyError("soon"), 503),
    (UnusableDatabaseError("sqlite:////srv/secret.db cannot be used"), 503),
]


def told(error: Exception) -> httpx.Response:
    """What the outside gets where an endpoint raises this."""
    app = FastAPI()
    install_handlers(app)

    @app.get("/", response_model=None)
    async def endpoint() -> None:
        raise error

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://termgate.example") as client:
            return await client.get("/")

    return asyncio.run(ask())


@pytest.mark.parametrize(("error", "status"), RAISED)
def test_an_error_is_told_as_its_problem(error: Exception, status: int) -> None:
    answer = told(error)
    problem = answer.json()
    assert answer.status_code == problem["status"] == status
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["cache-control"] == "no-store"
    assert problem["type"] == f"/problems/{KINDS[type(error)].name}"
    assert problem["detail"]


def test_every_error_of_the_table_is_tried_above() -> None:
    tried = {type(error) for error, _ in RAISED}
    assert {error.__name__ for error in set(KINDS) - tried} == {"RequestValidationError"}


def test_an_errors_own_words_are_the_detail() -> None:
    assert told(DuplicateToolError("vet acme/painter instead")).json()["detail"] == "vet acme/painter instead"


def test_a_mistake_in_an_entry_is_shown_by_a_json_pointer() -> None:
    problem = told(EntryError(("sources", 0, "a/b"), "wrong")).json()
    assert problem["errors"] == [{"detail": "wrong", "pointer": "#/sources/0/a~1b"}]
    assert problem["detail"] == "sources[0].a/b: wrong"


def test_who_is_refused_learns_how_to_authenticate() -> None:
    assert told(KeyRefusedError("send a key")).headers["www-authenticate"] == 'Bearer realm="termgate"'


def test_a_bug_is_logged_and_the_outside_learns_nothing_of_it() -> None:
    with structlog.testing.capture_logs() as logged:
        answer = told(RuntimeError("password=hunter2 in /srv/secret"))
    assert answer.status_code == 500
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert "hunter2" not in answer.text
    assert "RuntimeError" not in answer.text
    assert [entry["event"] for entry in logged] == ["unexpected_error"]
    assert "hunter2" in str(logged[0]["exc_info"])


def test_a_conflict_leaves_its_cause_in_the_log() -> None:
    with structlog.testing.capture_logs() as logged:
        told(ConflictError("look again"))
    assert [entry["event"] for entry in logged] == ["conflict"]


def test_problems_of_one_status_are_described_together() -> None:
    described = answers(DuplicateToolError, NothingToVetError)
    assert "submitted before" in described[409]["description"]
    assert "cannot be vetted yet" in described[409]["description"]
    assert set(described) == {409, 422}


def test_every_kind_that_an_error_leads_to_is_in_the_closed_list() -> None:
    assert all(ALL_KINDS.get(kind.name) is kind for kind in KINDS.values())


def test_where_the_database_is_stays_inside() -> None:
    assert "srv" not in told(UnusableDatabaseError("sqlite:////srv/secret.db cannot be used")).text
