"""A browser that walks from our pages to the provider and back."""

from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlmodel import select

from registry.tables import AuditRow
from registry.visits import live_visits
from tests.app.openid.invented_provider import InventedProvider
from tests.app.ui.desk import Desk


@dataclass
class Browser(Desk):
    """Walks the whole way, or a part of it, as a test asks."""

    provider: InventedProvider = field(kw_only=True)

    def leave_for_provider(self, query: str = "") -> dict[str, str]:
        """Press the button and sign in there; gives what it brings back."""
        answer = self.ask("GET", f"/sign-in/provider{query}")
        assert answer.status_code == 303, answer.text
        return self.provider.sign_in(answer.headers["location"])

    def come_back(self, brought: dict[str, str], **how: Any) -> httpx.Response:
        """Come back from the provider."""
        return self.ask("GET", "/sign-in/callback", params=brought, **how)

    def sign_in_there(self, query: str = "") -> httpx.Response:
        """The whole way."""
        return self.come_back(self.leave_for_provider(query))

    def audited(self, action: str) -> list[AuditRow]:
        """What is on record of an action, the first first."""
        with self.office.sessions() as session:
            return list(session.exec(select(AuditRow).where(AuditRow.action == action)))

    @property
    def is_in(self) -> bool:
        """Whether somebody is at the pages."""
        return self.ask("GET", "/").status_code == 200

    def refused(self, answer: httpx.Response, status: int, words: str) -> None:
        """Make sure that an answer is a page that says so, and that it let nobody in."""
        assert answer.status_code == status, answer.text
        self.refused_here(answer, words)
        with self.office.sessions() as session:
            assert not live_visits(session, self.office.at, 5)

    def refused_here(self, answer: httpx.Response, words: str) -> None:
        """The same, where others are at the pages."""
        assert words in answer.text
        assert not self.is_in
