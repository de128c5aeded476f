"""What terms name, kept with a reading, and what of it nobody tracks."""

import hashlib
from datetime import datetime

from sqlmodel import Session, select

from extractors.model import Document, DocumentKind, Reading, Reference, Snapshot
from registry.entries import ToolEntry, VendorEntry
from registry.evidence import Seen, keep_document, keep_reading, keep_snapshot, record_sighting
from registry.mentions import keep_references, open_questions, references_of, untracked_of_tool
from registry.store import find_plan, sources_of
from registry.submissions import submit_tool
from registry.tables import CaptureRow, PlanRow, ReadingRow, SourceRow, ToolRow

RULES = "rules-1"
USE = Reference("Use Policy", None, DocumentKind.ACCEPTABLE_USE_POLICY, True, 0, 4, "Text")
COOKIES = Reference("Cookie Policy", None, DocumentKind.OTHER, False, 0, 4, "Text")
DPA = Reference("DPA", None, DocumentKind.DATA_PROCESSOR_AGREEMENT, True, 0, 4, "Text")


def _named(session: Session, source: SourceRow, now: datetime, *references: Reference) -> int:
    body = f"Text of {source.slug}".encode()
    digest = hashlib.sha256(body).hexdigest()
    snapshot = Snapshot(body, digest, "text/plain", "utf-8", source.urls[0], now)
    keep_snapshot(session, snapshot)
    document_id = keep_document(session, source.id, Document(body.decode(), digest), [snapshot])
    keep_reading(session, document_id, Reading(digest, RULES, ()), now)
    keep_references(session, document_id, RULES, references)
    record_sighting(session, source.id, "pass-1", Seen(document_id, now))
    return document_id


def _submitted(session: Session, brush: ToolEntry, now: datetime) -> ToolRow:
    return submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "mia", now)


def _plan(session: Session, tool: ToolRow, slug: str) -> PlanRow:
    plan = find_plan(session, tool.id, slug)
    assert plan is not None
    return plan


def test_references_are_kept_once_with_their_reading(
    session: Session, brush: ToolEntry, now: datetime
) -> None:
    terms = sources_of(session, _submitted(session, brush, now).id)[0]
    document_id = _named(session, terms, now, USE, COOKIES)
    keep_references(session, document_id, RULES, [USE])
    reading = session.exec(select(ReadingRow)).one()
    assert references_of(session, reading.id) == (USE, COOKIES)


def test_a_tools_untracked_documents_are_those_that_no_source_covers(
    session: Session, brush: ToolEntry, now: datetime
) -> None:
    tool = _submitted(session, brush, now)
    _named(session, sources_of(session, tool.id)[0], now, USE, COOKIES, DPA)
    found = untracked_of_tool(session, tool)
    assert [one.name for one in found] == ["Use Policy", "Cookie Policy"]
    assert [place.source for place in found[0].places] == ["terms"]


def test_a_plans_open_questions_are_what_is_incorporated_and_does_not_govern_it(
    session: Session, brush: ToolEntry, now: datetime
) -> None:
    tool = _submitted(session, brush, now)
    _named(session, sources_of(session, tool.id)[0], now, USE, COOKIES, DPA)
    asked = {
        slug: [one.name for one in open_questions(session, tool, _plan(session, tool, slug))]
        for slug in ("free", "studio")
    }
    assert asked == {"free": ["DPA", "Use Policy"], "studio": ["Use Policy"]}


def test_the_address_that_a_page_led_to_is_the_sources_too(
    session: Session, brush: ToolEntry, now: datetime
) -> None:
    tool = _submitted(session, brush, now)
    terms = sources_of(session, tool.id)[0]
    moved = Reference("Rules", "https://brush.example/legal/rules", DocumentKind.OTHER, True, 0, 4, "Text")
    _named(session, terms, now, moved)
    assert [one.name for one in untracked_of_tool(session, tool)] == ["Rules"]
    digest = hashlib.sha256(b"Text of terms").hexdigest()
    session.add(
        CaptureRow(source_id=terms.id, url=terms.urls[0], at=now, snapshot=digest, final_url=moved.url)
    )
    session.flush()
    assert untracked_of_tool(session, tool) == ()


def test_a_tool_that_was_never_read_names_nothing(session: Session, brush: ToolEntry, now: datetime) -> None:
    assert untracked_of_tool(session, _submitted(session, brush, now)) == ()
