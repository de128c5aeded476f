"""Sites of invented vendors that are searched without sockets and without waiting."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

from app.discovery.proposing import Known
from app.discovery.search import search
from app.discovery.site import site_of
from app.discovery.visiting import Means, SearchLimits, Visitor
from app.fetch.fetcher import Fetcher
from app.fetch.model import FetchLimits
from app.fetch.turns import NoTurns, Turns
from app.fetch.web import Outside
from app.gather import Complete, as_it_came
from registry.proposals import Found

HOME = "https://acme-brush.com/"
FILLER = " ".join(["You may use the service for the work of your own company as these words say."] * 8)

Answer = str | bytes | tuple[int, dict[str, str]] | Exception


def page(title: str, body: str = "", footer: str = "", head: str = "") -> str:
    """A page of an invented vendor: a title, some text and a footer."""
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1>"
        f"<p>{title}. {FILLER}</p>{body}</main><footer>{footer}</footer></body></html>"
    )


class _Once(httpx.SyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self._body


@dataclass
class InventedWeb:
    """Pages by URL; everything else answers 404."""

    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    slept: float = 0.0
    complete: Complete = as_it_came
    turns: Turns = field(default_factory=NoTurns)

    def put(self, path: str, answer: Answer) -> None:
        """Set a page of the vendor's site, or any by its URL."""
        self.pages[path if path.startswith("http") else HOME.rstrip("/") + path] = answer

    def search(
        self, limits: SearchLimits | None = None, known: Known | None = None, start: str = HOME
    ) -> Found:
        """Search the site."""
        means = Means(self._fetcher(), self.complete, self._sleep, lambda: self.slept, self.now)
        return search(Visitor(means, site_of(start), limits or SearchLimits()), known or Known())

    def paths(self) -> list[str]:
        """What was asked for but robots.txt."""
        return [url for url in self.asked if not url.endswith("/robots.txt")]

    def _sleep(self, seconds: float) -> None:
        self.slept += seconds

    def now(self) -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=self.slept)

    def _fetcher(self) -> Fetcher:
        outside = Outside(
            resolve=lambda _host, _port: ["93.184.215.14"],
            transports=lambda _: httpx.MockTransport(self._answer),
            now=self.now,
            sleep=self._sleep,
            monotonic=lambda: self.slept,
            turns=self.turns,
        )
        return Fetcher(FetchLimits(1, 1, 5), "https://us.example/contact", (), outside)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        self.asked.append(url)
        match self.pages.get(url, (404, {})):
            case Exception() as error:
                raise error
            case str() as text:
                return httpx.Response(200, headers={"content-type": "text/html"}, stream=_Once(text.encode()))
            case bytes() as octets:
                return httpx.Response(200, headers={"content-type": "application/xml"}, stream=_Once(octets))
            case status, headers:
                return httpx.Response(status, headers=headers, stream=_Once(b""))
