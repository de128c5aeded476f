"""A policy that is put in force while the service runs: look-ups follow within a moment."""

import asyncio
from pathlib import Path

from app.clock import utc_now
from app.db import engine_from, sessions_of
from app.jobs import prepare_queue
from app.migrate import migrate
from app.settings import Settings
from registry.keys import create_key
from registry.model import Role
from registry.policy import POLICIES, load_policy
from tests.app.test_main import Ask, serve


def test_look_ups_answer_by_a_policy_that_was_put_in_force_while_they_run(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    engine = engine_from(settings.registry_url)
    migrate(engine)
    with sessions_of(engine)() as session:
        key = create_key(session, "admin", Role.ADMIN, "test", utc_now())
    engine.dispose()
    prepare_queue(settings.queue_url)
    strict = (POLICIES / "strict.yaml").read_text("utf-8")

    async def visit(ask: Ask) -> None:
        asked = "/v1/tools/nobody.example/approval"
        assert (await ask("GET", asked)).json()["policy"] == load_policy("default").version
        body = {"content": strict, "reason": "An embargo."}
        assert (await ask("POST", "/v1/policy", json=body)).status_code == 201
        for _ in range(100):
            answer = (await ask("GET", asked)).json()
            if answer["policy"] == load_policy("strict").version:
                break
            await asyncio.sleep(0.02)
        assert answer["policy"] == load_policy("strict").version
        assert (await ask("GET", f"{asked}?data_class=embargoed")).status_code == 200
        assert (await ask("GET", f"{asked}?unknown_field=x")).status_code == 422

    serve(settings, key, visit)
    serve(settings, key, lambda ask: _starts_with(ask, load_policy("strict").version))


async def _starts_with(ask: Ask, version: str) -> None:
    """A process that starts later finds the adopted policy, whatever its settings name."""
    assert (await ask("GET", "/v1/tools/nobody.example/approval")).json()["policy"] == version
    assert (await ask("GET", "/v1/policy")).json()["version"] == version
