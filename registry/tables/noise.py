"""What looks passed over, and what they put before a person that is no change of terms."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.tables.columns import UtcDateTime


class NoiseRow(SQLModel, table=True):
    """One look at a source that differed from the last good one and changed nothing in substance."""

    __tablename__ = "noise"
    __table_args__ = (UniqueConstraint("source_id", "pass_key"),)
    id: int = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="sources.id", index=True)
    pass_key: str
    kind: str = Field(index=True)
    detail: str
    document_id: int | None = Field(default=None, foreign_key="documents.id")
    """The text that was shown; null where a page showed none."""
    against_id: int = Field(foreign_key="documents.id")
    """The last good text."""
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class NoticeRow(SQLModel, table=True):
    """What a person should hear of a source besides changes of terms; closed by an answer, or by itself."""

    __tablename__ = "notices"
    id: int = Field(default=None, primary_key=True)
    kind: str
    tool_id: int = Field(foreign_key="tools.id", index=True)
    source_id: int | None = Field(default=None, foreign_key="sources.id", index=True)
    """The source that it is about; null where it is about the whole tool."""
    told: str
    """What a person reads."""
    document_id: int | None = Field(default=None, foreign_key="documents.id")
    """The text that waits for an answer; null where there is none."""
    former_id: int | None = Field(default=None, foreign_key="documents.id")
    """The text that stood before it."""
    effective_on: date | None = None
    """From when an announced text holds."""
    changes: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """What the waiting text would change, plan by plan."""
    opened_at: datetime = Field(sa_type=UtcDateTime)
    went_back_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the page showed the last good text again."""
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    closed_by: str | None = None
    answer: str | None = None
    """What the person said of it; null where it closed by itself."""
    reason: str | None = None
