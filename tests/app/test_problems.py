"""The closed list of problems, and what is sent of one."""

import json
from http import HTTPStatus

from app import problems
from app.problems import ALL_KINDS, INVALID, NOT_READY, Kind, ProblemItem, tell


def test_every_kind_is_in_the_closed_list_under_a_name_of_its_own() -> None:
    kinds = [value for value in vars(problems).values() if isinstance(value, Kind)]
    assert len(kinds) == len(ALL_KINDS)
    assert all(ALL_KINDS[kind.name] is kind for kind in kinds)


def test_every_problem_is_a_failure() -> None:
    assert all(kind.status >= HTTPStatus.BAD_REQUEST for kind in ALL_KINDS.values())


def test_a_problem_is_sent_as_the_standard_has_it() -> None:
    told = tell(NOT_READY, "soon")
    assert json.loads(told.body) == {
        "type": "/problems/not-ready",
        "title": "Not ready yet",
        "status": 503,
        "detail": "soon",
    }
    assert told.headers == {
        "retry-after": "5",
        "cache-control": "no-store",
        "content-type": "application/problem+json",
    }


def test_a_mistake_says_where_it_stands() -> None:
    told = tell(INVALID, "no", [ProblemItem(detail="no", parameter="plan")])
    assert json.loads(told.body)["errors"] == [{"detail": "no", "parameter": "plan"}]
