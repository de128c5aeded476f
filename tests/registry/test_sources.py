"""Changing a submitted tool: it stays whole, what was read stays, and the audit log has both sides."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict

import pytest
from sqlmodel import Session, select

from extractors.model import Audience, TermsType
from registry.closed import Path as KeyPath
from registry.entries import AliasEntry, EntryError, PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.evidence import Seen, governing_of, record_sighting
from registry.model import AliasKind, Status
from registry.notices import NoticeKind, Opening, notices_of, open_notice
from registry.plans import put_plan
from registry.sources import (
    ChangeRefusedError,
    put_alias,
    put_source,
    remove_alias,
    retire_source,
    sources_changed,
)
from registry.standings import load_standings
from registry.store import (
    aliases_of,
    audit_events,
    find_plan,
    find_source,
    find_tool,
    plans_governed,
    revision,
    sources_of,
)
from registry.submissions import PassKind, PassState, entry_of, list_catalogue, request_pass
from registry.tables import PlanRow, SightingRow, SourceRow, ToolRow, VettingRow
from tests.registry.readings import NO_TRAINING, RULESET, clause, judged, show

CONTRACT = SourceEntry("contract", TermsType.CONTRACT, (), (), (), ("studio",))
LATER = timedelta(days=7)


class Mistake(TypedDict, total=False):
    """What is wrong with a source."""

    urls: tuple[str, ...]
    plans: tuple[str, ...]


@pytest.fixture
def terms(brush: ToolEntry) -> SourceEntry:
    return brush.sources[0]


def source(session: Session, tool: ToolRow, slug: str = "terms") -> SourceRow:
    row = find_source(session, tool.id, slug)
    assert row is not None
    return row


def governed(session: Session, row: SourceRow) -> list[str]:
    return [plan.slug for plan in plans_governed(session, row.id)]


def slugs(session: Session, tool: ToolRow) -> list[str]:
    return [row.slug for row in sources_of(session, tool.id)]


def see(session: Session, row: SourceRow, pass_key: str, at: datetime) -> None:
    show(session, row, clause(NO_TRAINING), pass_key, at)


def test_a_contract_signed_later_governs_the_plans_it_names(
    session: Session, tool: ToolRow, now: datetime
) -> None:
    row = put_source(session, tool, CONTRACT, "ann", now)
    assert slugs(session, tool) == ["terms", "dpa", "contract"]
    assert governed(session, row) == ["studio"]


def test_an_unread_source_leaves_its_plans_without_evidence(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    for row in sources_of(session, tool.id):
        see(session, row, "first", now)
    put_source(session, tool, CONTRACT, "ann", now)
    evidence_at = {one.plan: one.evidence_at for one in load_standings(session)}
    assert evidence_at == {"acme/brush@free": now, "acme/brush@studio": None}
    unread = [one.source for one in governing_of(session, studio.id, RULESET) if one.reading is None]
    assert unread == ["contract"]


def test_a_corrected_source_keeps_its_last_good_reading(
    session: Session, tool: ToolRow, studio: PlanRow, terms: SourceEntry, now: datetime
) -> None:
    see(session, source(session, tool), "first", now)
    other = replace(terms, urls=("https://brush.example/legal",), select=("main",), remove=("nav",))
    row = put_source(session, tool, other, "ann", now + LATER)
    assert (row.urls, row.select, row.remove) == (["https://brush.example/legal"], ["main"], ["nav"])
    readings = {one.source: one.reading for one in governing_of(session, studio.id, RULESET)}
    assert readings["terms"] is not None
    assert len(session.exec(select(SightingRow)).all()) == 1


def test_a_source_can_govern_other_plans_than_before(session: Session, tool: ToolRow, now: datetime) -> None:
    dpa = source(session, tool, "dpa")
    put_source(session, tool, _entry("dpa", "free"), "ann", now)
    assert governed(session, dpa) == ["free"]


@pytest.mark.parametrize(
    ("change", "path", "says"),
    [
        ({"urls": ("ftp://brush.example/terms",)}, ("urls", 0), "https://"),
        ({"plans": ("free", "pro")}, ("plans", 1), "no plan `pro`"),
        ({"plans": ()}, ("plans",), "governs no plan"),
        ({"plans": ("studio",)}, ("plans",), "no source governs the plan `free`"),
        ({"urls": ()}, ("urls",), "another slug"),
    ],
)
def test_a_mistaken_source_is_refused_where_the_mistake_stands(
    session: Session, tool: ToolRow, now: datetime, change: Mistake, path: KeyPath, says: str
) -> None:
    terms = entry_of(session, tool).sources[0]
    with pytest.raises(EntryError, match=says) as refused:
        put_source(session, tool, replace(terms, **change), "ann", now)
    assert refused.value.path == path
    assert entry_of(session, tool).sources[0] == terms


def test_the_same_source_again_changes_nothing(
    session: Session, tool: ToolRow, terms: SourceEntry, now: datetime
) -> None:
    before = revision(session)
    put_source(session, tool, replace(terms, plans=("studio", "free")), "ann", now)
    assert revision(session) == before
    assert source(session, tool).changed_at is None


def test_a_change_is_noted_with_both_sides_and_look_ups_hear_of_it(
    session: Session, tool: ToolRow, terms: SourceEntry, now: datetime
) -> None:
    before = revision(session)
    put_source(session, tool, replace(terms, select=("main",)), "ann", now)
    event = audit_events(session, "acme/brush")[0]
    session.refresh(event)
    assert (event.actor, event.action) == ("ann", "put_source")
    assert (event.detail["before"]["select"], event.detail["after"]["select"]) == ([], ["main"])
    assert revision(session) > before


def test_a_retired_source_counts_no_longer_and_comes_back_with_its_past(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    see(session, source(session, tool, "dpa"), "first", now)
    retire_source(session, tool, "dpa", "ann", now + LATER)
    assert slugs(session, tool) == ["terms"]
    assert [one.source for one in governing_of(session, studio.id, RULESET)] == ["terms"]
    row = put_source(session, tool, _entry("dpa", "studio"), "ann", now + 2 * LATER)
    assert row.active
    readings = {one.source: one.reading for one in governing_of(session, studio.id, RULESET)}
    assert readings["dpa"] is not None


def test_the_last_source_of_a_plan_cannot_be_retired(session: Session, tool: ToolRow, now: datetime) -> None:
    with pytest.raises(ChangeRefusedError, match="no source governs the plan `free`"):
        retire_source(session, tool, "terms", "ann", now)
    assert slugs(session, tool) == ["terms", "dpa"]


def test_a_source_is_retired_once(session: Session, tool: ToolRow, now: datetime) -> None:
    retire_source(session, tool, "dpa", "ann", now)
    with pytest.raises(ChangeRefusedError, match="no source `dpa`"):
        retire_source(session, tool, "dpa", "ann", now)


def test_a_listed_tool_changes_with_the_catalogue_alone(
    session: Session, acme: VendorEntry, now: datetime
) -> None:
    list_catalogue(session, [acme], now)
    tool = find_tool(session, "acme/brush")
    assert tool is not None
    with pytest.raises(ChangeRefusedError, match="submit it first"):
        put_source(session, tool, CONTRACT, "ann", now)
    with pytest.raises(ChangeRefusedError, match="submit it first"):
        put_alias(session, tool, AliasEntry(AliasKind.MODEL, "brush-*"), "ann", now)


def test_a_new_plan_stands_as_submitted_and_is_governed(
    session: Session, tool: ToolRow, now: datetime
) -> None:
    plan = put_plan(session, tool, PlanEntry("api", "API", Audience.API), ("terms",), "ann", now)
    assert plan.status == Status.SUBMITTED
    assert governed(session, source(session, tool)) == ["free", "studio", "api"]
    assert source(session, tool).changed_at == now


@pytest.mark.parametrize(
    ("name", "sources", "path"),
    [
        ("API", (), ("sources",)),
        ("API", ("terms", "faq"), ("sources", 1)),
        ("", ("terms",), ("name",)),
    ],
)
def test_a_mistaken_plan_is_refused_where_the_mistake_stands(
    session: Session, tool: ToolRow, now: datetime, name: str, sources: tuple[str, ...], path: KeyPath
) -> None:
    with pytest.raises(EntryError) as refused:
        put_plan(session, tool, PlanEntry("api", name, Audience.API), sources, "ann", now)
    assert refused.value.path == path
    assert find_plan(session, tool.id, "api") is None


def test_a_plan_can_be_renamed_whatever_rests_on_it(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    _assess(session, tool, studio, now)
    put_plan(session, tool, PlanEntry("studio", "Studio Plus", Audience.BUSINESS), (), "ann", now)
    assert (studio.name, studio.status) == ("Studio Plus", Status.IN_REVIEW)
    assert source(session, tool).changed_at is None


def test_the_audience_of_an_assessed_plan_stays(
    session: Session, tool: ToolRow, studio: PlanRow, now: datetime
) -> None:
    other = PlanEntry("studio", "Studio", Audience.API)
    assert put_plan(session, tool, other, (), "ann", now).audience == "api"
    _assess(session, tool, studio, now)
    with pytest.raises(ChangeRefusedError, match="was assessed for audience api"):
        put_plan(session, tool, PlanEntry("studio", "Studio", Audience.BUSINESS), (), "ann", now)
    assert studio.audience == "api"


def test_another_name_is_given_and_taken_once(session: Session, tool: ToolRow, now: datetime) -> None:
    name = AliasEntry(AliasKind.MODEL, "brush-*")
    assert [put_alias(session, tool, name, "ann", now) for _ in range(2)] == [True, False]
    assert "brush-*" in [alias.value for alias in aliases_of(session, tool.id)]
    assert [remove_alias(session, tool, name, "ann", now) for _ in range(2)] == [True, False]
    assert [alias.value for alias in aliases_of(session, tool.id)] == ["brush.example"]
    actions = [event.action for event in audit_events(session, "acme/brush")]
    assert actions[:2] == ["remove_alias", "put_alias"]


def test_a_name_that_no_system_can_see_is_refused(session: Session, tool: ToolRow, now: datetime) -> None:
    with pytest.raises(EntryError, match="no host alias"):
        put_alias(session, tool, AliasEntry(AliasKind.HOST, "https://brush.example/"), "ann", now)


def test_a_change_of_ours_is_told_until_a_pass_has_seen_it(
    session: Session, tool: ToolRow, terms: SourceEntry, now: datetime
) -> None:
    first = _pass(session, tool, "first", now)
    see(session, source(session, tool), first.key, now)
    assert not sources_changed(session, _pass(session, tool, "second", now))

    changed_at = now + LATER
    put_source(session, tool, replace(terms, urls=("https://brush.example/legal",)), "ann", changed_at)
    failing = _pass(session, tool, "failing", changed_at + LATER)
    record_sighting(session, source(session, tool).id, failing.key, Seen(None, changed_at + LATER))
    assert sources_changed(session, failing)

    seeing = _pass(session, tool, "seeing", changed_at + 2 * LATER)
    see(session, source(session, tool), seeing.key, changed_at + 2 * LATER)
    assert sources_changed(session, seeing)
    assert not sources_changed(session, _pass(session, tool, "next", changed_at + 3 * LATER))


def test_a_retired_source_is_a_change_of_ours_until_the_tool_was_judged_without_it(
    session: Session, tool: ToolRow, now: datetime
) -> None:
    retire_source(session, tool, "dpa", "ann", now)
    assert sources_changed(session, _pass(session, tool, "first", now + LATER))
    assert not sources_changed(session, _pass(session, tool, "second", now + 2 * LATER))


def _entry(slug: str, plan: str) -> SourceEntry:
    kind = TermsType.DATA_PROCESSOR_AGREEMENT
    return SourceEntry(slug, kind, (f"https://brush.example/{slug}",), (), (), (plan,))


def _assess(session: Session, tool: ToolRow, plan: PlanRow, now: datetime) -> None:
    see(session, source(session, tool), "first", now)
    judged(session, plan, source(session, tool), clause(NO_TRAINING), now)


def _pass(session: Session, tool: ToolRow, key: str, at: datetime) -> VettingRow:
    """A pass that has ended."""
    row = request_pass(session, tool, PassKind.RECRAWL, at, key)
    row.state, row.finished_at = PassState.DONE, at
    session.add(row)
    session.flush()
    return row


def test_nobody_is_asked_to_look_after_a_source_that_is_retired(
    session: Session, tool: ToolRow, now: datetime
) -> None:
    row = put_source(session, tool, CONTRACT, "ann", now)
    for kind in (NoticeKind.FAILING, NoticeKind.SWAPPED):
        open_notice(session, Opening(kind, tool.id, row.id, "contract is gone"), now)
    retire_source(session, tool, "contract", "ann", now)
    assert [one.kind for one in notices_of(session, tool_id=tool.id)] == [NoticeKind.SWAPPED]
