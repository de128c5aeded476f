"""From a plan's readings to its assessment, and what follows: flags, and the end of an approval.

An approval ends by itself when terms got worse, when a clause that it relies on no longer stands, or when a
requirement fails that held when it was given; whatever the cause, the plan says why. A new freedom that other
terms overrule ends nothing, and raises a flag. On a plan in review, a first answer is what its reviewer waits
for: it raises none. Where people have corrected a sentence, and it is gone, a flag tells them.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from textwrap import shorten

from app.db import Session
from app.settling import settle_corrections
from extractors.facts import derive_facts
from extractors.model import Answer, Audience, Clause, Fact, Family, Party
from registry.announced import worse_of
from registry.assess import assess
from registry.changes import add_unheard, compare_facts, compare_readings, unheard_freedoms
from registry.evidence import good_sighting, governing_of, reading_of_source, sources_governing
from registry.findings import is_accepted
from registry.flags import open_flags
from registry.judgements import (
    assessment_of,
    clauses_judged_and_now,
    facts_of,
    last_assessment,
    last_decision,
    violations_of,
)
from registry.ledger import noise_in_pass
from registry.lifecycle import Move
from registry.model import (
    Assessment,
    Cause,
    Change,
    ClauseChange,
    Direction,
    Policy,
    Status,
    Violation,
)
from registry.noise import NoiseKind, reads_worse
from registry.notices import formers_in_force
from registry.quiet_flags import note_only, take_back
from registry.relied import lost_clauses, quotes_of, standing_clauses
from registry.reviews import hold, move, record_assessment, suspend
from registry.sources import sources_changed
from registry.submissions import PassKind
from registry.tables import AssessmentRow, PlanRow, VettingRow

_QUOTES = 3
"""Sentences that a suspension quotes at most; the flags have them all."""
_QUOTED = 300
"""Characters of each."""
_ENDS_AN_APPROVAL = frozenset({Direction.WORSE, Direction.MIXED, Direction.UNCLEAR})
_BACK = frozenset({NoiseKind.FLAPPED, NoiseKind.RETURNED})


@dataclass(frozen=True, slots=True)
class _Step:
    """From one assessment of a plan to the next."""

    before: AssessmentRow
    after: AssessmentRow
    cause: Cause
    news: tuple[ClauseChange, ...]
    """What a person should hear of although no fact rests on it."""
    beside: tuple[ClauseChange, ...]
    """What reads worse in a text; told where no fact of its family tells of it."""


@dataclass(frozen=True, slots=True)
class _Occasion:
    """Why a plan is judged anew, and by what."""

    key: str
    policy: Policy
    ruleset: str
    cause: Cause
    """Of what changed, where rules and policy are those of the judgement before."""
    at: datetime


def judge(
    session: Session, plan: PlanRow, vetting: VettingRow, policy: Policy, ruleset: str, now: datetime
) -> None:
    """Assess a plan anew; a judgement that is unchanged and overrules nothing new leaves no row behind."""
    ours = PassKind(vetting.kind) is PassKind.REREAD or sources_changed(session, vetting)
    cause = Cause.RULES if ours else Cause.TERMS
    _judge(session, plan, _Occasion(vetting.key, policy, ruleset, cause, now))


def catch_up(session: Session, plan: PlanRow, key: str, policy: Policy, now: datetime) -> None:
    """Take in what a pass that failed has seen, before a correction does: each judgement has one cause."""
    before = last_assessment(session, plan.id)
    if before is not None:
        changed = [source.changed_at for source in sources_governing(session, plan.id)]
        ours = any(at is not None and at > before.made_at for at in changed)
        cause = Cause.RULES if ours else Cause.TERMS
        _judge(session, plan, _Occasion(key, policy, before.ruleset, cause, now))


def judge_corrected(session: Session, plan: PlanRow, key: str, policy: Policy, now: datetime) -> None:
    """Assess a plan anew after a person's correction, under the rules it was assessed by last.

    A plan that waits for its first assessment gets it from the pass that makes it.
    """
    before = last_assessment(session, plan.id)
    if before is not None:
        _judge(session, plan, _Occasion(key, policy, before.ruleset, Cause.CORRECTION, now))


def judge_by_policy(session: Session, plan: PlanRow, key: str, policy: Policy, now: datetime) -> None:
    """Assess a plan anew by a policy that was just put in force, under the rules it was assessed by last.

    A plan that waits for its first assessment gets it from the pass that makes it.
    """
    before = last_assessment(session, plan.id)
    if before is not None:
        _judge(session, plan, _Occasion(key, policy, before.ruleset, Cause.RULES, now))


def is_readable(session: Session, plan: PlanRow) -> bool:
    """Whether all that was seen of a plan's terms was read under the rules of its assessment.

    It is not between a change of rules and the re-read that follows, and has to wait for it.
    """
    before = last_assessment(session, plan.id)
    return before is None or all(
        good_sighting(session, source.id) is None
        or reading_of_source(session, source.id, before.ruleset) is not None
        for source in sources_governing(session, plan.id)
    )


def _judge(session: Session, plan: PlanRow, occasion: _Occasion) -> None:
    hold(session, plan)
    if plan.status == Status.RETIRED:
        # Since its tool's plans were gathered.
        return
    gone = settle_corrections(session, plan.id, occasion.ruleset)
    facts = facts_at(session, plan, occasion.ruleset, occasion.at)
    assessment = assess(facts, occasion.policy, occasion.ruleset)
    before = last_assessment(session, plan.id)
    if before is None:
        record_assessment(session, plan, occasion.key, assessment, None, occasion.at)
        return
    unheard, beside = _news(session, plan, assessment, facts_of(session, before.id))
    if before.digest != assessment.digest or unheard or gone or beside:
        cause = _cause(before, assessment, occasion.cause)
        row = record_assessment(session, plan, occasion.key, assessment, cause, occasion.at)
        step = _Step(before, row, cause, (*unheard, *gone), beside)
        _follow_up(session, plan, step, occasion)
        return
    if plan.status == Status.SUBMITTED:
        move(session, plan, Move.ASSESS)
    # A clause may go that no fact rests on any more, and an approval still does.
    lost = _lost(session, plan, occasion) if plan.status == Status.APPROVED else None
    if lost:
        suspend(session, plan, lost, occasion.at)


def facts_at(session: Session, plan: PlanRow, ruleset: str, now: datetime) -> tuple[Fact, ...]:
    """The facts of a plan that count at a time: until the day of announced terms, the worse of both."""
    audience = Audience(plan.audience)
    shown = derive_facts(governing_of(session, plan.id, ruleset), audience)
    formers = formers_in_force(session, plan.id, now)
    if not formers:
        return shown
    return worse_of(derive_facts(governing_of(session, plan.id, ruleset, formers), audience), shown)


def _news(
    session: Session, plan: PlanRow, today: Assessment, before: Sequence[Fact]
) -> tuple[tuple[ClauseChange, ...], tuple[ClauseChange, ...]]:
    """What no fact tells of: new freedoms that other terms overrule, and whatever else reads worse.

    A sentence that the facts rested on before is no news, as when announced terms are withdrawn.
    """
    judged, now = clauses_judged_and_now(session, plan.id, today.ruleset)
    audience = Audience(plan.audience)
    unheard = unheard_freedoms(judged, now, audience, today.facts)
    told = {one.family for one in unheard}
    relied = {one.clause.digest for fact in before for one in fact.citations}
    changes = compare_readings(_said_to(judged, audience), _said_to(now, audience))
    worse = (one for one in changes if reads_worse((one,)) and one.family not in told)
    return unheard, tuple(one for one in worse if one.after is None or one.after.digest not in relied)


def _said_to(clauses: Sequence[Clause], audience: Audience) -> list[Clause]:
    return [
        one for one in clauses if one.audience in {Audience.ALL, audience} and one.party is not Party.CUSTOMER
    ]


def _cause(before: AssessmentRow, now: Assessment, cause: Cause) -> Cause:
    """A judgement under other rules or policy never looks like the vendor's doing, nor like a person's."""
    same_view = before.ruleset == now.ruleset and before.policy == now.policy
    return cause if same_view else Cause.RULES


_WHOSE = {
    Cause.TERMS: "the vendor's terms changed",
    Cause.RULES: "our reading changed",
    Cause.CORRECTION: "a reviewer corrected the reading",
}


def _follow_up(session: Session, plan: PlanRow, step: _Step, occasion: _Occasion) -> None:
    then, today = assessment_of(session, step.before), assessment_of(session, step.after)
    formers = formers_in_force(session, plan.id, occasion.at)
    standing = standing_clauses(session, plan, today.ruleset, formers)
    changes = [_gone_only(change, standing) for change in compare_facts(then.facts, today.facts, step.cause)]
    told = {change.family for change in changes}
    news = (*step.news, *(one for one in step.beside if one.family not in told))
    flagged = add_unheard(changes, news, today.facts, step.cause)
    if plan.status == Status.IN_REVIEW:
        flagged = tuple(change for change in flagged if change.before is not Answer.UNREAD)
    if _is_back(session, plan, occasion.key):
        flagged = take_back(session, plan, flagged, occasion.at)
    flags = open_flags(session, plan, flagged, step.before, step.after, occasion.at)
    ends = _ENDS_AN_APPROVAL if plan.status == Status.APPROVED else frozenset()
    note_only(session, flags, frozenset(Direction) - occasion.policy.changes.flags - ends, occasion.at)
    if plan.status == Status.APPROVED:
        because = _why_suspended(session, plan, changes, today, occasion)
        if because:
            suspend(session, plan, because, occasion.at)


def _is_back(session: Session, plan: PlanRow, key: str) -> bool:
    """Whether a pass has found a text of the plan's terms that had stood there before."""
    seen = (noise_in_pass(session, source.id, key) for source in sources_governing(session, plan.id))
    return any(row is not None and row.kind in _BACK for row in seen)


def _gone_only(change: Change, standing: Set[str]) -> Change:
    """A change without the sentences that only lost their say: what stands unchanged has not gone."""
    kept = (
        replace(one, before=None) if one.before is not None and one.before.digest in standing else one
        for one in change.clauses
    )
    return replace(change, clauses=tuple(one for one in kept if one.before or one.after))


def _why_suspended(
    session: Session, plan: PlanRow, changes: Sequence[Change], today: Assessment, occasion: _Occasion
) -> str | None:
    worse = [change for change in changes if change.direction in _ENDS_AN_APPROVAL]
    reasons = [_told(change) for change in worse]
    told = {change.family for change in worse}
    better = {change.family for change in changes} - told
    reasons += [
        one.message for one in _new_violations(session, plan, today, better) if one.family not in told
    ]
    lost = _lost(session, plan, occasion)
    if lost:
        reasons.append(lost)
    return "; ".join(reasons) or None


def _lost(session: Session, plan: PlanRow, occasion: _Occasion) -> str | None:
    """Tell which clauses that the approval relies on no longer stand, in their own words."""
    formers = formers_in_force(session, plan.id, occasion.at)
    lost = lost_clauses(session, plan, occasion.ruleset, formers)
    if not lost:
        return None
    told = f"{len(lost)} of the clauses that the approval relies on no longer stand"
    quotes = [f"“{shorten(quote, _QUOTED)}”" for quote in quotes_of(session, lost[:_QUOTES])]
    return f"{told}: {' '.join(quotes)}" if quotes else told


def _told(change: Change) -> str:
    answers = f"{change.before.value} to {change.after.value}".replace("_", " ")
    return f"{change.family.value} went from {answers} ({change.direction.value}; {_WHOSE[change.cause]})"


def _new_violations(
    session: Session, plan: PlanRow, today: Assessment, better: Set[Family]
) -> list[Violation]:
    """Failed requirements that the person who approved the plan has not accepted.

    In a family that got better, one that failed before is not new, although it fails with another answer.
    """
    decision = last_decision(session, plan.id)
    seen_row = None if decision is None else session.get(AssessmentRow, decision.assessment_id)
    known = () if seen_row is None else violations_of(seen_row)
    seen = {one.requirement for one in known}
    return [
        violation
        for violation in today.violations
        if not is_accepted(violation, known)
        and (violation.requirement not in seen or violation.family not in better)
    ]
