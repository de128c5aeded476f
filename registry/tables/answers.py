"""What look-ups were answered, and what they saw."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from registry.tables.columns import UtcDateTime


class LookupAnswerRow(SQLModel, table=True):
    """What was asked and answered, told once for all look-ups that asked and got the same."""

    __tablename__ = "lookup_answers"
    id: int = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    """SHA-256 over all that follows."""
    asked: str
    """JSON: tool and plan as they were named, and the work; fields are masked as the settings say."""
    tool: str = Field(index=True)
    """The tool that was meant, or the name that nobody knows."""
    plan: str | None = None
    decision: bool
    status: str
    revision: int
    policy: str
    answer: str
    """JSON, as `GET /v1/tools/{tool}/approval` gives it."""


class LookupRow(SQLModel, table=True):
    """Who got which answer, within a second or so, how often. The name of a look-up tells its time: the first
    14 digits are microseconds since 1970.

    No foreign key, and no more columns than it takes: a busy service answers many thousands a second.
    """

    __tablename__ = "lookups"
    id: str = Field(primary_key=True)
    """The first of the names."""
    caller: str
    subject: str | None = None
    answer_id: int = Field(index=True)
    names: str
    """Of all these look-ups, in order, separated by blanks."""


class ToolVersionRow(SQLModel, table=True):
    """A tool as look-ups saw it from a time on, until its next row: standings of its plans, other names."""

    __tablename__ = "tool_versions"
    __table_args__ = (Index("ix_tool_versions_tool_id_since", "tool_id", "since"),)
    id: int = Field(default=None, primary_key=True)
    tool_id: int
    since: datetime = Field(sa_type=UtcDateTime)
    digest: str
    """SHA-256 over the content: what comes to the same is not written again."""
    content: str
    """JSON."""


class KnownNameRow(SQLModel, table=True):
    """A name that a tool goes by or once went by, its slug without the vendor among them."""

    __tablename__ = "known_names"
    name: str = Field(primary_key=True)
    """In lower case; of a package without version. A model's may end in `*`."""
    tool_id: int = Field(primary_key=True, index=True)


class PastRevisionRow(SQLModel, table=True):
    """A revision of the registry, and what else look-ups saw since then: the policy that was in force."""

    __tablename__ = "past_revisions"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    since: datetime = Field(sa_type=UtcDateTime, index=True)
    policy_id: int | None = None
    """The adoption in force; `None` where the policy counted that the service was started with."""
