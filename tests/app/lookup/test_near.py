"""Candidates for a name that nobody knows."""

import pytest

from app.lookup.index import MAX_CANDIDATES, MAX_NAME, IndexRows, build_index
from app.lookup.near import names_near
from tests.app.lookup_rows import POLICY, index, standing
from tests.app.test_lookup_front import TEAM, Service

PAINTER = ("acme/painter@api",)
SCRIBES = ("acme/scribe@free", "acme/scribe@team", "bolt/scribe@team")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("https://shared.acme.co.uk:8443/draw?x=1", PAINTER),
        ("shared.acme.co.uk:443", PAINTER),
        ("painter.acme.example", PAINTER),
        ("amce/painter", PAINTER),
        ("Acme Painter", PAINTER),
        ("acme/pain-ter", PAINTER),
        ("acme/paintr", PAINTER),
        ("acme/painnter", PAINTER),
        ("acme/paniter", PAINTER),
        ("acme/paimter", PAINTER),
        ("acme/paintr@api", PAINTER),
        ("pkg:npm/painter@1.2.3", PAINTER),
        ("scrieb", SCRIBES),
    ],
)
def test_a_name_near_to_one_that_is_known_has_candidates(asked: str, meant: tuple[str, ...]) -> None:
    assert index().find(asked) is None
    assert index().near(asked) == meant


@pytest.mark.parametrize(
    "asked",
    ["", "/", "@", "api", "nobody/nothing", "acme.com", "paxxter", "a" * (MAX_NAME + 1), "..", "pkg:"],
)
def test_a_name_that_is_near_to_nothing_has_none(asked: str) -> None:
    assert index().near(asked) == ()


def test_a_name_near_to_one_that_is_approved_is_not_allowed() -> None:
    answer = Service().ask("/v1/tools/scrieb/approval", {**TEAM}).json()
    assert (answer["decision"], answer["status"], answer["plan"]) == (False, "unknown", None)
    assert answer["reasons"][0]["rule"] == "tool.unknown"
    assert tuple(answer["candidates"]) == SCRIBES


def test_a_short_word_in_a_host_says_nothing_of_a_tool() -> None:
    known = build_index(IndexRows(1, (standing("acme/api@team"),), (), ()), POLICY)
    assert known.near("api.nobody.example") == ()
    assert known.near("nobody/api") == ("acme/api@team",)


def test_a_few_candidates_are_enough() -> None:
    plans = tuple(standing(f"vendor{at}/scribe@team") for at in range(MAX_CANDIDATES + 5))
    known = build_index(IndexRows(1, plans, (), ()), POLICY)
    assert len(known.near("scrieb")) == MAX_CANDIDATES


@pytest.mark.parametrize("asked", ["a" * MAX_NAME, "a-" * 256, "a/" * 256, "abcdefghijkl"])
def test_no_name_leads_to_many_others(asked: str) -> None:
    assert len(list(names_near(asked))) < 700
