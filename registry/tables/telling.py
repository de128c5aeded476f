"""Whom changes are told to, and what each of them still has to be told."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.tables.columns import UtcDateTime


class WebhookRow(SQLModel, table=True):
    """Another system's address that hears of changes. Its secret is derived, and stands in no row."""

    __tablename__ = "webhooks"
    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    url: str
    kinds: list[str] = Field(sa_type=JSON)
    """What it wants to hear of."""
    secret_number: int
    """How many secrets it has had."""
    secret_sha256: str
    """Of the secret, so that a sender with another key notices before it signs."""
    former_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Until when the secret before this one signs too."""
    created_by: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    off_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when nothing is sent; null while it is on."""
    off_because: str | None = None
    """Why, where it was switched off by what happened; null where a person did it."""
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DeliveryRow(SQLModel, table=True):
    """One message for one webhook: written with what it tells, in the same transaction."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "message_id"),
        Index("ix_webhook_deliveries_webhook_id_next_at", "webhook_id", "next_at"),
        Index("ix_webhook_deliveries_webhook_id_id", "webhook_id", "id"),
    )
    id: int = Field(default=None, primary_key=True)
    webhook_id: int = Field(foreign_key="webhooks.id")
    message_id: str
    """The same each time it is sent, and for every webhook that is told of it."""
    kind: str
    data: dict[str, Any] = Field(sa_type=JSON)
    path: str
    """Where in the service more is told."""
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    """When it happened."""
    tries: int = 0
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it may be sent next; while it is being sent, when somebody else may. Null once it has ended."""
    state: str
    """`waiting`, `delivered` or `failed`."""
    tried_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    http_status: int | None = None
    """What the receiver answered last; null where it did not."""
    told: str | None = None
    """What went wrong the last time, in words."""
