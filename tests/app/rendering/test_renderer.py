"""Pages that only a browser shows, with a real one. Skipped, and said so, where none starts."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.fetch.fetcher import Fetcher, fetcher_from
from app.fetch.model import FetchError
from app.rendering.model import RenderingSetupError, RenderLimits
from app.rendering.renderer import Browser, Renderer, renderer_from
from app.settings import Settings
from extractors.model import Failure
from extractors.text import read_text
from tests.app.rendering.script_site import SHOW_TERMS, ScriptSite, script_site, shell
from tests.app.vendor_site import NO_TRAINING

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
browses = pytest.mark.usefixtures("browser_here")
pytestmark = pytest.mark.slow


@pytest.fixture
def site() -> Iterator[ScriptSite]:
    with script_site() as site:
        yield site


@pytest.fixture
def settings() -> Settings:
    return Settings(allowed_networks=("127.0.0.0/8",), render=True, contact="https://us.example/bot")


@pytest.fixture
def fetcher(settings: Settings) -> Fetcher:
    return fetcher_from(settings)


@pytest.fixture
def renderer(settings: Settings, fetcher: Fetcher) -> Renderer:
    made = renderer_from(settings, fetcher, lambda: NOW)
    assert made is not None
    return made


def failure(renderer: Renderer, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        renderer(url)
    return caught.value


@browses
def test_a_page_comes_as_its_script_shows_it(renderer: Renderer, site: ScriptSite) -> None:
    received = renderer(site.url())
    assert NO_TRAINING in read_text(received.snapshot).text
    assert (received.snapshot.url, received.snapshot.fetched_at, received.http_status) == (
        site.url(),
        NOW,
        200,
    )
    assert (received.etag, received.last_modified) == (None, None)


@browses
def test_the_browser_says_who_asks(renderer: Renderer, site: ScriptSite) -> None:
    renderer(site.url())
    (agent,) = site.agents
    assert agent.startswith("Termgate/")
    assert "https://us.example/bot" in agent


@browses
def test_a_page_reaches_no_private_address_by_itself(site: ScriptSite, settings: Settings) -> None:
    with script_site() as inside:
        own = inside.address.replace("127.0.0.1", "127.0.0.2")
        site.pages["/terms"] = shell(
            SHOW_TERMS
            + f"<script>fetch('{own}/secret', {{mode: 'no-cors'}}); new Image().src = '{own}/pixel';"
            f"new WebSocket('{own.replace('http', 'ws')}/socket');</script>"
            f"<script src='{own}/script.js'></script><iframe src='{own}/frame'></iframe>"
        )
        narrow = settings.model_copy(update={"allowed_networks": ("127.0.0.1",)})
        made = renderer_from(narrow, fetcher_from(narrow), lambda: NOW)
        assert made is not None
        assert NO_TRAINING in read_text(made(site.url()).snapshot).text
        assert inside.asked == []


@browses
def test_what_decorates_watches_or_sends_is_not_asked_for(renderer: Renderer, site: ScriptSite) -> None:
    site.pages["/terms"] = shell(
        SHOW_TERMS + "<img src=/a.png><video src=/a.mp4></video><iframe src=/frame></iframe>"
        "<script>fetch('/track', {method: 'POST', body: 'x'}); navigator.sendBeacon('/beacon', 'x');"
        "navigator.serviceWorker && navigator.serviceWorker.register('/worker.js');</script>"
        "<style>@font-face { font-family: a; src: url(/a.woff2) } body { font-family: a }</style>"
    )
    renderer(site.url())
    assert {path for path in site.asked if "robots" not in path} == {"GET /terms", "GET /api/terms"}


@browses
def test_a_script_that_leads_to_another_site_is_not_followed(renderer: Renderer, site: ScriptSite) -> None:
    other = site.address.replace("127.0.0.1", "127.0.0.3")
    site.pages["/terms"] = shell(f"<script>location.href = '{other}/elsewhere'</script>")
    assert failure(renderer, site.url()).failure is Failure.REDIRECT_REFUSED
    assert "GET /elsewhere" not in site.asked


@browses
def test_a_redirect_to_another_site_is_refused(renderer: Renderer, site: ScriptSite) -> None:
    other = site.address.replace("127.0.0.1", "localhost")
    site.pages["/terms"] = (302, {"Location": f"{other}/api/terms"}, "")
    assert failure(renderer, site.url()).failure is Failure.REDIRECT_REFUSED


@browses
def test_a_challenge_is_recorded_and_given_no_time_to_let_us_in(renderer: Renderer, site: ScriptSite) -> None:
    challenge = "<title>Just a moment...</title><script>location.reload()</script>"
    site.pages["/terms"] = (403, {}, challenge)
    error = failure(renderer, site.url())
    assert (error.failure, error.http_status) == (Failure.BOT_WALL, 403)
    assert site.asked.count("GET /terms") <= 2


@browses
def test_a_page_that_loads_without_end_is_cut_off(
    settings: Settings, fetcher: Fetcher, renderer: Renderer, site: ScriptSite
) -> None:
    site.pages["/big"] = "a" * 3_000_000
    site.pages["/terms"] = shell(
        "<script>fetch('/big').then(big => big.text())"
        ".finally(() => { document.body.innerText = 'done' })</script>"
    )
    limited = Renderer(fetcher, renderer._browser, lambda: NOW, RenderLimits(traffic_bytes=1_000_000))
    assert failure(limited, site.url()).failure is Failure.TOO_LARGE


@browses
def test_a_page_that_never_rests_is_taken_as_it_is_then(
    fetcher: Fetcher, renderer: Renderer, site: ScriptSite
) -> None:
    site.pages["/terms"] = shell(
        SHOW_TERMS + "<p id=n></p><script>setInterval(() => { n.innerText += ' more' }, 50)</script>"
    )
    limited = Renderer(fetcher, renderer._browser, lambda: NOW, RenderLimits(settle_s=5))
    assert NO_TRAINING in read_text(limited(site.url()).snapshot).text


@browses
def test_a_script_that_never_ends_is_ended(fetcher: Fetcher, renderer: Renderer, site: ScriptSite) -> None:
    site.pages["/terms"] = shell("<script>for (;;) {}</script>")
    limited = Renderer(fetcher, renderer._browser, lambda: NOW, RenderLimits(seconds=4, settle_s=0.5))
    assert failure(limited, site.url()).failure is Failure.TIMED_OUT


@browses
@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives up rights")
def test_as_root_the_browser_runs_as_another_user(renderer: Renderer) -> None:
    assert renderer._browser.user is not None
    assert renderer._browser.user.pw_uid != 0


def test_a_browser_that_does_not_start_leaves_the_page_to_a_person(
    fetcher: Fetcher, site: ScriptSite, tmp_path: Path
) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho 'No usable sandbox!' >&2\nexit 1\n")
    broken.chmod(0o755)
    error = failure(Renderer(fetcher, Browser(broken, "x", sandbox=True, user=None), lambda: NOW), site.url())
    assert error.failure is Failure.SCRIPT_SHELL
    assert "did not start" in error.detail


def test_robots_forbid_a_page_to_the_browser_too(fetcher: Fetcher, site: ScriptSite) -> None:
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /terms"
    never = Renderer(fetcher, Browser(Path("/nowhere"), "x", sandbox=True, user=None), lambda: NOW)
    assert failure(never, site.url()).failure is Failure.ROBOTS_DISALLOW


def test_pages_are_rendered_only_where_the_settings_say_so(fetcher: Fetcher) -> None:
    assert renderer_from(Settings(), fetcher, lambda: NOW) is None


def test_a_missing_browser_is_told_at_the_start(fetcher: Fetcher) -> None:
    settings = Settings(render=True, chromium="/nowhere/chromium")
    with pytest.raises(RenderingSetupError, match=r"TERMGATE_CHROMIUM|termgate\[render\]"):
        renderer_from(settings, fetcher, lambda: NOW)
