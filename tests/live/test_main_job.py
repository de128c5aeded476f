"""The main job as its users live it: a real service, its worker, its API and its command line.

One service for the whole file, since it takes seconds to start; the tests follow one another.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.app.vendor_site import MAY_TRAIN, NO_TRAINING, VendorSite, terms, vendor_site
from tests.live.demo import WORK
from tests.live.service import LiveService, live_service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("live")]
PLAN = "/v1/tools/acme/brush/plans/studio"


@pytest.fixture(scope="module")
def site() -> Iterator[VendorSite]:
    with vendor_site() as site:
        yield site


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    with live_service(tmp_path_factory.mktemp("live")) as service:
        yield service


def look_up(service: LiveService) -> dict[str, Any]:
    """What a gateway is told that saw the tool's host."""
    path = "/v1/tools/draw.brush.example.com/approval"
    answer: dict[str, Any] = service.ask("GET", path, params={**WORK, "evidence": "true"})
    return answer


def eventually(service: LiveService, status: str) -> dict[str, Any]:
    """The look-up's answer once it has this status; a second is what a suspension may take."""
    until = time.monotonic() + 2
    while (answer := look_up(service))["status"] != status and time.monotonic() < until:
        time.sleep(0.05)
    return answer


def check(service: LiveService, *words: str) -> "subprocess.CompletedProcess[str]":
    """`termgate check` on the service's data."""
    return subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", "check", *words],
        env={**os.environ, "TERMGATE_DATA_DIR": str(service.folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_tool_is_submitted_and_vetted_although_its_worker_is_killed(
    service: LiveService, site: VendorSite
) -> None:
    tool = {
        "vendor": {"slug": "acme", "name": "Acme"},
        "slug": "brush",
        "name": "Brush",
        "plans": [{"slug": "studio", "name": "Studio", "audience": "business"}],
        "aliases": {"host": ["brush.example.com"]},
        "sources": [
            {"slug": "terms", "type": "Terms of Service", "urls": [site.url("/terms")], "plans": ["studio"]}
        ],
    }
    key = service.ask("POST", "/v1/tools", json=tool)["vetting"]["key"]
    killed = service.kill_worker()
    service.wait_for([key], 60)
    assert service.worker_pids() != [killed]
    vetting = service.ask("GET", f"/v1/vettings/{key}")
    assert (vetting["state"], vetting["done"], vetting["total"]) == ("done", 1, 1)


def test_the_facts_show_their_sentences(service: LiveService) -> None:
    assessment = service.ask("GET", PLAN)["assessment"]
    facts = {fact["family"]: fact for fact in assessment["facts"]}
    assert {family: fact["answer"] for family, fact in facts.items()} == {
        "training": "prohibited",
        "retention": "bounded",
        "reuse": "service_only",
    }
    assert [passage["quote"] for passage in facts["training"]["passages"]] == [NO_TRAINING]
    assert assessment["recommendation"] == "approve"


def test_nothing_is_allowed_before_a_person_has_decided(service: LiveService) -> None:
    answer = look_up(service)
    assert (answer["decision"], answer["status"]) == (False, "pending")
    assert check(service, "acme/brush").returncode == 3


def test_an_approved_tool_is_allowed_by_its_host_name(service: LiveService) -> None:
    decision = {
        "verdict": "approve",
        "reason": "reads well",
        "expires_at": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
    }
    assert service.ask("POST", f"{PLAN}/decisions", json=decision)["status"] == "approved"
    answer = eventually(service, "approved_with_obligations")
    assert answer["decision"] is True
    assert NO_TRAINING in [quoted["quote"] for quoted in answer["evidence"]]
    context = [word for name, value in WORK.items() for word in ("-c", f"{name}={value}")]
    assert check(service, "acme/brush@studio", *context).returncode == 0


def test_an_unknown_tool_is_answered_so(service: LiveService) -> None:
    answer = service.ask("GET", "/v1/tools/nobody.example/approval", params=WORK)
    assert (answer["decision"], answer["status"]) == (False, "unknown")
    assert check(service, "nobody.example").returncode == 4


def test_changed_terms_suspend_the_approval_and_show_both_sentences(
    service: LiveService, site: VendorSite
) -> None:
    site.pages["/terms"] = terms(MAY_TRAIN)
    key = service.ask("POST", "/v1/tools/acme/brush/vettings", json={"kind": "recrawl"})["key"]
    service.wait_for([key], 60)
    answer = eventually(service, "denied")
    assert answer["decision"] is False
    assert "training went from prohibited to permitted" in answer["reasons"][0]["message"]
    (flag,) = [flag for flag in service.ask("GET", "/v1/flags") if flag["family"] == "training"]
    assert (flag["before_quotes"], flag["after_quotes"]) == ([NO_TRAINING], [MAY_TRAIN])
