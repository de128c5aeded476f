"""Which passes are due: each submitted tool once a slot, what is judged by other rules or policy before."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.db import Sessions, engine_from, sessions_of
from app.jobs import Ticket, enqueue_options
from app.recrawl import due_recrawls, due_rereads
from extractors.model import Audience, TermsType
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.sources import put_source
from registry.store import find_tool, find_vetting, plans_of, sources_of, vettings_of
from registry.submissions import PassKind, PassState, list_catalogue, submit_tool
from registry.tables import METADATA
from tests.registry.readings import NO_TRAINING, POLICY, RULESET, clause, judged, show

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    engine = engine_from(f"sqlite:///{tmp_path / 'registry.db'}")
    METADATA.create_all(engine)
    yield sessions_of(engine)
    engine.dispose()


def vendor(*slugs: str) -> VendorEntry:
    terms = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, ("https://acme.example/t",), (), (), ("team",))
    plan = PlanEntry("team", "Team", Audience.BUSINESS)
    return VendorEntry(
        "acme", "Acme", tuple(ToolEntry(slug, slug.title(), (plan,), (), (terms,)) for slug in slugs)
    )


def submitted(sessions: Sessions, *slugs: str) -> None:
    """Submit invented tools, and judge each by one page."""
    whole = vendor(*slugs)
    with sessions() as session:
        for entry in whole.tools:
            tool = submit_tool(session, whole, entry, "ann", NOW)
            (source,), (plan,) = sources_of(session, tool.id), plans_of(session, tool.id)
            show(session, source, clause(NO_TRAINING), f"first-{entry.slug}", NOW)
            judged(session, plan, source, clause(NO_TRAINING), NOW)


def waiting(sessions: Sessions, slug: str) -> None:
    """Let a tool wait for a contract."""
    with sessions() as session:
        tool = find_tool(session, slug)
        assert tool is not None
        contract = SourceEntry("contract", TermsType.CONTRACT, (), (), (), ("team",))
        put_source(session, tool, contract, "ann", NOW)


def end(sessions: Sessions, key: str) -> None:
    with sessions() as session:
        row = find_vetting(session, key)
        assert row is not None
        row.state = PassState.DONE
        session.add(row)


def test_every_submitted_tool_is_due_in_a_slot(sessions: Sessions) -> None:
    submitted(sessions, "brush", "chisel")
    assert due_recrawls(sessions, "2026-W10", NOW) == (
        "recrawl:acme/brush:2026-W10",
        "recrawl:acme/chisel:2026-W10",
    )


def test_a_slot_asked_for_twice_queues_nothing_twice(sessions: Sessions) -> None:
    submitted(sessions, "brush")
    (key,) = due_recrawls(sessions, "2026-W10", NOW)
    assert due_recrawls(sessions, "2026-W10", NOW) == (key,)
    end(sessions, key)
    assert due_recrawls(sessions, "2026-W10", NOW) == (key,)
    assert _passes(sessions, "acme/brush") == [("recrawl", "done")]


def test_the_next_slot_is_another_occasion(sessions: Sessions) -> None:
    submitted(sessions, "brush")
    (first,) = due_recrawls(sessions, "2026-W10", NOW)
    end(sessions, first)
    assert due_recrawls(sessions, "2026-W11", NOW) == ("recrawl:acme/brush:2026-W11",)


def test_a_recrawl_that_is_under_way_stands_for_the_next_slot(sessions: Sessions) -> None:
    submitted(sessions, "brush")
    first = due_recrawls(sessions, "2026-W10", NOW)
    assert due_recrawls(sessions, "2026-W11", NOW) == first


def test_a_listed_tool_is_left_alone(sessions: Sessions) -> None:
    with sessions() as session:
        list_catalogue(session, [vendor("brush")], NOW)
    assert due_recrawls(sessions, "2026-W10", NOW) == ()
    assert due_rereads(sessions, "rules-2", POLICY, NOW) == ()


def test_what_was_judged_by_the_rules_and_the_policy_of_today_is_not_read_again(sessions: Sessions) -> None:
    submitted(sessions, "brush")
    assert due_rereads(sessions, RULESET, POLICY, NOW) == ()


@pytest.mark.parametrize(("ruleset", "policy"), [("rules-2", POLICY), (RULESET, "policy-2")])
def test_what_was_judged_by_other_rules_or_another_policy_is_read_again(
    sessions: Sessions, ruleset: str, policy: str
) -> None:
    submitted(sessions, "brush")
    keys = due_rereads(sessions, ruleset, policy, NOW)
    assert due_rereads(sessions, ruleset, policy, NOW) == keys
    assert _passes(sessions, "acme/brush") == [("reread", "queued")]


def test_a_tool_that_was_never_judged_needs_no_reread(sessions: Sessions) -> None:
    whole = vendor("brush")
    with sessions() as session:
        submit_tool(session, whole, whole.tools[0], "ann", NOW)
    assert due_rereads(sessions, "rules-2", POLICY, NOW) == ()


def test_the_reread_of_a_tool_goes_before_its_recrawl(sessions: Sessions) -> None:
    submitted(sessions, "brush")
    recrawls = due_recrawls(sessions, "2026-W10", NOW)
    rereads = due_rereads(sessions, "rules-2", POLICY, NOW)
    reread, recrawl = (enqueue_options(_ticket(sessions, key)) for (key,) in (rereads, recrawls))
    assert reread["queue_partition_key"] == recrawl["queue_partition_key"]
    assert reread["priority"] < recrawl["priority"]


def test_a_tool_that_waits_for_an_upload_holds_up_no_other(sessions: Sessions) -> None:
    submitted(sessions, "brush", "chisel", "drill")
    waiting(sessions, "acme/chisel")
    assert [key.split(":")[1] for key in due_rereads(sessions, "rules-2", POLICY, NOW)] == [
        "acme/brush",
        "acme/drill",
    ]
    assert [key.split(":")[1] for key in due_recrawls(sessions, "2026-W10", NOW)] == [
        "acme/brush",
        "acme/drill",
    ]


def _passes(sessions: Sessions, slug: str) -> list[tuple[str, str]]:
    with sessions() as session:
        tool = find_tool(session, slug)
        assert tool is not None
        return [(row.kind, row.state) for row in vettings_of(session, tool.id)]


def _ticket(sessions: Sessions, key: str) -> Ticket:
    with sessions() as session:
        row = find_vetting(session, key)
    assert row is not None
    return Ticket(row.key, row.tool_id, PassKind(row.kind))
