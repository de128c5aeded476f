"""What the pages of the registry, of changes and of the log ask for, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from extractors.model import Answer, Family
from registry.deeds import Sought, Stretch, list_deeds
from registry.entries import EntryError
from registry.journal import note
from registry.listing import count_plans, list_plans
from registry.model import ApprovalRules, Clock, Direction, Status
from registry.overview import overview
from registry.plans import retire_plan
from registry.policy import load_policy
from registry.requests import request_approval
from registry.store import find_plan, sources_of
from registry.tables import DecisionRow, FlagRow, PlanRow, ToolRow
from registry.wanted import Ends, Order, Part, Wanted
from registry.weeks import WEEKS, weeks_of_changes
from tests.registry.readings import NO_TRAINING, clause, judged, show

RULES: ApprovalRules = load_policy("default").approvals


@pytest.fixture
def approved(session: Session, tool: ToolRow, studio: PlanRow, now: datetime) -> PlanRow:
    """The business plan, judged, approved until in ten days, with an open change."""
    source = sources_of(session, tool.id)[0]
    show(session, source, clause(NO_TRAINING), "first", now)
    assessed = judged(session, studio, source, clause(NO_TRAINING), now)
    studio.status = Status.APPROVED
    for number, ends in enumerate((400, 5, 10)):
        session.add(
            DecisionRow(
                public_id=f"dec_{number}",
                plan_id=studio.id,
                verdict="approve",
                reason="Never trains.",
                decided_by="kim",
                decided_at=now,
                expires_at=now + timedelta(days=ends),
            )
        )
        session.flush()
    session.add(
        FlagRow(
            plan_id=studio.id,
            family="training",
            direction="worse",
            cause="terms",
            before_answer="prohibited",
            after_answer="permitted",
            before_assessment_id=assessed.id,
            after_assessment_id=assessed.id,
            opened_at=now,
        )
    )
    session.flush()
    return studio


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("descending", [False, True])
def test_every_order_goes_on_where_its_last_page_ended(
    session: Session, approved: PlanRow, now: datetime, order: Order, descending: bool
) -> None:
    wanted, seen, place = Wanted(order=order, descending=descending), [], ""
    for _ in range(2):
        page = list_plans(session, wanted, now, Part(after=place, limit=1))
        seen += [row.plan for row in page.rows]
        place = page.next or ""
    assert sorted(seen) == ["acme/brush@free", "acme/brush@studio"]
    assert place == ""
    assert count_plans(session, wanted, now) == 2


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(search="BRUSH.example", status=Status.APPROVED),
        Wanted(vendor="acm", flagged=True),
        Wanted(answers={Family.TRAINING: Answer.PROHIBITED, Family.REUSE: Answer.UNREAD}),
        Wanted(ends=Ends.MONTH, submitted=True),
    ],
)
def test_each_filter_finds_the_plan_and_its_opposite_does_not(
    session: Session, approved: PlanRow, now: datetime, wanted: Wanted
) -> None:
    (row,) = list_plans(session, wanted, now).rows
    assert (row.plan, row.training, row.reuse) == ("acme/brush@studio", Answer.PROHIBITED, Answer.UNREAD)
    assert (row.expires_at, row.open_flags) == (now + timedelta(days=10), 1)
    assert not list_plans(session, replace(wanted, search="%"), now).rows


def test_only_the_newest_decision_says_when_an_approval_ends(
    session: Session, approved: PlanRow, now: datetime
) -> None:
    assert not list_plans(session, Wanted(ends=Ends.LATER), now).rows
    assert list_plans(session, Wanted(ends=Ends.ENDED), now + timedelta(days=10)).rows
    assert overview(session, now, RULES, 3).expiring.total == 1
    assert overview(session, now + timedelta(days=10), RULES, 3).expiring.total == 0


@pytest.mark.parametrize("place", ["x", "a~b", "1~acme/brush~z", "soon~acme/brush~1"])
def test_a_place_of_another_list_is_refused(session: Session, now: datetime, place: str) -> None:
    with pytest.raises(EntryError):
        list_plans(session, Wanted(order=Order.EXPIRY), now, Part(after=place))


def test_the_overview_holds_what_waits_the_oldest_first(
    session: Session, tool: ToolRow, approved: PlanRow, now: datetime
) -> None:
    free = find_plan(session, tool.id, "free")
    assert free is not None
    free.status = Status.IN_REVIEW
    judged_at = now - timedelta(days=2)
    judged(session, free, sources_of(session, tool.id)[0], clause(NO_TRAINING), judged_at)
    asked = request_approval(session, free, Clock.EMERGENCY, "A shoot.", "robin", now)
    for source in sources_of(session, tool.id):
        source.failures, source.failing_since = 3, now - timedelta(days=source.id)
    session.flush()
    found = overview(session, now, RULES, 3)
    assert [(one.plan, one.since) for one in found.reviews.rows] == [("acme/brush@free", judged_at)]
    waits = {one.plan: one.due_at for one in found.reviews.rows}
    assert waits["acme/brush@free"] == asked.requested_at + timedelta(hours=RULES.emergency_answer_hours)
    assert "acme/brush@free" not in [one.plan for one in found.requests.rows]
    assert found.failing.total == 2
    assert found.failing.rows[0].since <= found.failing.rows[1].since
    assert overview(session, now, RULES, 4).failing.total == 0


def test_an_emergency_stands_before_all_that_is_older(
    session: Session, tool: ToolRow, approved: PlanRow, now: datetime
) -> None:
    free = find_plan(session, tool.id, "free")
    assert free is not None
    judged(session, free, sources_of(session, tool.id)[0], clause(NO_TRAINING), now + timedelta(days=1))
    for plan in (approved, free):
        plan.status = Status.IN_REVIEW
        request_approval(session, plan, Clock.ROUTINE, "Some day.", "robin", now)
    assert overview(session, now, RULES, 3).reviews.rows[0].plan == "acme/brush@studio"
    request_approval(session, free, Clock.EMERGENCY, "A shoot.", "robin", now)
    assert overview(session, now, RULES, 3).reviews.rows[0].plan == "acme/brush@free"


def test_weeks_begin_on_mondays_and_count_each_way(
    session: Session, approved: PlanRow, now: datetime
) -> None:
    weeks = weeks_of_changes(session, now)
    assert len(weeks) == WEEKS
    assert weeks[-1].counts == {Direction.WORSE: 1}
    assert all(week.monday.weekday() == 0 for week in weeks)
    assert sum(week.total for week in weeks_of_changes(session, now + timedelta(weeks=WEEKS - 1))) == 1
    assert sum(week.total for week in weeks_of_changes(session, now + timedelta(weeks=WEEKS))) == 0


def test_the_log_is_found_by_all_that_is_known_of_an_event(
    session: Session, tool: ToolRow, now: datetime
) -> None:
    later = now + timedelta(days=3)
    note(session, later, "kim", "reject", "acme/brush@studio", reason="Trains.")
    note(session, later, "kim", "reject", "acme/brushes", reason="Trains.")
    session.flush()
    sought = Sought("kim", "reject", "acme/brush", later, later + timedelta(hours=1))
    (deed,) = list_deeds(session, sought)
    assert (deed.subject, deed.detail) == ("acme/brush@studio", {"reason": "Trains."})
    for other in (
        replace(sought, actor="ann"),
        replace(sought, action="approve"),
        replace(sought, subject="acme/brushe"),
        replace(sought, since=later + timedelta(minutes=1)),
        replace(sought, until=later),
    ):
        assert not list_deeds(session, other), other
    assert not list_deeds(session, sought, Stretch(before=deed.number))


def test_events_that_are_numbered_otherwise_than_they_began_are_not_lost(
    session: Session, now: datetime
) -> None:
    for hours in (5, 0, 9, 2):
        note(session, now + timedelta(hours=hours), "kim", "vet", "acme/brush", hours=hours)
        session.flush()

    def found(since: int, until: int) -> list[int]:
        span = Sought(since=now + timedelta(hours=since), until=now + timedelta(hours=until))
        return sorted(deed.detail["hours"] for deed in list_deeds(session, span))

    assert found(1, 10) == [2, 5, 9]
    assert found(0, 6) == [0, 2, 5]
    assert found(40, 50) == []


def test_a_retired_plan_is_listed_where_it_is_asked_for_alone(
    session: Session, tool: ToolRow, approved: PlanRow, now: datetime
) -> None:
    retire_plan(session, tool, approved, "Dropped.", "kim", now)
    assert [one.plan for one in list_plans(session, Wanted(), now).rows] == ["acme/brush@free"]
    (row,) = list_plans(session, Wanted(status=Status.RETIRED), now).rows
    assert (row.plan, row.open_flags, row.expires_at) == ("acme/brush@studio", 0, None)
    shown = overview(session, now, RULES, 3)
    assert (shown.flags.total, shown.expiring.total, shown.reviews.total) == (0, 0, 0)
