"""Every misbehaving page of the replay tool, as a vendor's site would misbehave."""

import re
import runpy
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.fetch.fetcher import Fetcher
from app.fetch.model import FetchError, FetchLimits, Received, Unchanged, Validators
from extractors.model import Failure

SHARED = Path(__file__).parents[3].parent / "shared"
REPLAY = SHARED / "tools" / "replay.py"
SNAPSHOTS = SHARED / "corpus" / "snapshots"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.slow,
    pytest.mark.skipif(
        not REPLAY.exists(), reason=f"the recorded terms are not at {SHARED}: faults UNTESTED"
    ),
]

FAILURES = {
    "500": Failure.SERVER_ERROR,
    "403": Failure.BOT_WALL,
    "429": Failure.RATE_LIMITED,
    "hang": Failure.TIMED_OUT,
    "drip": Failure.TIMED_OUT,
    "truncated": Failure.TRUNCATED,
    "huge": Failure.TOO_LARGE,
    "bomb": Failure.TOO_LARGE,
    "loop": Failure.REDIRECT_REFUSED,
    "to-private": Failure.ADDRESS_REFUSED,
    "to-file": Failure.REDIRECT_REFUSED,
    "empty": Failure.EMPTY,
    "binary": Failure.NOT_TEXT,
}
LEFT_TO_THE_READER = {"challenge", "login", "consent", "script", "latin1", "pdf-as-html"}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, str(REPLAY), "snapshots", str(SNAPSHOTS), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        address = re.search(r"http://\S+", process.stdout.readline())
        assert address
        yield address[0].rstrip("/")
        process.terminate()


def fetcher(kind: str) -> Fetcher:
    # The tool packs its bomb while the client waits.
    patience = FetchLimits(5, 10, 15) if kind == "bomb" else FetchLimits(0.5, 0.5, 0.9)
    return Fetcher(patience, "mailto:us@us.example", ["127.0.0.1"])


def test_every_fault_of_the_tool_is_expected_here() -> None:
    assert set(runpy.run_path(str(REPLAY))["FAULTS"]) == {*FAILURES, *LEFT_TO_THE_READER}


@pytest.mark.parametrize("kind", sorted(FAILURES))
def test_a_fault_ends_in_its_named_failure(site: str, kind: str) -> None:
    with pytest.raises(FetchError) as caught:
        fetcher(kind).fetch(f"{site}/_fault/{kind}")
    assert caught.value.failure is FAILURES[kind]


@pytest.mark.parametrize("kind", sorted(LEFT_TO_THE_READER))
def test_a_fault_of_content_is_received_for_the_reader_to_judge(site: str, kind: str) -> None:
    received = fetcher(kind).fetch(f"{site}/_fault/{kind}")
    assert isinstance(received, Received)
    assert received.snapshot.media_type == ("application/pdf" if kind == "pdf-as-html" else "text/html")


def test_a_recorded_page_is_received_once_and_then_unchanged(site: str) -> None:
    url = f"{site}/ChatGPT/Terms%20of%20Service"
    with fetcher("") as fetching:
        first = fetching.fetch(url)
        assert isinstance(first, Received)
        again = fetching.fetch(url, Validators(first.etag, first.last_modified, first.snapshot.url))
    assert isinstance(again, Unchanged)
    assert again.etag == first.etag
