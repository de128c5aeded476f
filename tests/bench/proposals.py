"""What the trained component adds on vendors that it has not seen: each is left out of its training in turn.

`python -m tests.bench.proposals [SHARED]` prints, for each score from which clauses are proposed, core F1 and
facts of the rules alone and with proposals, on the vendors in the order given, on those that were opened last
and are left out together, and on the project's own gold. Vendors kept aside take no part. Three minutes.
"""

import argparse
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import typer

from extractors.agreement import Score, total
from extractors.clauses import ClauseReader
from extractors.labels import LabelledDocument, load_labels
from extractors.measuring import measure
from extractors.model import CORE_FAMILIES
from extractors.proposing.material import Row, example_rows, labelled_rows, phrase_rows
from extractors.proposing.proposer import LEAST, LinearProposer
from extractors.proposing.train import KEPT_ASIDE, train, without
from extractors.proposing.weights import Weights
from extractors.ruleset import Ruleset, load_ruleset

SHARED = Path(__file__).parents[2].parent / "shared"
GOLD = Path(__file__).parents[1] / "gold"
TOGETHER = frozenset({"Jasper", "Midjourney", "Together AI"})
"""Opened last: rules were written on them with the least care, and they are left out together."""
SCORES = (0.25, 0.35, 0.5, 0.65, LEAST)


def main() -> None:
    """Train, read and print a line for each group and score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", nargs="?", type=Path, default=SHARED)
    labels = parser.parse_args().shared / "labels/terms"
    ruleset = load_ruleset()
    documents = without(load_labels(labels), [KEPT_ASIDE])
    taught = dict(_leaving_out(ruleset, documents))
    groups = {
        "the others": [one for one in documents if one.vendor not in TOGETHER],
        "opened last": [one for one in documents if one.vendor in TOGETHER],
        "all": documents,
        "gold": list(load_labels(GOLD / "terms")),
    }
    for name, members in groups.items():
        alone = total(measure(ClauseReader(ruleset), members).values())
        for least in SCORES:
            typer.echo(f"bench {name}: from {least}: {_line(alone, _score(ruleset, members, taught, least))}")


def _score(
    ruleset: Ruleset, members: Sequence[LabelledDocument], taught: dict[str, Weights], least: float
) -> Score:
    scores: list[Score] = []
    for one in members:
        proposer = LinearProposer(ruleset, taught.get(one.vendor, taught[""]), least)
        scores += measure(ClauseReader(ruleset, proposer), [one]).values()
    return total(scores)


def _leaving_out(ruleset: Ruleset, documents: Sequence[LabelledDocument]) -> Iterator[tuple[str, Weights]]:
    """Yield for each vendor the weights that have not seen it; under no name, without the gold documents."""
    roles = ruleset.classes.get("role", frozenset())
    gold = list(labelled_rows(load_labels(GOLD / "terms"), roles))
    own = [*phrase_rows(GOLD / "phrases"), *example_rows(ruleset)]
    by_vendor = {
        vendor: list(labelled_rows([one for one in documents if one.vendor == vendor], roles))
        for vendor in sorted({one.vendor for one in documents})
    }

    def rest(out: Collection[str]) -> list[Row]:
        return [row for vendor, rows in by_vendor.items() if vendor not in out for row in rows]

    for vendor in by_vendor.keys() - TOGETHER:
        yield vendor, train([*rest({vendor}), *own, *gold], ruleset)
    last = train([*rest(TOGETHER), *own, *gold], ruleset)
    yield from ((vendor, last) for vendor in TOGETHER)
    yield "", train([*rest(()), *own], ruleset)


def _line(alone: Score, beside: Score) -> str:
    families = ", ".join(
        f"{family.value} {beside.families[family].f1 - alone.families[family].f1:+.3f}"
        for family in CORE_FAMILIES
    )
    right = beside.core.right - alone.core.right
    false = beside.core.false - alone.core.false
    return (
        f"core {alone.core.f1:.3f} {beside.core.f1 - alone.core.f1:+.4f} (+{right} right, +{false} false; "
        f"{families}), facts {_facts(alone)} to {_facts(beside)}, "
        f"false safe {len(alone.false_safe)} to {len(beside.false_safe)}"
    )


def _facts(one: Score) -> str:
    shares = [one.facts[family] for family in CORE_FAMILIES if family in one.facts]
    return f"{sum(share.right for share in shares)}/{sum(share.of for share in shares)}"


if __name__ == "__main__":
    main()
