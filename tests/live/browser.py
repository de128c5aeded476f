"""A real browser at the pages, at a desk or on a phone; skipped loudly where there is none.

Screenshots of every page go to the folder that `TERMGATE_SCREENSHOTS` names; nothing is kept without it.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import pytest

from app.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE: Final = Path(__file__).parent / "axe" / "axe.min.js"
SIZES: Final = {"desk": (1280, 900), "phone": (390, 844)}
LIGHTS: Final[Sequence[Literal["light", "dark"]]] = ("light", "dark")
_ARGUMENTS: Final = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
_SERIOUS: Final = frozenset({"serious", "critical"})
_AXE: Final = "async (only) => (await axe.run(document, {resultTypes: ['violations'], ...only})).violations"
_TOO_WIDE: Final = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Person:
    """Somebody at a browser."""

    page: "Page"
    address: str
    """Of the pages."""
    size: str
    complaints: list[str] = field(default_factory=list)
    """What the browser's console said."""

    def open(self, path: str) -> None:
        """Go to a page."""
        self.page.goto(f"{self.address}{path}")

    def look(self, name: str) -> None:
        """Keep what is seen, and find nothing wrong with it: no barrier, nothing wider than the screen."""
        self._keep(f"{self.size}-{name}")
        self._find_nothing(f"{name} on a {self.size}", {})

    def look_in_every_light(self, name: str) -> None:
        """Look at a page at a desk and on a phone, by day and by night."""
        for size, (width, height) in SIZES.items():
            self.page.set_viewport_size({"width": width, "height": height})
            for light in LIGHTS:
                self.page.emulate_media(color_scheme=light, reduced_motion="reduce")
                self._keep(f"{size}-{light}-{name}")
                # Between light and dark nothing but colours differs.
                only = {} if light == "light" else {"runOnly": ["color-contrast"]}
                self._find_nothing(f"{name} on a {size} in {light} colours", only)

    def _keep(self, name: str) -> None:
        folder = os.environ.get("TERMGATE_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    def _find_nothing(self, name: str, only: dict[str, list[str]]) -> None:
        assert self.page.evaluate(_TOO_WIDE) <= 0, f"{name} is wider than the screen"
        # The page's own rules let no script of others in; the test's comes by another way.
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text())
        found: list[dict[str, Any]] = self.page.evaluate(_AXE, only)
        barriers = [
            f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:200]})"
            for one in found
            if one["impact"] in _SERIOUS
        ]
        assert not barriers, f"{name}: {barriers}"
        assert not self.complaints, f"{name}: {self.complaints}"

    @contextmanager
    def beside(self) -> "Iterator[Person]":
        """Somebody else at the same browser, in a window of their own."""
        browser = self.page.context.browser
        assert browser is not None
        width, height = SIZES[self.size]
        context = browser.new_context(viewport={"width": width, "height": height})
        try:
            yield Person(context.new_page(), self.address, self.size)
        finally:
            context.close()

    @contextmanager
    def without_scripts(self) -> "Iterator[Page]":
        """The same person, in a window that runs no script."""
        browser = self.page.context.browser
        assert browser is not None
        context = browser.new_context(
            java_script_enabled=False, storage_state=self.page.context.storage_state()
        )
        try:
            yield context.new_page()
        finally:
            context.close()


@contextmanager
def person(address: str, size: str) -> Iterator[Person]:
    """Somebody with a browser of their own."""
    missing = "NO BROWSER: install Debian's `chromium` and the extra `render` to try the pages in one"
    chromium = shutil.which(Settings().chromium)
    if chromium is None:
        pytest.skip(missing)
    api = pytest.importorskip("playwright.sync_api", reason=missing)
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*_ARGUMENTS])
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        page.set_default_timeout(20_000)
        one = Person(page, address, size)
        page.on("console", lambda said: one.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: one.complaints.append(str(error)))
        try:
            yield one
        finally:
            browser.close()
