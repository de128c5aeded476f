"""The corridor: a tool's snapshots to its assessments.

    per source:  errand ─gather─► pages ─read_text─► document ─reader─► reading ─► rows
    per plan:    readings ─derive_facts─► facts ─assess─► assessment ─► rows, flags, suspension

First look, re-read and re-crawl walk the same way with another source of snapshots. Each step is one
transaction and can be run again without a second effect; nothing is held open while a page is fetched.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.db import Session
from app.failing import count_look, count_put_off, end_broken_passes, tell_broken_pass
from app.fetch.turns import HostBusyError
from app.gather import Errand, Page, errand_for, from_network, from_store, record_page
from app.glance import Aim, glance
from app.judging import judge
from app.preceding import is_overtaken, reread_before
from app.showing import Shown, outcome, show
from app.sifting import Look, bytes_last_seen, is_brought, is_changed, sift_look, texts_unread
from app.unbelieved import end_announcements, weigh_unbelieved
from app.workshop import Workshop
from registry.adoptions import policy_in_force
from registry.cadence import Outcome
from registry.crawling import due_at_once, due_sources, put_off_due
from registry.evidence import (
    Seen,
    count_sightings,
    has_sighting,
    keep_document,
    keep_reading,
    record_sighting,
)
from registry.glances import is_quiet
from registry.journal import raise_revision
from registry.judgements import last_assessment
from registry.mentions import keep_references
from registry.model import ChangeRules
from registry.reviews import hold
from registry.store import find_vetting, plans_of, sources_of
from registry.submissions import OVERTAKEN, PassKind, PassState, is_first_look_open
from registry.tables import SourceRow, VettingRow


@dataclass(frozen=True, slots=True)
class _Found:
    """What one look came to, ready to be recorded."""

    key: str
    kind: PassKind
    at: datetime
    pages: tuple[Page, ...]
    shown: Shown
    trusted: bool
    """Whether it is believed whatever it is: a person brought it, or it is the first."""
    ruleset: str


class UnknownPassError(Exception):
    """No pass has this key."""


def run_pass(workshop: Workshop, key: str, progress: Callable[[str], None] = lambda _step: None) -> None:
    """Walk a whole pass in this process; the worker walks the same steps durably."""
    for source_id in begin(workshop, key):
        progress(look(workshop, key, source_id))
    finish(workshop, key)


def begin(workshop: Workshop, key: str) -> tuple[int, ...]:
    """Mark a pass as running; the identifiers of the sources to look at, none if it is finished already.

    Where our rules have changed since the tool was judged, a re-read is walked first.
    """
    first = _reread_first(workshop, key)
    if first is not None:
        run_pass(workshop, first)
    with workshop.sessions() as session:
        row = _vetting(session, key)
        if row.state in {PassState.DONE, PassState.FAILED}:
            return ()
        # A pass of the schedule leaves alone what is not due: its last sighting stands.
        due = None if row.due_by is None else due_sources(session, row.tool_id, row.due_by)
        sources = sources_of(session, row.tool_id) if due is None else due
        row.state, row.step, row.total = PassState.RUNNING, "reading the sources", len(sources)
        session.add(row)
        return tuple(source.id for source in sources)


def _reread_first(workshop: Workshop, key: str) -> str | None:
    with workshop.sessions() as session:
        row = _vetting(session, key)
        if row.state in {PassState.DONE, PassState.FAILED}:
            return None
        policy = policy_in_force(session, workshop.policy)
        return reread_before(session, row, policy, workshop.ruleset, workshop.now())


def look(workshop: Workshop, key: str, source_id: int) -> str:
    """Take one source through the corridor and record what it came to; gives a line about it.

    Whatever a site or a page does ends as a recorded failure; what was seen before stays as it is.
    """
    at = workshop.now()
    try:
        first = glance(workshop.sessions, workshop.fetcher, Aim(source_id, key, workshop.ruleset, at))
    except HostBusyError as busy:
        return _later(workshop, source_id, busy)
    if first.told is not None:
        return first.told
    with workshop.sessions() as session:
        source = session.get_one(SourceRow, source_id)
        if has_sighting(session, source_id, key):
            return f"{source.slug}: looked at before"
        kind = PassKind(_vetting(session, key).kind)
        errand = errand_for(session, source, workshop.ruleset)
        trusted = kind is not PassKind.RECRAWL or is_brought(source, errand)
        # A re-read is there to read the same bytes anew.
        known = () if kind is PassKind.REREAD else (errand.read, bytes_last_seen(session, errand))
        beside = () if errand.read else texts_unread(session, errand, workshop.ruleset)
    try:
        pages = (
            from_store(errand)
            if kind is PassKind.REREAD
            else from_network(workshop.fetcher, errand, workshop.complete, first.answers)
        )
    except HostBusyError as busy:
        return _later(workshop, source_id, busy)
    shown = show(workshop, errand, pages, known)
    others = {document_id: workshop.reader.read(document) for document_id, document in beside}
    with workshop.sessions() as session:
        row = _vetting(session, key)
        if not has_sighting(session, source_id, key):
            for document_id, reading in others.items():
                keep_reading(session, document_id, reading, at)
            rules = policy_in_force(session, workshop.policy).changes
            found = _Found(key, kind, at, pages, shown, trusted, workshop.ruleset)
            _record(session, errand, found, rules)
            if kind is not PassKind.REREAD:
                came_to = Outcome(shown.failure, pages[-1].retry_after_s)
                count_look(session, source_id, came_to, workshop.failing_after, at)
        row.done = count_sightings(session, key)
        session.add(row)
    return f"{source.slug}: {outcome(shown)}"


def finish(workshop: Workshop, key: str) -> None:
    """Judge every plan of the tool from what the pass has seen, and close the pass."""
    with workshop.sessions() as session:
        row = _vetting(session, key)
        if row.state in {PassState.DONE, PassState.FAILED}:
            return
        now, ends = workshop.now(), "assessed"
        if is_overtaken(session, row, workshop.ruleset):
            # A worker with other rules has begun to judge: it is to read what was seen here, and soon.
            due_at_once(session, key, now)
            ends = OVERTAKEN
        elif not is_quiet(session, row.tool_id, key, workshop.ruleset, workshop.policy.version):
            _judge_all(session, workshop, row, now)
        row.state, row.step, row.finished_at = PassState.DONE, ends, now
        session.add(row)
        end_broken_passes(session, row, now)
        # Also where no judgement changed: the evidence is younger now, and look-ups show its age.
        raise_revision(session, (row.tool_id,))


def _judge_all(session: Session, workshop: Workshop, row: VettingRow, now: datetime) -> None:
    policy = policy_in_force(session, workshop.policy)
    plans = sorted(plans_of(session, row.tool_id), key=lambda plan: plan.id)
    if row.kind == PassKind.REREAD and is_first_look_open(session, row.tool_id):
        # The first judgement is for the look that has seen everything.
        plans = [plan for plan in plans if last_assessment(session, plan.id) is not None]
    for plan in plans:
        # All of them before anything is written: whoever decides on one holds it, and then writes.
        hold(session, plan)
    for plan in plans:
        end_announcements(session, plan, now)
        judge(session, plan, row, policy, workshop.ruleset, now)
        weigh_unbelieved(session, plan, row.key, workshop.ruleset, now)


def fail(workshop: Workshop, key: str, error: str) -> None:
    """Close a pass that could not be walked to its end; what it has recorded stays."""
    with workshop.sessions() as session:
        row = _vetting(session, key)
        if row.state not in {PassState.DONE, PassState.FAILED}:
            row.state, row.step, row.error, row.finished_at = (
                PassState.FAILED,
                "failed",
                error,
                workshop.now(),
            )
            session.add(row)
            tell_broken_pass(session, row, error, workshop.now())
            if row.kind != PassKind.REREAD:
                put_off_due(session, row.tool_id, workshop.now())


def _later(workshop: Workshop, source_id: int, busy: HostBusyError) -> str:
    """Put a look off: its host lets nobody in for now."""
    with workshop.sessions() as session:
        slug = count_put_off(session, source_id, busy, workshop.failing_after, workshop.now())
    return f"{slug}: {busy}"


def _vetting(session: Session, key: str) -> VettingRow:
    """The pass as it stands, ours until the transaction ends: a worker taken for dead may come late."""
    row = find_vetting(session, key, hold=True)
    if row is None:
        raise UnknownPassError(f"no pass has the key {key}")
    return row


def _record(session: Session, errand: Errand, found: _Found, rules: ChangeRules) -> None:
    shown = found.shown
    if found.kind is not PassKind.REREAD and errand.urls:
        for page in found.pages:
            record_page(session, errand.source_id, page, found.at)
    document_id = errand.document_id if shown.unchanged else None
    if shown.document is not None and shown.reading is not None:
        snapshots = [page.snapshot for page in found.pages if page.snapshot is not None]
        document_id = keep_document(session, errand.source_id, shown.document, snapshots)
        keep_reading(session, document_id, shown.reading, found.at)
        keep_references(session, document_id, shown.reading.ruleset, shown.references)
    seen_at = errand.seen_at if found.kind is PassKind.REREAD and errand.seen_at else _looked_at(found)
    seen = Seen(document_id, seen_at, shown.failure, shown.detail, shown.http_status)
    if found.kind is not PassKind.REREAD:
        seen = sift_look(session, _look(session, errand, found, seen), rules)
    record_sighting(session, errand.source_id, found.key, seen)


def _looked_at(found: _Found) -> datetime:
    """When the pages were seen at the vendor's: of one that a person brought, when it was saved."""
    brought = (page.snapshot.fetched_at for page in found.pages if page.brought and page.snapshot is not None)
    return min((found.at, *brought))


def _look(session: Session, errand: Errand, found: _Found, seen: Seen) -> Look:
    source = session.get_one(SourceRow, errand.source_id)
    return Look(
        source=source,
        key=found.key,
        ruleset=found.ruleset,
        good_id=None if is_changed(source, errand) else errand.document_id,
        shown_id=seen.document_id,
        unchanged=found.shown.unchanged,
        announced=found.shown.announced,
        seen=seen,
        trusted=found.trusted,
    )
