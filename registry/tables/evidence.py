"""What was seen and read: bytes, looks at pages, texts, readings, and what people correct in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from registry.tables.columns import UtcDateTime


class SnapshotRow(SQLModel, table=True):
    """Bytes as received, stored once by their digest, compressed."""

    __tablename__ = "snapshots"
    sha256: str = Field(primary_key=True)
    size: int
    """Bytes before compression."""
    body: bytes = Field(sa_type=LargeBinary)
    """zlib-compressed."""


class CaptureRow(SQLModel, table=True):
    """One look at one page: what was received, or why nothing was. `checked, unchanged` is a row too."""

    __tablename__ = "captures"
    id: int = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="sources.id", index=True)
    url: str
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    snapshot: str | None = Field(default=None, foreign_key="snapshots.sha256", index=True)
    """Digest of the bytes received, or found unchanged; null when there are none."""
    unchanged: bool = False
    failure: str | None = None
    detail: str | None = None
    http_status: int | None = None
    final_url: str | None = None
    media_type: str | None = None
    charset: str | None = None
    headers: list[list[str]] = Field(default_factory=list, sa_type=JSON)
    rendered: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether a browser had to run the page's scripts: then the bytes are what it made of the page."""
    captured_by: str | None = None
    """The person who saved the page and brought it; null where it was fetched, and of an upload."""
    brought_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When that person brought it; `at` is when they saved it."""
    etag: str | None = None
    last_modified: str | None = None
    asked: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    """The request that was answered: method, URL, headers, time, and the address it was sent to. Null where
    nothing was asked, where nothing came, and in rows from before this was kept."""


class DocumentRow(SQLModel, table=True):
    """The text of a source as a person would read it, from one capture of each of its pages."""

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("source_id", "digest"),)
    id: int = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="sources.id", index=True)
    digest: str = Field(index=True)
    text: str
    title: str | None = None
    language: str
    warnings: list[str] = Field(default_factory=list, sa_type=JSON)
    snapshots: list[str] = Field(default_factory=list, sa_type=JSON)
    """Digests of the snapshots it was read from, in page order."""
    words: str | None = None
    """SHA-256 over the words that a person reads in it; null in rows from before this was kept."""
    read_at: datetime = Field(sa_type=UtcDateTime)


class SightingRow(SQLModel, table=True):
    """A source as it stood at a time: the document it showed, or why it showed none.

    The newest row with a document is the source's good reading; a failure never replaces it.
    """

    __tablename__ = "sightings"
    __table_args__ = (UniqueConstraint("source_id", "pass_key"),)
    id: int = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="sources.id", index=True)
    pass_key: str
    """The pass that looked: a pass that is run again records nothing twice."""
    document_id: int | None = Field(default=None, foreign_key="documents.id")
    failure: str | None = None
    detail: str | None = None
    http_status: int | None = None
    at: datetime = Field(sa_type=UtcDateTime)
    """When the pages were looked at; a re-read of stored pages keeps the time of the look."""


class ReadingRow(SQLModel, table=True):
    """One document under one ruleset."""

    __tablename__ = "readings"
    __table_args__ = (UniqueConstraint("document_id", "ruleset"),)
    id: int = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="documents.id", index=True)
    ruleset: str
    read_at: datetime = Field(sa_type=UtcDateTime)


class ClauseRow(SQLModel, table=True):
    """A quoted passage and what it says."""

    __tablename__ = "clauses"
    __table_args__ = (
        # Where the clauses of a text stand is told from it alone: there may be tens of thousands.
        Index("ix_clauses_reading_id_start", "reading_id", "start", "end", "family", "correction_id"),
    )
    id: int = Field(default=None, primary_key=True)
    reading_id: int = Field(foreign_key="readings.id")
    digest: str = Field(index=True)
    family: str
    stance: str | None = None
    party: str
    data: list[str] = Field(default_factory=list, sa_type=JSON)
    purpose: str | None = None
    period_days: int | None = None
    audience: str
    start: int
    end: int
    quote: str
    heading: str
    rule: str
    modifiers: list[str] = Field(default_factory=list, sa_type=JSON)
    correction_id: int | None = None
    """The correction that says so, where a person does and not the machine. No foreign key: corrections name
    the clause that they correct, and only one of the two tables can come first."""


class CorrectionRow(SQLModel, table=True):
    """What a person says of a sentence against the machine's reading; withdrawn by a time, never deleted.

    It belongs to the source and holds for every text in which the sentence stands.
    """

    __tablename__ = "corrections"
    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    source_id: int = Field(foreign_key="sources.id", index=True)
    reading_id: int = Field(foreign_key="readings.id")
    """The reading that the person had before them."""
    clause_id: int | None = Field(default=None, foreign_key="clauses.id")
    """The machine's clause that it corrects; null where the machine had none."""
    kind: str
    """`rejected`, `restanced` or `added`; `reviewed` where a whole reading was found right but for them."""
    family: str | None = None
    """From here to `period_days`, what the sentence says, as the person has it; or what it does not say."""
    stance: str | None = None
    purpose: str | None = None
    data: list[str] = Field(default_factory=list, sa_type=JSON)
    audience: str | None = None
    period_days: int | None = None
    quote: str
    """The sentence as it stood; of a review, empty."""
    sentence: str = Field(index=True)
    """SHA-256 over the sentence's words, whatever its layout."""
    reason: str
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_by: str | None = None
    withdrawn_because: str | None = None


class CorrectionEffectRow(SQLModel, table=True):
    """What a correction does to a reading. Both stand still, so it is found once and kept."""

    __tablename__ = "correction_effects"
    __table_args__ = (UniqueConstraint("correction_id", "reading_id"),)
    id: int = Field(default=None, primary_key=True)
    correction_id: int = Field(foreign_key="corrections.id")
    reading_id: int = Field(foreign_key="readings.id", index=True)
    effect: str
    """`applies`, `agreed` where the machine reads it so itself, or `dormant` where the sentence is gone."""
    overrules: list[int] = Field(default_factory=list, sa_type=JSON)
    """The machine's clauses that count no longer. What counts instead stands with the clauses."""


class ReferenceRow(SQLModel, table=True):
    """Another document that a text names, with the sentence that does."""

    __tablename__ = "document_references"
    id: int = Field(default=None, primary_key=True)
    reading_id: int = Field(foreign_key="readings.id", index=True)
    name: str
    url: str | None = None
    kind: str
    incorporated: bool
    start: int
    end: int
    quote: str
