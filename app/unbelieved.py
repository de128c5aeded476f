"""Texts that are seen and not believed, and texts of a later day: what they mean for the plans already now.

Only this module knows what becomes of a text that waits for a person's word: what it states against the
customer suspends, and what a person says of it is done here.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db import Session
from app.judging import catch_up, is_readable
from extractors.facts import derive_facts
from extractors.model import Audience, Failure
from registry.announced import stated_worse
from registry.evidence import (
    Seen,
    find_reading,
    governing_of,
    last_sighting,
    record_sighting,
    sources_governing,
)
from registry.journal import raise_revision
from registry.judgements import facts_of, last_assessment
from registry.ledger import noise_in_pass
from registry.model import Change, Policy, Status
from registry.notices import (
    NoticeAnswer,
    NoticeBusyError,
    NoticeKind,
    Opening,
    answer_notice,
    answers_to,
    ask_about,
    close_by_itself,
    is_dismissed,
    is_to_come,
    notice_name,
    notices_of,
    open_notice,
    open_notice_of,
)
from registry.reviews import name_of, suspend
from registry.store import plans_governed, unfinished_vettings
from registry.submissions import PassState
from registry.tables import NoticeRow, PlanRow, SourceRow

_WAITING = frozenset({Failure.HALF_LOADED, Failure.OTHER_DOCUMENT, Failure.QUARANTINED})
"""Why a text that was read was not believed."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of a notice."""

    answer: NoticeAnswer
    reason: str
    actor: str
    at: datetime


def weigh_unbelieved(session: Session, plan: PlanRow, key: str, ruleset: str, now: datetime) -> None:
    """Hold what a pass saw and did not believe against a plan: what it states against the customer suspends.

    The facts stay those of the last good texts, and a notice asks a person which of the two holds.
    """
    before = last_assessment(session, plan.id)
    if before is None or before.ruleset != ruleset:
        return
    believed = facts_of(session, before.id)
    for source in sources_governing(session, plan.id):
        waiting = _waiting_text(session, source, key)
        if waiting is None or is_dismissed(session, source.id, waiting):
            continue
        if find_reading(session, waiting, ruleset) is None:
            continue
        heard = governing_of(session, plan.id, ruleset, {source.id: waiting})
        changes = stated_worse(believed, derive_facts(heard, Audience(plan.audience)))
        if changes:
            row = _waiting_notice(session, source, waiting, key, now)
            _tell_worse(session, plan, row, changes, now)


def answer(session: Session, row: NoticeRow, said: Said, policy: Policy) -> None:
    """Close a notice by what a person says of it; an accepted text is judged at once, as the vendor's change.

    Raises `NoticeRefusedError`, and `NoticeBusyError` while something else would be judged with it.
    """
    source_id, document_id = row.source_id, row.document_id
    taken = said.answer is NoticeAnswer.ACCEPT and said.answer in answers_to(row)
    if not taken or source_id is None or document_id is None:
        answer_notice(session, row, said.answer, said.reason, said.actor, said.at)
        return
    plans = plans_governed(session, source_id)
    _check_settled(session, row, plans)
    # What a pass that failed has seen is taken in first: each judgement has one cause.
    _judge(session, plans, f"{_key(row)}:{secrets.token_hex(4)}:before", policy, said.at)
    answer_notice(session, row, said.answer, said.reason, said.actor, said.at)
    if row.kind != NoticeKind.ANNOUNCED:
        _check_read(session, plans, document_id)
        last = last_sighting(session, source_id)
        seen_at = said.at if last is None else last.at
        record_sighting(session, source_id, _key(row), Seen(document_id, seen_at))
    _judge(session, plans, _key(row), policy, said.at)
    raise_revision(session, (row.tool_id,))


def end_announcements(session: Session, plan: PlanRow, now: datetime) -> None:
    """Close the notices of days that have come: what was announced holds now."""
    sources = [source.id for source in sources_governing(session, plan.id)]
    for row in notices_of(session, sources=sources, kind=NoticeKind.ANNOUNCED):
        if not is_to_come(row, now):
            close_by_itself(session, row, "the day has come", now)


def _key(row: NoticeRow) -> str:
    return f"accept:{notice_name(row)}"


def _judge(session: Session, plans: Sequence[PlanRow], key: str, policy: Policy, now: datetime) -> None:
    for plan in plans:
        catch_up(session, plan, key, policy, now)


def _check_settled(session: Session, row: NoticeRow, plans: Sequence[PlanRow]) -> None:
    for one in unfinished_vettings(session):
        if one.tool_id == row.tool_id and one.state == PassState.RUNNING:
            raise NoticeBusyError(f"{one.key} is looking at the tool; do this again when it is done")
    if not all(is_readable(session, plan) for plan in plans):
        raise NoticeBusyError("the newest text was not read under the rules in force; ask for a reread first")


def _check_read(session: Session, plans: Sequence[PlanRow], document_id: int) -> None:
    """A text that waits was read when it was seen, and again with every re-read since."""
    for plan in plans:
        before = last_assessment(session, plan.id)
        if before is not None and find_reading(session, document_id, before.ruleset) is None:
            raise NoticeBusyError("the text was not read under the rules in force; ask for a reread first")


def _waiting_text(session: Session, source: SourceRow, key: str) -> int | None:
    """The text that a pass saw on a source's pages and did not believe."""
    seen = last_sighting(session, source.id)
    if seen is None or seen.pass_key != key or seen.failure not in _WAITING:
        return None
    row = noise_in_pass(session, source.id, key)
    if row is not None and row.document_id is not None:
        return row.document_id
    quarantine = open_notice_of(session, source.id, NoticeKind.QUARANTINED)
    return None if quarantine is None else quarantine.document_id


def _waiting_notice(session: Session, source: SourceRow, waiting: int, key: str, now: datetime) -> NoticeRow:
    """The notice that asks about a waiting text; a part of the terms gets one only now."""
    for row in notices_of(session, sources=(source.id,)):
        if row.document_id == waiting and row.kind != NoticeKind.ANNOUNCED:
            ask_about(session, row, waiting)
            return row
    told = f"{source.slug} shows a part of the terms, which taken for the whole would read worse"
    seen = noise_in_pass(session, source.id, key)
    against = None if seen is None else seen.against_id
    opening = Opening(NoticeKind.HALF_LOADED, source.tool_id, source.id, told, waiting, against)
    return open_notice(session, opening, now)


def _tell_worse(
    session: Session, plan: PlanRow, row: NoticeRow, changes: Sequence[Change], now: datetime
) -> None:
    """Suspend an approval by a text that is not believed and would make it worse.

    Once for each change, until the page has shown another text.
    """
    told = [
        {
            "plan": name_of(session, plan),
            "family": change.family.value,
            "before": change.before.value,
            "after": change.after.value,
            "quotes": [one.after.quote for one in change.clauses if one.after is not None],
        }
        for change in changes
    ]
    news = [one for one in told if one not in row.changes]
    if not news:
        return
    row.changes = [*row.changes, *news]
    session.add(row)
    session.flush()
    if plan.status == Status.APPROVED:
        answers = "; ".join(
            f"{one['family']} would go from {one['before']} to {one['after']}" for one in news
        )
        suspend(session, plan, f"{row.told}; it reads worse: {answers} ({notice_name(row)})", now)
