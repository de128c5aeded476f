"""What is handed on: a decision's evidence as a web archive, versions of terms as a git repository."""

import gzip
import hashlib
import json
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.recordloader import ArcWarcRecord

from app.cli import application
from app.db import engine_from, sessions_of
from app.evidence.warc import _header
from app.history import list_versions
from registry.model import Role
from registry.tables import CaptureRow, SourceRow
from tests.app.recorded_past import day, record_past, take_in
from tests.app.shop import Shop, open_shop
from tests.app.vendor_site import MAY_TRAIN, NO_TRAINING, terms
from tests.registries import new_registry


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("TERMGATE_DATA_DIR", str(tmp_path))
    engine = engine_from(new_registry(tmp_path))
    with open_shop(sessions_of(engine)) as shop:
        shop.submit()
        yield shop
    engine.dispose()


def packed(shop: Shop) -> bytes:
    decision = shop.plan["decision"]["id"]
    answer = shop.office.ask("GET", f"/v1/decisions/{decision}/evidence.warc.gz")
    assert answer.status_code == 200, answer.text
    return answer.content


def records(archive: bytes) -> list[tuple[ArcWarcRecord, bytes]]:
    found = ArchiveIterator(BytesIO(archive), check_digests="raise")
    return [(record, record.content_stream().read()) for record in found]


def of_kind(archive: bytes, kind: str) -> list[tuple[ArcWarcRecord, bytes]]:
    return [(record, body) for record, body in records(archive) if record.rec_type == kind]


def head(record: ArcWarcRecord, name: str) -> str:
    return str(record.rec_headers.get_header(name))


def ask(*words: str) -> Result:
    return CliRunner().invoke(application(["export"]), ["export", *words])


# Evidence


def test_the_archive_is_one_that_another_program_reads(shop: Shop, tmp_path: Path) -> None:
    shop.approve()
    archive = packed(shop)
    kinds = [record.rec_type for record, _ in records(archive)]
    assert kinds == ["warcinfo", "resource", "response", "request", "conversion", "metadata"]
    for record, _ in records(archive):
        assert record.rec_headers.protocol == "WARC/1.1"
        assert head(record, "WARC-Record-ID").startswith("<urn:uuid:")
    file = tmp_path / "evidence.warc.gz"
    file.write_bytes(archive)
    checker = Checker(type("Asked", (), {"inputs": [str(file)], "verbose": False}))
    checker.process_all()
    assert checker.exit_value == 0


def test_a_page_stands_in_it_as_it_was_received(shop: Shop) -> None:
    shop.approve()
    ((page, body),) = of_kind(packed(shop), "response")
    assert body.decode() == shop.site.pages["/terms"]
    assert head(page, "WARC-Target-URI") == shop.site.url("/terms")
    assert head(page, "WARC-Date") == "2027-03-01T09:00:00.000000Z"
    assert page.http_headers.get_statuscode() == "200"
    assert page.http_headers.get_header("content-type").startswith("text/html")
    assert page.http_headers.get_header("Content-Length") == str(len(body))


def test_every_clause_is_found_in_the_text_beside_it(shop: Shop) -> None:
    shop.approve()
    archive = packed(shop)
    ((converted, text),) = of_kind(archive, "conversion")
    ((read, body),) = of_kind(archive, "metadata")
    told = json.loads(body)
    assert head(read, "WARC-Refers-To") == head(converted, "WARC-Record-ID")
    ((page, _),) = of_kind(archive, "response")
    assert head(converted, "WARC-Refers-To") == head(page, "WARC-Record-ID")
    assert hashlib.sha256(text).hexdigest() == told["document"]
    assert told["clauses"]
    for clause in told["clauses"]:
        assert text.decode()[clause["start"] : clause["end"]] == clause["quote"]


def test_the_decision_tells_what_it_rests_on(shop: Shop) -> None:
    shop.approve()
    archive = packed(shop)
    ((record, body),) = of_kind(archive, "resource")
    told = json.loads(body)
    decision = shop.plan["decision"]
    assert head(record, "WARC-Target-URI") == f"urn:termgate:decision:{decision['id']}"
    assert told["decision"]["reason"] == decision["reason"]
    assert told["decision"]["clauses"] == decision["clauses"]
    ((_, read),) = of_kind(archive, "metadata")
    known = {clause["digest"] for clause in json.loads(read)["clauses"]}
    assert set(told["decision"]["clauses"]) <= known
    assert {fact["family"] for fact in told["assessment"]["facts"]} == {"training", "retention", "reuse"}


def test_what_came_after_the_decision_is_not_its_evidence(shop: Shop) -> None:
    shop.approve()
    before = packed(shop)
    shop.office.at += timedelta(days=7)
    shop.site.pages["/terms"] = terms(MAY_TRAIN)
    shop.look()
    shop.reject(MAY_TRAIN)
    assert packed(shop) == before
    assert NO_TRAINING in gzip.decompress(before).decode()


def test_what_was_corrected_after_the_decision_is_not_its_evidence(shop: Shop) -> None:
    shop.approve()
    before = packed(shop)
    shop.office.at += timedelta(hours=1)
    shop.reject(NO_TRAINING)
    assert packed(shop) == before


def test_what_was_corrected_before_the_decision_is_its_evidence(shop: Shop) -> None:
    shop.reject(NO_TRAINING)
    shop.office.at += timedelta(hours=1)
    shop.approve()
    ((_, read),) = of_kind(packed(shop), "metadata")
    assert NO_TRAINING not in [clause["quote"] for clause in json.loads(read)["clauses"]]


def test_a_look_that_found_a_page_unchanged_is_told(shop: Shop) -> None:
    shop.office.at += timedelta(days=7)
    shop.look()
    shop.approve()
    archive = packed(shop)
    ((again, body),) = of_kind(archive, "revisit")
    assert (head(again, "WARC-Date")[:10], body) == ("2027-03-08", b"")
    assert head(again, "WARC-Profile").endswith("/revisit/server-not-modified")
    ((page, _),) = of_kind(archive, "response")
    assert head(page, "WARC-Date")[:10] == "2027-03-01"


def test_what_was_asked_stands_beside_what_was_answered(shop: Shop) -> None:
    shop.approve()
    archive = packed(shop)
    ((page, _),) = of_kind(archive, "response")
    ((asked, body),) = of_kind(archive, "request")
    assert head(asked, "WARC-Concurrent-To") == head(page, "WARC-Record-ID")
    assert head(asked, "WARC-Target-URI") == shop.site.url("/terms")
    assert head(asked, "WARC-IP-Address") == head(page, "WARC-IP-Address") == "127.0.0.1"
    assert (asked.http_headers.protocol, asked.http_headers.statusline) == ("GET", "/terms HTTP/1.1")
    assert asked.http_headers.get_header("user-agent").startswith("Termgate")
    assert asked.http_headers.get_header("host") == shop.site.address.removeprefix("http://")
    assert (asked.http_headers.get_header("if-none-match"), body) == (None, b"")


def test_a_page_that_was_found_unchanged_was_asked_for_on_a_condition(shop: Shop) -> None:
    shop.office.at += timedelta(days=7)
    shop.look()
    shop.approve()
    first, again = of_kind(packed(shop), "request")
    assert first[0].http_headers.get_header("if-none-match") is None
    assert again[0].http_headers.get_header("if-none-match")


def test_a_look_that_kept_no_request_is_handed_on_without_one(shop: Shop) -> None:
    with shop.workshop.sessions() as session:
        (look,) = session.exec(select(CaptureRow)).all()
        look.asked = None
        session.add(look)
    shop.approve()
    assert of_kind(packed(shop), "request") == []


def test_a_page_that_a_person_brought_was_never_sent_so(shop: Shop) -> None:
    with shop.workshop.sessions() as session:
        (look,) = session.exec(select(CaptureRow)).all()
        look.captured_by = "rita"
        session.add(look)
    shop.approve()
    archive = packed(shop)
    assert [head(one, "WARC-Target-URI") for one, _ in of_kind(archive, "resource")][1:] == [
        shop.site.url("/terms")
    ]
    assert of_kind(archive, "response") == of_kind(archive, "request") == []


def test_headers_on_the_transfer_are_kept_under_other_names() -> None:
    assert _header("content-encoding", "gzip") == ("X-Archive-Orig-content-encoding", "gzip")
    assert _header("x-a", "b\r\nset-cookie: c") == ("x-a", "b set-cookie: c")


def test_evidence_is_for_managers_and_of_decisions_that_there_are(shop: Shop) -> None:
    shop.approve()
    path = f"/v1/decisions/{shop.plan['decision']['id']}/evidence.warc.gz"
    assert shop.office.ask("GET", path, Role.LOOKUP).status_code == 403
    assert shop.office.ask("GET", "/v1/decisions/dec_0/evidence.warc.gz").status_code == 404


def test_the_command_line_writes_the_same_file(shop: Shop, tmp_path: Path) -> None:
    shop.approve()
    decision = shop.plan["decision"]["id"]
    file = tmp_path / "out.warc.gz"
    done = ask("evidence", decision, "--to", str(file), "--json")
    assert done.exit_code == 0, done.output + repr(done.exception)
    assert json.loads(done.stdout)["records"] == len(records(file.read_bytes()))
    assert file.read_bytes() == packed(shop)
    assert ask("evidence", "dec_0", "--to", str(file)).exit_code == 2
    assert ask("evidence", decision, "--to", str(tmp_path / "no" / "x")).exit_code == 2


# Versions


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True).stdout.decode()


def test_versions_are_written_with_the_dates_from_which_they_were_seen(shop: Shop, tmp_path: Path) -> None:
    take_in(shop, record_past(tmp_path / "past", shop))
    done = ask("versions", str(tmp_path / "out"), "--json")
    assert done.exit_code == 0, done.output + repr(done.exception)
    assert json.loads(done.stdout)["versions"] == 4
    listed = list_versions(tmp_path / "out")
    assert [one.at.isoformat() for one in listed[:3]] == [day(1), day(2), day(3)]
    assert {one.path for one in listed} == {"Brush/Terms of Service.md"}
    text = (tmp_path / "out" / "Brush" / "Terms of Service.md").read_text(encoding="utf-8")
    assert NO_TRAINING in text
    subjects = git(tmp_path / "out", "log", "--reverse", "--format=%s").splitlines()
    assert subjects[0] == "First record of Brush Terms of Service"
    assert set(subjects[1:]) == {"Record new changes of Brush Terms of Service"}
    assert git(tmp_path / "out", "fsck", "--strict") == ""


def test_the_same_versions_make_the_same_commits(shop: Shop, tmp_path: Path) -> None:
    take_in(shop, record_past(tmp_path / "past", shop))
    heads = []
    for name in ("one", "two"):
        assert ask("versions", str(tmp_path / name), "--tool", "acme/brush").exit_code == 0
        heads.append(git(tmp_path / name, "rev-parse", "HEAD"))
    assert heads[0] == heads[1]


def test_what_was_exported_can_be_imported_again(shop: Shop, tmp_path: Path) -> None:
    assert ask("versions", str(tmp_path / "out")).exit_code == 0
    done = CliRunner().invoke(
        application(["import"]),
        ["import", "versions", str(tmp_path / "out"), "--tool", "acme/brush", "--json"],
    )
    told: Any = json.loads(done.stdout)
    assert [(one["source"], one["added"]) for one in told["sources"]] == [("terms", 1)]


def test_negotiated_contracts_are_left_out_unless_they_are_asked_for(shop: Shop, tmp_path: Path) -> None:
    with shop.workshop.sessions() as session:
        (source,) = session.exec(select(SourceRow)).all()
        source.terms_type = "Contract"
        session.add(source)
    for words, versions in (([], 0), (["--contracts"], 1)):
        done = ask("versions", str(tmp_path / f"out{versions}"), *words, "--json")
        assert json.loads(done.stdout)["versions"] == versions


@pytest.mark.parametrize("words", [["--tool", "acme/pen"], []])
def test_versions_go_to_a_new_folder_and_are_of_tools_that_there_are(
    shop: Shop, tmp_path: Path, words: list[str]
) -> None:
    folder = tmp_path / "taken"
    folder.mkdir()
    if not words:
        (folder / "file").write_text("here", encoding="utf-8")
    done = ask("versions", str(folder), *words)
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
