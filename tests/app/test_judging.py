"""What follows where people change the sources: judged anew, told as our doing, and never an approval."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, func, select

from app.db import Sessions, engine_from, sessions_of
from app.fetch.fetcher import fetcher_from
from app.settings import Settings
from app.vetting import run_pass
from app.workshop import Workshop
from extractors.clauses import ClauseReader
from extractors.model import Answer, Audience, Family, TermsType
from extractors.ruleset import load_ruleset
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.judgements import facts_of, last_assessment
from registry.model import Standing, Status, Verdict
from registry.plans import put_plan
from registry.policy import load_policy
from registry.reviews import decide
from registry.rulings import Ruling
from registry.sources import put_source, retire_source
from registry.standings import load_standings
from registry.store import find_plan, find_tool, flags_of
from registry.submissions import request_look, submit_tool
from registry.tables import DocumentRow, PlanRow, ToolRow
from tests.app.vendor_site import MAY_TRAIN, NO_TRAINING, VendorSite, terms, vendor_site

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NEVER_TRAIN = "We will never use Customer Content to train any model."


class Clock:
    """A time of day that moves with each change."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def site() -> Iterator[VendorSite]:
    with vendor_site() as site:
        site.pages["/dpa"] = terms(NEVER_TRAIN)
        yield site


@pytest.fixture
def sessions(registry_url: str) -> Iterator[Sessions]:
    engine = engine_from(registry_url)
    yield sessions_of(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def reader() -> ClauseReader:
    return ClauseReader(load_ruleset())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workshop(sessions: Sessions, reader: ClauseReader, clock: Clock) -> Iterator[Workshop]:
    with fetcher_from(Settings(allowed_networks=("127.0.0.0/8",))) as fetcher:
        yield Workshop(sessions, fetcher, reader, load_policy("default"), clock)


@pytest.fixture
def in_review(workshop: Workshop, site: VendorSite) -> Workshop:
    """A registry with one plan that nobody has decided on, whose pages could not be read yet."""
    site.pages, there = {}, dict(site.pages)
    submit(workshop, site)
    walk(workshop)
    site.pages = there
    return workshop


@pytest.fixture
def approved(workshop: Workshop, site: VendorSite, clock: Clock) -> Workshop:
    """A registry with one approved plan, under terms and a data processing agreement."""
    submit(workshop, site)
    walk(workshop)
    with workshop.sessions() as session:
        ruling = Ruling(Verdict.APPROVE, "reads well", clock() + timedelta(days=90))
        decide(session, the_plan(session), ruling, "rita", clock())
    clock.at += timedelta(days=1)
    return workshop


def submit(workshop: Workshop, site: VendorSite) -> None:
    """Submit one tool with one plan, under terms and a data processing agreement."""
    plan = PlanEntry("studio", "Studio", Audience.BUSINESS)
    sources = (entry(site, "/terms"), entry(site, "/dpa", TermsType.DATA_PROCESSOR_AGREEMENT))
    brush = ToolEntry("brush", "Brush", (plan,), (), sources)
    with workshop.sessions() as session:
        submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "ann", workshop.now())


def entry(site: VendorSite, path: str, kind: TermsType = TermsType.TERMS_OF_SERVICE) -> SourceEntry:
    return SourceEntry(path[1:], kind, (site.url(path),), (), (), ("studio",))


def the_tool(session: Session) -> ToolRow:
    tool = find_tool(session, "acme/brush")
    assert tool is not None
    return tool


def the_plan(session: Session) -> PlanRow:
    plan = find_plan(session, the_tool(session).id, "studio")
    assert plan is not None
    return plan


def walk(workshop: Workshop) -> None:
    with workshop.sessions() as session:
        key = request_look(session, the_tool(session), workshop.now()).key
    run_pass(workshop, key)


def change(workshop: Workshop, clock: Clock, source: SourceEntry) -> None:
    """Put a source a day later, and look a day after that."""
    with workshop.sessions() as session:
        put_source(session, the_tool(session), source, "ann", clock())
    clock.at += timedelta(days=1)
    walk(workshop)
    clock.at += timedelta(days=1)


def standing(workshop: Workshop) -> Standing:
    with workshop.sessions() as session:
        return next(one for one in load_standings(session) if one.plan == "acme/brush@studio")


def causes(workshop: Workshop) -> list[str]:
    """Of the flags on training, oldest first."""
    with workshop.sessions() as session:
        flags = flags_of(session, the_plan(session).id)
        return [flag.cause for flag in reversed(flags) if flag.family == Family.TRAINING]


def test_an_approval_does_not_outlive_the_source_it_relies_on(approved: Workshop, clock: Clock) -> None:
    with approved.sessions() as session:
        retire_source(session, the_tool(session), "dpa", "ann", clock())
        assert the_plan(session).status == Status.APPROVED
    clock.at += timedelta(hours=1)
    walk(approved)
    found = standing(approved)
    assert found.status is Status.SUSPENDED
    assert "the approval relies on no longer stand" in (found.suspended_because or "")
    assert NO_TRAINING in {one.quote for one in found.evidence}


def test_other_pages_that_say_worse_are_no_doing_of_the_vendor(
    approved: Workshop, site: VendorSite, clock: Clock
) -> None:
    site.pages["/addendum"] = terms(MAY_TRAIN)
    moved = replace(entry(site, "/dpa", TermsType.DATA_PROCESSOR_AGREEMENT), urls=(site.url("/addendum"),))
    change(approved, clock, moved)
    found = standing(approved)
    assert found.status is Status.SUSPENDED
    assert "the vendor's terms changed" not in (found.suspended_because or "")
    assert causes(approved) == ["rules"]


def test_what_the_vendor_changes_on_the_other_pages_later_is_its_own_doing(
    approved: Workshop, site: VendorSite, clock: Clock
) -> None:
    site.pages["/addendum"] = terms(NEVER_TRAIN)
    moved = replace(entry(site, "/dpa", TermsType.DATA_PROCESSOR_AGREEMENT), urls=(site.url("/addendum"),))
    change(approved, clock, moved)
    assert standing(approved).status is Status.APPROVED
    site.pages["/addendum"] = terms(MAY_TRAIN)
    walk(approved)
    assert causes(approved) == ["terms"]


def test_a_page_that_is_not_there_leaves_the_last_good_reading_under_its_own_address(
    approved: Workshop, site: VendorSite, clock: Clock
) -> None:
    wrong = replace(entry(site, "/dpa", TermsType.DATA_PROCESSOR_AGREEMENT), urls=(site.url("/gone"),))
    change(approved, clock, wrong)
    found = standing(approved)
    assert found.status is Status.APPROVED
    assert found.evidence_at == START
    assert {one.url for one in found.evidence if one.quote == NEVER_TRAIN} == {site.url("/dpa")}


def test_another_selector_is_felt_though_the_page_is_the_same(
    approved: Workshop, site: VendorSite, clock: Clock
) -> None:
    hits = site.hits
    change(approved, clock, replace(entry(site, "/terms"), remove=("h1",)))
    assert site.hits == hits
    with approved.sessions() as session:
        assert session.exec(select(func.count()).select_from(DocumentRow)).one() == 3


def test_a_source_that_was_never_read_ends_an_approval(
    approved: Workshop, site: VendorSite, clock: Clock
) -> None:
    change(approved, clock, entry(site, "/gone", TermsType.CONTRACT))
    assert standing(approved).status is Status.SUSPENDED
    assert causes(approved) == ["rules"]


def test_a_new_plan_comes_into_review_with_the_next_look(approved: Workshop, clock: Clock) -> None:
    with approved.sessions() as session:
        plan = PlanEntry("api", "API", Audience.API)
        put_plan(session, the_tool(session), plan, ("terms",), "ann", clock())
    clock.at += timedelta(hours=1)
    walk(approved)
    with approved.sessions() as session:
        found = {one.plan: one.status for one in load_standings(session)}
    assert found == {"acme/brush@studio": Status.APPROVED, "acme/brush@api": Status.IN_REVIEW}


def test_a_first_good_look_at_a_plan_in_review_raises_no_flag(in_review: Workshop) -> None:
    walk(in_review)
    with in_review.sessions() as session:
        plan = the_plan(session)
        assessment = last_assessment(session, plan.id)
        assert assessment is not None
        answers = {fact.family: fact.answer for fact in facts_of(session, assessment.id)}
        assert (plan.status, answers[Family.TRAINING]) == (Status.IN_REVIEW, Answer.PROHIBITED)
        assert flags_of(session, plan.id) == []


def test_terms_that_change_while_a_plan_is_in_review_raise_a_flag(
    in_review: Workshop, site: VendorSite
) -> None:
    walk(in_review)
    site.pages["/dpa"] = site.pages["/terms"] = terms(MAY_TRAIN)
    walk(in_review)
    assert causes(in_review) == ["terms"]


def test_a_first_good_look_at_a_plan_that_was_decided_raises_flags(in_review: Workshop, clock: Clock) -> None:
    with in_review.sessions() as session:
        decide(
            session,
            the_plan(session),
            Ruling(Verdict.REJECT, "unread", clock() + timedelta(days=9)),
            "rita",
            clock(),
        )
    walk(in_review)
    assert causes(in_review) == ["terms"]
