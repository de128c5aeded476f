"""One page in one browser, in a process of its own: an `Order` comes on standard input, a `Shown` goes out.

Run as `python -m app.rendering.browser`. Only this module knows Playwright. The browser reaches nothing but
the proxy it is told of: it resolves no names, has no other way out, keeps nothing, and downloads nothing.
"""

import sys
from time import monotonic
from typing import Final

from playwright.sync_api import BrowserContext, Error, Page, Request, Route, sync_playwright
from playwright.sync_api import TimeoutError as TooLateError

from app.rendering.model import Order, Shown, Trouble
from app.rendering.needed import is_needed, stays

_ARGUMENTS: Final = (
    "--disable-quic",
    # Without this, WebRTC would send packets past the proxy.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    # The browser resolves nothing itself, not even by mistake.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-pings",
    "--js-flags=--max-old-space-size=512",
)
_STILL_S: Final = 0.5
"""A page whose text does not grow for so long is as it will be."""
_LEAST_S: Final = 1.0
_TEXT_LENGTH: Final = "() => document.readyState === 'loading' ? 0 : document.body.innerText.length"
_MARKUP_LENGTH: Final = "() => document.documentElement.outerHTML.length"


def show(order: Order) -> Shown:
    """The page, once its scripts have run; never raises for what the page or the site does."""
    began = monotonic()
    try:
        with sync_playwright() as playwright:
            context = playwright.chromium.launch_persistent_context(
                order.folder,
                executable_path=order.executable,
                headless=True,
                chromium_sandbox=order.sandbox,
                args=list(_ARGUMENTS),
                env={"HOME": order.folder, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
                proxy={
                    "server": order.proxy,
                    # Without this, addresses of this machine would be asked directly.
                    "bypass": "<-loopback>",
                    "username": order.proxy_user,
                    "password": order.proxy_password,
                },
                user_agent=order.agent,
                locale="en-US",
                service_workers="block",
                accept_downloads=False,
                timeout=order.limits.seconds * 1000,
            )
            try:
                return _shown(context, order, began)
            finally:
                context.close()
    except TooLateError as late:
        return Shown(order.url, trouble=Trouble.TOO_SLOW, detail=_first_line(late))
    except Error as refused:
        return Shown(order.url, trouble=Trouble.NOT_STARTED, detail=_first_line(refused))


def _shown(context: BrowserContext, order: Order, began: float) -> Shown:
    page = context.pages[0] if context.pages else context.new_page()
    bounds = _Bounds(page, order.url)
    context.on("page", lambda other: other.close() if other != page else None)
    context.route("**/*", bounds.judge)
    context.route_web_socket("**/*", lambda socket: socket.close())
    page.on("request", bounds.watch)
    left = order.limits.seconds - (monotonic() - began)
    try:
        shown = _looked_at(page, order, bounds, max(left, _LEAST_S))
    except TooLateError as late:
        shown = Shown(order.url, trouble=Trouble.TOO_SLOW, detail=_first_line(late))
    except Error as refused:
        shown = Shown(order.url, trouble=Trouble.UNREACHED, detail=_first_line(refused))
    # Where the page was led away, whatever else is seen of it is no more than what was left behind.
    return Shown(order.url, trouble=Trouble.LED_AWAY, detail=bounds.away[0]) if bounds.away else shown


def _looked_at(page: Page, order: Order, bounds: "_Bounds", seconds: float) -> Shown:
    answer = page.goto(order.url, wait_until="commit", timeout=seconds * 1000)
    status = None if answer is None else answer.status
    headers = () if answer is None else tuple(answer.headers.items())
    if answer is not None and not answer.ok:
        # A refusal is one: no script of it is given the time to let us in after all.
        bounds.is_closed = True
        return Shown(order.url, status, headers, answer.text()[: order.limits.page_bytes])
    _settle(page, bounds, order.limits.settle_s)
    bounds.is_closed = True
    if int(page.evaluate(_MARKUP_LENGTH)) > order.limits.page_bytes:
        return Shown(page.url, trouble=Trouble.TOO_LARGE)
    return Shown(page.url, status, headers, page.content())


class _Bounds:
    """What one page may ask for, and whether it was led away meanwhile."""

    def __init__(self, page: Page, url: str) -> None:
        self._page = page
        self._url = url
        self.away: list[str] = []
        """Addresses on other hosts that the page was led to."""
        self.is_closed = False
        """Whether nothing is to be asked for any more."""

    def watch(self, request: Request) -> None:
        """See where the page goes: redirects do not come before `judge`."""
        if self._is_own(request) and not stays(self._url, request.url):
            self.away.append(request.url)

    def judge(self, route: Route) -> None:
        """Let a request be made, or not."""
        request = route.request
        self.watch(request)
        needed = is_needed(self._url, request.url, request.resource_type, request.method)
        # Frames show what is not the page's text.
        framed = request.is_navigation_request() and not self._is_own(request)
        if needed and not framed and not self.away and not self.is_closed:
            route.continue_()
        else:
            # This reason leaves the page as it is; others put an error in its place.
            route.abort("aborted")

    def _is_own(self, request: Request) -> bool:
        return request.is_navigation_request() and request.frame == self._page.main_frame


def _settle(page: Page, bounds: _Bounds, seconds: float) -> None:
    """Wait until the page is there and its text grows no longer; at most so long: some pages never rest."""
    began = monotonic()
    before = -1
    while not bounds.away and monotonic() < began + seconds:
        page.wait_for_timeout(_STILL_S * 1000)
        length = int(page.evaluate(_TEXT_LENGTH))
        if length == before and length > 0 and monotonic() > began + _LEAST_S:
            return
        before = length


def _first_line(error: Error) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    telling = (line for line in lines if "sandbox" in line.lower())
    return next(telling, lines[0] if lines else "the browser said nothing")[:300]


def main() -> None:
    """Run this process."""
    shown = show(Order.from_json(sys.stdin.readline()))
    sys.stdout.write(shown.to_json() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
