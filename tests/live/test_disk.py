"""A full disk in the middle of a crawl: answers go on, nothing is half written, the rest goes on later."""

import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.app.vendor_site import vendor_site
from tests.live.crowd import Host, hosts
from tests.live.demo import WORK
from tests.live.service import LiveService, live_service

pytestmark = [pytest.mark.soak, pytest.mark.xdist_group("live")]
SIZE = "24m"
FULL_S = 15.0
"""Longer than an index that cannot be confirmed may allow anything."""


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A disk of a few megabytes; skips where none may be mounted."""
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"NOT TESTED: no disk may be mounted here ({mounted.stderr.decode().strip()})")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Leave no byte free for the length of the block."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    try:
        yield
    finally:
        filler.unlink()


def tool(slug: str, urls: list[str]) -> dict[str, Any]:
    return {
        "vendor": {"slug": "acme", "name": "Acme"},
        "slug": slug,
        "name": slug.title(),
        "plans": [{"slug": "studio", "name": "Studio", "audience": "business"}],
        "sources": [
            {"slug": f"terms-{number}", "type": "Terms of Service", "urls": [url], "plans": ["studio"]}
            for number, url in enumerate(urls)
        ],
    }


def approve(service: LiveService) -> None:
    decision = {
        "verdict": "approve",
        "reason": "reads well",
        "expires_at": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
    }
    service.ask("POST", "/v1/tools/acme/brush/plans/studio/decisions", json=decision)


def allows(service: LiveService) -> bool:
    answer = service.ask("GET", "/v1/tools/acme/brush/approval", params=WORK)
    allowed: bool = answer["decision"]
    return allowed


def until(ready: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.1)


def sound(file: Path) -> bool:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        row: tuple[str] = database.execute("PRAGMA integrity_check").fetchone()
        return row[0] == "ok"


@contextmanager
def crawling(tmp_path: Path, settings: dict[str, str]) -> Iterator[tuple[LiveService, Host, str]]:
    """A service with an approved tool, in the middle of a slow look at another: its site, and the pass."""
    with (
        vendor_site() as site,
        hosts(1, answer_s=2.0) as (slow,),
        live_service(tmp_path / "house", settings) as service,
    ):
        first = service.ask("POST", "/v1/tools", json=tool("brush", [site.url("/terms")]))
        service.wait_for([first["vetting"]["key"]], 60)
        approve(service)
        until(lambda: allows(service))
        urls = [f"{slow.address}/{number}" for number in range(3)]
        key = service.ask("POST", "/v1/tools", json=tool("pencil", urls))["vetting"]["key"]
        until(lambda: slow.asked["/0"])
        yield service, slow, key


def look_up_for(service: LiveService, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert allows(service), "what is known is answered on"
        time.sleep(0.2)


def test_a_full_disk_stops_no_answer_and_no_pass_for_good(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        data = disk / "data"
        with crawling(tmp_path, {"TERMGATE_DATA_DIR": str(data)}) as (service, slow, key):
            crayon = tool("crayon", [f"{slow.address}/crayon"])
            with filled(disk):
                look_up_for(service, FULL_S)
                refused = httpx.post(
                    f"{service.address}/v1/tools",
                    json=crayon,
                    headers={"Authorization": f"Bearer {service.key}"},
                    trust_env=False,
                    timeout=30,
                )
                assert refused.status_code == 503, refused.text
                assert "step_waits" in (service.folder / "service.log").read_text()
                assert sound(data / "termgate.db")
                assert sound(data / "jobs.db")
                assert service.ask("GET", f"/v1/vettings/{key}")["state"] in {"queued", "running"}
            service.wait_for([key], 120)
            vetting = service.ask("GET", f"/v1/vettings/{key}")
            assert (vetting["state"], vetting["done"]) == ("done", 3)
            assert slow.most_at_once == 1
            # What was refused has left nothing behind, and can be done now.
            again = service.ask("POST", "/v1/tools", json=crayon)
            service.wait_for([again["vetting"]["key"]], 60)


def test_a_queue_without_room_holds_passes_up_and_loses_none(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        queue = {"TERMGATE_JOBS_URL": f"sqlite:///{disk / 'jobs.db'}"}
        with crawling(tmp_path, queue) as (service, slow, key):
            with filled(disk):
                look_up_for(service, FULL_S)
                crayon = service.ask("POST", "/v1/tools", json=tool("crayon", [f"{slow.address}/crayon"]))
                assert sound(disk / "jobs.db")
            service.wait_for([key, crayon["vetting"]["key"]], 120)
            assert service.ask("GET", f"/v1/vettings/{key}")["state"] == "done"
            assert service.ask("GET", f"/v1/vettings/{crayon['vetting']['key']}")["state"] == "done"
