"""What is said of the evidence, in plain values: decision, judgement, and what was read in each document.

This is what stands in the archive beside the pages, so its keys stay as they are.
"""

from typing import Any

from extractors.model import Citation, Fact
from registry.dossiers import Dossier, Exhibit, Judged
from registry.judgements import violation_to_json
from registry.model import DecidedObligation, Decision
from registry.tables import CaptureRow, ClauseRow


def statement_of(dossier: Dossier) -> dict[str, Any]:
    """The decision and the judgement that it followed, with the deciding clauses of each fact."""
    return {
        "decision": _decision(dossier.decision),
        "assessment": None if dossier.judged is None else _judged(dossier.judged),
        "documents": [
            {"source": one.source, "type": one.terms_type.value, "digest": one.document.digest}
            for one in dossier.exhibits
        ],
    }


def reading_of(exhibit: Exhibit) -> dict[str, Any]:
    """What was read in a document; offsets count characters of its text."""
    return {
        "source": exhibit.source,
        "type": exhibit.terms_type.value,
        "document": exhibit.document.digest,
        "title": exhibit.document.title,
        "seen_at": exhibit.seen_at.isoformat(),
        "pages": [_look(capture) for capture in exhibit.received],
        "clauses": [_clause(clause) for clause in exhibit.clauses],
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "plan": decision.plan,
        "verdict": decision.verdict.value,
        "scope": {field: sorted(values) for field, values in sorted(decision.scope.covers.items())},
        "conditions": list(decision.conditions),
        "obligations": [_obligation(one) for one in decision.obligations],
        "reason": decision.reason,
        "decided_by": decision.decided_by,
        "confirmed_by": decision.confirmed_by,
        "decided_at": decision.decided_at.isoformat(),
        "expires_at": decision.expires_at.isoformat(),
        "emergency": decision.emergency,
        "clauses": list(decision.clauses),
    }


def _obligation(one: DecidedObligation) -> dict[str, Any]:
    asked, attested = one.asked, one.attestation
    return {
        "text": asked.text,
        "attested_by": asked.attested_by,
        "evidence": asked.evidence,
        "renew_after_days": asked.renew_after_days,
        "before_use": asked.before_use,
        "attestation": None
        if attested is None
        else {"by": attested.by, "evidence": attested.evidence, "at": attested.at.isoformat()},
    }


def _judged(judged: Judged) -> dict[str, Any]:
    return {
        "digest": judged.digest,
        "recommendation": judged.recommendation,
        "policy": judged.policy,
        "ruleset": judged.ruleset,
        "made_at": judged.made_at.isoformat(),
        "facts": [_fact(fact) for fact in judged.facts],
        "violations": [violation_to_json(one) for one in judged.violations],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "family": fact.family.value,
        "answer": fact.answer.value,
        "days": fact.days,
        "clauses": [_citation(one) for one in fact.citations],
        "overruled": [_citation(one) for one in fact.overruled],
        "searched": list(fact.searched),
        "missing": list(fact.missing),
    }


def _citation(one: Citation) -> dict[str, Any]:
    return {"source": one.source, "clause": one.clause.digest, "quote": one.clause.quote}


def _look(capture: CaptureRow) -> dict[str, Any]:
    return {
        "url": capture.url,
        "sha256": capture.snapshot,
        "received_at": capture.at.isoformat(),
        "rendered": capture.rendered,
        "captured_by": capture.captured_by,
    }


def _clause(row: ClauseRow) -> dict[str, Any]:
    return {
        "digest": row.digest,
        "family": row.family,
        "stance": row.stance,
        "party": row.party,
        "data": list(row.data),
        "purpose": row.purpose,
        "period_days": row.period_days,
        "audience": row.audience,
        "heading": row.heading,
        "start": row.start,
        "end": row.end,
        "quote": row.quote,
        "rule": row.rule,
        "corrected": row.correction_id is not None,
    }
