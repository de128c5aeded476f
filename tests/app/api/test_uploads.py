"""Bringing documents that are not fetched."""

import hashlib

import httpx
import pytest
from sqlmodel import Session

from app.api.body import UPLOAD_LIMIT
from registry.evidence import last_upload, snapshot_of
from registry.model import Assessment, Recommendation, Role
from registry.reviews import record_assessment
from registry.store import plans_of, sources_of
from registry.submissions import PassState
from tests.app.api.office import NARRATOR, Office, the_tool

NARRATOR_SOURCES = "/v1/tools/acme/narrator/sources"
TEXT = b"We do not train on your content."


def bring(
    office: Office, source: str, filename: str = "c.txt", kind: str = "text/plain", body: bytes = TEXT
) -> httpx.Response:
    return office.ask(
        "PUT",
        f"{NARRATOR_SOURCES}/{source}/content",
        params={"filename": filename},
        content=body,
        headers={"content-type": kind},
    )


def uploads_of(session: Session) -> list[str]:
    sources = sources_of(session, the_tool(session, "acme/narrator").id)
    found = [last_upload(session, source.id) for source in sources]
    return [capture.url for capture in found if capture is not None]


def test_an_upload_is_kept_as_it_came(office: Office) -> None:
    office.submit(NARRATOR)
    answer = bring(office, "contract", "Contract 2027 (signed).txt", "text/plain; charset=iso-8859-1")
    assert answer.status_code == 200
    assert answer.json()["sha256"] == hashlib.sha256(TEXT).hexdigest()
    with office.sessions() as session:
        source = sources_of(session, the_tool(session, "acme/narrator").id)[0]
        capture = last_upload(session, source.id)
        assert capture is not None
        snapshot = snapshot_of(session, capture)
    assert (snapshot.body, snapshot.media_type, snapshot.charset) == (TEXT, "text/plain", "iso-8859-1")
    assert snapshot.url == "upload:Contract 2027 (signed).txt"


def test_the_first_look_begins_with_the_last_upload(office: Office) -> None:
    office.submit(NARRATOR)
    first = bring(office, "contract").json()
    assert (first["vetting"], first["awaiting_uploads"], office.tickets) == (None, ["addendum"], [])
    last = bring(office, "addendum").json()
    assert last["vetting"]["kind"] == "first_look"
    assert [ticket.key for ticket in office.tickets] == [last["vetting"]["key"]]


def vetted(office: Office) -> None:
    office.submit(NARRATOR)
    bring(office, "contract")
    office.end_pass(bring(office, "addendum").json()["vetting"]["key"])
    with office.sessions() as session:
        (plan,) = plans_of(session, the_tool(session, "acme/narrator").id)
        nothing = Assessment((), (), Recommendation.ESCALATE, policy="p", ruleset="r", digest="d")
        record_assessment(session, plan, "first", nothing, None, office.at)


def test_a_new_upload_to_a_vetted_tool_is_compared_with_the_old(office: Office) -> None:
    vetted(office)
    answer = bring(office, "contract", body=b"We may train our models on your content.")
    assert answer.json()["vetting"]["kind"] == "recrawl"


def test_an_upload_that_a_running_look_would_miss_is_refused_and_not_kept(office: Office) -> None:
    vetted(office)
    key = bring(office, "contract", "second.txt").json()["vetting"]["key"]
    office.end_pass(key, PassState.RUNNING)
    answer = bring(office, "contract", "third.txt")
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/vetting-under-way"
    with office.sessions() as session:
        assert uploads_of(session)[0] == "upload:second.txt"


@pytest.mark.parametrize(
    "filename", ["../c.txt", "..", "a/b.txt", "a\\b.txt", "c\n.txt", "c\x00.txt", "", "  ", "c" * 201]
)
def test_a_name_with_a_folder_or_hidden_characters_is_refused(office: Office, filename: str) -> None:
    office.submit(NARRATOR)
    answer = bring(office, "contract", filename)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/upload-refused"
    with office.sessions() as session:
        assert uploads_of(session) == []


def test_a_missing_name_is_asked_for(office: Office) -> None:
    office.submit(NARRATOR)
    answer = office.ask(
        "PUT", f"{NARRATOR_SOURCES}/contract/content", content=TEXT, headers={"content-type": "text/plain"}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "filename"


@pytest.mark.parametrize("kind", ["application/json", "image/png", "multipart/form-data", "nonsense"])
def test_a_kind_that_is_not_read_is_refused_with_the_kinds_that_are(office: Office, kind: str) -> None:
    office.submit(NARRATOR)
    answer = bring(office, "contract", kind=kind)
    assert answer.status_code == 415
    assert "application/pdf" in answer.json()["detail"]


def test_a_body_without_a_kind_is_refused(office: Office) -> None:
    office.submit(NARRATOR)
    answer = office.ask("PUT", f"{NARRATOR_SOURCES}/contract/content?filename=c.txt", content=TEXT)
    assert answer.status_code == 415


def test_an_empty_file_is_refused(office: Office) -> None:
    office.submit(NARRATOR)
    assert bring(office, "contract", body=b"").status_code == 422


def test_a_file_over_the_limit_is_refused(office: Office) -> None:
    office.submit(NARRATOR)
    answer = bring(office, "contract", body=b"x" * (UPLOAD_LIMIT + 1))
    assert answer.status_code == 413
    assert "20,971,520" in answer.json()["detail"]


def test_a_large_file_within_the_limit_is_kept(office: Office) -> None:
    office.submit(NARRATOR)
    assert bring(office, "contract", body=b"x" * (2 * 1024 * 1024)).status_code == 200


def test_a_source_with_pages_takes_no_upload(office: Office) -> None:
    office.submit()
    answer = office.ask(
        "PUT",
        "/v1/tools/acme/painter/sources/terms/content?filename=c.txt",
        content=TEXT,
        headers={"content-type": "text/plain"},
    )
    assert answer.status_code == 422
    assert "acme.example/terms" in answer.json()["detail"]


def test_the_upload_stands_in_the_audit_log(office: Office) -> None:
    office.submit(NARRATOR)
    bring(office, "contract")
    newest = office.ask("GET", "/v1/audit?limit=1", Role.ADMIN).json()["items"][0]
    assert (newest["actor"], newest["action"]) == ("manager-key", "upload")
