"""A registry of its own with a key of every role, a clock that a test moves, and no worker.

What the worker would do is done by the registry's own verbs: `vet` shows every source of a tool with one
clause and judges its plans by it.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
from fastapi import FastAPI
from sqlmodel import Session

from app.auth import Keyring
from app.db import Sessions
from app.jobs import Ticket
from app.lookup.answer import answer_lookup
from app.lookup.index import build_index
from app.lookup.rows import load_rows
from extractors.model import Clause, Reference
from registry.evidence import good_sighting
from registry.journal import SYSTEM
from registry.keys import create_key
from registry.mentions import keep_references
from registry.model import Policy, Role
from registry.policy import load_policy
from registry.store import find_source, find_tool, find_vetting, plans_of, sources_of
from registry.submissions import PassState
from registry.tables import CaptureRow, ToolRow
from tests.app.houses import house_of
from tests.registry.readings import NO_TRAINING, RULESET, clause, judged, show

START: Final = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
POLICY: Final = load_policy("default")
TERMS_URL: Final = "https://acme.example/terms"
PAINTER: Final[Mapping[str, Any]] = {
    "vendor": {"slug": "acme", "name": "Acme"},
    "slug": "painter",
    "name": "Acme Painter",
    "plans": [
        {"slug": "free", "name": "Free", "audience": "consumer"},
        {"slug": "team", "name": "Team", "audience": "business"},
    ],
    "aliases": {"host": ["painter.acme.example"]},
    "sources": [
        {"slug": "terms", "type": "Terms of Service", "urls": [TERMS_URL], "plans": ["free", "team"]},
    ],
}
NARRATOR: Final[Mapping[str, Any]] = {
    "vendor": {"slug": "acme", "name": "Acme"},
    "slug": "narrator",
    "name": "Acme Narrator",
    "plans": [{"slug": "enterprise", "name": "Enterprise", "audience": "business"}],
    "sources": [
        {"slug": "contract", "type": "Contract", "upload": True, "plans": ["enterprise"]},
        {"slug": "addendum", "type": "Contract", "upload": True, "plans": ["enterprise"]},
    ],
}


@dataclass
class Office:
    """The application and everything around it that a test looks at."""

    app: FastAPI
    """Made once for many tests: what it works with is put in anew."""
    sessions: Sessions
    policy: Policy = POLICY
    at: datetime = START
    tickets: list[Ticket] = field(default_factory=list)
    is_ready: bool = True

    def __post_init__(self) -> None:
        with self.sessions() as session:
            self.keys = {role: create_key(session, f"{role}-key", role, SYSTEM, self.at) for role in Role}
        self.furnish()

    def furnish(self, **other: Any) -> None:
        """Put a house into the application, other than usual where a test says so."""
        usual = house_of(
            self.sessions,
            enqueue=self.tickets.append,
            policy=self.policy,
            now=lambda: self.at,
            look_up=self._look_up,
            is_ready=lambda: self.is_ready,
        )
        self.app.state.house = replace(usual, **other)
        self.app.state.keyring = Keyring(self.sessions)

    def ask(self, method: str, path: str, role: Role | None = Role.MANAGER, **rest: Any) -> httpx.Response:
        """One request with the key of a role; `rest` is passed to httpx."""
        headers = dict(rest.pop("headers", {}))
        if role is not None:
            headers["authorization"] = f"Bearer {self.keys[role]}"
        return asyncio.run(self._ask(method, path, headers=headers, **rest))

    def submit(self, body: Mapping[str, Any] = PAINTER) -> Any:
        """Submit a tool that must be taken."""
        answer = self.ask("POST", "/v1/tools", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def vet(self, slug: str = "acme/painter", found: Clause | None = None, key: str = "first") -> None:
        """Do as the worker does for a whole pass."""
        found = found or clause(NO_TRAINING)
        with self.sessions() as session:
            tool = find_tool(session, slug)
            assert tool is not None
            for source in sources_of(session, tool.id):
                show(session, source, found, key, self.at)
                session.add(_capture(source.id, source.urls[0], found, self.at))
            session.flush()
            for plan in plans_of(session, tool.id):
                judged(session, plan, sources_of(session, tool.id)[0], found, self.at)

    def name(self, source: str, *references: Reference, slug: str = "acme/painter") -> None:
        """Let the document that a source shows name other documents."""
        with self.sessions() as session:
            tool = find_tool(session, slug)
            found = None if tool is None else find_source(session, tool.id, source)
            good = None if found is None else good_sighting(session, found.id)
            assert good is not None
            assert good.document_id is not None
            keep_references(session, good.document_id, RULESET, references)

    def end_pass(self, key: str, state: PassState = PassState.DONE) -> None:
        """Put a pass into a state."""
        with self.sessions() as session:
            row = find_vetting(session, key)
            assert row is not None
            row.state = state
            session.add(row)

    def approved(self, plan: str = "acme/painter/plans/team") -> httpx.Response:
        """Approve a vetted plan."""
        return self.ask("POST", f"/v1/tools/{plan}/decisions", Role.REVIEWER, json=self.approval())

    def approval(self, **other: Any) -> dict[str, Any]:
        """A decision that can be recorded."""
        expires_at = (self.at + timedelta(days=90)).isoformat()
        return {"verdict": "approve", "reason": "Never trains.", "expires_at": expires_at, **other}

    async def _ask(self, method: str, path: str, **rest: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://termgate.example") as client:
            return await client.request(method, path, **rest)

    def _look_up(self, tool: str, query: Sequence[tuple[str, str]]) -> tuple[int, Mapping[str, str], bytes]:
        with self.sessions() as session:
            index = build_index(load_rows(session), self.policy)
        return answer_lookup(index, tool, query, self.at)


def the_tool(session: Session, slug: str = "acme/painter") -> ToolRow:
    tool = find_tool(session, slug)
    assert tool is not None
    return tool


def _capture(source_id: int, url: str, found: Clause, at: datetime) -> CaptureRow:
    sha256 = hashlib.sha256(found.quote.encode()).hexdigest()
    return CaptureRow(
        source_id=source_id,
        url=url,
        at=at,
        snapshot=sha256,
        http_status=200,
        final_url=url,
        media_type="text/plain",
    )
