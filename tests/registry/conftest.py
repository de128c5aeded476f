"""A registry and an invented vendor, for tests of verbs and queries. Each runs on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from app.db import engine_from, sessions_of
from extractors.model import Audience, TermsType
from registry import tables
from registry.entries import AliasEntry, PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.model import AliasKind
from registry.store import find_plan
from registry.submissions import submit_tool
from tests.registry.hooked import Scene

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def session(registry_url: str) -> Iterator[Session]:
    engine = engine_from(registry_url)
    with sessions_of(engine)() as session:
        yield session
    engine.dispose()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def brush() -> ToolEntry:
    return ToolEntry(
        slug="brush",
        name="Brush",
        plans=(
            PlanEntry("free", "Free", Audience.CONSUMER),
            PlanEntry("studio", "Studio", Audience.BUSINESS),
        ),
        aliases=(AliasEntry(AliasKind.HOST, "brush.example"),),
        sources=(
            SourceEntry(
                slug="terms",
                terms_type=TermsType.TERMS_OF_SERVICE,
                urls=("https://brush.example/terms",),
                select=(),
                remove=(),
                plans=("free", "studio"),
            ),
            SourceEntry(
                slug="dpa",
                terms_type=TermsType.DATA_PROCESSOR_AGREEMENT,
                urls=("https://brush.example/dpa",),
                select=(),
                remove=(),
                plans=("studio",),
            ),
        ),
    )


@pytest.fixture
def acme(brush: ToolEntry) -> VendorEntry:
    return VendorEntry(slug="acme", name="Acme", tools=(brush,))


@pytest.fixture
def tool(session: Session, acme: VendorEntry, brush: ToolEntry) -> tables.ToolRow:
    """The invented tool, submitted by ann."""
    return submit_tool(session, acme, brush, "ann", NOW)


@pytest.fixture
def studio(session: Session, tool: tables.ToolRow) -> tables.PlanRow:
    """Its business plan."""
    plan = find_plan(session, tool.id, "studio")
    assert plan is not None
    return plan


@pytest.fixture
def scene(registry_url: str) -> Iterator[Scene]:
    engine = engine_from(registry_url)
    yield Scene(sessions_of(engine))
    engine.dispose()
