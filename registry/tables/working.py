"""What keeps the house running: passes, keys, the audit log, the numbers that tell of a change."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from registry.tables.columns import UtcDateTime


class VettingRow(SQLModel, table=True):
    """The progress of one pass over a tool, for the person who waits. `key` is the workflow's identifier."""

    __tablename__ = "vettings"
    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    tool_id: int = Field(foreign_key="tools.id", index=True)
    kind: str
    """`first_look`, `reread` or `recrawl`."""
    state: str = Field(index=True)
    """`queued`, `running`, `done` or `failed`."""
    step: str
    done: int = 0
    total: int = 0
    error: str | None = None
    queued_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_by: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """A pass of the schedule looks only at the sources that were due by then; null: at all of the tool."""


class WorkerRow(SQLModel, table=True):
    """A worker that lives, and its beat: `registry/roll.py` says what is read from it."""

    __tablename__ = "workers"
    name: str = Field(primary_key=True)
    token: str
    """Which process of that name it is; empty for a name that nobody is known by."""
    version: str
    """The shape of the workflows that it runs."""
    beat: int


class HostRow(SQLModel, table=True):
    """Whose turn it is to ask a host: one visitor at a time, whichever worker it belongs to."""

    __tablename__ = "hosts"
    host: str = Field(primary_key=True)
    not_before: datetime = Field(sa_type=UtcDateTime)
    """When it may be asked next."""
    visitor: str | None = None
    """Who has the turn; null when nobody does."""
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the turn ends by itself, should the visitor have died."""


class DiscoveryRow(SQLModel, table=True):
    """A search of a vendor's site for its terms, and what it proposes. `key` is the workflow's identifier."""

    __tablename__ = "discoveries"
    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    site: str
    """The address that the search begins at."""
    tool_id: int | None = Field(default=None, foreign_key="tools.id", index=True)
    """The tool that the terms are for; null where none is in the registry yet."""
    state: str = Field(index=True)
    """`queued`, `running`, `done` or `failed`."""
    error: str | None = None
    found: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    """Proposals and troubles, once it is done."""
    requested_by: str
    queued_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class KeyRow(SQLModel, table=True):
    """An API key, as its hash: the key itself is shown once and kept nowhere."""

    __tablename__ = "api_keys"
    id: int = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    role: str
    sha256: str = Field(unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AuditRow(SQLModel, table=True):
    """Who did what, when, to what."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_actor_id", "actor", "id"),
        Index("ix_audit_events_action_id", "action", "id"),
        Index("ix_audit_events_actor_action_id", "actor", "action", "id"),
    )
    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    actor: str
    action: str
    subject: str = Field(index=True)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class AuditLinkRow(SQLModel, table=True):
    """An audit event in the chain of all: what tells it, and with it every one before."""

    __tablename__ = "audit_links"
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """From 1 on, without a gap, in the order in which events were committed."""
    event_id: int = Field(unique=True)
    digest: str
    """SHA-256 over the digest before, the place and the event."""


class AuditHeadRow(SQLModel, table=True):
    """One row: the last link of the chain, and where it began."""

    __tablename__ = "audit_head"
    id: int = Field(primary_key=True)
    place: int
    digest: str
    since_event: int = 0
    """The last event from before there was a chain."""


class RevisionRow(SQLModel, table=True):
    """One row: a number that grows with every change that a look-up could see."""

    __tablename__ = "revision"
    id: int = Field(default=1, primary_key=True)
    number: int
    any_tool: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """The number when something last changed of which it was not said to what tools it belongs."""


class ToolRevisionRow(SQLModel, table=True):
    """The registry's number when a look-up could last see a change of a tool; none before there was one.

    Not a column of the tool: who changes a tool must not wait for who tells of a change, nor the other way.
    """

    __tablename__ = "tool_revisions"
    tool_id: int = Field(primary_key=True)
    number: int = Field(index=True)
