"""The door: a URL goes in, a snapshot comes out, or an error that names its failure.

Here a page's way stands in full; how a request is sent is in `web`, what an answer means in `classify` and
`content`. Nothing is tried twice: the durable work that calls decides on that.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import version
from types import TracebackType

from app.fetch.addresses import parse_networks
from app.fetch.answer import Answer
from app.fetch.classify import (
    NO_BODY_STATUSES,
    PAGE_STATUSES,
    advice,
    retry_after,
    status_failure,
)
from app.fetch.content import media_type_of, parse_content_type
from app.fetch.model import FetchError, FetchLimits, Received, Unchanged, Validators
from app.fetch.proxy import CheckingProxy
from app.fetch.robots import AGENT_NAME, Robots
from app.fetch.sitemaps import unpacked_start
from app.fetch.target import Route, Target, parse_target
from app.fetch.turns import Turns
from app.fetch.web import Outside, Web
from app.settings import Settings
from extractors.model import Failure, Snapshot

_ERROR_PAGE_BYTES = 1 << 16
"""What is read of an answer that has failed, to tell a bot wall from a refusal."""

Within = Callable[[str], bool]
"""Whether a host may be asked: what a caller allows beyond the rules that hold for all."""


class Fetcher(AbstractContextManager["Fetcher"]):
    """Fetches pages. Built once, shared by threads, and closed at the end."""

    def __init__(
        self,
        limits: FetchLimits,
        contact: str,
        allowed_networks: Iterable[str] = (),
        outside: Outside | None = None,
    ) -> None:
        """`contact` is named in the user agent. ValueError where it or a network is malformed."""
        self._web = Web(limits, user_agent(contact), parse_networks(allowed_networks), outside or Outside())
        self._robots = Robots(self._web)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of what is remembered between fetches; connections end with each fetch."""
        self._robots.forget()

    def fetch(
        self, url: str, validators: Validators | None = None, within: Within | None = None
    ) -> Received | Unchanged:
        """The page as it is now, or that it is unchanged since `validators`. FetchError for all else.

        HostBusyError where the host could not be asked in time: that is no news of the page.
        With `within`, no host is asked that it does not allow, wherever the page redirects.
        """

        def prepare(route: Route) -> dict[str, str]:
            _check_within(route, within)
            self._robots.check(route)
            return _conditions(validators, route.target.url)

        with self._opened(url, prepare) as answer:
            if answer.status == 304 and validators and _conditions(validators, answer.url):
                return _unchanged(answer, validators)
            return self._received(answer)

    @contextmanager
    def browsing(self, url: str, denied: Within, most_bytes: int, seconds: float) -> Iterator[CheckingProxy]:
        """A way out for a browser that shows this page, under the rules for addresses that hold here.

        robots.txt lets the page be asked for, and its host's turn is held meanwhile. `denied` names hosts
        that are not needed. FetchError, HostBusyError as `fetch`.
        """
        with self._web.visit() as visit:
            route = self._web.begin(parse_target(url), visit)
            self._robots.check(route)
            visit.ask(route.target.visited, route.target.url)
            with CheckingProxy(self._way, denied, most_bytes, seconds) as proxy:
                yield proxy

    def check(self, url: str) -> None:
        """Returns if the page may be asked for, by its address and by robots.txt. FetchError as `fetch`."""
        with self._web.visit() as visit:
            self._robots.check(self._web.begin(parse_target(url), visit))

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of a URL's site names. FetchError as `fetch`."""
        with self._web.visit() as visit:
            return self._robots.sitemaps(self._web.begin(parse_target(url), visit))

    def fetch_sitemap(self, url: str, within: Within, most_bytes: int) -> bytes:
        """The first bytes of a sitemap, unpacked where it is a gzip file. FetchError as `fetch`."""

        def prepare(route: Route) -> dict[str, str]:
            _check_within(route, within)
            self._robots.check(route)
            return {}

        with self._opened(url, prepare) as answer:
            self._check_status(answer)
            return unpacked_start(answer.start(most_bytes), most_bytes)

    def _way(self, target: Target) -> Route:
        with self._web.visit() as visit:
            return self._web.begin(target, visit)

    @contextmanager
    def _opened(self, url: str, prepare: Callable[[Route], Mapping[str, str]]) -> Iterator[Answer]:
        with (
            self._web.visit() as visit,
            self._web.get(self._web.begin(parse_target(url), visit), prepare) as answer,
        ):
            yield answer

    def _received(self, answer: Answer) -> Received:
        if answer.status in NO_BODY_STATUSES:
            raise _empty(answer)
        self._check_status(answer)
        body = answer.body()
        if not body.strip():
            raise _empty(answer)
        media_type, charset = _media_type(answer, body)
        snapshot = Snapshot(
            body=body,
            sha256=hashlib.sha256(body).hexdigest(),
            media_type=media_type,
            charset=charset,
            url=answer.url,
            fetched_at=self._web.outside.now(),
            headers=answer.headers,
        )
        return Received(snapshot, answer.status, *_validators(answer), asked=answer.asked)

    def _check_status(self, answer: Answer) -> None:
        start = b"" if answer.status in PAGE_STATUSES else answer.start_if_any(_ERROR_PAGE_BYTES)
        failure = status_failure(answer.status, dict(answer.headers), start)
        if failure:
            wait = retry_after(answer.header("retry-after"), self._web.outside.now())
            raise answer.fail(failure, f"The site answered {answer.status}. {advice(failure)}", wait)


def fetcher_from(settings: Settings, turns: Turns | None = None) -> Fetcher:
    """The fetcher of a deployment; with `turns`, hosts are shared with whoever else takes them.

    Without them it asks as fast as its caller does. ValueError for a malformed contact or network.
    """
    limits = FetchLimits(
        settings.connect_timeout_s,
        settings.read_timeout_s,
        settings.total_timeout_s,
        host_gap_s=0.0 if turns is None else settings.host_gap_s,
    )
    outside = Outside() if turns is None else Outside(turns=turns)
    return Fetcher(limits, settings.contact, settings.allowed_networks, outside)


def user_agent(contact: str) -> str:
    """How we introduce ourselves to sites. ValueError where the contact does not fit into a header."""
    if not contact.strip() or not (contact.isascii() and contact.isprintable()):
        raise ValueError(f"contact {contact!r} is malformed: write a URL or a mail address in plain ASCII")
    return f"{AGENT_NAME}/{version('termgate')} (+{contact.strip()})"


def _check_within(route: Route, within: Within | None) -> None:
    target = route.target
    if within is not None and not within(target.host):
        detail = f"{target.host} belongs to another site, which is not asked: name its page as a source."
        raise FetchError(target.refused_as, detail, target.url)


def _conditions(validators: Validators | None, url: str) -> dict[str, str]:
    """Headers that ask for the page only if it changed."""
    if validators is None or validators.url not in (None, url):
        return {}
    named = {"If-None-Match": validators.etag or "", "If-Modified-Since": validators.last_modified or ""}
    # Some servers send bytes that no header may carry back; without them the page just comes in full.
    return {name: value for name, value in named.items() if value.isascii() and value.isprintable() and value}


def _unchanged(answer: Answer, sent: Validators) -> Unchanged:
    etag, last_modified = _validators(answer)
    kept = (etag or sent.etag, last_modified or sent.last_modified)
    return Unchanged(answer.status, answer.url, *kept, asked=answer.asked)


def _media_type(answer: Answer, body: bytes) -> tuple[str, str | None]:
    """Media type and charset to read the body with. FetchError: `not_text`."""
    declared = parse_content_type(answer.header("content-type"))
    media_type = media_type_of(declared, body)
    if media_type is None:
        label = declared.media_type or "no type"
        detail = f"The page is neither text nor PDF (labelled {label}): check the source's address."
        raise answer.fail(Failure.NOT_TEXT, detail)
    return media_type, declared.charset


def _validators(answer: Answer) -> tuple[str | None, str | None]:
    return answer.header("etag") or None, answer.header("last-modified") or None


def _empty(answer: Answer) -> Exception:
    return answer.fail(
        Failure.EMPTY, "The page is empty: open it in a browser, and correct the source or upload it."
    )
