"""A policy is adopted while passes judge by the one before, and people decide: nothing is lost by it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from threading import Barrier

import pytest

from app.adopting import NewPolicy, adopt_policy
from app.db import Session, Sessions, engine_from, sessions_of
from app.fetch.fetcher import fetcher_from
from app.settings import Settings
from app.vetting import finish
from app.workshop import Workshop
from extractors.clauses import ClauseReader
from extractors.model import Audience, TermsType
from extractors.ruleset import load_ruleset
from registry.adoptions import policy_in_force
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.journal import raise_revision
from registry.judgements import last_assessment
from registry.policy import POLICIES, load_policy
from registry.reviews import hold
from registry.store import find_tool, find_vetting, plans_of, sources_of
from registry.submissions import PassKind, PassState, request_pass, submit_tool
from registry.tables import PlanRow
from tests.registry.readings import NO_TRAINING, RULESET, clause, judged, show

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
BOOTSTRAP = load_policy("default")
DEFAULT = (POLICIES / "default.yaml").read_text("utf-8")
MILDER = DEFAULT.replace("evidence_max_age_days: 21", "evidence_max_age_days: 20")
TOOLS = ("brush", "pencil")
PLANS = ("team", "studio")
ROUNDS = 6


@pytest.fixture
def workshop(registry_url: str) -> Iterator[Workshop]:
    engine = engine_from(registry_url)
    sessions = sessions_of(engine)
    with sessions() as session:
        for name in TOOLS:
            _submit(session, name)
    with fetcher_from(Settings()) as fetcher:
        reader = ClauseReader(replace(load_ruleset(), version=RULESET))
        yield Workshop(sessions, fetcher, reader, BOOTSTRAP, lambda: NOW)
    engine.dispose()


def _submit(session: Session, name: str) -> None:
    plans = tuple(PlanEntry(plan, plan.title(), Audience.BUSINESS) for plan in PLANS)
    source = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, ("https://acme.example/t",), (), (), PLANS)
    entry = ToolEntry(name, name.title(), plans, (), (source,))
    tool = submit_tool(session, VendorEntry("acme", "Acme", (entry,)), entry, "ann", NOW)
    (row,) = sources_of(session, tool.id)
    show(session, row, clause(NO_TRAINING), "first", NOW)
    for plan in plans_of(session, tool.id):
        judged(session, plan, row, clause(NO_TRAINING), NOW)


def _plans(session: Session) -> list[PlanRow]:
    tools = [find_tool(session, f"acme/{name}") for name in TOOLS]
    return [plan for tool in tools if tool is not None for plan in plans_of(session, tool.id)]


def _promise(sessions: Sessions, round_: int) -> list[str]:
    with sessions() as session:
        tools = [find_tool(session, f"acme/{name}") for name in TOOLS]
        return [
            request_pass(session, tool, PassKind.REREAD, NOW, f"{tool.slug}:{round_}").key
            for tool in tools
            if tool is not None
        ]


def _adopt(sessions: Sessions, content: str) -> None:
    with sessions() as session:
        adopt_policy(session, NewPolicy(content, "new.yaml", "The board wants it."), BOOTSTRAP, "kim", NOW)


def _decide(sessions: Sessions) -> None:
    """As far as it goes for others: hold one plan after the other, and write something of it."""
    for at in range(len(TOOLS) * len(PLANS)):
        with sessions() as session:
            policy_in_force(session, BOOTSTRAP)
            plan = _plans(session)[-at - 1]
            hold(session, plan)
            raise_revision(session, (plan.tool_id,))


def _at_once(*acts: Callable[[], None]) -> None:
    ready = Barrier(len(acts))

    def act(one: Callable[[], None]) -> None:
        ready.wait()
        one()

    with ThreadPoolExecutor(len(acts)) as threads:
        for done in [threads.submit(act, one) for one in acts]:
            done.result()


def test_no_plan_is_left_to_the_old_policy_and_no_pass_is_lost(workshop: Workshop) -> None:
    sessions = workshop.sessions
    for round_ in range(ROUNDS):
        keys = _promise(sessions, round_)
        _at_once(
            partial(_adopt, sessions, (MILDER, DEFAULT)[round_ % 2]),
            *[partial(finish, workshop, key) for key in keys],
            partial(_decide, sessions),
        )
        with sessions() as session:
            version = policy_in_force(session, BOOTSTRAP).version
            rows = [last_assessment(session, plan.id) for plan in _plans(session)]
            assert [row is not None and row.policy for row in rows] == [version] * len(rows), round_
            passes = [find_vetting(session, key) for key in keys]
            assert [row is not None and row.state for row in passes] == [PassState.DONE] * len(keys)
