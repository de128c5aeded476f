"""The pages on a registry of their own, with a person at them and a clock that a test moves."""

import asyncio
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
from fastapi import FastAPI

from app.ui import console
from registry.journal import SYSTEM
from registry.model import Role
from registry.visits import make_sign_in
from tests.app.api.office import Office
from tests.app.houses import house_of


@cache
def _pages() -> FastAPI:
    """Made once for all requests: FastAPI takes longer for its routes than a page takes for its answer."""
    return console(house_of())


@dataclass
class Desk:
    """A browser without a script. Nobody is signed in at first."""

    office: Office
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """Send a request as a browser does, cookies included; follows no redirect."""

        async def run() -> httpx.Response:
            pages = _pages()
            pages.state.house = self.office.app.state.house
            transport = httpx.ASGITransport(pages)
            browser = httpx.AsyncClient(
                transport=transport, base_url="https://desk.example", cookies=self.cookies
            )
            async with browser:
                answer = await browser.request(method, path, **sent)
                self.cookies = browser.cookies
                return answer

        return asyncio.run(run())

    def link(self, name: str = "kim", role: Role = Role.REVIEWER) -> str:
        """The secret of a new link for a person."""
        with self.office.sessions() as session:
            return make_sign_in(session, name, role, SYSTEM, self.office.at)

    def sign_in(self, name: str = "kim", role: Role = Role.REVIEWER) -> None:
        """Let a person come in, in place of who was there."""
        self.cookies = httpx.Cookies()
        answer = self.ask("POST", "/sign-in", data={"link": self.link(name, role)})
        assert answer.status_code == 303, answer.text

    def read(self, path: str, status: int = 200) -> str:
        """The text of a page."""
        answer = self.ask("GET", path)
        assert answer.status_code == status, (answer.status_code, answer.headers, answer.text)
        return answer.text

    def token(self, path: str = "/policy") -> str:
        """The token that the forms of a page carry."""
        found = re.search(r'name="token" value="([0-9a-f]+)"', self.read(path))
        assert found is not None
        return found[1]

    def send(self, path: str, form: dict[str, Any], **how: Any) -> httpx.Response:
        """Send a form of this visit's pages."""
        return self.ask("POST", path, data={"token": self.token(), **form}, **how)
