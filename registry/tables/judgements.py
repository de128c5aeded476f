"""What the machine concludes of a plan, by which policy, and which changes wait for a person."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.tables.columns import UtcDateTime


class AssessmentRow(SQLModel, table=True):
    """The machine's judgement of a plan at a time. The newest is the one in force."""

    __tablename__ = "assessments"
    __table_args__ = (
        UniqueConstraint("plan_id", "pass_key"),
        Index("ix_assessments_plan_id_made_at", "plan_id", "made_at"),
    )
    id: int = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plans.id", index=True)
    pass_key: str
    digest: str
    recommendation: str
    violations: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    policy: str
    ruleset: str
    cause: str
    """Why it was made: `first`, or the cause of the change that it follows."""
    made_at: datetime = Field(sa_type=UtcDateTime)


class FactRow(SQLModel, table=True):
    """An answer about a plan, as its assessment found it."""

    __tablename__ = "facts"
    id: int = Field(default=None, primary_key=True)
    assessment_id: int = Field(foreign_key="assessments.id", index=True)
    family: str
    answer: str
    days: int | None = None
    clause_ids: list[int] = Field(default_factory=list, sa_type=JSON)
    overruled_ids: list[int] = Field(default_factory=list, sa_type=JSON)
    """Clauses that those above overrule; empty in rows from before this was kept."""
    searched: list[str] = Field(default_factory=list, sa_type=JSON)
    missing: list[str] = Field(default_factory=list, sa_type=JSON)


class PlanFactsRow(SQLModel, table=True):
    """What lists show of a plan: the main facts of its newest assessment, side by side.

    Written with each assessment and derived from it alone, so that thousands of plans can be filtered and put
    in order without looking for the newest assessment of each.
    """

    __tablename__ = "plan_facts"
    plan_id: int = Field(primary_key=True, foreign_key="plans.id")
    assessment_id: int = Field(foreign_key="assessments.id")
    training: str | None = None
    """From here to `reuse`, answers; null where the assessment has none."""
    retention: str | None = None
    retention_days: int | None = None
    reuse: str | None = None
    gravity: int = Field(index=True)
    """`registry.gravity` says what it is."""


class FlagRow(SQLModel, table=True):
    """A change that needs a person."""

    __tablename__ = "flags"
    __table_args__ = (
        UniqueConstraint(
            "plan_id", "family", "before_assessment_id", "after_assessment_id", name="uq_flags_change"
        ),
    )
    id: int = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plans.id", index=True)
    family: str
    direction: str
    cause: str
    before_answer: str
    after_answer: str
    before_quotes: list[str] = Field(default_factory=list, sa_type=JSON)
    after_quotes: list[str] = Field(default_factory=list, sa_type=JSON)
    before_assessment_id: int = Field(foreign_key="assessments.id")
    after_assessment_id: int = Field(foreign_key="assessments.id")
    opened_at: datetime = Field(sa_type=UtcDateTime, index=True)
    went_back_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When a later look showed the terms again as they were before the change."""
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    closed_by: str | None = None
    decision_id: int | None = Field(default=None, foreign_key="decisions.id")
    """The decision whose person had it before them."""


class PolicyRow(SQLModel, table=True):
    """A policy as it was put in force; the newest row is."""

    __tablename__ = "policies"
    id: int = Field(default=None, primary_key=True)
    name: str
    version: str
    content: str
    """The text of its file, with its comments."""
    reason: str
    adopted_by: str
    adopted_at: datetime = Field(sa_type=UtcDateTime)


class StartedPolicyRow(SQLModel, table=True):
    """The policy that the service was started with from a time on; it counts where none was adopted."""

    __tablename__ = "started_policies"
    id: int = Field(default=None, primary_key=True)
    version: str
    content: str
    since: datetime = Field(sa_type=UtcDateTime)
