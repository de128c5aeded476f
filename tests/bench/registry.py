"""An invented registry of any size for the benchmarks: one approved plan to a tool, with all that one brings.

Every plan has answers, a violation that its decision accepts, four clauses relied on, and quotes of its own.
Nothing is measured here.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from app.lookup.index import IndexEditor, KeyHash, LookupIndex, ToolAlias, empty_index
from extractors.model import Answer, Audience, Family, Stance
from registry.model import (
    AliasKind,
    Decision,
    Evidence,
    Role,
    Scope,
    Severity,
    Standing,
    Status,
    Verdict,
    Violation,
)
from registry.policy import load_policy

KEY = "tg_bench"
POLICY = load_policy("default")
BEGAN = datetime.now(UTC) - timedelta(days=1)
QUOTES = (Family.TRAINING, Family.RETENTION, list(Family)[-1])
ANSWERS = (Answer.PROHIBITED, Answer.OPT_OUT, Answer.SILENT)
WORK = {
    "data_class": "public",
    "use_case": "office",
    "output_stage": "exploration",
    "talent_involved": "no",
    "union_work": "no",
    "third_party_ip": "no",
    "personal_data": "no",
    "environment": "enterprise",
}


def tools(plans: int) -> Iterator[tuple[str, Sequence[Standing], Sequence[ToolAlias]]]:
    """That many tools with a plan each and a host name."""
    for at in range(plans):
        tool = f"vendor-{at}/tool-{at}"
        yield tool, [approved(tool, at)], [ToolAlias(tool, AliasKind.HOST, f"tool-{at}.example")]


def build(plans: int) -> LookupIndex:
    """The index of that many."""
    editor = IndexEditor(empty_index(POLICY))
    for tool, standings, aliases in tools(plans):
        editor.put(tool, standings, aliases)
    return editor.done(1, [KeyHash(hashlib.sha256(KEY.encode()).hexdigest(), "bench", Role.LOOKUP)])


def questions(plans: int, count: int) -> list[bytes]:
    """Requests for that many tools, evenly spread over all."""
    hosts = (f"tool-{at * plans // count}.example" for at in range(count))
    return [
        f"GET /v1/tools/{host}/approval?{urlencode(WORK)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {KEY}\r\n\r\n".encode()
        for host in hosts
    ]


def approved(tool: str, at: int) -> Standing:
    """An approved plan, the `at`-th."""
    seen = BEGAN + timedelta(microseconds=at)
    failed = _violation(at)
    return Standing(
        plan=f"{tool}@team",
        tool=tool,
        audience=Audience.BUSINESS,
        status=Status.APPROVED,
        policy=POLICY.version,
        violations=(failed,),
        answers={family: ANSWERS[(at + place) % 3] for place, family in enumerate(Family)},
        decision=Decision(
            id=f"dec_{at:016x}",
            plan=f"{tool}@team",
            verdict=Verdict.APPROVE,
            scope=Scope(),
            conditions=(),
            reason=f"The terms of contract {at} are fine for office work.",
            decided_by=f"reviewer-{at % 50}",
            decided_at=seen,
            expires_at=seen + timedelta(days=90),
            clauses=tuple(f"{at:08x}{place:056x}" for place in range(4)),
            known=(failed,),
        ),
        evidence_at=seen,
        evidence=tuple(_evidence(tool, family, seen) for family in QUOTES),
    )


def _violation(at: int) -> Violation:
    requirement = POLICY.requirements[at % len(POLICY.requirements)]
    return Violation(
        requirement=requirement.id,
        principle=requirement.principle,
        family=requirement.family,
        answer=Answer.SILENT,
        days=None,
        severity=Severity.ESCALATE,
        message=f"The terms say nothing of {requirement.family}; the policy wants an answer.",
        remedy=requirement.remedy,
    )


def _evidence(tool: str, family: Family, seen: datetime) -> Evidence:
    return Evidence(
        family=family,
        stance=Stance.PROHIBITS,
        quote=f"The makers of {tool} shall not, and shall not let others, use what customers send for the "
        f"purposes of {family}, unless a customer has agreed to it in writing and for the case at hand.",
        document="Terms of Service",
        url=f"https://{tool.rpartition('/')[2]}.example/terms",
        seen_at=seen,
    )
