"""Builds and wires the service: everything that is made once is made here and handed inward.

look-up ─► LookupFront ─► answered from memory, by the endpoints in app/lookup/endpoints.py
the rest ─► BodyGuard ─► FastAPI ─► one file per resource in app/api
                                 ─► the pages in app/ui
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp

from app.api.application import assemble
from app.api.house import House
from app.clock import utc_now
from app.db import Sessions, engine_from, is_current, is_reachable, readings_of, require_current, sessions_of
from app.jobs import JobClient
from app.lookup.answer import answer_lookup
from app.lookup.authzen import Published
from app.lookup.endpoints import hot_endpoints
from app.lookup.front import LookupFront
from app.lookup.holder import IndexHolder
from app.lookup.index import LookupIndex, empty_index
from app.lookup.past import AS_OF, answer_as_of
from app.lookup.quiet import quiet_interpreter
from app.lookup.refresh import keep_current
from app.lookup.rows import next_index
from app.openid.asking import openid_from
from app.receipts.keys import KeyStore
from app.receipts.signing import DENIAL, signer_from
from app.recording import recorder_from
from app.settings import PAGES, Settings
from app.ui import console
from app.webhooks.signing import signing_key_of
from registry.adoptions import policy_in_force
from registry.model import Policy
from registry.policy import load_policy
from registry.store import revision


def create_app(settings: Settings, now: Callable[[], datetime] = utc_now) -> ASGIApp:
    """The whole service on a deployment's registry and queue.

    The index is loaded here, so that the first look-up is answered as well as any; the server's lifespan
    keeps it current. Raises `NotMigratedError`, `PolicyError` for a policy that cannot be used, and
    `SecretFileError`.
    """
    engine = engine_from(settings.registry_url)
    require_current(engine)
    policy = load_policy(settings.policy)
    folder = settings.data_dir if settings.data_dir.is_dir() else None
    memory = _Memory(readings_of(engine), policy, now, folder)
    keys = KeyStore(settings, now())
    recorder = recorder_from(settings, memory.holder.newest.policy, now)
    jobs = JobClient(settings.queue_url)
    house = House(
        sessions=sessions_of(engine),
        readings=readings_of(engine),
        enqueue=jobs.enqueue_pass,
        enqueue_search=jobs.enqueue_search,
        policy=policy,
        now=now,
        any_port=bool(settings.allowed_networks),
        failing_after=settings.failing_after,
        recrawl_cron=settings.recrawl_cron,
        look_up=memory.look_up,
        is_ready=lambda: is_reachable(engine) and is_current(engine) and memory.is_confirmed(),
        receipt_keys=lambda: keys.current().shown,
        address=settings.address,
        webhook_secret=signing_key_of(settings).secret_of,
        count_dropped=lambda: recorder.counts().dropped,
        openid=openid_from(settings),
        local_links=settings.local_links,
    )

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        quiet_interpreter()
        recorder.start()
        async with memory.kept_current():
            yield
        await asyncio.to_thread(recorder.close)
        jobs.close()
        engine.dispose()

    published = Published(base_url=settings.base_url, requests_url=settings.requests_url)
    application = assemble(house, lifespan)
    application.add_route(PAGES, lambda _request: RedirectResponse(f"{PAGES}/"), include_in_schema=False)
    application.mount(PAGES, console(house))
    application.add_route("/", lambda _request: RedirectResponse(f"{PAGES}/"), include_in_schema=False)
    endpoints = hot_endpoints(published, signer_from(keys), signer_from(keys, DENIAL))
    return LookupFront(application, memory.holder, now, endpoints, recorder)


class _Memory:
    """The look-up index of this process: loaded at once, kept current while the server runs."""

    def __init__(
        self, readings: Sessions, policy: Policy, now: Callable[[], datetime], quotes: Path | None
    ) -> None:
        self._readings = readings
        self._now = now
        self._bootstrap = policy
        self._quotes = quotes
        loaded_at = now()
        self.holder = IndexHolder(self._next(empty_index(policy, quotes)), loaded_at)

    def look_up(self, tool: str, query: Sequence[tuple[str, str]]) -> tuple[int, Mapping[str, str], bytes]:
        """Answer a look-up that has come past the front."""
        now = self._now()
        if any(name == AS_OF for name, _ in query):
            with self._readings() as session:
                return answer_as_of(session, tool, query, now)
        return answer_lookup(self.holder.current(now), tool, query, now)

    def is_confirmed(self) -> bool:
        """Whether the registry was seen at the index's revision a moment ago."""
        return self.holder.current(self._now()).confirmed

    @contextlib.asynccontextmanager
    async def kept_current(self) -> AsyncIterator[None]:
        """Follow the registry's revision for as long as the block lasts."""
        following = asyncio.create_task(keep_current(self.holder, self._revision, self._load, self._now))
        try:
            yield
        finally:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following

    def _load(self) -> LookupIndex:
        return self._next(self.holder.newest)

    def _next(self, index: LookupIndex) -> LookupIndex:
        with self._readings() as session:
            policy = policy_in_force(session, self._bootstrap)
            if policy.version != index.policy.version:
                # Another policy was adopted: no answer that was prepared by the one before may stay.
                index = empty_index(policy, self._quotes)
            return next_index(session, index)

    def _revision(self) -> int:
        with self._readings() as session:
            return revision(session)
