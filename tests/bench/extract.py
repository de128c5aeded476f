"""How long reading takes beside what the tokenizer alone takes, on the recorded terms, in one run.

`python -m tests.bench.extract [SHARED]` prints `bench extract_vs_tokenizer RATIO x`, how long the rules take
to load, and the peak memory; status 1 where one is beyond its limit. Text to facts counts; reading the files
does not.
"""

import argparse
import gc
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import spacy

from extractors.clauses import ClauseReader
from extractors.facts import document_facts
from extractors.model import Document, TermsType
from extractors.proposing import proposing_reader
from extractors.ruleset import load_ruleset
from tests.bench.figures import tell

SHARED = Path(__file__).parents[2].parent / "shared"
ROUNDS = 3


def main() -> int:
    """Measure and print one line a figure; 1 where one is beyond its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", nargs="?", type=Path, default=SHARED)
    texts = _texts(parser.parse_args().shared)
    started = time.perf_counter()
    reader = proposing_reader(load_ruleset())
    load = time.perf_counter() - started
    tokenizer = spacy.blank("en")
    alone = _seconds(lambda: [tokenizer.make_doc(text) for text in texts])
    whole = _seconds(lambda: [_facts(reader, text) for text in texts])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    kept = (
        tell("rules_load_s", load, "s", most=1.5),
        tell("extract_s", whole, "s"),
        tell("extract_vs_tokenizer", whole / alone, "x", most=2.5),
        tell("extract_peak_mb", peak, "MB", most=300),
    )
    return 0 if all(kept) else 1


def _texts(shared: Path) -> list[str]:
    names = sorted(path.stem for path in (shared / "labels/terms").glob("*.json"))
    return [
        (shared / "corpus/versions" / service.replace("_", " ") / f"{terms.replace('_', ' ')}.md").read_text()
        for service, terms in (name.split("__") for name in names)
    ]


def _facts(reader: ClauseReader, text: str) -> object:
    return document_facts(reader.read(Document(text, "")), TermsType.OTHER)


def _seconds(work: Callable[[], object]) -> float:
    """Return the processor time of the best of some rounds: what else the machine does does not count."""
    best = float("inf")
    for _ in range(ROUNDS):
        gc.collect()
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


if __name__ == "__main__":
    sys.exit(main())
