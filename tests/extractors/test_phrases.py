"""The phrasebooks, tests/gold/phrases/FAMILY.yaml: whether the reader hears what invented sentences say.

A phrasebook has two halves, told apart by a digest of the sentence: rules are tuned on one half alone, so the
unseen half tells how far they reach beyond it. Each half has floors in the head of its file. With `-v` the
figures are printed, and what was missed of the tuned half; what was missed of the unseen half is never shown.
Precision counts sentences in which the family was heard; stance and details count those heard rightly.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from extractors.clauses import ClauseReader
from extractors.model import Clause, DataKind, Document, Family, Purpose, Stance
from extractors.ruleset import load_ruleset

FILES = sorted((Path(__file__).parents[1] / "gold/phrases").glob("*.yaml"))
READER = ClauseReader(load_ruleset())


@dataclass(frozen=True, slots=True)
class Expected:
    """What a sentence says; what is `None` or empty is not asked."""

    stance: Stance
    purpose: Purpose | None
    days: int | None
    data: frozenset[DataKind]

    def stated_by(self, clause: Clause) -> bool:
        """Tell whether a clause has the details asked for, its stance apart."""
        return (
            self.purpose in (None, clause.purpose)
            and self.days in (None, clause.period_days)
            and self.data <= set(clause.data)
        )


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence in its place, and all that it says of one family: often nothing."""

    text: str
    heading: str
    lead: str
    expected: tuple[Expected, ...]

    @property
    def tuned(self) -> bool:
        """Whether it belongs to the half that rules may be tuned on."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 2 == 0

    def as_document(self) -> Document:
        """Set it under its heading and its introduction, as terms would."""
        heading = f"## {self.heading}\n\n" if self.heading else ""
        body = f"{self.lead}\n\n- {self.text}\n" if self.lead else f"{self.text}\n"
        text = f"# Terms\n\n{heading}{body}"
        return Document(text, hashlib.sha256(text.encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """The phrases of one family, with the floors of both halves by name."""

    family: Family
    floors: dict[str, dict[str, float]]
    phrases: tuple[Phrase, ...]


@pytest.mark.parametrize("half", ["tuned", "unseen"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_phrases_are_heard_as_well_as_their_floors_say(
    file: Path, half: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    book = _phrasebook(file)
    figures, misses = _score(book, [p for p in book.phrases if p.tuned is (half == "tuned")])
    if request.config.get_verbosity() >= 0:
        with capsys.disabled():
            print(f"\n{file.stem}, {half} half:", *(f"{name} {value:.3f}" for name, value in figures.items()))
            print(*(misses if half == "tuned" else ()), sep="\n")
    below = {name: figures[name] for name, floor in book.floors[half].items() if figures[name] < floor}
    assert not below, f"below the floors in {file.name}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_phrase_stands_twice(file: Path) -> None:
    texts = Counter((p.heading, p.lead, p.text) for p in _phrasebook(file).phrases)
    assert [place for place, times in texts.items() if times > 1] == []


def _phrasebook(file: Path) -> Phrasebook:
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Phrasebook(Family(content["family"]), content["floors"], tuple(map(_phrase, content["phrases"])))


def _phrase(entry: dict[str, object]) -> Phrase:
    """Read one entry; a misspelt key must not pass for a sentence that says nothing."""
    assert entry.keys() <= {"text", "heading", "lead", "expect"}, entry
    expect = entry.get("expect", [])
    assert isinstance(expect, list)
    return Phrase(
        text=str(entry["text"]),
        heading=str(entry.get("heading", "")),
        lead=str(entry.get("lead", "")),
        expected=tuple(map(_expected, expect)),
    )


def _expected(entry: dict[str, object]) -> Expected:
    assert entry.keys() <= {"stance", "purpose", "days", "data"}, entry
    data = entry.get("data", [])
    assert isinstance(data, list)
    return Expected(
        stance=Stance(str(entry["stance"])),
        purpose=Purpose(str(entry["purpose"])) if "purpose" in entry else None,
        days=int(str(entry["days"])) if "days" in entry else None,
        data=frozenset(map(DataKind, data)),
    )


def _score(book: Phrasebook, phrases: list[Phrase]) -> tuple[dict[str, float], list[str]]:
    """Count what was heard; returns recall, precision, stance and details from 0 to 1, and the misses."""
    counts: Counter[str] = Counter()
    misses: list[str] = []
    for phrase in phrases:
        clauses = [c for c in READER.read(phrase.as_document()).clauses if c.family is book.family]
        heard = [c for c in clauses if c.quote in phrase.text]
        counts.update(said=bool(phrase.expected), heard=bool(heard), both=bool(phrase.expected and heard))
        told = ", ".join(f"{c.stance} by {c.rule}" for c in heard) or "nothing"
        if bool(phrase.expected) != bool(heard):
            misses.append(f"  {'missed' if phrase.expected else 'false'}: {phrase.text} -> {told}")
        for expected in phrase.expected if heard else ():
            stance = any(c.stance is expected.stance for c in heard)
            details = any(expected.stated_by(c) for c in heard)
            counts.update(asked=1, stance=stance, details=details)
            if not (stance and details):
                misses.append(f"  not {expected.stance} as asked: {phrase.text} -> {told}")
    figures = {
        "recall": counts["both"] / max(1, counts["said"]),
        "precision": counts["both"] / max(1, counts["heard"]),
        "stance": counts["stance"] / max(1, counts["asked"]),
        "details": counts["details"] / max(1, counts["asked"]),
    }
    return figures, misses
