"""A registry with one plan in review and a webhook, each act in a transaction of its own."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlmodel import Session, col, select

from app.db import Sessions
from extractors.model import Answer, Audience, Family, TermsType
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.events import ASKABLE, EventKind
from registry.flags import flag_name, open_flags
from registry.judgements import last_assessment
from registry.model import Cause, Change, Direction, Verdict
from registry.plans import retire_plan
from registry.quiet_flags import note_only
from registry.reviews import decide, reopen, suspend
from registry.rulings import Ruling
from registry.store import find_plan, flags_of, sources_of
from registry.submissions import submit_tool
from registry.tables import DeliveryRow, PlanRow, ToolRow, WebhookRow
from registry.webhooks import WebhookEntry, create_webhook
from tests.registry.readings import NO_TRAINING, clause, judged, show

START: Final = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
URL: Final = "https://gateway.company.example/hook"


def secret_of(webhook: str, number: int) -> str:
    return f"whsec_{webhook}{number}"


class Scene:
    """Acts at a time that a test moves."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.at = START
        terms = SourceEntry(
            "terms", TermsType.TERMS_OF_SERVICE, ("https://acme.example/t",), (), (), ("studio",)
        )
        brush = ToolEntry("brush", "Brush", (PlanEntry("studio", "Studio", Audience.BUSINESS),), (), (terms,))
        with sessions() as session:
            tool = submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "ann", self.at)
            plan = find_plan(session, tool.id, "studio")
            assert plan is not None
            source = sources_of(session, tool.id)[0]
            show(session, source, clause(NO_TRAINING), "first", self.at)
            judged(session, plan, source, clause(NO_TRAINING), self.at)

    def listen(self, *kinds: EventKind, url: str = URL, secrets: Any = secret_of) -> str:
        """Take a webhook on, for all events where none is named; gives its name."""
        with self.sessions() as session:
            entry = WebhookEntry(url, kinds or ASKABLE)
            return create_webhook(session, entry, secrets, "ada", self.at)[0].public_id

    def decide(self, verdict: Verdict, days: int = 90) -> None:
        with self.sessions() as session:
            ruling = Ruling(
                verdict,
                "Read and judged.",
                self.at + timedelta(days=days),
                flags=tuple(flag_name(flag) for flag in flags_of(session)),
            )
            decide(session, plan_of(session), ruling, "rita", self.at)

    def suspend(self) -> None:
        with self.sessions() as session:
            suspend(session, plan_of(session), "training went from prohibited to permitted", self.at)

    def reopen(self) -> None:
        with self.sessions() as session:
            reopen(session, plan_of(session), "A new offer.", "rita", self.at)

    def retire(self) -> None:
        with self.sessions() as session:
            plan = plan_of(session)
            retire_plan(session, session.get_one(ToolRow, plan.tool_id), plan, "Dropped.", "rita", self.at)

    def flag(self, *directions: Direction, noted: frozenset[Direction] = frozenset()) -> None:
        """Let the terms change, in each direction another family."""
        with self.sessions() as session:
            plan = plan_of(session)
            newest = last_assessment(session, plan.id)
            assert newest is not None
            changes = [
                Change(family, way, Cause.TERMS, Answer.PROHIBITED, Answer.PERMITTED, clauses=())
                for family, way in zip(Family, directions, strict=False)
            ]
            note_only(session, open_flags(session, plan, changes, newest, newest, self.at), noted, self.at)

    def messages(self, webhook: str = "") -> list[DeliveryRow]:
        """All that webhooks have been or will be told, in order."""
        query = select(DeliveryRow).join(WebhookRow).order_by(col(DeliveryRow.id))
        if webhook:
            query = query.where(WebhookRow.public_id == webhook)
        with self.sessions() as session:
            return list(session.exec(query))

    def kinds(self) -> Sequence[str]:
        return [row.kind for row in self.messages()]

    def webhook_names(self) -> list[str]:
        with self.sessions() as session:
            return list(session.exec(select(WebhookRow.public_id).order_by(col(WebhookRow.id))))

    def webhook(self, name: str) -> WebhookRow:
        with self.sessions() as session:
            return session.exec(select(WebhookRow).where(WebhookRow.public_id == name)).one()


def plan_of(session: Session) -> PlanRow:
    return session.get_one(PlanRow, 1)
