"""The registry tells what changed since a revision: an index that follows is the one that is loaded anew."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlmodel import Session, delete

from app.lookup.index import LookupIndex, build_index, empty_index
from app.lookup.rows import load_rows, next_index
from registry.entries import AliasEntry, ToolEntry, VendorEntry
from registry.journal import raise_revision
from registry.keys import create_key, revoke_key
from registry.lifecycle import Move
from registry.model import AliasKind, Role, Status, Verdict
from registry.policy import load_policy
from registry.reviews import decide, move, reopen, suspend
from registry.rulings import Ruling
from registry.sources import put_alias, put_source, remove_alias, retire_source
from registry.store import aliases_of, plans_of, revision, sources_of, tools_changed
from registry.submissions import list_catalogue, source_entry, submit_tool
from registry.tables import GovernsRow, PlanRow, ToolRow
from tests.app.lookup.test_index_editing import contents
from tests.registry.conftest import acme, brush, now, session, studio, tool
from tests.registry.readings import NO_TRAINING, clause, judged, show

__all__ = ["acme", "brush", "now", "session", "studio", "tool"]

POLICY = load_policy("default")


def anew(session: Session) -> LookupIndex:
    return build_index(load_rows(session), POLICY)


class House:
    """Some tools, and what happens to them at random."""

    def __init__(self, session: Session, vendor: VendorEntry, entry: ToolEntry, now: datetime) -> None:
        self.session = session
        self.now = now
        self.random = Random(7)
        self.tools: list[ToolRow] = []
        self.keys = 0
        self.vendor = vendor
        self.entry = entry
        self.acts: list[Callable[[], object]] = [
            self.submit,
            self.look,
            self.rule,
            self.end,
            self.rename,
            self.unname,
            self.retire,
            self.key,
            self.list,
        ]

    def plan(self, *statuses: Status) -> PlanRow | None:
        plans = [plan for tool in self.tools for plan in plans_of(self.session, tool.id)]
        plans = [plan for plan in plans if not statuses or plan.status in statuses]
        return self.random.choice(plans) if plans else None

    def act(self) -> None:
        self.now += timedelta(hours=1)
        self.random.choice(self.acts)()

    def submit(self) -> None:
        slug = f"brush-{len(self.tools)}"
        own = replace(self.entry, slug=slug)
        self.tools.append(submit_tool(self.session, self.vendor, own, "ann", self.now))

    def list(self) -> None:
        listed = replace(self.entry, slug=f"listed-{self.random.randrange(3)}", name=f"At {self.now}")
        list_catalogue(self.session, [replace(self.vendor, tools=(listed,))], self.now)

    def look(self) -> None:
        plan = self.plan()
        if plan is None:
            return
        found = clause(f"{NO_TRAINING} {self.now}")
        for source in sources_of(self.session, plan.tool_id):
            show(self.session, source, found, f"pass-{self.now}", self.now)
        judged(self.session, plan, sources_of(self.session, plan.tool_id)[0], found, self.now)

    def rule(self) -> None:
        plan = self.plan(Status.IN_REVIEW, Status.SUSPENDED)
        if plan is not None:
            ruling = Ruling(Verdict.APPROVE, "fine", self.now + timedelta(days=9))
            decide(self.session, plan, ruling, "rita", self.now)

    def end(self) -> None:
        plan = self.plan(Status.APPROVED, Status.SUSPENDED)
        if plan is not None and plan.status == Status.APPROVED:
            suspend(self.session, plan, "a test", self.now)
        elif plan is not None:
            reopen(self.session, plan, "a test", "rita", self.now)

    def rename(self) -> None:
        if self.tools:
            name = AliasEntry(AliasKind.HOST, f"host-{self.random.randrange(3)}.example")
            put_alias(self.session, self.random.choice(self.tools), name, "rita", self.now)

    def unname(self) -> None:
        if self.tools:
            tool = self.random.choice(self.tools)
            for alias in aliases_of(self.session, tool.id)[:1]:
                known = AliasEntry(AliasKind(alias.kind), alias.value)
                remove_alias(self.session, tool, known, "rita", self.now)

    def retire(self) -> None:
        if self.tools:
            tool = self.random.choice(self.tools)
            sources = sources_of(self.session, tool.id)
            if len(sources) > 1:
                retire_source(self.session, tool, sources[1].slug, "rita", self.now)
            else:
                entry = replace(source_entry(self.session, sources[0]), urls=("https://brush.example/new",))
                put_source(self.session, tool, entry, "rita", self.now)

    def key(self) -> None:
        create_key(self.session, f"key-{self.keys}", Role.LOOKUP, "rita", self.now)
        if self.keys % 2:
            revoke_key(self.session, f"key-{self.keys - 1}", "rita", self.now)
        self.keys += 1


def test_an_index_that_follows_is_the_one_loaded_anew(
    session: Session, acme: VendorEntry, brush: ToolEntry, now: datetime
) -> None:
    house = House(session, acme, brush, now)
    index = next_index(session, empty_index(POLICY))
    statuses: set[Status] = set()
    for _ in range(80):
        for _ in range(house.random.randrange(4)):
            house.act()
        index = next_index(session, index)
        assert index.revision == revision(session)
        assert contents(index) == contents(anew(session))
        statuses |= {one.status for one in index.standings()}
    assert len(index.records) > 5
    assert statuses >= {Status.APPROVED, Status.SUSPENDED, Status.LISTED}


def test_only_what_changed_is_loaded(
    session: Session, tool: ToolRow, acme: VendorEntry, brush: ToolEntry, now: datetime
) -> None:
    other = submit_tool(session, acme, replace(brush, slug="other"), "ann", now)
    seen = revision(session)
    assert tools_changed(session, seen) == []
    move(session, plans_of(session, other.id)[0], Move.SUBMIT)
    assert tools_changed(session, seen) == [other.id]
    create_key(session, "gateway", Role.LOOKUP, "rita", now)
    assert tools_changed(session, seen) == [other.id]
    assert tools_changed(session, revision(session)) == []


def test_a_change_that_names_no_tools_may_be_one_of_any(session: Session, tool: ToolRow) -> None:
    seen = revision(session)
    index = next_index(session, empty_index(POLICY))
    for plan in plans_of(session, tool.id):
        plan.status = Status.REJECTED
        session.add(plan)
    raise_revision(session)
    assert tools_changed(session, seen) is None
    assert {one.status for one in next_index(session, index).standings()} == {Status.REJECTED}


@pytest.mark.parametrize("since", [-1, -100])
def test_an_empty_index_loads_everything(session: Session, tool: ToolRow, since: int) -> None:
    assert tools_changed(session, since) is None


def test_a_tool_that_is_gone_is_gone_from_the_index(
    session: Session, acme: VendorEntry, now: datetime
) -> None:
    list_catalogue(session, [acme], now)
    index = next_index(session, empty_index(POLICY))
    assert len(index.records) == 1
    for table in (GovernsRow, PlanRow):
        session.exec(delete(table))
    raise_revision(session)
    assert list(next_index(session, index).records) == []
