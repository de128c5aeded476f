"""The door to the browser: a URL goes in, the page comes out as after a fetch, or an error with its failure.

Here stand who the browser runs as, how it is kept in bounds from outside, and what its troubles mean. Each
page gets a browser and a process of its own, which end with it; one at a time, since one takes a core.
"""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory
from typing import Final

import structlog

from app.fetch.classify import advice, status_failure
from app.fetch.fetcher import Fetcher, user_agent
from app.fetch.model import FetchError, Received
from app.fetch.proxy import USER, CheckingProxy
from app.rendering.model import Order, RenderingSetupError, RenderLimits, Shown, Trouble
from app.rendering.needed import is_watcher
from app.settings import Settings
from extractors.model import Failure, Snapshot
from extractors.text import ReadError, read_text

_GRACE_S: Final = 5.0
"""How long beyond its own limits the process may take before it is killed."""
_NUMBER: Final = "number"
_ERROR_PAGE: Final = 1 << 16
_FAILURES: Final = {
    Trouble.NOT_STARTED: (Failure.SCRIPT_SHELL, "the browser did not start"),
    Trouble.TOO_SLOW: (Failure.TIMED_OUT, "the browser did not show the page in time"),
    Trouble.UNREACHED: (Failure.UNREACHABLE, "the browser could not show the page"),
    Trouble.LED_AWAY: (Failure.REDIRECT_REFUSED, "the page's script leads to another site"),
    Trouble.TOO_LARGE: (Failure.TOO_LARGE, "the page is larger in a browser than terms are"),
}
_REMEDY: Final = "Open it in a browser, and bring the page as you save it."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Browser:
    """Which browser runs, as whom and how confined."""

    executable: Path
    agent: str
    sandbox: bool
    user: pwd.struct_passwd | None
    """The user it runs as; `None`: the one we are ourselves, who is not root."""


class Renderer:
    """Shows pages in a browser. Built once; threads wait for one another."""

    def __init__(
        self,
        fetcher: Fetcher,
        browser: Browser,
        now: Callable[[], datetime],
        limits: RenderLimits | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._browser = browser
        self._now = now
        self._limits = limits or RenderLimits()
        self._turn = threading.Lock()

    def __call__(self, url: str) -> Received:
        """The page at this URL once its scripts have run. FetchError, HostBusyError as a fetch."""
        traffic, seconds = self._limits.traffic_bytes, self._limits.seconds + self._limits.settle_s
        with self._turn, self._fetcher.browsing(url, is_watcher, traffic, seconds) as proxy:
            shown = self._shown(url, proxy)
            if shown.trouble is not None:
                raise self._trouble(url, shown, proxy)
            if proxy.ledger.spent:
                raise FetchError(Failure.TOO_LARGE, f"The page loads more than terms need. {_REMEDY}", url)
        if shown.url != url:
            self._fetcher.check(shown.url)
        return self._received(shown)

    def where_needed(self, received: Received) -> Received:
        """A page as it came, or as a browser shows it where it is a shell that a script fills. As a fetch."""
        try:
            read_text(received.snapshot)
        except ReadError as error:
            if error.failure is Failure.SCRIPT_SHELL:
                return self(received.snapshot.url)
        return received

    def _shown(self, url: str, proxy: CheckingProxy) -> Shown:
        # A browser that was killed may still be letting go of its files.
        with TemporaryDirectory(prefix="termgate-browser-", ignore_cleanup_errors=True) as folder:
            order = Order(
                url=url,
                agent=self._browser.agent,
                executable=str(_started_by(self._browser, Path(folder))),
                folder=str(_profile(self._browser, Path(folder))),
                sandbox=self._browser.sandbox,
                proxy=proxy.address,
                proxy_user=USER,
                proxy_password=proxy.password,
                limits=self._limits,
            )
            return _run(order)

    def _trouble(self, url: str, shown: Shown, proxy: CheckingProxy) -> FetchError:
        # What the proxy refused of the page itself says more than the browser, which only saw it refuse.
        own = next((one for one in proxy.ledger.refused if one.url.rstrip("/") in url), None)
        if shown.trouble is Trouble.UNREACHED and own is not None:
            return own
        failure, what = _FAILURES[shown.trouble or Trouble.UNREACHED]
        if proxy.ledger.spent:
            failure, what = Failure.TOO_LARGE, "the page loads more than terms need"
        detail = f" ({shown.detail})" if shown.detail else ""
        return FetchError(failure, f"A script renders this page, and {what}{detail}. {_REMEDY}", shown.url)

    def _received(self, shown: Shown) -> Received:
        status = shown.status or 200
        body = shown.markup.encode("utf-8", errors="replace")
        failure = status_failure(status, dict(shown.headers), body[:_ERROR_PAGE])
        if failure is not None:
            detail = f"The site answered {status} to a browser that says who asks. {advice(failure)}"
            raise FetchError(failure, detail, shown.url, status)
        snapshot = Snapshot(
            body=body,
            sha256=hashlib.sha256(body).hexdigest(),
            media_type="text/html",
            charset="utf-8",
            url=shown.url,
            fetched_at=self._now(),
            headers=shown.headers,
        )
        # No validators: they are the shell's, which stays the same when what its script shows does not.
        return Received(snapshot, status, None, None, rendered=True)


def renderer_from(settings: Settings, fetcher: Fetcher, now: Callable[[], datetime]) -> Renderer | None:
    """The renderer of a deployment; `None` where pages are not rendered. RenderingSetupError."""
    if not settings.render:
        return None
    if find_spec("playwright") is None:
        raise RenderingSetupError("TERMGATE_RENDER needs Playwright: pip install 'termgate[render]'")
    executable = shutil.which(settings.chromium)
    if executable is None:
        raise RenderingSetupError(
            f"TERMGATE_RENDER needs a Chromium, and there is none at {settings.chromium}: install your "
            "system's, or name it in TERMGATE_CHROMIUM"
        )
    if not settings.render_sandbox:
        log.warning(
            "browser_without_sandbox",
            danger="a page that breaks out of its renderer has all the rights of the browser's user",
            remedy="let the browser's user make namespaces, and leave TERMGATE_RENDER_SANDBOX at true",
        )
    browser = Browser(
        Path(executable), user_agent(settings.contact), settings.render_sandbox, _other_user(settings)
    )
    return Renderer(fetcher, browser, now)


def _other_user(settings: Settings) -> pwd.struct_passwd | None:
    """Whom root lets the browser run as. RenderingSetupError where there is no such user without rights."""
    if os.geteuid() != 0:
        return None
    try:
        user = pwd.getpwnam(settings.render_user)
    except KeyError:
        raise RenderingSetupError(
            f"no user is called {settings.render_user!r}; name one without rights in TERMGATE_RENDER_USER"
        ) from None
    if user.pw_uid == 0 or shutil.which("setpriv") is None:
        raise RenderingSetupError(
            "as root the browser runs as another user, by `setpriv` of util-linux: install it, and name a "
            "user without rights in TERMGATE_RENDER_USER"
        )
    return user


def _profile(browser: Browser, folder: Path) -> Path:
    """An empty folder that belongs to whom the browser runs as."""
    profile = folder / "profile"
    profile.mkdir(mode=0o700)
    if browser.user is not None:
        # The folder above lets others through and shows them nothing.
        folder.chmod(0o711)
        os.chown(profile, browser.user.pw_uid, browser.user.pw_gid)
    return profile


def _started_by(browser: Browser, folder: Path) -> Path:
    """What is to be run: it tells its number, gives up root's rights, and becomes the browser."""
    script = folder / "browser"
    user = browser.user
    without_rights = (
        f"setpriv --reuid={user.pw_uid} --regid={user.pw_gid} --clear-groups --inh-caps=-all -- "
        if user is not None
        else ""
    )
    number = quote(str(folder / _NUMBER))
    script.write_text(
        f'#!/bin/sh\necho $$ > {number}\nexec {without_rights}{quote(str(browser.executable))} "$@"\n'
    )
    script.chmod(0o755)
    return script


def _number(order: Order) -> int | None:
    """The browser's process, which leads a group of its own; `None` where it was not started."""
    try:
        return int((Path(order.folder).parent / _NUMBER).read_text())
    except (OSError, ValueError):
        return None


def _kill(leader: int | None) -> None:
    """End a process and all that it has started."""
    if leader is not None:
        with suppress(ProcessLookupError):
            os.killpg(leader, signal.SIGKILL)


def _run(order: Order) -> Shown:
    """One page by a process of its own, which is killed when it takes too long."""
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": order.folder}
    most = order.limits.seconds + order.limits.settle_s + _GRACE_S
    with subprocess.Popen(
        [sys.executable, "-m", "app.rendering.browser"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
        text=True,
    ) as process:
        try:
            told, _ = process.communicate(order.to_json() + "\n", timeout=most)
        except subprocess.TimeoutExpired:
            _kill(process.pid)
            _kill(_number(order))
            return Shown(order.url, trouble=Trouble.TOO_SLOW)
    try:
        return Shown.from_json(told)
    except (ValueError, TypeError, KeyError):
        return Shown(order.url, trouble=Trouble.NOT_STARTED, detail=f"exit status {process.returncode}")
