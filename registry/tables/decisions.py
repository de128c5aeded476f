"""What people decide, ask for and attest."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, false
from sqlmodel import Field, SQLModel

from registry.tables.columns import UtcDateTime


class DecisionRow(SQLModel, table=True):
    """A person's verdict on a plan."""

    __tablename__ = "decisions"
    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    plan_id: int = Field(foreign_key="plans.id", index=True)
    assessment_id: int | None = Field(default=None, foreign_key="assessments.id")
    """The assessment that the person saw."""
    verdict: str
    scope: dict[str, list[str]] = Field(default_factory=dict, sa_type=JSON)
    conditions: list[str] = Field(default_factory=list, sa_type=JSON)
    clauses: list[str] = Field(default_factory=list, sa_type=JSON)
    reason: str
    decided_by: str
    decided_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    emergency: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    confirmed_by: str | None = None
    """The second person, where the policy asks for two."""


class ObligationRow(SQLModel, table=True):
    """What a decision wants to be attested."""

    __tablename__ = "obligations"
    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    decision_id: int = Field(foreign_key="decisions.id", index=True)
    text: str
    attested_by: str
    """Who is to attest it, in words."""
    evidence: str
    """What shows it, in words."""
    renew_after_days: int | None = None
    before_use: bool


class AttestationRow(SQLModel, table=True):
    """Somebody's word that an obligation holds; the newest one counts."""

    __tablename__ = "attestations"
    id: int = Field(default=None, primary_key=True)
    obligation_id: int = Field(foreign_key="obligations.id", index=True)
    attested_by: str
    evidence: str
    attested_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PendingApprovalRow(SQLModel, table=True):
    """What one person would approve and a second has not confirmed: no decision yet."""

    __tablename__ = "pending_approvals"
    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    plan_id: int = Field(foreign_key="plans.id", index=True)
    ruling: dict[str, Any] = Field(sa_type=JSON)
    proposed_by: str
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it was confirmed, or another verdict took its place."""


class RequestRow(SQLModel, table=True):
    """Somebody waits for a decision on a plan; closed by the decision that answers it."""

    __tablename__ = "requests"
    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    plan_id: int = Field(foreign_key="plans.id", index=True)
    kind: str
    """`approval`, or `review` of one that was given in an emergency."""
    clock: str
    reason: str
    requested_by: str
    requested_at: datetime = Field(sa_type=UtcDateTime)
    reviews_id: int | None = Field(default=None, foreign_key="decisions.id")
    """The decision that is to be reviewed."""
    decision_id: int | None = Field(default=None, foreign_key="decisions.id")
    """The decision that answered it."""
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
