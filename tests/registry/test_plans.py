"""Retiring a plan: nothing allows it any more, nothing of it is lost, and it can come back."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from extractors.model import Audience, TermsType
from registry.crawling import outdated_tools
from registry.entries import EntryError, PlanEntry, SourceEntry
from registry.evaluate import evaluate
from registry.glances import is_outdated
from registry.lifecycle import IllegalMoveError
from registry.model import Clock, EvaluationStatus, Status, Verdict
from registry.plans import put_plan, retire_plan, retired_sources
from registry.policy import load_policy
from registry.requests import RequestRefusedError, open_requests, request_approval
from registry.reviews import decide
from registry.rulings import Ruling
from registry.sources import ChangeRefusedError, put_source, retire_source
from registry.standings import load_standings
from registry.store import (
    audit_events,
    flags_of,
    plans_ever_of,
    plans_governed,
    plans_of,
    sources_of,
    submitted_tools,
)
from registry.submissions import (
    NothingToVetError,
    PassKind,
    entry_of,
    is_listed_only,
    request_pass,
)
from registry.tables import DecisionRow, PlanRow, ToolRow
from tests.registry.readings import NO_TRAINING, clause, judged, show

DROPPED = "The vendor has dropped it."
STUDIO = PlanEntry("studio", "Studio", Audience.BUSINESS)
LATER = timedelta(days=1)


@pytest.fixture
def approved(session: Session, tool: ToolRow, studio: PlanRow, now: datetime) -> PlanRow:
    source = sources_of(session, tool.id)[0]
    show(session, source, clause(NO_TRAINING), "first", now)
    judged(session, studio, source, clause(NO_TRAINING), now)
    decide(session, studio, Ruling(Verdict.APPROVE, "Never trains.", now + 90 * LATER), "kim", now)
    return studio


def slugs(session: Session, tool: ToolRow) -> list[str]:
    return [one.slug for one in plans_of(session, tool.id)]


def test_look_ups_know_a_retired_plan_no_longer(
    session: Session, tool: ToolRow, approved: PlanRow, now: datetime
) -> None:
    assert "acme/brush@studio" in [one.plan for one in load_standings(session)]
    retire_plan(session, tool, approved, DROPPED, "kim", now)
    assert [one.plan for one in load_standings(session)] == ["acme/brush@free"]


def test_a_retired_standing_of_whatever_origin_is_unknown(
    session: Session, approved: PlanRow, now: datetime
) -> None:
    standing = next(one for one in load_standings(session) if one.plan == "acme/brush@studio")
    answer = evaluate(replace(standing, status=Status.RETIRED), {}, load_policy("default"), now)
    assert (answer.decision, answer.status) == (False, EvaluationStatus.UNKNOWN)


def test_an_approval_ends_with_its_plan_and_stays_on_record(
    session: Session, tool: ToolRow, approved: PlanRow, now: datetime
) -> None:
    retire_plan(session, tool, approved, DROPPED, "kim", now + LATER)
    assert approved.status == Status.RETIRED
    (decision,) = session.exec(select(DecisionRow).where(DecisionRow.plan_id == approved.id)).all()
    assert (decision.verdict, decision.reason) == ("approve", "Never trains.")
    event = audit_events(session, "acme/brush@studio")[0]
    assert (event.actor, event.action) == ("kim", "retire_plan")
    assert (event.detail["was"], event.detail["reason"]) == ("approved", DROPPED)


def test_what_waits_on_a_plan_ends_with_it(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    assert open_requests(session, studio.id)
    retire_plan(session, tool, studio, DROPPED, "kim", now)
    assert not open_requests(session, studio.id)
    assert not flags_of(session, studio.id)


def test_a_source_that_governed_no_other_plan_is_retired_with_it(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    ended = retire_plan(session, tool, studio, DROPPED, "kim", now)
    assert [one.slug for one in ended] == ["dpa"]
    assert [one.slug for one in sources_of(session, tool.id)] == ["terms"]
    assert audit_events(session, "acme/brush")[0].action == "retire_source"
    assert [one.slug for one in plans_governed(session, sources_of(session, tool.id)[0].id)] == ["free"]


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_auditor_will_ask_why_a_plan_was_retired(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime, reason: str
) -> None:
    with pytest.raises(ChangeRefusedError, match="give a reason"):
        retire_plan(session, tool, studio, reason, "kim", now)


def test_a_plan_is_retired_once(session: Session, tool: ToolRow, studio: PlanRow, now: datetime) -> None:
    retire_plan(session, tool, studio, DROPPED, "kim", now)
    with pytest.raises(ChangeRefusedError, match="is retired already"):
        retire_plan(session, tool, studio, DROPPED, "kim", now)


def test_nobody_decides_on_a_retired_plan_or_asks_for_it(
    session: Session, tool: ToolRow, approved: PlanRow, now: datetime
) -> None:
    retire_plan(session, tool, approved, DROPPED, "kim", now)
    with pytest.raises(IllegalMoveError, match="retired cannot approve; it can: submit"):
        decide(session, approved, Ruling(Verdict.APPROVE, "Again.", now + 90 * LATER), "kim", now)
    with pytest.raises(RequestRefusedError, match="is retired; bring it back"):
        request_approval(session, approved, Clock.ROUTINE, "Please.", "ann", now)


def test_a_plan_comes_back_as_submitted_and_without_its_approval(
    session: Session, tool: ToolRow, approved: PlanRow, now: datetime
) -> None:
    retire_plan(session, tool, approved, DROPPED, "kim", now)
    put_plan(session, tool, STUDIO, (), "ann", now + LATER)
    assert approved.status == Status.SUBMITTED
    assert [one.requested_by for one in open_requests(session, approved.id)] == ["ann"]
    assert [one.slug for one in sources_of(session, tool.id)] == ["terms"]
    standing = next(one for one in load_standings(session) if one.plan == "acme/brush@studio")
    assert standing.status is Status.SUBMITTED


def test_a_source_comes_back_with_its_plan_where_it_is_named(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    before = entry_of(session, tool)
    retire_plan(session, tool, studio, DROPPED, "kim", now)
    assert [one.slug for one in retired_sources(session, studio)] == ["dpa"]
    put_plan(session, tool, STUDIO, ("dpa",), "ann", now + LATER)
    assert entry_of(session, tool) == before


def test_a_retired_source_that_comes_back_with_a_plan_governs_no_other(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    both = SourceEntry("faq", TermsType.OTHER, ("https://brush.example/faq",), (), (), ("free", "studio"))
    put_source(session, tool, both, "ann", now)
    retire_source(session, tool, "faq", "ann", now)
    retire_plan(session, tool, studio, DROPPED, "kim", now)
    put_plan(session, tool, STUDIO, ("faq",), "ann", now + LATER)
    faq = next(one for one in sources_of(session, tool.id) if one.slug == "faq")
    assert [one.slug for one in plans_governed(session, faq.id)] == ["studio"]


def test_a_changed_source_leaves_on_record_that_it_governed_a_retired_plan(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    retire_plan(session, tool, studio, DROPPED, "kim", now)
    moved = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, ("https://brush.example/n",), (), (), ("free",))
    put_source(session, tool, moved, "ann", now)
    put_plan(session, tool, STUDIO, (), "ann", now + LATER)
    terms = sources_of(session, tool.id)[0]
    assert [one.slug for one in plans_governed(session, terms.id)] == ["free", "studio"]


def test_a_tool_whose_plans_are_all_retired_is_neither_looked_at_nor_the_catalogues(
    session: Session, tool: ToolRow, now: datetime
) -> None:
    for plan in plans_of(session, tool.id):
        retire_plan(session, tool, plan, DROPPED, "kim", now)
    assert (slugs(session, tool), len(plans_ever_of(session, tool.id))) == ([], 2)
    assert not sources_of(session, tool.id)
    assert not submitted_tools(session)
    assert not load_standings(session)
    assert not is_listed_only(session, tool)
    with pytest.raises(NothingToVetError, match="no plan in use"):
        request_pass(session, tool, PassKind.RECRAWL, now)


def test_the_last_plan_comes_back_with_the_source_that_is_named(
    session: Session, tool: ToolRow, now: datetime
) -> None:
    for plan in plans_of(session, tool.id):
        retire_plan(session, tool, plan, DROPPED, "kim", now)
    with pytest.raises(EntryError) as refused:
        put_plan(session, tool, STUDIO, (), "ann", now)
    assert refused.value.path == ("sources",)


def test_a_retired_plan_read_by_older_rules_keeps_no_tool_busy(
    session: Session, tool: ToolRow, approved: PlanRow, now: datetime
) -> None:
    assert list(outdated_tools(session, "other rules", "other policy")) == [tool.id]
    assert is_outdated(session, tool.id, "other rules", "other policy")
    retire_plan(session, tool, approved, DROPPED, "kim", now)
    assert list(outdated_tools(session, "other rules", "other policy")) == []
    assert not is_outdated(session, tool.id, "other rules", "other policy")
