"""One question on one tool → what comes of it, whatever words it was asked in. Pure, from memory.

Only this module knows how the index and the judging of a look-up fit together: a name that leads to several
plans is unknown, and an index in doubt takes every allow back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from app.lookup.index import Ambiguous, LookupIndex
from registry.evaluate import evaluate, step_end
from registry.model import Evaluation, EvaluationStatus, Reason, Standing

MAX_AGE: Final = timedelta(minutes=1)
"""How long a caller may keep an answer without asking again: a suspension must not wait for an hour."""

_DOUBT = Reason(
    rule="registry.in_doubt",
    principle=None,
    message="The registry cannot be read at the moment, so a newer decision may have been missed.",
    remedy="Ask again shortly; if this lasts, tell whoever runs this service.",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of a question."""

    evaluation: Evaluation
    standing: Standing | None
    """The plan that was meant; `None` for an unknown or ambiguous name."""
    candidates: tuple[str, ...]
    """Plans that may be meant, where the name leads to several or to none."""
    settled_until: datetime
    """Until when the same question to the same index has the same outcome."""


def outcome_of(
    index: LookupIndex, tool: str, plan: str | None, context: Mapping[str, str], now: datetime
) -> Outcome:
    """Judge the use of a tool, by any of its names, for the work that `context` describes.

    Raises `UnknownContextError` for fields that the policy does not know.
    """
    found = index.find(tool, plan)
    standing = found if isinstance(found, Standing) else None
    evaluation = evaluate(standing, context, index.policy, now)
    candidates: tuple[str, ...] = ()
    if isinstance(found, Ambiguous):
        evaluation = _ambiguous(evaluation, found)
        candidates = found.candidates
    elif found is None:
        candidates = index.near(tool)
    if not index.confirmed:
        evaluation = _in_doubt(evaluation, now)
    return Outcome(
        evaluation=evaluation,
        standing=standing,
        candidates=candidates,
        settled_until=min(step_end(now), evaluation.valid_until - MAX_AGE),
    )


def _ambiguous(evaluation: Evaluation, found: Ambiguous) -> Evaluation:
    reason = Reason(
        rule="tool.ambiguous", principle=None, message=found.message, remedy="Name one candidate."
    )
    return replace(evaluation, reasons=(reason,))


def _in_doubt(evaluation: Evaluation, now: datetime) -> Evaluation:
    """Take back an allow: the index may be older than a suspension."""
    status = EvaluationStatus.ESCALATE if evaluation.decision else evaluation.status
    return replace(
        evaluation,
        decision=False,
        status=status,
        reasons=(_DOUBT, *evaluation.reasons),
        duties=(),
        valid_until=now,
    )
