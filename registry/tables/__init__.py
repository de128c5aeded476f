"""The registry's rows. Words and relations only: queries stand in store.py, moves in reviews.py.

Times are UTC. Identifiers are integers inside and slugs outside. Rows that are evidence (snapshots, captures,
documents, readings, clauses, assessments, facts, decisions, audit events) are added, never edited.
An `id` is given by the database when the row is flushed.
"""

from registry.tables.answers import (
    KnownNameRow,
    LookupAnswerRow,
    LookupRow,
    PastRevisionRow,
    ToolVersionRow,
)
from registry.tables.catalogue import (
    AliasRow,
    GovernsRow,
    PlanRow,
    RecordedSourceRow,
    SourceRow,
    ToolRow,
    VendorRow,
)
from registry.tables.columns import (
    METADATA,
    UtcDateTime,
)
from registry.tables.decisions import (
    AttestationRow,
    DecisionRow,
    ObligationRow,
    PendingApprovalRow,
    RequestRow,
)
from registry.tables.evidence import (
    CaptureRow,
    ClauseRow,
    CorrectionEffectRow,
    CorrectionRow,
    DocumentRow,
    ReadingRow,
    ReferenceRow,
    SightingRow,
    SnapshotRow,
)
from registry.tables.judgements import (
    AssessmentRow,
    FactRow,
    FlagRow,
    PlanFactsRow,
    PolicyRow,
    StartedPolicyRow,
)
from registry.tables.noise import NoiseRow, NoticeRow
from registry.tables.telling import DeliveryRow, WebhookRow
from registry.tables.visits import PersonRow, SignInRow, SpentStateRow, VisitRow
from registry.tables.working import (
    AuditHeadRow,
    AuditLinkRow,
    AuditRow,
    DiscoveryRow,
    HostRow,
    KeyRow,
    RevisionRow,
    ToolRevisionRow,
    VettingRow,
    WorkerRow,
)

__all__ = [
    "METADATA",
    "AliasRow",
    "AssessmentRow",
    "AttestationRow",
    "AuditHeadRow",
    "AuditLinkRow",
    "AuditRow",
    "CaptureRow",
    "ClauseRow",
    "CorrectionEffectRow",
    "CorrectionRow",
    "DecisionRow",
    "DeliveryRow",
    "DiscoveryRow",
    "DocumentRow",
    "FactRow",
    "FlagRow",
    "GovernsRow",
    "HostRow",
    "KeyRow",
    "KnownNameRow",
    "LookupAnswerRow",
    "LookupRow",
    "NoiseRow",
    "NoticeRow",
    "ObligationRow",
    "PastRevisionRow",
    "PendingApprovalRow",
    "PersonRow",
    "PlanFactsRow",
    "PlanRow",
    "PolicyRow",
    "ReadingRow",
    "RecordedSourceRow",
    "ReferenceRow",
    "RequestRow",
    "RevisionRow",
    "SightingRow",
    "SignInRow",
    "SnapshotRow",
    "SourceRow",
    "SpentStateRow",
    "StartedPolicyRow",
    "ToolRevisionRow",
    "ToolRow",
    "ToolVersionRow",
    "UtcDateTime",
    "VendorRow",
    "VettingRow",
    "VisitRow",
    "WebhookRow",
    "WorkerRow",
]
