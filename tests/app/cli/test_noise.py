"""`termgate noise`, and what `vet` and `recrawl` say of what is no change of terms."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner, Result

from app.cli import application
from app.clock import utc_now
from registry.hosts import leave_turn, take_turn
from registry.keys import create_key
from registry.model import Role, Status
from registry.notices import NoticeKind, Opening, open_notice
from registry.tables import ToolRow
from tests.app.weeks import COOKIES, GREED, GREEDY, PART, WHOLE, Week, open_week


@pytest.fixture
def week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Week]:
    monkeypatch.setenv("TERMGATE_DATA_DIR", str(tmp_path))
    with open_week(tmp_path) as week:
        yield week


def run(*words: str) -> Result:
    result = CliRunner().invoke(application(words), list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    return result


def as_reviewer(week: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    with week.workshop.sessions() as session:
        monkeypatch.setenv("TERMGATE_KEY", create_key(session, "rosa", Role.REVIEWER, "ann", week.at))


def test_the_ledger_is_listed_and_counted(week: Week) -> None:
    week.show(PART)
    week.show(WHOLE.replace("the town of Elsewhere", "the city of Nowhere"))
    listed = json.loads(run("noise", "list", "--json").stdout)
    assert [one["kind"] for one in listed] == ["reworded", "half_loaded"]
    assert listed[0]["source"] == "acme/brush terms"
    assert "half_loaded" in run("noise", "list", "acme/brush", "--kind", "half_loaded").stdout
    counted = json.loads(run("noise", "counts", "--json").stdout)
    assert counted == {"total": 2, "kinds": {"reworded": 1, "half_loaded": 1}}
    assert "Passed over: 2" in run("noise", "counts").stdout


def test_what_waits_is_listed_and_answered_by_a_person(week: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    week.show(COOKIES)
    (one,) = json.loads(run("noise", "waiting", "--json").stdout)
    assert (one["id"], one["kind"]) == ("notice_1", "swapped")
    assert "set TERMGATE_KEY" in run("noise", "answer", "notice_1", "dismiss", "--reason", "seen").output
    as_reviewer(week, monkeypatch)
    assert run("noise", "answer", "notice_1", "accept", "--reason", "the new ones").exit_code == 0
    assert week.status is Status.SUSPENDED
    assert json.loads(run("noise", "waiting", "--json").stdout) == []


def test_an_answer_that_does_not_fit_is_refused_in_a_line(
    week: Week, monkeypatch: pytest.MonkeyPatch
) -> None:
    week.show(COOKIES)
    as_reviewer(week, monkeypatch)
    refused = run("noise", "answer", "notice_1", "release", "--reason", "seen")
    assert refused.exit_code == 2
    assert "accept or dismiss" in refused.output
    assert "nothing called" in run("noise", "answer", "notice_9", "dismiss", "--reason", "seen").output
    assert "no tool" in run("noise", "list", "acme/none").output


def test_a_recrawl_tells_what_could_not_be_read_and_what_was_suspended_by_it(
    week: Week, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERMGATE_ALLOWED_NETWORKS", "127.0.0.0/8")
    week.site.pages["/terms"] = GREEDY
    told = run("recrawl", "acme/brush").stdout
    assert told.startswith("1 pass walked, 0 changes of substance, 1 source without terms")
    assert "acme/brush terms: other_document" in told
    assert "acme/brush@studio, now suspended: training prohibited → permitted" in told
    assert f"+ {GREED}" in told
    (notice,) = json.loads(run("noise", "waiting", "--json").stdout)
    assert {one["family"] for one in notice["would_change"]} == {"training", "reuse"}


def test_a_recrawl_tells_what_a_busy_host_has_put_off(week: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMGATE_ALLOWED_NETWORKS", "127.0.0.0/8")
    host = urlsplit(week.site.url("/terms")).hostname
    assert host is not None
    with week.workshop.sessions() as session:
        now = utc_now()
        take_turn(session, host, "another", now, now)
        leave_turn(session, host, "another", now + timedelta(hours=1))
    told = run("recrawl", "acme/brush").stdout
    assert told.startswith("1 pass walked, 0 changes of substance, 1 source put off by a busy host")


def test_a_recrawl_of_a_tool_tells_nothing_of_others(week: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMGATE_ALLOWED_NETWORKS", "127.0.0.0/8")
    with week.workshop.sessions() as session:
        mine = session.get_one(ToolRow, week.plan(session).tool_id)
        pen = ToolRow(vendor_id=mine.vendor_id, slug="acme/pen", name="Pen", created_at=week.at)
        session.add(pen)
        session.flush()
        open_notice(session, Opening(NoticeKind.FAILING, pen.id, None, "a pass broke off"), week.at)
    assert "acme/pen" not in run("recrawl", "acme/brush").stdout
    assert "acme/pen" in run("noise", "waiting").stdout
