"""A span of a plan's past, cut so that answering it takes bounded time whatever the archive holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.db import Session
from app.timeline.facts import FactsOverTime, Standing
from extractors.model import Audience
from registry.happenings import Happening, Span, happenings
from registry.judgements import last_assessment
from registry.pasts import Step, newest_ruleset, steps_of
from registry.tables import PlanRow, ToolRow

MOST_MOMENTS = 200
"""Moments looked at for one page: each may have to be derived."""
_MOST_CLAUSES = 1_000
"""Clauses loaded for one page, beside those of the moment when it begins."""
_ALL_AT_ONCE = 10_000
"""What happened in one and the same moment, at most."""
_EVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """What is known of a plan from one time up to another."""

    ruleset: str | None
    """The rules that the facts were read by; `None` where nothing was ever read."""
    before: Standing | None
    """How the plan stood when the span began."""
    standings: tuple[Standing, ...]
    happenings: tuple[Happening, ...]
    next: datetime | None
    """Where the next page begins; `None` where the span ends within this one."""


def timeline_page(
    session: Session,
    at: tuple[ToolRow, PlanRow],
    since: datetime | None,
    until: datetime,
    limit: int,
) -> TimelinePage:
    """A plan's facts and what happened to it, oldest first, about `limit` of each; `until` is not in it."""
    since = since or _EVER
    steps = steps_of(session, at[1].id)
    ruleset = _ruleset(session, at[1], steps)
    happened, end = _happened(session, at, (since, until), limit)
    before = [step for step in steps if step.at < since]
    facts = FactsOverTime(session, Audience(at[1].audience), ruleset or "", before)
    stood = facts.last
    standings: list[Standing] = []
    coming = [step for step in steps if since <= step.at < end]
    moments = sorted({step.at for step in coming})
    looked = 0
    for _, news in facts.standings(_until(coming, moments[MOST_MOMENTS:]), _MOST_CLAUSES):
        looked += 1
        standings += [] if news is None else [news]
        if len(standings) == limit:
            break
    end = moments[looked] if looked < len(moments) else end
    kept = tuple(one for one in happened if one.at < end)
    return TimelinePage(ruleset, stood, tuple(standings), kept, end if end < until else None)


def _until(steps: Sequence[Step], later: Sequence[datetime]) -> list[Step]:
    """The steps before the first of some moments."""
    return [step for step in steps if not later or step.at < later[0]]


def _happened(
    session: Session, at: tuple[ToolRow, PlanRow], span: Span, limit: int
) -> tuple[tuple[Happening, ...], datetime]:
    """What happened, about `limit` things, and up to when that is all; no moment is cut in two."""
    found = happenings(session, *at, span, limit + 1)
    if len(found) <= limit:
        return found, span[1]
    end = found[limit].at
    if end > found[0].at:
        return found, end
    end += timedelta(microseconds=1)
    return happenings(session, *at, (span[0], end), _ALL_AT_ONCE), end


def _ruleset(session: Session, plan: PlanRow, steps: tuple[Step, ...]) -> str | None:
    """The rules by which the plan is judged now; of one that never was, those of its newest reading."""
    judged = last_assessment(session, plan.id)
    if judged is not None:
        return judged.ruleset
    return newest_ruleset(session, [step.document_id for step in steps if step.document_id is not None])
