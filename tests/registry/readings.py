"""Invented readings: a clause in a line, a source that was seen to say it, a plan that was judged by it."""

import hashlib
from datetime import datetime

from sqlmodel import Session

from extractors.model import (
    Answer,
    Audience,
    Citation,
    Clause,
    DataKind,
    Document,
    Fact,
    Family,
    Party,
    Reading,
    Snapshot,
    Stance,
)
from registry.evidence import Seen, keep_document, keep_reading, keep_snapshot, record_sighting
from registry.model import Assessment, Recommendation, Severity, Violation
from registry.policy import load_policy
from registry.reviews import record_assessment
from registry.tables import AssessmentRow, PlanRow, SourceRow

RULESET = "rules-1"
POLICY = load_policy("default").version
NO_TRAINING = "We do not train on your content."
MAY_TRAIN = "We may train our models on your content."


def clause(quote: str, stance: Stance = Stance.PROHIBITS, family: Family = Family.TRAINING) -> Clause:
    return Clause(
        family=family,
        stance=stance,
        party=Party.VENDOR,
        data=(DataKind.CONTENT,),
        purpose=None,
        period_days=None,
        audience=Audience.ALL,
        start=0,
        end=len(quote),
        quote=quote,
        heading="",
        rule="training-use",
        modifiers=(),
        digest=hashlib.sha256(f"{family}{stance}{quote}".encode()).hexdigest(),
    )


def show(
    session: Session, source: SourceRow, found: Clause, pass_key: str, at: datetime, *more: Clause
) -> None:
    """Let a source be seen with a document that holds one clause, or some more."""
    text = "\n".join(one.quote for one in (found, *more))
    body = text.encode()
    digest = hashlib.sha256(body).hexdigest()
    snapshot = Snapshot(body, digest, "text/plain", "utf-8", source.urls[0], at)
    keep_snapshot(session, snapshot)
    document_id = keep_document(session, source.id, Document(text, digest), [snapshot])
    keep_reading(session, document_id, Reading(digest, RULESET, (found, *more)), at)
    record_sighting(session, source.id, pass_key, Seen(document_id, at))


def judged(session: Session, plan: PlanRow, source: SourceRow, found: Clause, now: datetime) -> AssessmentRow:
    """Record an assessment of a plan that rests on one clause of one source."""
    answer = Answer.PROHIBITED if found.stance is Stance.PROHIBITS else Answer.PERMITTED
    fact = Fact(Family.TRAINING, answer, citations=(Citation(source.slug, found),), searched=(source.slug,))
    failed = () if answer is Answer.PROHIBITED else (_violation(answer),)
    assessment = Assessment(
        facts=(fact,),
        violations=failed,
        recommendation=Recommendation.REJECT if failed else Recommendation.APPROVE,
        policy=POLICY,
        ruleset=RULESET,
        digest=hashlib.sha256(found.digest.encode()).hexdigest(),
    )
    return record_assessment(session, plan, f"pass-{found.digest[:6]}", assessment, None, now)


def _violation(answer: Answer) -> Violation:
    return Violation(
        requirement="no-training",
        principle="P2",
        family=Family.TRAINING,
        answer=answer,
        days=None,
        severity=Severity.BLOCK,
        message="the vendor may train on content",
        remedy="choose a plan whose terms forbid it",
    )
