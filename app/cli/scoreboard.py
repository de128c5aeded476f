"""How scores are shown: a table for people, JSON for programs."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from extractors.agreement import Found, Passage, Score, Share, WrongFact
from extractors.clauses.structure import read_units, strip_markup
from extractors.labels import LabelledDocument
from extractors.model import Family


@dataclass(frozen=True, slots=True)
class Details:
    """The documents of which more than totals may be shown, and their score."""

    documents: tuple[LabelledDocument, ...]
    score: Score
    withheld: tuple[str, ...]
    """Vendors of which only totals are shown."""
    misses: bool
    """Whether passages and wrong facts are listed."""


def score_lines(score: Score, details: Details) -> Iterator[str]:
    """Yield the lines of the table: families, totals, rules, and the misses where they are asked for."""
    yield "family           P      R     F1  right false missed  stance  facts"
    for family in (one for one in Family if one in score.families or one in score.facts):
        stance, fact = score.stances.get(family, Share()), score.facts.get(family, Share())
        yield _row(family.value, score.families.get(family, Found())) + f"{_ratio(stance)}{_ratio(fact)}"
    yield _row("core", score.core)
    yield f"periods {score.periods.right} of {score.periods.of}; false safe: {len(score.false_safe)}"
    for wrong in details.score.false_safe:
        yield f"  FALSE SAFE {_wrong(wrong)}"
    if details.score.rules:
        yield f"\n{'rule':40}{'hits':>6}{'right':>7}{'precision':>11}"
    for rule, share in sorted(details.score.rules.items()):
        yield f"{rule:40}{share.of:6}{share.right:7}{share.ratio:11.3f}"
    if details.misses:
        yield from _miss_lines(details)
    if details.withheld:
        yield f"\nkept aside, totals only: {', '.join(details.withheld)}"


def as_json_value(score: Score, details: Details) -> dict[str, object]:
    """Return a score as a JSON value; figures are named as people speak of them."""
    value: dict[str, object] = {
        "documents": score.documents,
        "clauses": {family.value: _found(found) for family, found in sorted(score.families.items())},
        "core": _found(score.core),
        "stance_accuracy": {family.value: share.ratio for family, share in score.stances.items()},
        "period_accuracy": score.periods.ratio if score.periods.of else None,
        "fact_accuracy": {family.value: share.ratio for family, share in score.facts.items()},
        "facts_n": {family.value: share.of for family, share in score.facts.items()},
        "false_safe": len(score.false_safe),
        "false_safe_facts": [_wrong_value(one) for one in details.score.false_safe],
        "rules": {
            rule: {"hits": share.of, "right": share.right, "precision": share.ratio}
            for rule, share in sorted(details.score.rules.items())
        },
        "kept_aside": details.withheld,
    }
    if details.misses:
        places = {document.id: Places(document) for document in details.documents}
        value["fact_misses"] = [_wrong_value(one) for one in details.score.wrong_facts]
        value["misses"] = [_passage_value(one, places[one.document]) for one in details.score.passages]
    return value


class Places:
    """What stands where in a labelled document, and under which headings; built once per document."""

    def __init__(self, document: LabelledDocument) -> None:
        self._text = document.text
        units = tuple(read_units(document.text))
        self._starts = [unit.start for unit in units]
        self._headings = [" › ".join(strip_markup(title) for title in unit.headings) for unit in units]

    def quote(self, passage: Passage) -> str:
        """The words of a passage."""
        return self._text[passage.start : passage.end].strip()

    def heading(self, passage: Passage) -> str:
        """The headings above a passage, outermost first."""
        # What begins before the first sentence of a section but ends in it belongs to it.
        number = bisect_right(self._starts, passage.end - 1) - 1
        return self._headings[number] if number >= 0 else ""


def _miss_lines(details: Details) -> Iterator[str]:
    places = {document.id: Places(document) for document in details.documents}
    document = ""
    for passage in details.score.passages:
        if passage.document != document:
            document = passage.document
            yield f"\n{document}"
        where = places[document]
        told = f"missed {_told(passage)}" if passage.label else f"false  {passage.family} by {passage.rule}"
        yield f"  {told}\n    {where.heading(passage)}\n    “{' '.join(where.quote(passage).split())}”"
    if details.score.wrong_facts:
        yield "\nwrong facts"
    for wrong in details.score.wrong_facts:
        yield f"  {_wrong(wrong)}"


def _told(passage: Passage) -> str:
    label = passage.label
    if label is None:
        return passage.family.value
    parts = (label.family, label.stance, label.purpose, label.period_days and f"{label.period_days} days")
    return " ".join(str(part) for part in parts if part)


def _wrong(wrong: WrongFact) -> str:
    expected = wrong.expected
    place = f"{wrong.document} {expected.audience} {expected.family}"
    return f"{place}: labelled {expected.answer}, told {wrong.actual}"


def _wrong_value(wrong: WrongFact) -> dict[str, object]:
    expected = wrong.expected
    return {
        "document": wrong.document,
        "audience": expected.audience,
        "family": expected.family,
        "labelled": expected.answer,
        "told": wrong.actual,
        "false_safe": wrong.false_safe,
    }


def _passage_value(passage: Passage, places: Places) -> dict[str, object]:
    label = passage.label
    return {
        "document": passage.document,
        "kind": "missed" if label else "false",
        "family": passage.family,
        "stance": label and label.stance,
        "rule": passage.rule or None,
        "heading": places.heading(passage),
        "quote": places.quote(passage),
        "start": passage.start,
        "end": passage.end,
    }


def _found(found: Found) -> dict[str, object]:
    return {
        "precision": found.precision,
        "recall": found.recall,
        "f1": found.f1,
        "tp": found.right,
        "fp": found.false,
        "fn": found.missed,
    }


def _row(name: str, found: Found) -> str:
    ratios = f"{found.precision:7.3f}{found.recall:7.3f}{found.f1:7.3f}"
    return f"{name:11}{ratios}{found.right:7}{found.false:6}{found.missed:7}"


def _ratio(share: Share) -> str:
    return f"{share.ratio:8.3f}" if share.of else ""
