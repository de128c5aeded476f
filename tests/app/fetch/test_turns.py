"""Politeness: one visitor at a host, pauses between requests, and what a site asks for."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from app.fetch.fetcher import Fetcher
from app.fetch.model import FetchError, FetchLimits
from app.fetch.turns import HostBusyError, Refusal
from app.fetch.web import Outside
from extractors.model import Failure

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOST = "vendor.example"
TERMS = f"https://{HOST}/terms"


@dataclass
class Time:
    """A clock that only waiting moves."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@dataclass
class Ledger:
    """Turns as they were taken and left; `refusals` are given first."""

    refusals: list[Refusal] = field(default_factory=list)
    events: list[tuple[str, str]] = field(default_factory=list)
    not_before: dict[str, datetime] = field(default_factory=dict)

    def take(self, host: str, /) -> Refusal | None:
        if self.refusals:
            return self.refusals.pop(0)
        self.events.append(("take", host))
        return None

    def leave(self, host: str, not_before: datetime, /) -> None:
        self.events.append(("leave", host))
        self.not_before[host] = not_before


@dataclass
class Site:
    """A fetcher over pretended pages, with its clock, its turns and the moments of its requests."""

    fetcher: Fetcher
    time: Time
    ledger: Ledger
    asked: list[tuple[float, str]]


Answer = tuple[int, dict[str, str], bytes]
GIVEN: Answer = (200, {"content-type": "text/html"}, b"<p>Terms</p>")


@pytest.fixture
def site() -> Callable[..., Site]:
    def make(pages: dict[str, Answer], gap_s: float = 2.0) -> Site:
        time, ledger, asked = Time(), Ledger(), list[tuple[float, str]]()

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append((time.seconds, str(request.url)))
            status, headers, body = pages.get(str(request.url), (404, {}, b""))
            return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))

        outside = Outside(
            resolve=lambda *_: ["93.184.215.14"],
            transports=lambda _: httpx.MockTransport(answer),
            now=time.now,
            monotonic=time.monotonic,
            sleep=time.sleep,
            turns=ledger,
        )
        limits = FetchLimits(1, 1, 5, host_gap_s=gap_s, host_patience_s=10)
        return Site(Fetcher(limits, "https://us.example", (), outside), time, ledger, asked)

    return make


def test_robots_and_page_are_one_turn_with_a_gap_between_its_requests(site: Callable[..., Site]) -> None:
    here = site({TERMS: GIVEN})
    here.fetcher.fetch(TERMS)
    assert here.asked == [(0.0, f"https://{HOST}/robots.txt"), (2.0, TERMS)]
    assert here.ledger.events == [("take", HOST), ("leave", HOST)]
    assert here.ledger.not_before[HOST] == START + timedelta(seconds=4)


def test_a_redirect_to_another_host_gives_the_first_ones_turn_back_before(site: Callable[..., Site]) -> None:
    there = "https://www.vendor.example/terms"
    here = site({TERMS: (301, {"location": there}, b""), there: GIVEN})
    here.fetcher.fetch(TERMS)
    assert here.ledger.events == [
        ("take", HOST),
        ("leave", HOST),
        ("take", "www.vendor.example"),
        ("leave", "www.vendor.example"),
    ]


def test_a_turn_is_given_back_when_the_fetch_fails(site: Callable[..., Site]) -> None:
    here = site({})
    with pytest.raises(FetchError):
        here.fetcher.fetch(TERMS)
    assert here.ledger.events == [("take", HOST), ("leave", HOST)]


def test_a_host_that_can_be_asked_soon_is_waited_for(site: Callable[..., Site]) -> None:
    here = site({TERMS: GIVEN})
    here.ledger.refusals = [Refusal(START + timedelta(seconds=7), taken=False)]
    here.fetcher.fetch(TERMS)
    assert here.time.slept[0] == 7.0


def test_waiting_for_a_turn_takes_nothing_of_the_time_that_a_fetch_may_take(
    site: Callable[..., Site],
) -> None:
    here = site({TERMS: GIVEN})
    here.ledger.refusals = [Refusal(START + timedelta(seconds=9), taken=False)]
    here.fetcher.fetch(TERMS)  # has 5 seconds in all
    assert here.asked[-1][1] == TERMS


def test_a_host_that_is_closed_for_long_is_not_waited_for(site: Callable[..., Site]) -> None:
    here = site({TERMS: GIVEN})
    until = START + timedelta(hours=1)
    here.ledger.refusals = [Refusal(until, taken=False)]
    with pytest.raises(HostBusyError) as caught:
        here.fetcher.fetch(TERMS)
    assert caught.value.until == until
    assert (here.asked, here.time.slept) == ([], [])


def test_a_turn_that_somebody_has_is_asked_for_again_until_patience_ends(site: Callable[..., Site]) -> None:
    here = site({TERMS: GIVEN})
    here.ledger.refusals = [Refusal(START + timedelta(hours=1), taken=True)] * 1000
    with pytest.raises(HostBusyError):
        here.fetcher.fetch(TERMS)
    assert 10.0 <= here.time.seconds < 10.5


def test_a_crawl_delay_lets_the_host_be_after_the_turn(site: Callable[..., Site]) -> None:
    robots = (200, {"content-type": "text/plain"}, b"User-agent: *\nCrawl-delay: 30\n")
    here = site({TERMS: GIVEN, f"https://{HOST}/robots.txt": robots})
    for _ in range(2):  # the second time the file is remembered
        here.ledger.not_before.clear()
        here.fetcher.fetch(TERMS)
        assert here.ledger.not_before[HOST] == here.time.now() + timedelta(seconds=30)


def test_a_crawl_delay_holds_between_the_requests_of_a_turn_as_far_as_patience_goes(
    site: Callable[..., Site],
) -> None:
    asked = {}
    for delay in (7, 3600):
        robots = (200, {"content-type": "text/plain"}, b"User-agent: *\nCrawl-delay: %d\n" % delay)
        moved = (301, {"location": "/new"}, b"")
        here = site({TERMS: moved, f"https://{HOST}/new": GIVEN, f"https://{HOST}/robots.txt": robots})
        here.fetcher.fetch(TERMS)
        asked[delay] = [at for at, _ in here.asked]
    assert asked == {7: [0.0, 7.0, 14.0], 3600: [0.0, 10.0, 20.0]}


@pytest.mark.parametrize(
    ("status", "headers", "pause_s", "again_s"),
    [(503, {"retry-after": "7200"}, 7200, 7200), (429, {"retry-after": "90"}, 90, 600), (429, {}, 60, 600)],
)
def test_what_robots_txt_asks_to_wait_is_waited(
    site: Callable[..., Site], status: int, headers: dict[str, str], pause_s: int, again_s: int
) -> None:
    here = site({TERMS: GIVEN, f"https://{HOST}/robots.txt": (status, headers, b"")})
    with pytest.raises(FetchError) as caught:
        here.fetcher.fetch(TERMS)
    assert [url for _, url in here.asked] == [f"https://{HOST}/robots.txt"]
    assert caught.value.retry_after_s == again_s
    assert here.ledger.not_before[HOST] == here.time.now() + timedelta(seconds=pause_s)


@pytest.mark.parametrize(
    ("status", "headers", "pause_s"),
    [
        (429, {"retry-after": "120"}, 120),
        (503, {"retry-after": "90"}, 90),
        (429, {}, 60),
        (503, {}, 2),
        (404, {"retry-after": "90"}, 2),
        (429, {"retry-after": "99999999"}, 86400),
    ],
)
def test_a_site_that_asks_for_time_is_let_be(
    site: Callable[..., Site], status: int, headers: dict[str, str], pause_s: int
) -> None:
    here = site({TERMS: (status, headers, b"")})
    with pytest.raises(FetchError):
        here.fetcher.fetch(TERMS)
    assert here.ledger.not_before[HOST] == here.time.now() + timedelta(seconds=pause_s)


def test_one_host_has_one_turn_however_its_name_is_spelt(site: Callable[..., Site]) -> None:
    here = site({})
    with pytest.raises(FetchError):
        here.fetcher.fetch("https://VENDOR.example.:8443/terms")
    assert here.ledger.events[0] == ("take", HOST)


def test_that_a_host_is_busy_is_no_news_of_robots(site: Callable[..., Site]) -> None:
    here = site({TERMS: GIVEN})
    here.ledger.refusals = [Refusal(START + timedelta(hours=1), taken=False)]
    with pytest.raises(HostBusyError):
        here.fetcher.fetch(TERMS)
    here.fetcher.fetch(TERMS)


def test_a_busy_host_survives_being_pickled() -> None:
    error = pickle.loads(pickle.dumps(HostBusyError(HOST, START, TERMS)))
    assert (error.until, error.url, error.failure) == (START, TERMS, Failure.RATE_LIMITED)
