"""Marks and answers → weights: a linear support vector machine, by descent on its dual.

Squared hinge loss, as in liblinear (Hsieh et al. 2008): a step has a closed form, needs no exponential and no
random number, and adds in one fixed order, so that the same material gives the same weights on any machine.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from extractors.proposing.features import BUCKETS, Marks

_COST = 1.0
_ROUNDS = 20
_STRIDES = (7919, 104729)
"""Primes: the order in which rows are visited, another one each round."""


def learn(
    rows: Sequence[Marks], answers: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the weights, shape (buckets, questions), and the bias of each question.

    `answers`: shape (rows, questions); 1 for yes, -1 for no, 0 where nothing is known.
    """
    questions = answers.shape[1]
    table, bias = np.zeros((BUCKETS, questions)), np.zeros(questions)
    duals = np.zeros_like(answers)
    merged = [_merged(row) for row in rows]
    slack = 1 / (2 * _COST)
    lengths = [float((row.values * row.values).sum()) + 1 + slack for row in merged]
    for turn in range(_ROUNDS):
        for step in range(len(merged)):
            at = (step * _STRIDES[0] + turn * _STRIDES[1]) % len(merged)
            row, answer = merged[at], answers[at]
            margin = answer * ((row.values[:, None] * table[row.buckets]).sum(axis=0) + bias)
            gradient = margin - 1 + slack * duals[at]
            better = np.maximum(duals[at] - gradient / lengths[at], 0) * (answer != 0)
            change = (better - duals[at]) * answer
            if change.any():
                table[row.buckets] += row.values[:, None] * change
                bias += change
                duals[at] = better
    return table, bias


def _merged(row: Marks) -> Marks:
    buckets, place = np.unique(row.buckets, return_inverse=True)
    values = np.zeros(len(buckets))
    np.add.at(values, place, row.values)
    return Marks(buckets, values)
