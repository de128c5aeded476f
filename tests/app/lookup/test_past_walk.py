"""Answers of the past to the byte: whatever people and machine did since, and whatever ended by itself."""

from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

import pytest

from app.lookup.answer import answer_lookup
from app.lookup.past import AS_OF, answer_as_of
from registry.model import EvaluationStatus
from tests.app.lookup.walk import WORK, Walk

STEPS = 80
SEEDS = (*range(5), 8)
ASKED_FOR = (
    "acme/brush@studio",
    "acme/brush@free",
    "bolt/brush@studio",
    "brush",
    "brush.co.uk",
    "a.studio.brush.co.uk",
    "brush-large",
    "brush-small-2",
    "pkg:pypi/acme-brush@1.2",
    "acme.brush",
    "nobody",
)
OFTEN = (6, 2, 4, 1, 2, 1, 1, 1, 1, 1, 1)
WORKS: tuple[list[tuple[str, str]], ...] = (
    [*WORK.items()],
    [*{**WORK, "data_class": "internal"}.items(), ("evidence", "true")],
    [],
)
LATER = (timedelta(0), timedelta(minutes=1), timedelta(days=1, seconds=1), timedelta(days=8))
"""When it is asked again after a step; time alone ends approvals, attestations and evidence."""


class Answered(NamedTuple):
    at: datetime
    tool: str
    query: list[tuple[str, str]]
    status: int
    etag: str | None
    body: bytes


def ask(walk: Walk, at: datetime) -> Answered:
    tool, query = walk.dice.choices(ASKED_FOR, OFTEN)[0], walk.dice.choices(WORKS, (3, 1, 1))[0]
    if "@" not in tool and walk.dice.random() < 0.7:
        query = [*query, ("plan", "studio")]
    status, headers, body = answer_lookup(walk.live(), tool, query, at)
    return Answered(at, tool, query, status, headers.get("etag"), body)


@cache
def walked(seed: int) -> tuple[Walk, list[Answered]]:
    """A history, and what look-ups were answered on the way: also long after a step, with nothing done."""
    walk = Walk(seed)
    answered: list[Answered] = []
    for _ in range(STEPS):
        walk.step()
        for later in LATER[: walk.dice.randrange(1, 5)]:
            at = walk.now + later
            answered += [ask(walk, at) for _ in range(3)]
            walk.now = at
    return walk, answered


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_answered_is_answered_again_to_the_byte(seed: int) -> None:
    walk, answered = walked(seed)
    now = walk.now + timedelta(days=400)
    with walk.sessions() as session:
        for one in answered:
            query = [*one.query, (AS_OF, one.at.isoformat())]
            status, headers, body = answer_as_of(session, one.tool, query, now)
            assert (status, headers.get("etag"), body) == (one.status, one.etag, one.body), (seed, one.at)
            assert headers["cache-control"] == "no-store"


def test_the_walks_do_all_there_is_to_do_and_meet_every_answer() -> None:
    walks = [walked(seed) for seed in SEEDS]
    assert {name for walk, _ in walks for name in walk.done} == {*walks[0][0].steps}
    told = [one.body.decode() for _, answered in walks for one in answered]
    met = {
        *(f'"status":"{status}"' for status in EvaluationStatus),
        '"decision":true',
        '"rule":"decision.expired"',
        '"rule":"evidence.overdue"',
        '"state":"lapsed"',
        '"emergency":true',
        '"candidates":["',
    }
    assert {one for one in met if not any(one in body for body in told)} == set()
