"""The audit log verified at the command line."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from app.clock import utc_now
from app.db import engine_from, sessions_of
from registry.journal import note
from tests.app.cli.desk import done, refused, run
from tests.registries import new_registry


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = new_registry(tmp_path)
    engine = engine_from(url)
    with sessions_of(engine)() as session:
        for number in range(3):
            note(session, utc_now(), "kim", "approve", f"acme/tool-{number}@team")
    engine.dispose()
    monkeypatch.setenv("TERMGATE_DATA_DIR", str(tmp_path))
    return url


def test_a_log_as_it_was_written_is_told_so(registry: str) -> None:
    head = done("audit", "head").strip()
    told = done("audit", "verify", "--head", head)
    assert "3 entries in the chain, all as they were written" in told
    assert head in told


def test_a_changed_entry_ends_with_a_status_of_its_own(registry: str) -> None:
    with engine_from(registry).begin() as connection:
        connection.execute(text("UPDATE audit_events SET actor = 'lee' WHERE id = 2"))
    status, told = run("audit", "verify", "--json")
    assert status == 3
    (finding,) = json.loads(told)["findings"]
    assert finding == "event 2, at place 2, is not as it was written (approve acme/tool-1@team)"


@pytest.mark.parametrize("head", ["3", "3:abc", "x:" + "0" * 64, f"3:{'0' * 64}:1"])
def test_what_is_no_head_is_refused(registry: str, head: str) -> None:
    assert "PLACE:DIGEST" in refused("audit", "verify", "--head", head)
