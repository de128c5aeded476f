"""Every misbehaving page through the whole corridor: a named failure within the limits, never a reading."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlmodel import Session, func, select

from app.db import engine_from, sessions_of
from app.fetch.fetcher import fetcher_from
from app.settings import Settings
from app.vetting import run_pass
from app.workshop import Workshop
from extractors.clauses import ClauseReader
from extractors.model import Answer, Audience, Failure, TermsType
from extractors.ruleset import load_ruleset
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.judgements import facts_of, last_assessment
from registry.policy import load_policy
from registry.store import plans_of
from registry.submissions import PassKind, request_pass, submit_tool
from registry.tables import DocumentRow, SightingRow, SourceRow, ToolRow
from tests.registries import new_registry

SHARED = Path(__file__).parents[2].parent / "shared"
REPLAY = SHARED / "tools" / "replay.py"
LIMIT_S = 6.0
FAULTS = {
    "500": Failure.SERVER_ERROR,
    "403": Failure.BOT_WALL,
    "challenge": Failure.BOT_WALL,
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
    "latin1": Failure.FOREIGN_LANGUAGE,
    "login": Failure.LOGIN_FORM,
    "consent": Failure.CONSENT_BANNER,
    "pdf-as-html": Failure.BROKEN_FILE,
    "script": Failure.SCRIPT_SHELL,
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.corpus,
    pytest.mark.skipif(
        not REPLAY.exists(), reason=f"the recorded pages are not beside the project ({REPLAY})"
    ),
]


@pytest.fixture(scope="module")
def faults() -> Iterator[str]:
    """Address of the recorded faults, served on the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    pages = SHARED / "corpus" / "snapshots"
    server = subprocess.Popen(
        [sys.executable, str(REPLAY), "snapshots", str(pages), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            httpx.get(f"{address}/_stats", trust_env=False)
            break
        except httpx.TransportError:
            time.sleep(0.05)
    yield f"{address}/_fault"
    server.terminate()
    server.wait()


@pytest.fixture(scope="module")
def vetted(faults: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A registry in which one tool has every fault as a source, after its first look."""
    engine = engine_from(new_registry(tmp_path_factory.mktemp("faults")))
    sessions = sessions_of(engine)
    sources = tuple(
        SourceEntry(kind, TermsType.TERMS_OF_SERVICE, (f"{faults}/{kind}",), (), (), ("any",))
        for kind in FAULTS
    )
    tool = ToolEntry("brush", "Brush", (PlanEntry("any", "Any", Audience.BUSINESS),), (), sources)
    with sessions() as session:
        row = submit_tool(session, VendorEntry("acme", "Acme", (tool,)), tool, "ann", datetime.now(UTC))
        key = request_pass(session, row, PassKind.FIRST_LOOK, datetime.now(UTC)).key
    settings = Settings(
        allowed_networks=("127.0.0.0/8",), read_timeout_s=4.0, total_timeout_s=LIMIT_S, connect_timeout_s=1.0
    )
    with fetcher_from(settings) as fetcher:
        reader = ClauseReader(load_ruleset())
        run_pass(Workshop(sessions, fetcher, reader, load_policy("default"), lambda: datetime.now(UTC)), key)
    with sessions() as session:
        yield session
    engine.dispose()


@pytest.mark.parametrize("kind", FAULTS)
def test_a_misbehaving_page_ends_in_its_named_failure(vetted: Session, kind: str) -> None:
    query = select(SightingRow).join(SourceRow).where(SourceRow.slug == kind)
    seen = vetted.exec(query).one()
    assert (seen.failure, seen.document_id) == (FAULTS[kind], None)
    assert seen.detail


def test_no_misbehaving_page_becomes_a_document(vetted: Session) -> None:
    assert vetted.exec(select(func.count()).select_from(DocumentRow)).one() == 0


def test_a_tool_of_nothing_but_faults_is_unread_throughout(vetted: Session) -> None:
    tool = vetted.exec(select(ToolRow)).one()
    assessment = last_assessment(vetted, plans_of(vetted, tool.id)[0].id)
    assert assessment is not None
    assert {fact.answer for fact in facts_of(vetted, assessment.id)} == {Answer.UNREAD}
