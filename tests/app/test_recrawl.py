"""Which passes are due: a tool with due sources once, what is judged by other rules or policy before."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from app.db import engine_from, readings_of, sessions_of
from app.jobs import Ticket, enqueue_options
from app.recrawl import Doors, all_recrawls, due_recrawls, due_rereads
from extractors.model import Audience, TermsType
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.sources import put_source, retire_source
from registry.store import find_source, find_tool, find_vetting, plans_of, sources_of, vettings_of
from registry.submissions import PassKind, PassState, list_catalogue, submit_tool
from tests.registry.readings import NO_TRAINING, POLICY, RULESET, clause, judged, show

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def doors(registry_url: str) -> Iterator[Doors]:
    engine = engine_from(registry_url)
    yield Doors(sessions_of(engine), readings_of(engine))
    engine.dispose()


def vendor(*slugs: str) -> VendorEntry:
    terms = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, ("https://acme.example/t",), (), (), ("team",))
    plan = PlanEntry("team", "Team", Audience.BUSINESS)
    return VendorEntry(
        "acme", "Acme", tuple(ToolEntry(slug, slug.title(), (plan,), (), (terms,)) for slug in slugs)
    )


def submitted(doors: Doors, *slugs: str) -> None:
    """Submit invented tools, and judge each by one page."""
    whole = vendor(*slugs)
    with doors.sessions() as session:
        for entry in whole.tools:
            tool = submit_tool(session, whole, entry, "ann", NOW)
            (source,), (plan,) = sources_of(session, tool.id), plans_of(session, tool.id)
            show(session, source, clause(NO_TRAINING), f"first-{entry.slug}", NOW)
            judged(session, plan, source, clause(NO_TRAINING), NOW)


def waiting(doors: Doors, slug: str) -> None:
    """Let a tool wait for a contract."""
    with doors.sessions() as session:
        tool = find_tool(session, slug)
        assert tool is not None
        contract = SourceEntry("contract", TermsType.CONTRACT, (), (), (), ("team",))
        put_source(session, tool, contract, "ann", NOW)


def end(doors: Doors, key: str, state: PassState = PassState.DONE) -> None:
    with doors.sessions() as session:
        row = find_vetting(session, key)
        assert row is not None
        row.state, row.finished_at = state, NOW
        session.add(row)


def put_off(doors: Doors, slug: str, source: str, due_at: datetime) -> None:
    with doors.sessions() as session:
        tool = find_tool(session, slug)
        assert tool is not None
        row = find_source(session, tool.id, source)
        assert row is not None
        row.due_at = due_at
        session.add(row)


def test_a_submitted_tool_is_due_by_the_time_its_first_look_should_have_been(doors: Doors) -> None:
    submitted(doors, "brush", "chisel")
    assert due_recrawls(doors, NOW) == ()
    assert _tools(due_recrawls(doors, LATER)) == ["acme/brush", "acme/chisel"]


def test_the_tool_that_has_waited_longest_goes_first(doors: Doors) -> None:
    submitted(doors, "brush", "chisel")
    put_off(doors, "acme/chisel", "terms", NOW)
    assert _tools(due_recrawls(doors, LATER)) == ["acme/chisel", "acme/brush"]


def test_what_is_due_is_promised_once_however_often_it_is_asked_for(doors: Doors) -> None:
    submitted(doors, "brush")
    (key,) = due_recrawls(doors, LATER)
    assert due_recrawls(doors, LATER) == (key,)
    assert _passes(doors, "acme/brush") == [("recrawl", "queued")]


def test_a_pass_of_the_schedule_knows_by_when_its_sources_were_due(doors: Doors) -> None:
    submitted(doors, "brush")
    (key,) = due_recrawls(doors, LATER)
    with doors.readings() as session:
        row = find_vetting(session, key)
        assert row is not None
        assert row.due_by == LATER


def test_a_source_that_is_not_due_makes_its_tool_due_no_sooner(doors: Doors) -> None:
    submitted(doors, "brush")
    put_off(doors, "acme/brush", "terms", LATER + timedelta(seconds=1))
    assert due_recrawls(doors, LATER) == ()


def test_a_retired_source_is_never_due(doors: Doors) -> None:
    submitted(doors, "brush")
    with doors.sessions() as session:
        tool = find_tool(session, "acme/brush")
        assert tool is not None
        other = SourceEntry("new", TermsType.TERMS_OF_SERVICE, ("https://acme.example/n",), (), (), ("team",))
        put_source(session, tool, other, "ann", NOW)
        retire_source(session, tool, "terms", "ann", NOW)
    put_off(doors, "acme/brush", "new", LATER + timedelta(days=1))
    assert due_recrawls(doors, LATER) == ()


def test_by_hand_every_submitted_tool_is_looked_at_with_all_its_sources(doors: Doors) -> None:
    submitted(doors, "brush", "chisel")
    keys = all_recrawls(doors, NOW)
    assert _tools(keys) == ["acme/brush", "acme/chisel"]
    with doors.readings() as session:
        row = find_vetting(session, keys[0])
        assert row is not None
        assert row.due_by is None


def test_a_listed_tool_is_left_alone(doors: Doors) -> None:
    with doors.sessions() as session:
        list_catalogue(session, [vendor("brush")], NOW)
    assert due_recrawls(doors, LATER) == ()
    assert due_rereads(doors, "rules-2", POLICY, NOW) == ()


def test_a_reread_that_came_to_no_end_is_not_tried_again_at_once(doors: Doors) -> None:
    submitted(doors, "brush")
    (key,) = due_rereads(doors, "rules-2", POLICY, NOW)
    end(doors, key, PassState.FAILED)
    assert due_rereads(doors, "rules-2", POLICY, NOW + timedelta(hours=23)) == ()
    assert _tools(due_rereads(doors, "rules-2", POLICY, NOW + timedelta(hours=25))) == ["acme/brush"]


def test_what_was_judged_by_the_rules_and_the_policy_of_today_is_not_read_again(doors: Doors) -> None:
    submitted(doors, "brush")
    assert due_rereads(doors, RULESET, POLICY, NOW) == ()


@pytest.mark.parametrize(("ruleset", "policy"), [("rules-2", POLICY), (RULESET, "policy-2")])
def test_what_was_judged_by_other_rules_or_another_policy_is_read_again(
    doors: Doors, ruleset: str, policy: str
) -> None:
    submitted(doors, "brush")
    keys = due_rereads(doors, ruleset, policy, NOW)
    assert due_rereads(doors, ruleset, policy, NOW) == keys
    assert _passes(doors, "acme/brush") == [("reread", "queued")]


def test_a_tool_that_was_never_judged_needs_no_reread(doors: Doors) -> None:
    whole = vendor("brush")
    with doors.sessions() as session:
        submit_tool(session, whole, whole.tools[0], "ann", NOW)
    assert due_rereads(doors, "rules-2", POLICY, NOW) == ()


def test_the_reread_of_a_tool_goes_before_its_recrawl(doors: Doors) -> None:
    submitted(doors, "brush")
    recrawls = due_recrawls(doors, LATER)
    rereads = due_rereads(doors, "rules-2", POLICY, NOW)
    reread, recrawl = (enqueue_options(_ticket(doors, key)) for (key,) in (rereads, recrawls))
    assert reread["queue_partition_key"] == recrawl["queue_partition_key"]
    assert reread["priority"] < recrawl["priority"]


def test_a_tool_that_waits_for_an_upload_holds_up_no_other(doors: Doors) -> None:
    submitted(doors, "brush", "chisel", "drill")
    waiting(doors, "acme/chisel")
    assert _tools(due_rereads(doors, "rules-2", POLICY, NOW)) == ["acme/brush", "acme/drill"]
    assert _tools(due_recrawls(doors, LATER)) == ["acme/brush", "acme/drill"]


def _tools(keys: Sequence[str]) -> list[str]:
    return [key.split(":")[1] for key in keys]


def _passes(doors: Doors, slug: str) -> list[tuple[str, str]]:
    with doors.sessions() as session:
        tool = find_tool(session, slug)
        assert tool is not None
        return [(row.kind, row.state) for row in vettings_of(session, tool.id)]


def _ticket(doors: Doors, key: str) -> Ticket:
    with doors.sessions() as session:
        row = find_vetting(session, key)
    assert row is not None
    return Ticket(row.key, row.tool_id, PassKind(row.kind))
