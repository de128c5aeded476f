"""The registry's rows. Words and relations only: queries stand in store.py, moves in reviews.py.

Times are UTC. Identifiers are integers inside and slugs outside. Rows that are evidence (snapshots, captures,
documents, readings, clauses, assessments, facts, decisions, audit events) are added, never edited.
An `id` is given by the database when the row is flushed.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, TypeDecorator, UniqueConstraint, false
from sqlmodel import Field, SQLModel

METADATA = SQLModel.metadata
METADATA.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, so that a migration can find it."""


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time: refuses naive values, gives UTC back, also on SQLite, which forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored; pass an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


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
    status: str
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


class GovernsRow(SQLModel, table=True):
    """Which plans a source governs."""

    __tablename__ = "governs"
    source_id: int = Field(foreign_key="sources.id", primary_key=True)
    plan_id: int = Field(foreign_key="plans.id", primary_key=True, index=True)


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
    etag: str | None = None
    last_modified: str | None = None


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
    id: int = Field(default=None, primary_key=True)
    reading_id: int = Field(foreign_key="readings.id", index=True)
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


class AssessmentRow(SQLModel, table=True):
    """The machine's judgement of a plan at a time. The newest is the one in force."""

    __tablename__ = "assessments"
    __table_args__ = (UniqueConstraint("plan_id", "pass_key"),)
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
    expires_at: datetime = Field(sa_type=UtcDateTime)
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
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


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
    opened_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str | None = None
    decision_id: int | None = Field(default=None, foreign_key="decisions.id")
    """The decision whose person had it before them."""


class VettingRow(SQLModel, table=True):
    """The progress of one pass over a tool, for the person who waits. `key` is the workflow's identifier."""

    __tablename__ = "vettings"
    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    tool_id: int = Field(foreign_key="tools.id", index=True)
    kind: str
    """`first_look`, `reread` or `recrawl`."""
    state: str
    """`queued`, `running`, `done` or `failed`."""
    step: str
    done: int = 0
    total: int = 0
    error: str | None = None
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
    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    actor: str
    action: str
    subject: str = Field(index=True)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


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
    """Who got which answer. The time stands in the name: its first 14 digits are microseconds since 1970.

    No foreign key, and no more columns than it takes: a busy service writes thousands of these a second.
    """

    __tablename__ = "lookups"
    id: str = Field(primary_key=True)
    caller: str
    subject: str | None = None
    answer_id: int = Field(index=True)


class ToolVersionRow(SQLModel, table=True):
    """A tool as look-ups saw it from a time on, until its next row: standings of its plans, other names."""

    __tablename__ = "tool_versions"
    id: int = Field(default=None, primary_key=True)
    tool_id: int = Field(index=True)
    since: datetime = Field(sa_type=UtcDateTime, index=True)
    digest: str
    """SHA-256 over the content: what comes to the same is not written again."""
    content: str
    """JSON."""


class StartedPolicyRow(SQLModel, table=True):
    """The policy that the service was started with from a time on; it counts where none was adopted."""

    __tablename__ = "started_policies"
    id: int = Field(default=None, primary_key=True)
    version: str
    content: str
    since: datetime = Field(sa_type=UtcDateTime)
