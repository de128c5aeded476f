"""Messages are carried by one at a time, tried again as specified, and given up in words."""

from datetime import timedelta

import pytest

from registry.deliveries import (
    KEPT,
    LEASE,
    Answer,
    Parcel,
    due_webhooks,
    prune,
    recent_deliveries,
    settle,
    stuck_since,
    take_up,
)
from registry.events import EventKind
from registry.expiring import tell_expiring
from registry.model import Verdict
from registry.store import audit_events
from registry.webhooks import find_webhook, rotate_secret, switch
from tests.registry.hooked import Scene, secret_of

TAKEN = Answer(taken=True, http_status=204)
REFUSED = Answer(taken=False, http_status=500, told="it answered 500")


@pytest.fixture
def told(scene: Scene) -> Scene:
    """One webhook with one message."""
    scene.listen(EventKind.PLAN_APPROVED)
    scene.decide(Verdict.APPROVE)
    return scene


def carried(scene: Scene) -> Parcel | None:
    with scene.sessions() as session:
        return take_up(session, 1, scene.at)


def settled(scene: Scene, parcel: Parcel, answer: Answer) -> str | None:
    with scene.sessions() as session:
        return settle(session, parcel, answer, 0, scene.at)


def due(scene: Scene) -> list[int]:
    with scene.sessions() as session:
        return list(due_webhooks(session, scene.at))


def test_who_carries_a_message_has_it_alone(told: Scene) -> None:
    assert carried(told) is not None
    assert carried(told) is None
    assert due(told) == []


def test_what_a_dead_worker_carried_is_sent_again_under_its_name(told: Scene) -> None:
    first = carried(told)
    told.at += LEASE
    again = carried(told)
    assert first is not None
    assert again is not None
    assert (again.message_id, again.tries) == (first.message_id, 2)


def test_what_was_taken_is_not_sent_again(told: Scene) -> None:
    parcel = carried(told)
    assert parcel is not None
    settled(told, parcel, TAKEN)
    told.at += timedelta(days=2)
    assert carried(told) is None
    (row,) = told.messages()
    assert (row.state, row.http_status, row.next_at) == ("delivered", 204, None)


def test_a_late_failure_is_no_news_and_a_late_success_is(told: Scene) -> None:
    slow = carried(told)
    told.at += LEASE
    other = carried(told)
    assert slow is not None
    assert other is not None
    settled(told, slow, REFUSED)
    assert told.messages()[0].next_at == told.at + LEASE
    settled(told, slow, TAKEN)
    settled(told, other, REFUSED)
    assert told.messages()[0].state == "delivered"


def test_what_is_refused_so_far_is_told_with_its_age(told: Scene) -> None:
    begun = told.at
    parcel = carried(told)
    assert parcel is not None
    with told.sessions() as session:
        assert stuck_since(session) == {}
    settled(told, parcel, REFUSED)
    told.at += timedelta(hours=1)
    with told.sessions() as session:
        assert stuck_since(session) == {1: begun}


def test_a_message_is_tried_ten_times_and_then_the_webhook_is_switched_off(told: Scene) -> None:
    begun = told.at
    for _ in range(9):
        parcel = carried(told)
        assert parcel is not None
        assert settled(told, parcel, REFUSED) is None
        at = told.messages()[0].next_at
        assert at is not None
        told.at = at
    last = carried(told)
    assert last is not None
    because = settled(told, last, REFUSED)
    assert because is not None
    assert "was not taken in 10 attempts; the last one: it answered 500" in because
    assert told.at - begun > timedelta(days=3)
    with told.sessions() as session:
        row = find_webhook(session, last.webhook)
        assert (row.off_at, row.off_because) == (told.at, because)
        event = audit_events(session, f"webhook:{last.webhook}")[0]
        assert (event.actor, event.action) == ("termgate", "switch_webhook_off")


def test_a_receiver_that_is_gone_is_called_no_more(told: Scene) -> None:
    parcel = carried(told)
    assert parcel is not None
    because = settled(told, parcel, Answer(taken=False, http_status=410, told="gone", gone=True))
    assert because is not None
    assert "410" in because
    told.at += timedelta(days=1)
    assert due(told) == []
    assert told.messages()[0].state == "failed"


def test_what_waits_for_a_webhook_that_is_off_is_sent_once_it_is_on(told: Scene) -> None:
    name = told.webhook_names()[0]
    with told.sessions() as session:
        switch(session, find_webhook(session, name), "ada", told.at, on=False)
    assert due(told) == []
    assert carried(told) is None
    with told.sessions() as session:
        switch(session, find_webhook(session, name), "ada", told.at, on=True)
    assert due(told) == [1]


def test_a_new_secret_goes_with_messages_that_wait(told: Scene) -> None:
    name = told.webhook_names()[0]
    with told.sessions() as session:
        rotate_secret(session, find_webhook(session, name), secret_of, "ada", told.at)
    parcel = carried(told)
    assert parcel is not None
    assert (parcel.secret_number, parcel.former_until) == (2, told.at + timedelta(hours=24))


def test_old_messages_are_deleted(told: Scene) -> None:
    told.at += KEPT
    told.decide(Verdict.APPROVE)
    told.at += timedelta(seconds=1)
    with told.sessions() as session:
        assert prune(session, told.at) == 1
        assert len(recent_deliveries(session, 1)) == 1


def test_an_approval_that_ends_soon_is_told_once(scene: Scene) -> None:
    scene.listen(EventKind.PLAN_EXPIRING)
    scene.decide(Verdict.APPROVE, days=90)
    for days, expected in ((0, 0), (61, 1), (1, 0)):
        scene.at += timedelta(days=days)
        with scene.sessions() as session:
            assert tell_expiring(session, scene.at) == expected
    (row,) = scene.messages()
    assert (row.kind, row.data["plan"]) == ("plan.expiring", "acme/brush@studio")
