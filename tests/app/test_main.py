"""The service as it is built on a deployment's registry and queue."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Message

from app.clock import utc_now
from app.db import NotMigratedError, engine_from, sessions_of
from app.jobs import prepare_queue
from app.main import create_app
from app.serve import begin_record
from app.settings import Settings
from registry.keys import create_key
from registry.model import Role
from registry.policy import PolicyError
from tests.app.api.office import PAINTER
from tests.registries import new_registry

Ask = Callable[..., Awaitable[httpx.Response]]

FORBIDDEN = ("spacy", "bs4", "lxml", "protego", "pypdfium2")
NEVER_HERE = (
    "extractors.clauses",
    "extractors.text",
    "app.vetting",
    "app.worker",
    "app.fetch.fetcher",
    "app.fetch.proxy",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def key(settings: Settings) -> str:
    """An administrator's key in a registry that is set up."""
    engine = engine_from(new_registry(settings.data_dir))
    with sessions_of(engine)() as session:
        key = create_key(session, "admin", Role.ADMIN, "test", utc_now())
    engine.dispose()
    prepare_queue(settings.queue_url)
    return key


@asynccontextmanager
async def running(app: ASGIApp) -> AsyncIterator[None]:
    """Begin and end as a server lets an application."""
    to_app: asyncio.Queue[Message] = asyncio.Queue()
    from_app: asyncio.Queue[Message] = asyncio.Queue()
    scope: dict[str, Any] = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    life = asyncio.create_task(_live(app, scope, to_app, from_app))
    await to_app.put({"type": "lifespan.startup"})
    assert (await from_app.get())["type"] == "lifespan.startup.complete"
    yield
    await to_app.put({"type": "lifespan.shutdown"})
    assert (await from_app.get())["type"] == "lifespan.shutdown.complete"
    await life


async def _live(
    app: ASGIApp, scope: dict[str, Any], to_app: asyncio.Queue[Message], from_app: asyncio.Queue[Message]
) -> None:
    await app(scope, to_app.get, from_app.put)


def serve(settings: Settings, key: str, visit: Callable[[Ask], Awaitable[None]]) -> None:
    """Let a visitor ask the running service."""

    async def session() -> None:
        app = create_app(settings)
        async with running(app):
            transport = httpx.ASGITransport(app)
            headers = {"x-api-key": key}
            async with httpx.AsyncClient(
                transport=transport, base_url="http://termgate.example", headers=headers
            ) as client:
                await visit(client.request)

    asyncio.run(session())


def test_the_service_is_alive_and_ready(settings: Settings, key: str) -> None:
    async def visit(ask: Ask) -> None:
        assert (await ask("GET", "/healthz")).json() == {"status": "ok"}
        assert (await ask("GET", "/readyz")).json() == {"status": "ready", "lookups_dropped": 0}

    serve(settings, key, visit)


def test_the_first_look_up_is_answered_from_memory(settings: Settings, key: str) -> None:
    async def visit(ask: Ask) -> None:
        answer = await ask("GET", "/v1/tools/nobody.example/approval")
        assert answer.json()["status"] == "unknown"
        assert "etag" in answer.headers

    serve(settings, key, visit)


def test_a_submitted_tool_is_known_to_look_ups_within_seconds(settings: Settings, key: str) -> None:
    async def visit(ask: Ask) -> None:
        assert (await ask("POST", "/v1/tools", json=PAINTER)).status_code == 201
        for _ in range(200):
            answer = (await ask("GET", "/v1/tools/painter.acme.example/approval?plan=team")).json()
            if answer["status"] != "unknown":
                break
            await asyncio.sleep(0.02)
        assert (answer["decision"], answer["status"]) == (False, "pending")

    serve(settings, key, visit)


def test_the_past_is_answered_as_it_was(settings: Settings, key: str) -> None:
    with sessions_of(engine_from(settings.registry_url))() as session:
        begin_record(session, settings.policy, utc_now())

    async def visit(ask: Ask) -> None:
        before = utc_now().isoformat()
        assert (await ask("POST", "/v1/tools", json=PAINTER)).status_code == 201
        after = utc_now().isoformat()
        address = "/v1/tools/acme/painter/approval"
        told = [
            (await ask("GET", address, params={"plan": "team", "as_of": at})).json()["status"]
            for at in (before, after)
        ]
        assert told == ["unknown", "pending"]
        late = await ask("GET", address, params={"as_of": "2999-01-01T00:00:00Z"})
        assert late.status_code == 422
        assert "lies in the future" in late.json()["detail"]

    serve(settings, key, visit)


@pytest.mark.slow
def test_a_queue_out_of_reach_holds_nobody_up(settings: Settings, key: str, tmp_path: Path) -> None:
    nowhere = settings.model_copy(update={"jobs_url": f"sqlite:///{tmp_path / 'nowhere' / 'jobs.db'}"})

    async def visit(ask: Ask) -> None:
        answer = await ask("POST", "/v1/tools", json=PAINTER)
        assert answer.status_code == 201
        assert answer.json()["vetting"]["state"] == "queued"

    serve(nowhere, key, visit)


def test_a_registry_that_is_not_set_up_is_refused_with_the_way_out(settings: Settings) -> None:
    with pytest.raises(NotMigratedError, match="termgate migrate"):
        create_app(settings)


def test_a_policy_that_cannot_be_used_refuses_to_start(settings: Settings, key: str) -> None:
    with pytest.raises(PolicyError):
        create_app(settings.model_copy(update={"policy": "none-of-this-name"}))


@pytest.mark.slow
def test_the_web_process_never_loads_what_reads_or_fetches_pages() -> None:
    code = (
        "import sys, app.main\n"
        f"found = [name for name in sys.modules if name.split('.')[0] in {FORBIDDEN}"
        f" or name.startswith({NEVER_HERE})]\n"
        "sys.exit(', '.join(found) or None)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_pages_are_found_without_the_slash_at_their_end(settings: Settings, key: str) -> None:
    async def visit(ask: Ask) -> None:
        answer = await ask("GET", "/ui")
        assert (answer.status_code, answer.headers["location"]) == (307, "/ui/")

    serve(settings, key, visit)
