"""The main job on an invented vendor: submit, fetch, read, judge, decide, look up, notice a change."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, func, select

from app.db import Sessions, engine_from, sessions_of
from app.fetch.fetcher import fetcher_from
from app.settings import Settings
from app.vetting import UnknownPassError, begin, fail, finish, look, run_pass
from app.workshop import Workshop
from extractors.clauses import ClauseReader
from extractors.model import Answer, Audience, Family, Snapshot, TermsType
from extractors.ruleset import load_ruleset
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.evaluate import evaluate
from registry.judgements import facts_of, last_assessment
from registry.mentions import untracked_of_tool
from registry.model import EvaluationStatus, Recommendation, Severity, Standing, Status, Verdict
from registry.passages import passages_of
from registry.policy import load_policy
from registry.reviews import decide
from registry.rulings import Ruling
from registry.standings import load_standings
from registry.store import find_plan, find_tool, find_vetting, flags_of, plans_of, revision, sources_of
from registry.submissions import PassKind, keep_upload, request_pass, submit_tool
from registry.tables import CaptureRow, DocumentRow, PlanRow, SightingRow, SnapshotRow, SourceRow
from tests.app.vendor_site import MAY_TRAIN, NO_TRAINING, VendorSite, terms, vendor_site

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SAFE_WORK = {
    "data_class": "internal",
    "use_case": "ideation",
    "output_stage": "temporary",
    "talent_involved": "no",
    "union_work": "no",
    "third_party_ip": "no",
    "personal_data": "no",
    "environment": "enterprise",
}


class Clock:
    """A time of day that a test moves."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def site() -> Iterator[VendorSite]:
    with vendor_site() as site:
        yield site


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(registry_url: str) -> Iterator[Sessions]:
    engine = engine_from(registry_url)
    yield sessions_of(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def reader() -> ClauseReader:
    return ClauseReader(load_ruleset())


@pytest.fixture
def workshop(sessions: Sessions, reader: ClauseReader, clock: Clock) -> Iterator[Workshop]:
    settings = Settings(allowed_networks=("127.0.0.0/8",))
    with fetcher_from(settings) as fetcher:
        yield Workshop(sessions, fetcher, reader, load_policy("default"), clock)


def submit(workshop: Workshop, site: VendorSite, *paths: str) -> str:
    """Submit the invented tool with pages as one source each; gives the key of its first look."""
    sources = tuple(
        SourceEntry(path[1:], TermsType.TERMS_OF_SERVICE, (site.url(path),), (), (), ("studio",))
        for path in paths or ("/terms",)
    )
    plan = PlanEntry("studio", "Studio", Audience.BUSINESS)
    brush = ToolEntry("brush", "Brush", (plan,), (), sources)
    with workshop.sessions() as session:
        tool = submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "ann", workshop.now())
        return request_pass(session, tool, PassKind.FIRST_LOOK, workshop.now()).key


def request(workshop: Workshop, kind: PassKind) -> str:
    """Queue another pass over the invented tool; gives its key."""
    with workshop.sessions() as session:
        tool = find_tool(session, "acme/brush")
        assert tool is not None
        return request_pass(session, tool, kind, workshop.now()).key


def again(workshop: Workshop, kind: PassKind) -> str:
    """Walk another pass over the invented tool; gives its key."""
    key = request(workshop, kind)
    run_pass(workshop, key)
    return key


def approve(workshop: Workshop) -> None:
    """Approve the invented plan as a reviewer would who has read its assessment."""
    with workshop.sessions() as session:
        plan = _plan(session)
        read = last_assessment(session, plan.id)
        assert read is not None
        until = workshop.now() + timedelta(days=90)
        ruling = Ruling(Verdict.APPROVE, "reads well", until, assessment=read.digest)
        decide(session, plan, ruling, "rita", workshop.now())


def _plan(session: Session) -> PlanRow:
    tool = find_tool(session, "acme/brush")
    assert tool is not None
    plan = find_plan(session, tool.id, "studio")
    assert plan is not None
    return plan


def allowed(workshop: Workshop) -> tuple[bool, EvaluationStatus]:
    """What a system is told of the invented plan, for harmless work."""
    answer = evaluate(standing(workshop), SAFE_WORK, workshop.policy, workshop.now())
    return answer.decision, answer.status


def standing(workshop: Workshop) -> Standing:
    """What look-ups know of the invented plan."""
    with workshop.sessions() as session:
        return next(one for one in load_standings(session) if one.plan == "acme/brush@studio")


def answers(workshop: Workshop) -> dict[Family, Answer]:
    """The facts in force of the invented plan."""
    with workshop.sessions() as session:
        assessment = last_assessment(session, _plan(session).id)
        assert assessment is not None
        return {fact.family: fact.answer for fact in facts_of(session, assessment.id)}


def rows(workshop: Workshop, table: type) -> int:
    """How many rows a table has."""
    with workshop.sessions() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_a_first_look_brings_facts_with_their_sentences(workshop: Workshop, site: VendorSite) -> None:
    run_pass(workshop, submit(workshop, site))
    assert answers(workshop) == {
        Family.TRAINING: Answer.PROHIBITED,
        Family.RETENTION: Answer.BOUNDED,
        Family.REUSE: Answer.SERVICE_ONLY,
    }
    with workshop.sessions() as session:
        assessment = last_assessment(session, _plan(session).id)
        assert assessment is not None
        assert assessment.recommendation == Recommendation.APPROVE
        training = facts_of(session, assessment.id)[0]
        assert [one.clause.quote for one in training.citations] == [NO_TRAINING]


def test_what_the_terms_name_is_kept_with_their_reading(workshop: Workshop, site: VendorSite) -> None:
    named = "Our Use Policy is incorporated by reference into these Terms."
    site.pages["/terms"] = terms(f"{NO_TRAINING} {named}")
    run_pass(workshop, submit(workshop, site))
    again(workshop, PassKind.REREAD)
    with workshop.sessions() as session:
        tool = find_tool(session, "acme/brush")
        assert tool is not None
        (found,) = untracked_of_tool(session, tool)
        (place,) = found.places
    assert (found.name, found.incorporated, place.reference.quote) == ("Use Policy", True, named)


def test_an_assessed_plan_waits_for_a_person(workshop: Workshop, site: VendorSite) -> None:
    run_pass(workshop, submit(workshop, site))
    assert allowed(workshop) == (False, EvaluationStatus.PENDING)
    approve(workshop)
    assert allowed(workshop) == (True, EvaluationStatus.APPROVED_WITH_OBLIGATIONS)


def test_every_quote_stands_in_its_document(workshop: Workshop, site: VendorSite) -> None:
    run_pass(workshop, submit(workshop, site))
    with workshop.sessions() as session:
        assessment = last_assessment(session, _plan(session).id)
        assert assessment is not None
        text = session.exec(select(DocumentRow.text)).one()
        for fact in facts_of(session, assessment.id):
            for one in fact.citations:
                assert text[one.clause.start : one.clause.end] == one.clause.quote


def test_terms_that_get_worse_suspend_the_approval_and_show_both_sentences(
    workshop: Workshop, site: VendorSite
) -> None:
    run_pass(workshop, submit(workshop, site))
    approve(workshop)
    site.pages["/terms"] = terms(MAY_TRAIN)
    again(workshop, PassKind.RECRAWL)
    assert allowed(workshop) == (False, EvaluationStatus.DENIED)
    with workshop.sessions() as session:
        plan = _plan(session)
        assert plan.status == Status.SUSPENDED
        assert "training went from prohibited to permitted" in (plan.suspended_because or "")
        flag = next(one for one in flags_of(session, plan.id) if one.family == Family.TRAINING)
        assert (flag.cause, flag.direction) == ("terms", "worse")
        assert (flag.before_quotes, flag.after_quotes) == ([NO_TRAINING], [MAY_TRAIN])


def test_a_new_freedom_that_other_terms_overrule_raises_one_flag_and_ends_no_approval(
    workshop: Workshop, site: VendorSite
) -> None:
    site.pages["/dpa"] = terms()
    key = submit(workshop, site, "/terms", "/dpa")
    with workshop.sessions() as session:
        source = session.exec(select(SourceRow).where(SourceRow.slug == "dpa")).one()
        source.terms_type = TermsType.DATA_PROCESSOR_AGREEMENT
        session.add(source)
    run_pass(workshop, key)
    approve(workshop)
    site.pages["/terms"] = terms(MAY_TRAIN)
    again(workshop, PassKind.RECRAWL)
    again(workshop, PassKind.RECRAWL)
    assert answers(workshop)[Family.TRAINING] is Answer.PROHIBITED
    assert allowed(workshop) == (True, EvaluationStatus.APPROVED_WITH_OBLIGATIONS)
    with workshop.sessions() as session:
        (flag,) = [one for one in flags_of(session, _plan(session).id) if one.family == Family.TRAINING]
        assert (flag.cause, flag.direction) == ("terms", "worse")
        assert (flag.before_answer, flag.after_answer) == ("prohibited", "prohibited")
        assert flag.after_quotes == [MAY_TRAIN]
        assessment = last_assessment(session, _plan(session).id)
        assert assessment is not None
        training = facts_of(session, assessment.id)[0]
        assert [(one.source, one.clause.quote) for one in training.overruled] == [("terms", MAY_TRAIN)]
        (passage,) = passages_of(session, assessment.id, 10)[Family.TRAINING].overruled
        assert (passage.source, passage.clause.quote) == ("terms", MAY_TRAIN)


def test_a_requirement_that_a_new_policy_weighs_heavier_suspends_the_approval(
    workshop: Workshop, site: VendorSite
) -> None:
    site.pages["/terms"] = terms(MAY_TRAIN)
    run_pass(_under(workshop, Severity.ESCALATE), submit(workshop, site))
    approve(workshop)
    again(_under(workshop, Severity.CONDITION), PassKind.REREAD)
    with workshop.sessions() as session:
        assert _plan(session).status == Status.APPROVED
    again(_under(workshop, Severity.BLOCK), PassKind.REREAD)
    with workshop.sessions() as session:
        plan = _plan(session)
        assert plan.status == Status.SUSPENDED
        assert "The terms allow training on customer content" in (plan.suspended_because or "")


def _under(workshop: Workshop, severity: Severity) -> Workshop:
    """The workshop under a policy that weighs training so."""
    weighed = tuple(
        replace(one, otherwise=dict.fromkeys(Answer, severity)) if one.family is Family.TRAINING else one
        for one in workshop.policy.requirements
    )
    return replace(workshop, policy=replace(workshop.policy, version=severity, requirements=weighed))


@pytest.mark.parametrize(
    ("terms_type", "ages"), [(TermsType.CONTRACT, False), (TermsType.TERMS_OF_SERVICE, True)]
)
def test_an_uploaded_page_ages_from_its_upload_and_a_contract_does_not(
    workshop: Workshop, site: VendorSite, clock: Clock, terms_type: TermsType, *, ages: bool
) -> None:
    key = submit(workshop, site)
    with workshop.sessions() as session:
        source = session.exec(select(SourceRow)).one()
        source.urls, source.terms_type = [], terms_type
        body = terms().encode()
        sha256 = hashlib.sha256(body).hexdigest()
        upload = Snapshot(body, sha256, "text/html", "utf-8", "upload:terms.html", START)
        keep_upload(session, source, upload, "ann", START)
    clock.at += timedelta(days=1)
    run_pass(workshop, key)
    clock.at += timedelta(days=7)
    again(workshop, PassKind.RECRAWL)
    assert standing(workshop).evidence_at == (START if ages else clock.at)


def test_an_unchanged_page_costs_a_look_and_nothing_else(workshop: Workshop, site: VendorSite) -> None:
    run_pass(workshop, submit(workshop, site))
    approve(workshop)
    again(workshop, PassKind.RECRAWL)
    assert site.hits == 1
    assert [rows(workshop, table) for table in (SnapshotRow, DocumentRow, SightingRow)] == [1, 1, 2]
    assert allowed(workshop) == (True, EvaluationStatus.APPROVED_WITH_OBLIGATIONS)


def test_a_failed_fetch_keeps_the_last_good_reading_and_lets_it_age(
    workshop: Workshop, site: VendorSite, clock: Clock
) -> None:
    run_pass(workshop, submit(workshop, site))
    approve(workshop)
    del site.pages["/terms"]
    clock.at += timedelta(days=7)
    again(workshop, PassKind.RECRAWL)
    assert answers(workshop)[Family.TRAINING] is Answer.PROHIBITED
    assert allowed(workshop) == (True, EvaluationStatus.APPROVED_WITH_OBLIGATIONS)
    clock.at += timedelta(days=21)
    assert allowed(workshop) == (False, EvaluationStatus.ESCALATE)


def test_an_unchanged_page_makes_the_evidence_younger_and_look_ups_hear_of_it(
    workshop: Workshop, site: VendorSite, clock: Clock
) -> None:
    run_pass(workshop, submit(workshop, site))
    with workshop.sessions() as session:
        before = revision(session)
    clock.at += timedelta(days=7)
    again(workshop, PassKind.RECRAWL)
    assert standing(workshop).evidence_at == clock.at
    with workshop.sessions() as session:
        assert revision(session) > before


def test_what_an_unfinished_or_failed_pass_has_seen_makes_no_evidence_younger(
    workshop: Workshop, site: VendorSite, clock: Clock
) -> None:
    run_pass(workshop, submit(workshop, site))
    approve(workshop)
    clock.at += timedelta(days=7)
    site.pages["/terms"] = terms(MAY_TRAIN)
    key = request(workshop, PassKind.RECRAWL)
    for source_id in begin(workshop, key):
        look(workshop, key, source_id)
    assert standing(workshop).evidence_at == START
    fail(workshop, key, "the disk is full")
    assert standing(workshop).evidence_at == START


def test_a_missing_document_makes_every_safe_fact_unread(workshop: Workshop, site: VendorSite) -> None:
    run_pass(workshop, submit(workshop, site, "/terms", "/missing"))
    assert set(answers(workshop).values()) == {Answer.UNREAD}
    with workshop.sessions() as session:
        seen = session.exec(select(SightingRow).where(SightingRow.failure == "not_found")).one()
        assert seen.http_status == 404


def test_a_page_that_is_no_terms_is_a_failure_and_never_a_reading(
    workshop: Workshop, site: VendorSite
) -> None:
    site.pages["/terms"] = "<title>Just a moment...</title><body>Checking your browser.</body>"
    run_pass(workshop, submit(workshop, site))
    assert rows(workshop, DocumentRow) == 0
    assert rows(workshop, CaptureRow) == 1
    assert set(answers(workshop).values()) == {Answer.UNREAD}


def test_each_step_done_twice_has_the_effect_of_once(workshop: Workshop, site: VendorSite) -> None:
    key = submit(workshop, site)
    for source_id in begin(workshop, key):
        look(workshop, key, source_id)
        look(workshop, key, source_id)
    finish(workshop, key)
    finish(workshop, key)
    assert begin(workshop, key) == ()
    assert [rows(workshop, table) for table in (CaptureRow, SightingRow)] == [1, 1]


def test_a_reread_fetches_nothing_and_keeps_the_age_of_the_evidence(
    workshop: Workshop, site: VendorSite, clock: Clock
) -> None:
    run_pass(workshop, submit(workshop, site))
    clock.at += timedelta(days=3)
    again(workshop, PassKind.REREAD)
    assert site.hits == 1
    assert standing(workshop).evidence_at == START


def test_a_wall_met_since_does_not_take_a_document_out_of_the_next_reread(
    workshop: Workshop, site: VendorSite
) -> None:
    run_pass(workshop, submit(workshop, site))
    site.pages["/terms"] = "<title>Just a moment...</title><body>Checking your browser.</body>"
    again(workshop, PassKind.RECRAWL)
    newer = replace(workshop, reader=ClauseReader(replace(workshop.reader.ruleset, version="newer")))
    again(newer, PassKind.REREAD)
    assert answers(workshop)[Family.TRAINING] is Answer.PROHIBITED


def test_a_reread_never_mixes_pages_that_were_not_seen_together(workshop: Workshop, site: VendorSite) -> None:
    site.pages["/more"] = terms()
    key = submit(workshop, site)
    with workshop.sessions() as session:
        tool = find_tool(session, "acme/brush")
        assert tool is not None
        source = sources_of(session, tool.id)[0]
        source.urls = [*source.urls, site.url("/more")]
        session.add(source)
    run_pass(workshop, key)
    site.pages["/terms"] = terms(MAY_TRAIN)
    del site.pages["/more"]
    again(workshop, PassKind.RECRAWL)
    again(workshop, PassKind.REREAD)
    assert answers(workshop)[Family.TRAINING] is Answer.PROHIBITED
    assert rows(workshop, DocumentRow) == 1


def test_a_reread_reads_the_same_bytes_anew(workshop: Workshop, site: VendorSite) -> None:
    run_pass(workshop, submit(workshop, site))
    recrawl, reread = request(workshop, PassKind.RECRAWL), request(workshop, PassKind.REREAD)
    (source_id,) = begin(workshop, recrawl)
    assert look(workshop, recrawl, source_id) == "terms: unchanged"
    assert look(workshop, reread, source_id).endswith(" clauses")


def test_a_selector_that_cannot_be_understood_is_a_failure_of_its_source_alone(
    workshop: Workshop, site: VendorSite
) -> None:
    key = submit(workshop, site)
    with workshop.sessions() as session:
        tool = find_tool(session, "acme/brush")
        assert tool is not None
        source = sources_of(session, tool.id)[0]
        source.select = ["main[["]
        session.add(source)
    run_pass(workshop, key)
    with workshop.sessions() as session:
        seen = session.exec(select(SightingRow)).one()
        assert seen.failure == "selector_missed"
        assert "main[[" in (seen.detail or "")
    assert set(answers(workshop).values()) == {Answer.UNREAD}


def test_a_pass_that_failed_says_so_and_stays_closed(workshop: Workshop, site: VendorSite) -> None:
    key = submit(workshop, site)
    fail(workshop, key, "the disk is full")
    assert begin(workshop, key) == ()
    with workshop.sessions() as session:
        row = find_vetting(session, key)
        assert row is not None
        assert (row.state, row.error) == ("failed", "the disk is full")
        assert {plan.status for plan in plans_of(session, row.tool_id)} == {Status.SUBMITTED}


def test_progress_is_counted_source_by_source(workshop: Workshop, site: VendorSite) -> None:
    key = submit(workshop, site, "/terms", "/missing")
    first, _ = begin(workshop, key)
    look(workshop, key, first)
    with workshop.sessions() as session:
        row = find_vetting(session, key)
        assert row is not None
        assert (row.done, row.total, len(sources_of(session, row.tool_id))) == (1, 2, 2)


def test_an_unknown_pass_is_refused(workshop: Workshop) -> None:
    with pytest.raises(UnknownPassError):
        begin(workshop, "first_look:nobody")
