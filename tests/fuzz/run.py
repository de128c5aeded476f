"""Damaged real pages, for as long as you like: `python -m tests.fuzz.run [--seconds 60] [--seed 0] [FILE]`.

Takes the recorded pages and texts beside the project, the invented ones where there are none, damages them
and reads them. Prints the seed it began with and what it read; a failure is printed with the seed and file
that make it happen again, and ends the run with status 1.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from extractors.clauses import ClauseReader
from extractors.ruleset import load_ruleset
from tests.fuzz.holding import check_body
from tests.fuzz.material import Material, invented, recorded
from tests.fuzz.mutating import mutated


def main() -> int:
    """Fuzz until the time is up; 1 at the first failure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000_000)
    parser.add_argument("files", nargs="*", type=Path, help="only these; with --seed, one damage anew")
    asked = parser.parse_args()
    material = [Material.of(path) for path in asked.files] or recorded() or invented()
    print(f"fuzz: {len(material)} pages and texts from seed {asked.seed}", flush=True)
    reader = ClauseReader(load_ruleset())
    until = time.monotonic() + asked.seconds
    read = clauses = 0
    for count, (seed, source) in enumerate(_tries(material, asked.seed)):
        if time.monotonic() > until:
            print(f"fuzz: {count} damaged, {read} of them read as terms, {clauses} clauses, nothing broken")
            return 0
        try:
            reading = check_body(reader, mutated(source.text, seed), source.media_type)
        except Exception as error:
            print(f"fuzz: broken by --seed {seed} {source.name!r}: {error!r}", file=sys.stderr)
            raise
        read += reading is not None
        clauses += len(reading.clauses) if reading else 0
    return 0


def _tries(material: list[Material], seed: int) -> Iterator[tuple[int, Material]]:
    """Yield seeds with what to damage: each piece in turn, beginning anywhere."""
    start = seed % len(material)
    return ((seed + number, one) for number, one in enumerate(islice(cycle(material), start, None)))


if __name__ == "__main__":
    sys.exit(main())
