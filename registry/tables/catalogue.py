"""What there is to vet: vendors, tools, plans, their other names, and where their terms stand."""

from datetime import datetime

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.tables.columns import UtcDateTime


class VendorRow(SQLModel, table=True):
    """A company."""

    __tablename__ = "vendors"
    id: int = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str


class ToolRow(SQLModel, table=True):
    """One of a vendor's AI products; `slug` is `vendor/tool`."""

    __tablename__ = "tools"
    id: int = Field(default=None, primary_key=True)
    vendor_id: int = Field(foreign_key="vendors.id", index=True)
    slug: str = Field(unique=True)
    name: str
    submitted_by: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)


class PlanRow(SQLModel, table=True):
    """A tier or surface of a tool with its own terms: the unit of approval."""

    __tablename__ = "plans"
    __table_args__ = (UniqueConstraint("tool_id", "slug"),)
    id: int = Field(default=None, primary_key=True)
    tool_id: int = Field(foreign_key="tools.id", index=True)
    slug: str
    name: str
    audience: str
    status: str = Field(index=True)
    suspended_because: str | None = None


class AliasRow(SQLModel, table=True):
    """Another name that a system sees. Two tools may share one; then a look-up is ambiguous and says so."""

    __tablename__ = "aliases"
    __table_args__ = (UniqueConstraint("tool_id", "kind", "value"),)
    id: int = Field(default=None, primary_key=True)
    tool_id: int = Field(foreign_key="tools.id", index=True)
    kind: str
    value: str = Field(index=True)


class SourceRow(SQLModel, table=True):
    """Where one terms document of a tool stands: pages by URL, or one upload."""

    __tablename__ = "sources"
    __table_args__ = (UniqueConstraint("tool_id", "slug"),)
    id: int = Field(default=None, primary_key=True)
    tool_id: int = Field(foreign_key="tools.id", index=True)
    slug: str
    terms_type: str
    urls: list[str] = Field(default_factory=list, sa_type=JSON)
    """Pages that together make the document, in order; empty for an upload."""
    select: list[str] = Field(default_factory=list, sa_type=JSON)
    remove: list[str] = Field(default_factory=list, sa_type=JSON)
    active: bool = True
    """Whether it counts; a retired source keeps its rows, since old answers rest on them."""
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When a person last changed it; what was seen until then was not seen as it stands now."""
    cadence_days: int = Field(default=7, sa_column_kwargs={"server_default": "7"})
    """How often its pages are looked at."""
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """When its pages are looked at next; null for a tool that nobody has asked for."""
    failures: int = Field(default=0, index=True, sa_column_kwargs={"server_default": "0"})
    """How many looks in a row have come to nothing."""
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the first of them was."""
    put_off_since: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """Since when its host has let nobody in; null where the last look came to its pages."""


class GovernsRow(SQLModel, table=True):
    """Which plans a source governs."""

    __tablename__ = "governs"
    source_id: int = Field(foreign_key="sources.id", primary_key=True)
    plan_id: int = Field(foreign_key="plans.id", primary_key=True, index=True)


class RecordedSourceRow(SQLModel, table=True):
    """A source that holds the recorded past of another, as an archive of versions has it.

    It is retired from the beginning: its documents tell how facts came to be, and no plan is judged by them.
    """

    __tablename__ = "recorded_sources"
    source_id: int = Field(foreign_key="sources.id", primary_key=True)
    past_of: int = Field(foreign_key="sources.id", unique=True)
    """The source that shows the same document today."""
    repository: str
    """What the archive is called, as it was named at the import."""
    path: str
    """`SERVICE/TERMS.md` within it."""
