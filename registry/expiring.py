"""Approvals that end soon, told to webhooks once each. Rows.

An approval ends without anybody doing anything, so no transaction tells of it: somebody has to look now and
then. What was told is known by its message, whose name is made of the decision's.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from registry.events import Event, EventKind, path_of, plan_named
from registry.outbox import listening, tell
from registry.overview import ends_soon
from registry.store import plan_name, revision
from registry.tables import DecisionRow, DeliveryRow, PlanRow, ToolRow, WebhookRow


def tell_expiring(session: Session, now: datetime) -> int:
    """Tell webhooks of approvals that end soon; gives how many messages that made."""
    wanting = [row for row in listening(session) if EventKind.PLAN_EXPIRING in row.kinds]
    if not wanting:
        return 0
    told = _told(session, wanting)
    number = revision(session)
    made = 0
    for decision, plan, tool in _ending(session, now):
        name = f"msg_{decision.public_id}_ends"
        rest = [row for row in wanting if (row.id, name) not in told]
        if rest:
            tell(session, rest, _event(decision, plan, plan_name(tool, plan), now), number, name)
            made += len(rest)
    return made


def _ending(session: Session, now: datetime) -> Sequence[tuple[DecisionRow, PlanRow, ToolRow]]:
    query = (
        select(DecisionRow, PlanRow, ToolRow)
        .join(PlanRow, col(PlanRow.id) == DecisionRow.plan_id)
        .join(ToolRow, col(ToolRow.id) == PlanRow.tool_id)
        .where(*ends_soon(now))
    )
    return session.exec(query.order_by(col(DecisionRow.expires_at), col(DecisionRow.id))).all()


def _told(session: Session, webhooks: Sequence[WebhookRow]) -> set[tuple[int, str]]:
    query = select(DeliveryRow.webhook_id, DeliveryRow.message_id).where(
        DeliveryRow.kind == EventKind.PLAN_EXPIRING,
        col(DeliveryRow.webhook_id).in_([row.id for row in webhooks]),
    )
    return {(webhook, message) for webhook, message in session.exec(query)}


def _event(decision: DecisionRow, plan: PlanRow, name: str, now: datetime) -> Event:
    told = {
        "status": plan.status,
        "decision": decision.public_id,
        "expires_at": decision.expires_at.isoformat(),
    }
    return Event(EventKind.PLAN_EXPIRING, now, plan_named(name) | told, path_of(name))
