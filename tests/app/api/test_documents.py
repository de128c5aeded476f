"""What was received and read of a source."""

import hashlib
from dataclasses import replace

from extractors.model import Failure
from registry.evidence import Seen, record_sighting
from registry.store import sources_of
from tests.app.api.office import TERMS_URL, Office, the_tool
from tests.app.ui.counting import loaded_clauses, loaded_texts
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, clause, show

SOURCES = "/v1/tools/acme/painter/sources"
DIGEST = hashlib.sha256(NO_TRAINING.encode()).hexdigest()
DOCUMENT = f"{SOURCES}/terms/documents/{DIGEST}"


def test_a_source_that_nobody_has_looked_at_has_no_document(office: Office) -> None:
    office.submit()
    source = office.ask("GET", SOURCES).json()[0]
    assert (source["slug"], source["document"], source["last_look"]) == ("terms", None, None)


def test_a_source_shows_its_last_look_and_its_document(office: Office) -> None:
    office.submit()
    office.vet()
    source = office.ask("GET", SOURCES).json()[0]
    assert source["document"] == DIGEST
    assert source["last_capture"]["http_status"] == 200
    assert source["last_look"]["failure"] is None


def test_a_failed_look_leaves_the_good_document(office: Office) -> None:
    office.submit()
    office.vet()
    with office.sessions() as session:
        (source,) = sources_of(session, the_tool(session).id)
        record_sighting(session, source.id, "second", Seen(None, office.at, Failure.TIMED_OUT, "Too slow."))
    shown = office.ask("GET", SOURCES).json()[0]
    assert shown["document"] == DIGEST
    assert shown["last_look"]["failure"] == "timed_out"


def test_documents_are_listed_newest_first_with_their_pages(office: Office) -> None:
    office.submit()
    office.vet()
    office.vet(found=clause(MAY_TRAIN), key="second")
    documents = office.ask("GET", f"{SOURCES}/terms/documents").json()
    assert [document["characters"] for document in documents] == [len(MAY_TRAIN), len(NO_TRAINING)]
    assert documents[0]["pages"] == [TERMS_URL]


def test_every_quote_stands_in_the_text_where_it_says(office: Office) -> None:
    office.submit()
    office.vet()
    text = office.ask("GET", DOCUMENT).json()["text"]
    reading = office.ask("GET", f"{DOCUMENT}/clauses").json()
    assert reading["ruleset"] == "rules-1"
    assert [text[one["start"] : one["end"]] for one in reading["clauses"]] == [NO_TRAINING]


def test_a_clause_shows_how_it_was_read(office: Office) -> None:
    office.submit()
    office.vet()
    shown = office.ask("GET", f"{DOCUMENT}/clauses").json()["clauses"][0]
    assert (shown["family"], shown["stance"], shown["rule"]) == ("training", "prohibits", "training-use")


def test_the_bytes_come_as_a_file_that_no_browser_runs(office: Office) -> None:
    office.submit()
    office.vet()
    answer = office.ask("GET", f"{DOCUMENT}/snapshots/{DIGEST}")
    assert answer.content == NO_TRAINING.encode()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_bytes_that_the_document_was_not_read_from_are_not_given(office: Office) -> None:
    office.submit()
    office.vet()
    office.vet(found=clause(MAY_TRAIN), key="second")
    other = hashlib.sha256(MAY_TRAIN.encode()).hexdigest()
    answer = office.ask("GET", f"{DOCUMENT}/snapshots/{other}")
    assert answer.status_code == 404
    assert DIGEST in answer.json()["detail"]


def test_an_unknown_source_names_the_known_ones(office: Office) -> None:
    office.submit()
    answer = office.ask("GET", f"{SOURCES}/privacy/documents")
    assert answer.status_code == 404
    assert "terms" in answer.json()["detail"]


def test_an_unknown_document_is_not_found(office: Office) -> None:
    office.submit()
    assert office.ask("GET", f"{SOURCES}/terms/documents/{'0' * 64}").status_code == 404


def test_looks_at_pages_are_listed(office: Office) -> None:
    office.submit()
    office.vet()
    captures = office.ask("GET", f"{SOURCES}/terms/captures").json()
    assert [(capture["url"], capture["media_type"]) for capture in captures] == [(TERMS_URL, "text/plain")]


def test_very_many_clauses_are_shown_a_part_at_a_time(office: Office) -> None:
    office.submit()
    first = clause("We keep it.")
    more = tuple(replace(first, start=at * 12, end=at * 12 + 11) for at in range(1, 700))
    with office.sessions() as session:
        (source,) = sources_of(session, the_tool(session).id)
        show(session, source, first, "first", office.at, *more)
    (document,) = office.ask("GET", f"{SOURCES}/terms/documents").json()
    address = f"{SOURCES}/terms/documents/{document['digest']}/clauses"
    with loaded_clauses() as loaded:
        reading = office.ask("GET", address).json()
    assert len(loaded) == 501
    assert (len(reading["clauses"]), reading["next"]) == (500, 500)
    rest = office.ask("GET", address, params={"after": 500, "limit": 200}).json()
    assert (len(rest["clauses"]), rest["next"]) == (200, None)
    starts = [one["start"] for one in (*reading["clauses"], *rest["clauses"])]
    assert starts == [at * 12 for at in range(700)]


def test_texts_are_loaded_for_who_reads_them_and_for_no_list(office: Office) -> None:
    office.submit()
    office.vet()
    for path in (SOURCES, f"{SOURCES}/terms/documents", "/v1/tools/acme/painter", "/v1/noise"):
        with loaded_texts() as loaded:
            assert office.ask("GET", path).status_code == 200
        assert loaded == [], path
    (document,) = office.ask("GET", f"{SOURCES}/terms/documents").json()
    assert document["characters"] == len(NO_TRAINING)
