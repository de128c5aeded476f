"""The trained weights as a file: a line of JSON that says what they are, then a signed byte per weight.

Bytes are enough, and make a file of one and a half megabytes that is the same wherever it is written.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractors.proposing.features import BUCKETS, Marks

SHIPPED = Path(__file__).parent / "weights.bin"
_LARGEST = 127


class WeightsError(ValueError):
    """A file of weights that this code cannot use; the message says why."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear model for several questions at once."""

    questions: tuple[str, ...]
    """Names of what is asked: one column each."""
    bias: NDArray[np.float64]
    scale: NDArray[np.float64]
    """What one step of a column's bytes is worth."""
    steps: NDArray[np.int8]
    """Shape: buckets, questions."""
    material: str
    """SHA-256 over what they were trained on."""

    def scores(self, marks: Marks) -> NDArray[np.float64]:
        """Return the score of each question; above nought speaks for it."""
        weighed = (marks.values[:, None] * self.steps[marks.buckets]).sum(axis=0)
        return np.asarray(weighed * self.scale + self.bias, dtype=np.float64)


def packed(
    questions: Sequence[str], table: NDArray[np.float64], bias: NDArray[np.float64], material: str
) -> Weights:
    """Return weights rounded to bytes, each column to its own largest."""
    scale = np.round(np.maximum(np.abs(table).max(axis=0) / _LARGEST, 1e-6), 6)
    return Weights(
        questions=tuple(questions),
        bias=np.round(bias, 4),
        scale=scale,
        steps=np.clip(np.rint(table / scale), -_LARGEST, _LARGEST).astype(np.int8),
        material=material,
    )


def to_bytes(weights: Weights) -> bytes:
    """Return the content of a file of weights."""
    head = {
        "questions": weights.questions,
        "bias": [float(value) for value in weights.bias],
        "scale": [float(value) for value in weights.scale],
        "buckets": len(weights.steps),
        "material": weights.material,
    }
    return json.dumps(head).encode() + b"\n" + weights.steps.tobytes()


def from_bytes(content: bytes) -> Weights:
    """Return the weights in a file; raises WeightsError."""
    line, _, body = content.partition(b"\n")
    try:
        head = json.loads(line)
        questions = tuple(str(one) for one in head["questions"])
        bias, scale = (np.array(head[key], dtype=np.float64) for key in ("bias", "scale"))
        material, buckets = str(head["material"]), head["buckets"]
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"not a file of weights: {error}") from error
    if buckets != BUCKETS or len(body) != BUCKETS * len(questions):
        raise WeightsError(f"weights for {buckets} buckets in {len(body)} bytes; this code has {BUCKETS}")
    if not len(questions) == len(bias) == len(scale):
        raise WeightsError("weights whose questions, bias and scale differ in number")
    steps = np.frombuffer(body, dtype=np.int8).reshape(BUCKETS, len(questions))
    return Weights(questions, bias, scale, steps, material)
