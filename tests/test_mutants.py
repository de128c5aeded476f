"""The tables of mutants fit the code: each would break just one place, and none stands there twice."""

import ast

import pytest

from tests.mutants.table import ROOT, Mutant, load_mutants, mutated

MUTANTS = load_mutants()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: f"{one.module}: {one.old[:40]}")
def test_every_mutant_breaks_one_place_and_is_python(mutant: Mutant) -> None:
    ast.parse(mutated(mutant), str(mutant.place))


def test_no_mutant_is_tried_twice() -> None:
    assert len(set(MUTANTS)) == len(MUTANTS)


def test_all_tests_that_must_notice_are_there() -> None:
    assert [test for one in MUTANTS for test in one.tests if not (ROOT / "tests" / test).is_file()] == []
