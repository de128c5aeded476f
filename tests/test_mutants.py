"""The table of mutants fits the code: each would break just one place, and none stands there twice."""

import ast

import pytest

from tests.mutants import MUTANTS, Mutant, mutated, place_of


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: f"{one.module}: {one.old[:40]}")
def test_every_mutant_breaks_one_place_and_is_python(mutant: Mutant) -> None:
    ast.parse(mutated(mutant), str(place_of(mutant)))


def test_no_mutant_is_tried_twice() -> None:
    assert len(set(MUTANTS)) == len(MUTANTS)
