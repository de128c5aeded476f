"""The feed of changes and the digest: what they tell, to whom, and that they are well formed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from sqlmodel import select
from typer.testing import CliRunner

from app.cli import application
from app.clock import utc_now
from app.db import engine_from, sessions_of
from app.news import Feed, digest_markdown, feed_xml
from extractors.model import Answer, Family
from registry.model import Cause, Direction, Role
from registry.news import News, PlanChange, Said
from registry.noise import NoiseKind
from registry.tables import SourceRow
from tests.app.shop import PLAN, Shop, open_shop
from tests.app.vendor_site import MAY_TRAIN, NO_TRAINING, terms
from tests.registries import new_registry

ATOM = "{http://www.w3.org/2005/Atom}"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CHANGE = PlanChange(
    id="flag_1",
    plan="acme/brush@studio",
    family=Family.TRAINING,
    direction=Direction.WORSE,
    cause=Cause.TERMS,
    before=Answer.PROHIBITED,
    after=Answer.PERMITTED,
    before_quotes=("We never\n  train.",),
    after_quotes=("We <b>train</b> & keep \x0b\ud83d all.",),
    at=AT,
    went_back_at=None,
    closed_at=None,
    key=("acme/brush@studio", "training", "1"),
)
NEWS = News(AT, AT + timedelta(days=7), (), (), (), 0, {}, (), ())


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("TERMGATE_DATA_DIR", str(tmp_path))
    engine = engine_from(new_registry(tmp_path))
    with open_shop(sessions_of(engine)) as shop:
        shop.submit()
        yield shop
    engine.dispose()


def worsen(shop: Shop) -> None:
    shop.approve()
    shop.office.at += timedelta(days=7)
    shop.site.pages["/terms"] = terms(MAY_TRAIN)
    shop.look()
    shop.office.at += timedelta(hours=1)


def feed(shop: Shop, path: str = "/v1/changes.atom", **headers: str) -> httpx.Response:
    return shop.office.ask("GET", path, headers=headers)


# The feed


def test_a_feed_has_what_the_standard_asks_for() -> None:
    root = ET.fromstring(feed_xml(Feed("Changes", ("here",), "https://t.example/v1/changes.atom"), [CHANGE]))
    assert root.tag == f"{ATOM}feed"
    for parent in (root, root.find(f"{ATOM}entry")):
        assert parent is not None
        for name in ("id", "title", "updated"):
            (found,) = parent.findall(f"{ATOM}{name}")
            assert found.text
    assert [link.get("rel") for link in root.findall(f"{ATOM}link")] == ["self"]
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Termgate"
    assert root.findtext(f"{ATOM}updated") == "2026-03-02T09:00:00Z"
    assert str(root.findtext(f"{ATOM}id")).startswith("urn:uuid:")


def test_an_entry_tells_the_sentences_the_direction_and_the_cause() -> None:
    entry = ET.fromstring(feed_xml(Feed("Changes", ("here",), ""), [CHANGE])).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "acme/brush@studio: training prohibited → permitted (worse)"
    terms_of = {one.get("scheme"): one.get("term") for one in entry.findall(f"{ATOM}category")}
    assert terms_of == {
        "urn:termgate:family": "training",
        "urn:termgate:direction": "worse",
        "urn:termgate:cause": "terms",
    }
    content = entry.find(f"{ATOM}content")
    assert content is not None
    assert content.get("type") == "html"
    assert "<blockquote>We never train.</blockquote>" in str(content.text)
    assert "the vendor's terms changed" in str(content.text).replace("&#x27;", "'")


def test_what_a_page_says_is_no_markup_of_the_feed() -> None:
    content = ET.fromstring(feed_xml(Feed("Changes", ("here",), ""), [CHANGE])).find(
        f"{ATOM}entry/{ATOM}content"
    )
    assert content is not None
    assert "We &lt;b&gt;train&lt;/b&gt; &amp; keep" in str(content.text)


def test_names_stay_the_same_and_tell_changes_and_feeds_apart() -> None:
    def names(name: str, *changes: PlanChange) -> list[str | None]:
        root = ET.fromstring(feed_xml(Feed("Changes", (name,), ""), changes))
        return [one.text for one in root.iter(f"{ATOM}id")]

    other = replace(CHANGE, key=("acme/brush@studio", "training", "2"))
    here, change, another = names("here", CHANGE, other)
    assert names("here", CHANGE) == [here, change]
    assert len({here, change, another, names("there")[0]}) == 4


def test_a_change_that_went_back_is_an_entry_that_was_updated() -> None:
    back = replace(CHANGE, went_back_at=AT + timedelta(days=1))
    entry = ET.fromstring(feed_xml(Feed("Changes", ("here",), ""), [back])).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}published") == "2026-03-02T09:00:00Z"
    assert entry.findtext(f"{ATOM}updated") == "2026-03-03T09:00:00Z"


def test_the_service_gives_the_feed_of_all_tools_and_of_one(shop: Shop) -> None:
    assert ET.fromstring(feed(shop).content).findall(f"{ATOM}entry") == []
    worsen(shop)
    for path in ("/v1/changes.atom", "/v1/tools/acme/brush/changes.atom"):
        answer = feed(shop, path)
        assert answer.headers["content-type"].startswith("application/atom+xml")
        titles = [one.text for one in ET.fromstring(answer.content).iter(f"{ATOM}title")]
        assert "acme/brush@studio: training prohibited → permitted (worse)" in titles
    assert feed(shop, "/v1/tools/acme/pen/changes.atom").status_code == 404


def test_a_reader_that_knows_the_feed_is_not_sent_it_again(shop: Shop) -> None:
    worsen(shop)
    etag = feed(shop).headers["etag"]
    again = feed(shop, **{"if-none-match": f'"other", W/{etag}'})
    assert (again.status_code, again.content) == (304, b"")


def test_a_feed_needs_a_manager_s_key_in_a_header(shop: Shop) -> None:
    key = shop.office.keys[Role.MANAGER]
    assert shop.office.ask("GET", "/v1/changes.atom", None).status_code == 401
    assert shop.office.ask("GET", "/v1/changes.atom", None, params={"token": key}).status_code in {401, 422}
    assert shop.office.ask("GET", "/v1/changes.atom", Role.LOOKUP).status_code == 403


# The digest


def digest(shop: Shop, **asked: Any) -> Any:
    answer = shop.office.ask("GET", "/v1/digest", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_digest_tells_what_changed_and_what_was_suspended(shop: Shop) -> None:
    worsen(shop)
    told = digest(shop)
    change = next(one for one in told["changes"] if one["family"] == "training")
    assert (change["plan"], change["before_quotes"]) == ("acme/brush@studio", [NO_TRAINING])
    assert [one["about"] for one in told["suspended"]] == ["acme/brush@studio"]
    assert told["open_flags"] == len(told["changes"])
    later = (shop.office.at + timedelta(days=30)).isoformat()
    assert digest(shop, until=later)["changes"] == []


def test_a_digest_tells_what_waits(shop: Shop) -> None:
    (waiting,) = digest(shop)["waiting"]
    assert waiting["about"] == "acme/brush@studio"
    assert waiting["told"].startswith("approval asked for by")


def test_a_digest_tells_which_approvals_end_soon(shop: Shop) -> None:
    shop.approve()
    assert digest(shop)["expiring"] == []
    end = shop.plan["decision"]["expires_at"]
    shop.office.at = datetime.fromisoformat(end) - timedelta(days=20)
    assert [one["at"] for one in digest(shop)["expiring"]] == [end]


def test_an_approval_that_holds_no_more_or_was_renewed_does_not_end_soon(shop: Shop) -> None:
    shop.approve()
    end = datetime.fromisoformat(shop.plan["decision"]["expires_at"])
    shop.office.at = end - timedelta(days=20)
    later = (end + timedelta(days=200)).isoformat()
    read = shop.plan["assessment"]["digest"]
    body = shop.office.approval(assessment=read, expires_at=later)
    assert shop.office.ask("POST", f"{PLAN}/decisions", Role.REVIEWER, json=body).status_code == 201
    assert digest(shop)["expiring"] == []
    shop.office.at = end + timedelta(days=190)
    assert len(digest(shop)["expiring"]) == 1
    reopened = shop.office.ask("POST", f"{PLAN}/reopen", Role.REVIEWER, json={"reason": "To be sure."})
    assert reopened.status_code < 300, reopened.text
    assert digest(shop)["expiring"] == []


def test_a_digest_tells_which_sources_cannot_be_read(shop: Shop) -> None:
    with shop.workshop.sessions() as session:
        (row,) = session.exec(select(SourceRow)).all()
        row.failures, row.failing_since = 3, shop.office.at
        session.add(row)
    (failing,) = digest(shop)["failing"]
    assert (failing["about"], failing["told"]) == ("acme/brush terms", "3 looks in a row")


def test_a_digest_reads_as_a_text(shop: Shop) -> None:
    text = digest_markdown(
        replace(
            NEWS,
            changes=(CHANGE,),
            held_back={NoiseKind.COSMETIC: 3},
            expiring=(Said("acme/pen@team", AT, "approve by ann: fine"),),
        )
    )
    assert text.startswith("# Terms of AI tools, 2026-03-02 to 2026-03-09\n")
    assert "- **acme/brush@studio** training: prohibited → permitted (worse; terms), 2026-03-02\n" in text
    assert "  - before: “We never train.”\n" in text
    assert "## Held back as noise (3)\n\n- cosmetic: 3\n" in text
    assert "- **acme/pen@team**, until 2026-03-02: approve by ann: fine\n" in text
    assert "## Suspended\n\nNothing.\n" in text


def test_the_command_line_gives_the_digest(shop: Shop) -> None:
    worsen(shop)
    begin = (utc_now() - timedelta(days=1)).date().isoformat()
    text = CliRunner().invoke(application(["digest"]), ["digest", "--since", begin])
    assert text.exit_code == 0, text.output + repr(text.exception)
    assert text.stdout.startswith("# Terms of AI tools, ")
    told = json.loads(CliRunner().invoke(application(["digest"]), ["digest", "--json"]).stdout)
    assert set(told) == set(digest(shop))
    assert CliRunner().invoke(application(["digest"]), ["digest", "--since", "May"]).exit_code == 2
    early = CliRunner().invoke(application(["digest"]), ["digest", "--since", "2999-01-01"])
    assert (early.exit_code, "is yet to come" in early.output) == (2, True)
