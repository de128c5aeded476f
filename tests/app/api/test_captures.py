"""Pages that a person saved in a browser."""

import httpx
import pytest
from sqlmodel import select

from app.api.body import JSON_LIMIT
from extractors.model import Failure
from registry.evidence import Seen, record_sighting
from registry.model import Role
from registry.store import sources_of
from registry.tables import AuditRow
from tests.app.api.office import START, TERMS_URL, Office, the_tool

PAGE = b"<h1>Terms</h1><p>We do not train our models on customer content.</p>"
ADDRESS = "/v1/tools/acme/painter/sources/terms/captures"
SAVED = "2027-03-01T08:30:00Z"


@pytest.fixture(autouse=True)
def submitted(office: Office) -> None:
    office.submit()
    office.vet()


def bring(office: Office, role: Role = Role.REVIEWER, body: bytes = PAGE, **other: str) -> httpx.Response:
    params = {"filename": "terms.html", "url": TERMS_URL, "at": SAVED, **other}
    return office.ask(
        "POST", ADDRESS, role=role, params=params, content=body, headers={"content-type": "text/html"}
    )


def test_a_saved_page_is_kept_with_its_person_and_read_by_the_look_that_follows(office: Office) -> None:
    office.at = START
    answer = bring(office, at="2027-03-01T09:00:00Z")
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert (shown["captured_by"], shown["url"], shown["size"]) == ("reviewer-key", TERMS_URL, len(PAGE))
    assert shown["vetting"]["state"] == "queued"
    assert office.tickets[-1].key == shown["vetting"]["key"]
    (capture, *_) = office.ask("GET", ADDRESS).json()
    assert (capture["captured_by"], capture["at"], capture["brought_at"]) == (
        "reviewer-key",
        "2027-03-01T09:00:00Z",
        "2027-03-01T09:00:00Z",
    )
    with office.sessions() as session:
        event = session.exec(select(AuditRow).where(AuditRow.action == "capture")).one()
        assert (event.actor, event.detail["sha256"]) == ("reviewer-key", shown["sha256"])


def test_a_large_page_is_taken_as_an_upload_is(office: Office) -> None:
    assert bring(office, body=PAGE + b" " * JSON_LIMIT, at="2027-03-01T09:00:00Z").status_code == 201


def test_a_manager_brings_no_page(office: Office) -> None:
    assert bring(office, role=Role.MANAGER).status_code == 403


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"url": "https://acme.example/other"}, "no page of terms"),
        ({"at": "2027-04-01T00:00:00Z"}, "yet to come"),
        ({"at": "2027-01-01T00:00:00Z"}, "save it again"),
    ],
)
def test_a_page_that_cannot_stand_for_the_source_is_refused(
    office: Office, other: dict[str, str], told: str
) -> None:
    answer = bring(office, Role.REVIEWER, PAGE, **other)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/capture-refused")
    assert told in answer.json()["detail"]


def test_a_source_that_waits_for_a_person_says_so(office: Office) -> None:
    with office.sessions() as session:
        source = sources_of(session, the_tool(session, "acme/painter").id)[0]
        record_sighting(session, source.id, "p", Seen(None, START, Failure.BOT_WALL, "a challenge page", 403))
    (shown,) = office.ask("GET", "/v1/tools/acme/painter/sources").json()
    assert (shown["last_look"]["failure"], shown["last_look"]["needs_capture"]) == ("bot_wall", True)
