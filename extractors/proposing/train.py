"""`python -m extractors.proposing.train LABELS…`: trains the weights anew and writes them.

The same labels, rules and phrases give the same bytes. Vendors kept aside are left out with `--except`.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from extractors.labels import LabelledDocument, load_labels, of_vendors
from extractors.proposing.features import Features
from extractors.proposing.learning import learn
from extractors.proposing.material import (
    Row,
    answers_of,
    digest_of,
    example_rows,
    labelled_rows,
    phrase_rows,
)
from extractors.proposing.proposer import QUESTIONS
from extractors.proposing.weights import SHIPPED, Weights, packed, to_bytes
from extractors.ruleset import Ruleset, load_ruleset

PROJECT = Path(__file__).parents[2]
KEPT_ASIDE = "kept-aside"
"""In place of a vendor's name: all that the project keeps aside."""


def train(rows: Iterable[Row], ruleset: Ruleset) -> Weights:
    """Return the weights that rows teach."""
    known = tuple(rows)
    features = Features(ruleset.classes)
    marks = [features.of(row.passage) for row in known]
    answers = answers_of(known)
    table, bias = learn(marks, answers)
    return packed(QUESTIONS, table, bias, digest_of(marks, answers))


def rows_from(documents: Iterable[LabelledDocument], ruleset: Ruleset, gold: Path) -> Iterable[Row]:
    """Return what labelled documents, the rules' examples and the project's own gold teach."""
    roles = ruleset.classes.get("role", frozenset())
    return chain(
        labelled_rows(documents, roles),
        phrase_rows(gold / "phrases"),
        example_rows(ruleset),
        labelled_rows(load_labels(gold / "terms"), roles),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(prog="python -m extractors.proposing.train", description=__doc__)
    parser.add_argument("labels", type=Path, help="folder of label files (docs/MEASURING.md)")
    parser.add_argument("--except", dest="without", action="append", default=[], metavar="VENDOR")
    parser.add_argument("--gold", type=Path, default=PROJECT / "tests/gold", help="the project's own gold")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    given = parser.parse_args(arguments)
    ruleset = load_ruleset()
    documents = without(load_labels(given.labels), given.without)
    content = to_bytes(train(rows_from(documents, ruleset, given.gold), ruleset))
    given.out.write_bytes(content)
    sys.stdout.write(f"{given.out}: {len(content)} bytes from {len(documents)} documents\n")


def without(documents: Sequence[LabelledDocument], vendors: Iterable[str]) -> list[LabelledDocument]:
    """Return the documents but those of some vendors."""
    listed = PROJECT / "tests/kept_aside.txt"
    named = [name for name in vendors if name != KEPT_ASIDE]
    if len(named) < len(list(vendors)):
        lines = (line.partition("#")[0].strip() for line in listed.read_text("utf-8").splitlines())
        named += [line for line in lines if line]
    out = of_vendors(documents, named)
    return [one for one in documents if one not in out]


if __name__ == "__main__":
    main()
