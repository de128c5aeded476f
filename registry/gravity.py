"""How much a plan's answers on training, retention and reuse give a person to think, as one number. Pure.

It puts plans in an order on pages and decides nothing: what is allowed is the policy's to say.
"""

from collections.abc import Mapping
from typing import Final

from extractors.model import Answer, Family

MATRIX: Final = (Family.TRAINING, Family.RETENTION, Family.REUSE)
"""The facts that lists show side by side, in this order."""

_CARE, _UNKNOWN, _BAD = 1, 4, 16
"""Base four for three answers: one that is worse outweighs all that are better."""

WEIGHTS: Final[Mapping[Answer, int]] = {
    Answer.PROHIBITED: 0,
    Answer.OPT_IN: 0,
    Answer.OPT_OUT: _CARE,
    Answer.PERMITTED: _BAD,
    Answer.NONE: 0,
    Answer.BOUNDED: 0,
    Answer.USER_CONTROL: _CARE,
    Answer.OPEN_ENDED: _BAD,
    Answer.SERVICE_ONLY: 0,
    Answer.IMPROVE: _CARE,
    Answer.BROAD: _BAD,
    Answer.SILENT: _UNKNOWN,
    Answer.UNREAD: _UNKNOWN,
    Answer.CONFLICTING: _BAD,
}


def gravity(answers: Mapping[Family, Answer]) -> int:
    """The sum over `MATRIX`; a family without an answer is as unknown as one that was not read."""
    return sum(WEIGHTS[answers[family]] if family in answers else _UNKNOWN for family in MATRIX)
