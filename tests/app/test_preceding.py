"""A new version of the program comes while passes wait or are half done: each pass keeps its one cause."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import count

import pytest
from sqlmodel import select

from app.db import engine_from, sessions_of
from app.fetch.fetcher import fetcher_from
from app.recrawl import Doors, due_recrawls
from app.settings import Settings
from app.vetting import begin, fail, finish, look, run_pass
from app.workshop import Workshop
from extractors.clauses import ClauseReader
from extractors.model import Answer, Audience, Family, TermsType
from extractors.ruleset import load_ruleset
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.judgements import facts_of, last_assessment
from registry.model import Cause, Status, Verdict
from registry.policy import load_policy
from registry.reviews import decide
from registry.rulings import Ruling
from registry.store import find_plan, find_tool, flags_of
from registry.submissions import PassKind, PassState, request_pass, submit_tool
from registry.tables import AssessmentRow, PlanRow, VettingRow
from tests.app.vendor_site import MAY_TRAIN, NO_TRAINING, VendorSite, terms, vendor_site
from tests.app.weeks import COOKIES, START

OTHERS = "We may share Customer Content with our partners for their own purposes."


class House:
    """A tool of two documents, and workers of two versions on one registry."""

    def __init__(self, old: Workshop, new: Workshop, site: VendorSite) -> None:
        self.old, self.new, self.site = old, new, site
        sources = tuple(
            SourceEntry(name, TermsType.TERMS_OF_SERVICE, (site.url(f"/{name}"),), (), (), ("studio",))
            for name in ("terms", "more")
        )
        brush = ToolEntry("brush", "Brush", (PlanEntry("studio", "Studio", Audience.BUSINESS),), (), sources)
        with old.sessions() as session:
            submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "ann", START)

    def promise(self, kind: PassKind) -> str:
        with self.old.sessions() as session:
            tool = find_tool(session, "acme/brush")
            assert tool is not None
            return request_pass(session, tool, kind, self.old.now()).key

    def approved(self) -> None:
        run_pass(self.old, self.promise(PassKind.FIRST_LOOK))
        with self.old.sessions() as session:
            plan = self.plan()
            read = last_assessment(session, plan.id)
            assert read is not None
            ruling = Ruling(Verdict.APPROVE, "reads well", START + timedelta(days=90), assessment=read.digest)
            decide(session, session.get_one(PlanRow, plan.id), ruling, "rita", self.old.now())

    def plan(self) -> PlanRow:
        with self.old.sessions() as session:
            tool = find_tool(session, "acme/brush")
            plan = None if tool is None else find_plan(session, tool.id, "studio")
            assert plan is not None
            return plan

    def history(self) -> list[tuple[str, str | None]]:
        """The rules and the cause of each assessment, in order."""
        with self.old.sessions() as session:
            rows = session.exec(select(AssessmentRow).order_by("id")).all()
            return [(row.ruleset, row.cause) for row in rows]

    def passes(self) -> list[tuple[str, str]]:
        with self.old.sessions() as session:
            rows = session.exec(select(VettingRow).order_by("id")).all()
            return [(row.kind, row.state) for row in rows]

    def answer(self) -> Answer:
        with self.old.sessions() as session:
            read = last_assessment(session, self.plan().id)
            assert read is not None
            return next(one.answer for one in facts_of(session, read.id) if one.family is Family.TRAINING)

    def causes(self) -> set[str]:
        with self.old.sessions() as session:
            return {row.cause for row in flags_of(session)}


@cache
def reader_of(version: str) -> ClauseReader:
    """A reader of our rules as a program of that version has them."""
    return ClauseReader(replace(load_ruleset(), version=version))


@pytest.fixture
def house(registry_url: str) -> Iterator[House]:
    engine = engine_from(registry_url)
    clock = count()

    def at() -> datetime:
        return START + timedelta(seconds=next(clock))

    with vendor_site() as site, fetcher_from(Settings(allowed_networks=("127.0.0.0/8",))) as fetcher:
        site.pages["/more"] = COOKIES
        old, new = (
            Workshop(
                sessions_of(engine),
                fetcher,
                reader_of(version),
                load_policy("default"),
                at,
            )
            for version in ("old", "new")
        )
        yield House(old, new, site)
    engine.dispose()


def test_a_recrawl_that_waited_for_a_deploy_is_walked_behind_the_reread(house: House) -> None:
    house.approved()
    key = house.promise(PassKind.RECRAWL)
    house.site.pages["/terms"] = terms(MAY_TRAIN)
    run_pass(house.new, key)
    assert house.history() == [("old", "first"), ("new", Cause.RULES), ("new", Cause.TERMS)]
    assert house.causes() == {Cause.TERMS}
    assert house.plan().status == Status.SUSPENDED


def test_a_reread_that_an_old_worker_has_taken_is_not_the_one_that_was_due(house: House) -> None:
    house.approved()
    run_pass(house.old, house.promise(PassKind.REREAD))
    house.site.pages["/terms"] = terms(MAY_TRAIN)
    run_pass(house.new, house.promise(PassKind.RECRAWL))
    assert house.causes() == {Cause.TERMS}


def test_a_reread_that_is_promised_is_the_one_that_goes_first(house: House) -> None:
    house.approved()
    key = house.promise(PassKind.RECRAWL)
    reread = house.promise(PassKind.REREAD)
    run_pass(house.new, key)
    assert begin(house.new, reread) == ()
    assert house.passes()[1:] == [("recrawl", PassState.DONE), ("reread", PassState.DONE)]


def test_a_recrawl_that_changes_hands_half_way_is_no_reason_to_suspend(house: House) -> None:
    house.approved()
    key = house.promise(PassKind.RECRAWL)
    first, _ = begin(house.old, key)
    look(house.old, key, first)
    run_pass(house.new, key)
    assert house.plan().status == Status.APPROVED
    assert house.answer() is Answer.PROHIBITED
    assert house.causes() == set()


def test_what_an_old_worker_has_seen_of_the_vendor_stays_the_vendors_doing(house: House) -> None:
    house.approved()
    key = house.promise(PassKind.RECRAWL)
    first, _ = begin(house.old, key)
    house.site.pages["/terms"] = terms(MAY_TRAIN)
    look(house.old, key, first)
    run_pass(house.new, key)
    assert house.history()[:3] == [("old", "first"), ("old", Cause.TERMS), ("new", Cause.RULES)]
    assert house.causes() == {Cause.TERMS}
    assert house.plan().status == Status.SUSPENDED


def test_a_first_look_that_changes_hands_judges_all_that_was_seen_at_once(house: House) -> None:
    key = house.promise(PassKind.FIRST_LOOK)
    first, _ = begin(house.old, key)
    look(house.old, key, first)
    run_pass(house.new, key)
    assert house.history() == [("new", "first")]
    assert house.answer() is Answer.PROHIBITED


def test_a_reread_that_changes_hands_begins_anew(house: House) -> None:
    house.approved()
    key = house.promise(PassKind.REREAD)
    middle = replace(house.old, reader=reader_of("middle"))
    first, _ = begin(middle, key)
    look(middle, key, first)
    run_pass(house.new, key)
    assert house.history() == [("old", "first"), ("new", Cause.RULES)]
    assert house.answer() is Answer.PROHIBITED
    assert house.passes()[1:] == [("reread", PassState.DONE)] * 2


def test_a_reread_beside_a_half_done_recrawl_leaves_the_vendors_doing_to_the_vendor(house: House) -> None:
    house.approved()
    key = house.promise(PassKind.RECRAWL)
    first, second = begin(house.old, key)
    house.site.pages["/terms"] = terms(MAY_TRAIN)
    look(house.old, key, first)
    run_pass(house.new, house.promise(PassKind.REREAD))
    assert house.causes() == {Cause.TERMS}
    look(house.old, key, second)
    finish(house.old, key)
    assert house.history()[-1][0] == "new"


def test_what_an_old_worker_sees_after_the_new_one_has_judged_is_looked_at_again_at_once(
    house: House,
) -> None:
    house.approved()
    key = house.promise(PassKind.RECRAWL)
    due = begin(house.old, key)
    run_pass(house.new, house.promise(PassKind.REREAD))
    house.site.pages["/terms"] = terms(MAY_TRAIN)
    for source_id in due:
        look(house.old, key, source_id)
    finish(house.old, key)
    assert house.causes() == set()
    doors = Doors(house.new.sessions, house.new.sessions)
    (again,) = due_recrawls(doors, house.new.now())
    run_pass(house.new, again)
    assert (house.causes(), house.plan().status) == ({Cause.TERMS}, Status.SUSPENDED)


def test_a_way_back_to_the_old_rules_is_a_change_of_rules_as_well(house: House) -> None:
    house.approved()
    run_pass(house.new, house.promise(PassKind.REREAD))
    run_pass(house.old, house.promise(PassKind.RECRAWL))
    assert house.history() == [("old", "first"), ("new", Cause.RULES), ("old", Cause.RULES)]


def test_a_tool_whose_reread_failed_is_looked_at_all_the_same(house: House) -> None:
    house.approved()
    fail(house.old, house.promise(PassKind.REREAD), "the rules hang on this text")
    house.site.pages["/terms"] = terms(OTHERS)
    key = house.promise(PassKind.RECRAWL)
    for source_id in begin(house.new, key):
        look(house.new, key, source_id)
    finish(house.new, key)
    assert house.history()[1:] == [("new", Cause.RULES)]
    assert NO_TRAINING not in house.site.pages["/terms"]


def test_a_pass_under_the_rules_of_the_last_judgement_has_nothing_before_it(house: House) -> None:
    house.approved()
    run_pass(house.old, house.promise(PassKind.RECRAWL))
    assert [kind for kind, _ in house.passes()] == ["first_look", "recrawl"]
