"""An invented registry for the look-ups' tests: three vendors, a handful of plans, one key of each role."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.lookup.index import IndexRows, KeyHash, LookupIndex, ToolAlias, build_index
from extractors.model import Audience, Family, Stance
from registry.model import (
    AliasKind,
    Decision,
    Evidence,
    Role,
    Scope,
    Standing,
    Status,
    Verdict,
)
from registry.policy import load_policy

NOW = datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)
POLICY = load_policy("default")
RULESET = "03933da80531cac0"
KEY = "tg_lookup"
HARMLESS: Mapping[str, str] = {
    "data_class": "public",
    "use_case": "office",
    "output_stage": "exploration",
    "talent_involved": "no",
    "union_work": "no",
    "third_party_ip": "no",
    "personal_data": "no",
    "environment": "enterprise",
}


def standing(plan: str, status: Status = Status.APPROVED) -> Standing:
    decision = Decision(
        id=f"decision-on-{plan}",
        plan=plan,
        verdict=Verdict.APPROVE,
        scope=Scope(),
        conditions=(),
        reason="The terms are fine.",
        decided_by="kim",
        decided_at=NOW - timedelta(days=9),
        expires_at=NOW + timedelta(days=90),
        clauses=(),
    )
    quote = Evidence(
        family=Family.TRAINING,
        stance=Stance.PROHIBITS,
        quote="We never train on “your” content.",
        document="tos",
        url="https://acme.example/terms",
        seen_at=NOW - timedelta(days=1),
    )
    return Standing(
        plan=plan,
        tool=plan.partition("@")[0],
        audience=Audience.BUSINESS,
        status=status,
        policy=POLICY.version,
        violations=(),
        answers={},
        decision=decision if status is Status.APPROVED else None,
        evidence_at=NOW - timedelta(days=1),
        evidence=(quote,),
        ruleset=RULESET,
    )


ROWS = IndexRows(
    revision=7,
    standings=(
        standing("acme/scribe@free", Status.REJECTED),
        standing("acme/scribe@team"),
        standing("acme/painter@api"),
        standing("bolt/scribe@team", Status.LISTED),
        standing("bolt/coder@solo", Status.SUSPENDED),
    ),
    aliases=(
        ToolAlias("acme/scribe", AliasKind.HOST, "scribe.acme.co.uk"),
        ToolAlias("acme/painter", AliasKind.HOST, "acme.co.uk"),
        ToolAlias("bolt/coder", AliasKind.HOST, "bolt.github.io"),
        ToolAlias("bolt/coder", AliasKind.HOST, "shared.example"),
        ToolAlias("acme/painter", AliasKind.HOST, "shared.example"),
        ToolAlias("acme/painter", AliasKind.PACKAGE, "pkg:pypi/acme-painter"),
        ToolAlias("bolt/coder", AliasKind.PACKAGE, "pkg:npm/%40bolt/coder"),
        ToolAlias("acme/painter", AliasKind.MODEL, "brush-*"),
        ToolAlias("bolt/coder", AliasKind.MODEL, "brush-code"),
        ToolAlias("bolt/coder", AliasKind.MODEL, "brush-code-*"),
        ToolAlias("bolt/coder", AliasKind.EXTENSION, "bolt.coder"),
        ToolAlias("gone/tool", AliasKind.HOST, "gone.example"),
    ),
    keys=(KeyHash(hashlib.sha256(KEY.encode()).hexdigest(), "gateway", Role.LOOKUP),),
)


def index(revision: int = ROWS.revision) -> LookupIndex:
    return build_index(replace(ROWS, revision=revision), POLICY)
