"""Documents with labels written into them → the text and its label file.

A document begins with what it is, then comes the text:

    vendor: Fernpost
    terms: Terms of Service
    governs: consumer
    facts consumer: training opt_out, retention bounded 30, reuse broad

    # Terms of Service
    [[training opt_out content: We train on your posts unless you opt out.]]

A mark is `[[LABEL; LABEL: the words]]`, and a label `FAMILY STANCE PURPOSE DATA+DATA AUDIENCE 30d unsure`:
the purpose stands in reuse alone, data in the core families, the last three where they apply. docs/LABELS.md
says what the words mean. A fact, too, can be `unsure`: then it is not measured.
What stands between the marks is cut into segments, too, so that a clause found there counts as false.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractors.model import CORE_FAMILIES, Answer, Audience, DataKind, Family, Purpose, Stance

_MARK = re.compile(r"\[\[([a-z0-9_+; ]+): (.+?)\]\]", re.DOTALL)
_LINE = re.compile(r"[^\n]*[^\s][^\n]*")
_STOP = re.compile(r"(?<=[.!?;])\s+(?=[A-Z“\"(*\[])")
_WORD = re.compile(r"[^\W\d_]{3}")
"""What stands between marks without a word is a bullet or a number, and no segment."""
_PERIOD = re.compile(r"(\d+)d")


class MarkupError(ValueError):
    """A document whose markup says nothing that a label file can hold."""


_PERMISSION = frozenset({Stance.PERMITS, Stance.OPT_OUT, Stance.OPT_IN, Stance.PROHIBITS})
STANCES = {
    Family.TRAINING: _PERMISSION,
    Family.REUSE: _PERMISSION,
    Family.RETENTION: frozenset({Stance.NONE, Stance.BOUNDED, Stance.USER_CONTROL, Stance.OPEN_ENDED}),
    Family.OWNERSHIP: frozenset({Stance.CUSTOMER, Stance.VENDOR, Stance.SHARED}),
    Family.LIKENESS: _PERMISSION - {Stance.OPT_OUT},
    Family.SECURITY: frozenset[Stance](),
    Family.CHANGE: frozenset({Stance.NOTICE, Stance.NO_NOTICE}),
    Family.INDEMNITY: frozenset({Stance.CUSTOMER, Stance.VENDOR}),
}
"""What a label of each family can say."""


@dataclass(frozen=True, slots=True)
class Built:
    """A document's text, and what its label file holds beside the text's name."""

    text: str
    labels: dict[str, object]


def build(name: str, source: str) -> Built:
    """Return the text and the label file of a marked document."""
    head, _, body = source.partition("\n\n")
    fields = dict(_field(line) for line in head.splitlines())
    text, marks = _unmarked(body)
    segments = sorted([*marks, *_between(text, list(marks))])
    if "[[" in text or "]]" in text:
        raise MarkupError(f"{name}: a mark is not closed or not understood near {_near(text)!r}")
    labels = [
        {"seg": number} | label
        for number, place in enumerate(segments)
        for label in _labels(name, marks.get(place, ""))
    ]
    facts = {
        key.removeprefix("facts "): _facts(name, value)
        for key, value in fields.items()
        if key.startswith("facts ")
    }
    return Built(
        text,
        {
            "id": name,
            "service": fields["vendor"],
            "terms": fields["terms"],
            "governs": fields["governs"].split(),
            "segments": [list(place) for place in segments],
            "labels": labels,
            "facts": facts,
        },
    )


def _field(line: str) -> tuple[str, str]:
    key, _, value = line.partition(": ")
    return key, value


def _unmarked(body: str) -> tuple[str, dict[tuple[int, int], str]]:
    text, marks, at = "", {}, 0
    for mark in _MARK.finditer(body):
        text += body[at : mark.start()]
        marks[len(text), len(text) + len(mark[2])] = mark[1]
        text += mark[2]
        at = mark.end()
    return text + body[at:], marks


def _between(text: str, marks: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    left = 0
    for start, end in [*sorted(marks), (len(text), len(text))]:
        for line in _LINE.finditer(text, left, start):
            at = line.start()
            for stop in [*(one.start() for one in _STOP.finditer(text, at, line.end())), line.end()]:
                piece = text[at:stop]
                begin = at + len(piece) - len(piece.lstrip())
                if _WORD.search(text, begin, stop):
                    yield begin, stop
                at = stop
        left = end


def _labels(name: str, mark: str) -> Iterator[dict[str, object]]:
    for one in filter(None, (part.split() for part in mark.split(";"))):
        try:
            yield _label(one)
        except ValueError as error:
            raise MarkupError(f"{name}: {' '.join(one)}: {error}") from error


def _label(words: list[str]) -> dict[str, object]:
    family, *rest = words
    label: dict[str, object] = {"family": Family(family).value}
    if STANCES[Family(family)]:
        stance = Stance(rest.pop(0)) if rest else None
        if stance not in STANCES[Family(family)]:
            raise ValueError(f"{stance} is no stance of {family}")
        label["stance"] = stance.value
    if family == Family.REUSE:
        label["purpose"] = Purpose(rest.pop(0)).value
    if family in CORE_FAMILIES:
        label["data"] = [DataKind(kind).value for kind in rest.pop(0).split("+")]
        label["audience"] = Audience.ALL.value
    for word in rest:
        if period := _PERIOD.fullmatch(word):
            label["period_days"] = int(period[1])
        elif word == "unsure":
            label["sure"] = False
        else:
            label["audience"] = Audience(word).value
    return label


def _facts(name: str, value: str) -> dict[str, object]:
    row: dict[str, object] = {}
    for part in value.split(", "):
        family, answer, *rest = part.split()
        row[Family(family).value] = Answer(answer).value
        for word in rest:
            if word == "unsure":
                row[f"{family}_sure"] = False
            else:
                row[f"{family}_days"] = int(word)
    if set(row) & set(CORE_FAMILIES) != set(CORE_FAMILIES):
        raise MarkupError(f"{name}: facts tell {', '.join(CORE_FAMILIES)}")
    return row


def _near(text: str) -> str:
    at = max(text.find("[["), text.find("]]"))
    return text[max(0, at - 20) : at + 60]
