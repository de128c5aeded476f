"""How tools come in: listed once, submitted once, vetted once at a time."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import Session

from extractors.model import Snapshot, TermsType
from registry.entries import SourceEntry, ToolEntry, VendorEntry
from registry.model import Status
from registry.store import audit_events, find_tool, plans_governed, plans_of, revision, sources_of
from registry.submissions import (
    DuplicateToolError,
    Listed,
    NothingToVetError,
    PassKind,
    keep_upload,
    list_catalogue,
    missing_uploads,
    request_pass,
    submit_listed,
    submit_tool,
)


def test_listing_the_catalogue_approves_nothing(session: Session, acme: VendorEntry, now: datetime) -> None:
    list_catalogue(session, [acme], now)
    tool = find_tool(session, "acme/brush")
    assert tool is not None
    assert {plan.status for plan in plans_of(session, tool.id)} == {Status.LISTED}


def test_listing_the_catalogue_twice_changes_nothing(
    session: Session, acme: VendorEntry, now: datetime
) -> None:
    assert list_catalogue(session, [acme], now) == Listed(added=1, updated=0, kept=0)
    before = revision(session)
    assert list_catalogue(session, [acme], now) == Listed(added=0, updated=0, kept=1)
    assert revision(session) == before


def test_a_changed_entry_updates_a_listed_tool(session: Session, acme: VendorEntry, now: datetime) -> None:
    list_catalogue(session, [acme], now)
    renamed = replace(
        acme, tools=(replace(acme.tools[0], plans=acme.tools[0].plans[1:], sources=_dpa(acme)),)
    )
    assert list_catalogue(session, [renamed], now).updated == 1
    tool = find_tool(session, "acme/brush")
    assert tool is not None
    assert [plan.slug for plan in plans_of(session, tool.id)] == ["studio"]


def test_the_catalogue_leaves_a_submitted_tool_alone(
    session: Session, acme: VendorEntry, brush: ToolEntry, now: datetime
) -> None:
    submit_tool(session, acme, brush, "ann", now)
    changed = replace(acme, tools=(replace(brush, name="Broom"),))
    assert list_catalogue(session, [changed], now).kept == 1
    tool = find_tool(session, "acme/brush")
    assert tool is not None
    assert tool.name == "Brush"


def test_a_submission_adopts_a_listed_tool_with_its_own_sources(
    session: Session, acme: VendorEntry, brush: ToolEntry, now: datetime
) -> None:
    list_catalogue(session, [acme], now)
    own = replace(brush, sources=(replace(brush.sources[0], urls=("https://brush.example/other",)),))
    tool = submit_tool(session, acme, own, "ann", now)
    assert [source.urls for source in sources_of(session, tool.id)] == [["https://brush.example/other"]]
    assert {plan.status for plan in plans_of(session, tool.id)} == {Status.SUBMITTED}


def test_a_second_submission_of_a_tool_is_refused(
    session: Session, acme: VendorEntry, brush: ToolEntry, now: datetime
) -> None:
    submit_tool(session, acme, brush, "ann", now)
    with pytest.raises(DuplicateToolError, match="request a new vetting"):
        submit_tool(session, acme, brush, "bob", now)


def test_each_source_governs_the_plans_it_names(
    session: Session, acme: VendorEntry, brush: ToolEntry, now: datetime
) -> None:
    tool = submit_tool(session, acme, brush, "ann", now)
    terms, dpa = sources_of(session, tool.id)
    assert [plan.slug for plan in plans_governed(session, terms.id)] == ["free", "studio"]
    assert [plan.slug for plan in plans_governed(session, dpa.id)] == ["studio"]


def test_a_pass_that_is_under_way_is_given_again(
    session: Session, acme: VendorEntry, brush: ToolEntry, now: datetime
) -> None:
    tool = submit_tool(session, acme, brush, "ann", now)
    first = request_pass(session, tool, PassKind.FIRST_LOOK, now)
    assert request_pass(session, tool, PassKind.FIRST_LOOK, now).key == first.key
    assert request_pass(session, tool, PassKind.RECRAWL, now).key != first.key


def test_a_tool_waits_for_its_uploads(session: Session, acme: VendorEntry, now: datetime) -> None:
    contract = SourceEntry("contract", TermsType.CONTRACT, (), (), (), ("free", "studio"))
    entry = replace(acme.tools[0], sources=(contract,))
    tool = submit_tool(session, acme, entry, "ann", now)
    with pytest.raises(NothingToVetError, match="contract"):
        request_pass(session, tool, PassKind.FIRST_LOOK, now)
    keep_upload(session, sources_of(session, tool.id)[0], _page(b"We train on nothing.", now), "ann", now)
    assert missing_uploads(session, tool) == ()
    assert request_pass(session, tool, PassKind.FIRST_LOOK, now).state == "queued"


def test_a_submission_is_noted_with_its_actor(session: Session, acme: VendorEntry, now: datetime) -> None:
    list_catalogue(session, [acme], now)
    tool = find_tool(session, "acme/brush")
    assert tool is not None
    submit_listed(session, tool, "ann", now)
    assert [(event.actor, event.action) for event in audit_events(session, "acme/brush")] == [
        ("ann", "submit")
    ]


def _dpa(vendor: VendorEntry) -> tuple[SourceEntry, ...]:
    return tuple(source for source in vendor.tools[0].sources if source.slug == "dpa")


def _page(body: bytes, at: datetime) -> Snapshot:
    return Snapshot(body, "0" * 64, "text/plain", "utf-8", "upload:contract.txt", at)
