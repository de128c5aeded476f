"""What a transaction has to tell, written down in that transaction: a row for each webhook that wants it.

So nothing is told that was rolled back, and nothing is lost with a process. What is told is read at its end
from what the transaction noted and opened, as it stands then: no verb has to think of it.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlmodel import Session, col, select

from registry.events import Event, EventKind, Noted, event_of, path_of, plan_named
from registry.flags import flag_name
from registry.journal import NOTED, OPENED
from registry.model import Cause
from registry.store import plan_name, revision
from registry.tables import AuditRow, DeliveryRow, FlagRow, PlanRow, RequestRow, ToolRow, WebhookRow

WAITING = "waiting"


def put_out(session: Session) -> None:
    """Write down what webhooks are to be told of this transaction; call it before it is committed."""
    noted: Sequence[AuditRow] = session.info.get(NOTED, ())
    opened: Sequence[FlagRow | RequestRow] = session.info.pop(OPENED, ())
    events = [*_of_notes(noted), *_of_rows(session, opened)]
    if not events:
        return
    webhooks = listening(session)
    if not webhooks:
        return
    number = revision(session)
    for event in events:
        tell(session, webhooks, event, number)
    session.flush()


def listening(session: Session) -> Sequence[WebhookRow]:
    """The webhooks that are switched on."""
    return session.exec(select(WebhookRow).where(col(WebhookRow.off_at).is_(None))).all()


def tell(
    session: Session, webhooks: Iterable[WebhookRow], event: Event, number: int, message_id: str = ""
) -> None:
    """Write an event down for those that want it; `number`: the registry's revision with it."""
    message_id = message_id or f"msg_{secrets.token_hex(12)}"
    session.add_all(
        DeliveryRow(
            webhook_id=webhook.id,
            message_id=message_id,
            kind=event.kind,
            data={**event.data, "revision": number},
            path=event.path,
            at=event.at,
            next_at=event.at,
            state=WAITING,
        )
        for webhook in webhooks
        if event.kind in webhook.kinds or event.kind is EventKind.TEST
    )


def _of_notes(rows: Iterable[AuditRow]) -> Iterator[Event]:
    for row in rows:
        event = event_of(Noted(row.at, row.actor, row.action, row.subject, row.detail))
        if event is not None:
            yield event


def _of_rows(session: Session, rows: Iterable[FlagRow | RequestRow]) -> Iterator[Event]:
    changed: defaultdict[tuple[int, int], list[FlagRow]] = defaultdict(list)
    for row in rows:
        plan = _plan(session, row.plan_id)
        if isinstance(row, RequestRow):
            yield _request(row, plan)
            continue
        changed[row.plan_id, row.after_assessment_id].append(row)
        # A policy may have changes noted that nobody has to look at.
        if row.closed_at is None:
            flag = plan_named(plan) | {"flag": flag_name(row), "cause": row.cause} | _change(row)
            yield Event(EventKind.FLAG_OPENED, row.opened_at, flag, f"/changes/{flag_name(row)}")
    for flags in changed.values():
        yield from _changed(session, flags)


def _request(row: RequestRow, plan: str) -> Event:
    told = {"request": row.public_id, "about": row.kind, "clock": row.clock, "actor": row.requested_by}
    return Event(EventKind.REQUEST_OPENED, row.requested_at, plan_named(plan) | told, path_of(plan))


def _changed(session: Session, flags: Sequence[FlagRow]) -> Iterator[Event]:
    first = flags[0]
    plan = _plan(session, first.plan_id)
    told: dict[str, Any] = {
        "status": session.get_one(PlanRow, first.plan_id).status,
        "cause": Cause(first.cause).value,
        "changes": [_change(row) for row in flags],
    }
    yield Event(EventKind.PLAN_CHANGED, first.opened_at, plan_named(plan) | told, path_of(plan))


def _change(row: FlagRow) -> dict[str, Any]:
    return {
        "family": row.family,
        "before": row.before_answer,
        "after": row.after_answer,
        "direction": row.direction,
    }


def _plan(session: Session, plan_id: int) -> str:
    plan = session.get_one(PlanRow, plan_id)
    return plan_name(session.get_one(ToolRow, plan.tool_id), plan)
