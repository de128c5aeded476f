"""Which documents governed a plan since when."""

import hashlib
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from extractors.model import Document, Snapshot
from registry.entries import ToolEntry, VendorEntry
from registry.evidence import Seen, keep_document, record_sighting
from registry.pasts import Origin, Step, steps_of, steps_of_tool
from registry.recorded import Recorded, keep_recorded, recorded_source
from registry.store import find_plan, find_source
from registry.submissions import PassKind, submit_tool
from registry.tables import SourceRow, ToolRow, VettingRow
from tests.registry.conftest import NOW

DAY = timedelta(days=1)


@pytest.fixture
def tool(session: Session, brush: ToolEntry) -> ToolRow:
    return submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "ann", NOW)


def source(session: Session, tool: ToolRow, slug: str) -> SourceRow:
    found = find_source(session, tool.id, slug)
    assert found is not None
    return found


def shown(text: str, at: datetime) -> tuple[Document, Snapshot]:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(text, digest), Snapshot(text.encode(), digest, "text/markdown", None, "u", at)


def begin(session: Session, tool: ToolRow, key: str, kind: PassKind = PassKind.RECRAWL) -> None:
    session.add(VettingRow(key=key, tool_id=tool.id, kind=kind, state="done", step="", queued_at=NOW))
    session.flush()


def see(session: Session, tool: ToolRow, slug: str, look: tuple[str, datetime], text: str | None) -> None:
    key, at = look
    row = source(session, tool, slug)
    document_id = None
    if text is not None:
        document, snapshot = shown(text, at)
        document_id = keep_document(session, row.id, document, [snapshot])
    record_sighting(session, row.id, key, Seen(document_id, at))


def steps(session: Session, tool: ToolRow) -> tuple[Step, ...]:
    plan = find_plan(session, tool.id, "studio")
    assert plan is not None
    return steps_of(session, plan.id)


def test_what_one_pass_saw_holds_from_one_moment(session: Session, tool: ToolRow) -> None:
    begin(session, tool, "first")
    see(session, tool, "terms", ("first", NOW), "Terms.")
    see(session, tool, "dpa", ("first", NOW + timedelta(seconds=9)), "Addendum.")
    assert {step.at for step in steps(session, tool)} == {NOW + timedelta(seconds=9)}


def test_looks_that_found_the_same_or_failed_are_no_steps(session: Session, tool: ToolRow) -> None:
    for number, text in enumerate(["Terms.", "Terms.", None, "Other terms.", "Terms."]):
        begin(session, tool, f"pass{number}")
        see(session, tool, "terms", (f"pass{number}", NOW + number * DAY), text)
    found = steps(session, tool)
    assert [step.at for step in found] == [NOW, NOW + 3 * DAY, NOW + 4 * DAY]
    assert [step.ours for step in found] == [True, False, False]


def test_what_was_never_read_is_a_step_to_nothing(session: Session, tool: ToolRow) -> None:
    begin(session, tool, "first")
    see(session, tool, "terms", ("first", NOW), None)
    assert [step.document_id for step in steps(session, tool)] == [None]


def test_a_pass_that_runs_still_or_failed_is_not_taken_in(session: Session, tool: ToolRow) -> None:
    begin(session, tool, "first")
    row = session.exec(select(VettingRow)).one()
    row.state = "failed"
    session.add(row)
    see(session, tool, "terms", ("first", NOW), "Terms.")
    assert steps(session, tool) == ()


def test_a_reread_takes_the_place_of_the_look_it_reads_anew(session: Session, tool: ToolRow) -> None:
    begin(session, tool, "first")
    see(session, tool, "terms", ("first", NOW), "Terms.")
    begin(session, tool, "again", PassKind.REREAD)
    see(session, tool, "terms", ("again", NOW), "# Terms.")
    (step,) = steps(session, tool)
    assert step.at == NOW
    assert step.document_id == 2


def test_a_source_that_was_changed_is_our_doing_at_its_next_look(session: Session, tool: ToolRow) -> None:
    begin(session, tool, "first")
    see(session, tool, "terms", ("first", NOW), "Terms.")
    row = source(session, tool, "terms")
    row.changed_at = NOW + DAY
    session.add(row)
    begin(session, tool, "next")
    see(session, tool, "terms", ("next", NOW + 2 * DAY), "Less of the terms.")
    assert [step.ours for step in steps(session, tool)] == [True, True]


def test_a_retired_source_counts_until_it_was_retired(session: Session, tool: ToolRow) -> None:
    begin(session, tool, "first")
    see(session, tool, "terms", ("first", NOW), "Terms.")
    row = source(session, tool, "terms")
    row.active, row.changed_at = False, NOW + DAY
    session.add(row)
    assert [(step.at, step.origin) for step in steps(session, tool)] == [
        (NOW, Origin.SEEN),
        (NOW + DAY, Origin.RETIRED),
    ]


def test_a_recorded_past_belongs_to_the_source_it_is_of(session: Session, tool: ToolRow) -> None:
    past = recorded_source(session, source(session, tool, "terms"), "archive", "Brush/Terms.md")
    document, snapshot = shown("Old terms.", NOW - DAY)
    keep_recorded(session, past, [Recorded("import:1", "git:a", snapshot, document, None)], NOW)
    begin(session, tool, "first")
    see(session, tool, "terms", ("first", NOW), "Terms.")
    for found in (steps(session, tool), steps_of_tool(session, tool.id)):
        assert [(step.source, step.origin) for step in found] == [
            ("terms", Origin.RECORDED),
            ("terms", Origin.SEEN),
        ]
