"""What webhooks are told: written with what happened, once for each that wants it, and nothing else."""

from datetime import timedelta

import pytest

from registry.events import EventKind
from registry.model import Clock, Direction, Verdict
from registry.notices import NoticeKind, Opening, open_notice
from registry.requests import request_approval
from registry.webhooks import end_webhook, find_webhook, switch
from tests.registry.hooked import Scene, plan_of


def test_an_approval_and_its_end_are_told_with_where_the_plan_stood(scene: Scene) -> None:
    scene.listen()
    scene.decide(Verdict.APPROVE)
    scene.suspend()
    scene.decide(Verdict.APPROVE)
    scene.decide(Verdict.REJECT)
    scene.reopen()
    scene.retire()
    told = [(row.kind, row.data["status_before"], row.data["status"]) for row in scene.messages()]
    assert told == [
        ("plan.approved", "in_review", "approved"),
        ("plan.suspended", "approved", "suspended"),
        ("plan.resumed", "suspended", "approved"),
        ("plan.rejected", "approved", "rejected"),
        ("plan.reopened", "rejected", "in_review"),
        ("plan.retired", "in_review", "retired"),
    ]


def test_a_suspension_says_little_and_where_more_stands(scene: Scene) -> None:
    scene.decide(Verdict.APPROVE)
    scene.listen()
    scene.suspend()
    (row,) = scene.messages()
    assert row.data == {
        "plan": "acme/brush@studio",
        "tool": "acme/brush",
        "actor": "termgate",
        "status": "suspended",
        "status_before": "approved",
        "decision": None,
        "revision": row.data["revision"],
    }
    assert (row.path, row.at, row.state) == ("/tools/acme/brush", scene.at, "waiting")


def test_later_news_has_a_higher_revision(scene: Scene) -> None:
    scene.listen()
    scene.decide(Verdict.APPROVE)
    scene.suspend()
    first, second = (row.data["revision"] for row in scene.messages())
    assert 0 < first < second


def test_each_webhook_is_told_what_it_wants_under_one_name(scene: Scene) -> None:
    all_of_it = scene.listen()
    ends_only = scene.listen(EventKind.PLAN_SUSPENDED)
    scene.decide(Verdict.APPROVE)
    scene.suspend()
    (end,) = scene.messages(ends_only)
    assert [row.kind for row in scene.messages(all_of_it)] == ["plan.approved", "plan.suspended"]
    assert end.message_id == scene.messages(all_of_it)[1].message_id


def test_what_was_rolled_back_is_not_told(scene: Scene) -> None:
    scene.listen()
    with pytest.raises(RuntimeError), scene.sessions() as session:
        request_approval(session, plan_of(session), Clock.ROUTINE, "A shoot.", "bob", scene.at)
        raise RuntimeError("the disk is full")
    assert scene.messages() == []


def test_a_change_is_told_whole_and_each_flag_that_waits(scene: Scene) -> None:
    scene.listen()
    scene.flag(Direction.WORSE, Direction.BETTER, noted=frozenset({Direction.BETTER}))
    flag, change = scene.messages()
    assert (flag.kind, flag.data["flag"], flag.path) == ("flag.opened", "flag_1", "/changes/flag_1")
    assert (change.kind, change.data["cause"]) == ("plan.changed", "terms")
    assert [one["direction"] for one in change.data["changes"]] == ["worse", "better"]


def test_requests_and_notices_are_told(scene: Scene) -> None:
    scene.listen()
    with scene.sessions() as session:
        request_approval(session, plan_of(session), Clock.EMERGENCY, "A shoot tomorrow.", "bob", scene.at)
        open_notice(session, Opening(NoticeKind.FAILING, 1, 1, "No answer for three days."), scene.at)
    notice, request = scene.messages()
    assert (notice.data["about"], notice.data["source"]) == ("failing", "terms")
    assert (request.data["about"], request.data["clock"]) == ("approval", "emergency")


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_of_notice_is_told(scene: Scene, kind: NoticeKind) -> None:
    scene.listen()
    with scene.sessions() as session:
        open_notice(session, Opening(kind, 1, 1, "Look."), scene.at)
    assert scene.kinds() == ["notice.opened"]


def test_nothing_is_written_for_a_webhook_that_is_off_or_deleted(scene: Scene) -> None:
    off, gone = scene.listen(), scene.listen()
    with scene.sessions() as session:
        switch(session, find_webhook(session, off), "ada", scene.at, on=False)
        end_webhook(session, find_webhook(session, gone), "ada", scene.at)
    scene.decide(Verdict.APPROVE)
    assert scene.messages() == []
    with scene.sessions() as session:
        switch(session, find_webhook(session, off), "ada", scene.at, on=True)
    scene.suspend()
    assert scene.kinds() == ["plan.suspended"]


def test_without_webhooks_nothing_is_written(scene: Scene) -> None:
    scene.decide(Verdict.APPROVE)
    scene.at += timedelta(days=1)
    scene.suspend()
    assert scene.messages() == []
