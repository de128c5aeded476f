"""What an index of a million plans costs: seconds to build it from standings, and the memory it then takes.

Run as `python -m tests.bench.index`; a fresh process. Prints `bench index_build_s`, the processor's seconds
without those that inventing the standings takes; `bench index_mb`, by which the resident memory has grown;
`bench index_peak_mb`, by which it had grown at most; and `bench index_change_ms` for a change of one plan.
"""

import gc
import resource
import statistics
import sys
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path

from app.lookup.index import IndexEditor, LookupIndex, empty_index
from registry.model import Standing, Status
from tests.bench.registry import POLICY, approved, build, tools

PLANS = 1_000_000
CHANGES = 200
BATCH = 1000


def main() -> None:
    """Measure and print one line a figure."""
    build(100)
    gc.collect()
    before = _resident_mb()
    editor, invented = IndexEditor(empty_index(POLICY)), tools(PLANS)
    building = 0.0
    while batch := [*islice(invented, BATCH)]:
        began = time.process_time()
        for tool, standings, aliases in batch:
            editor.put(tool, standings, aliases)
        building += time.process_time() - began
    began = time.process_time()
    index = editor.done(1, ())
    building += time.process_time() - began
    gc.collect()
    sys.stdout.write(f"bench index_build_s {building:.1f} s\n")
    sys.stdout.write(f"bench index_mb {_resident_mb() - before:.0f} MB\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"bench index_peak_mb {peak - before:.0f} MB\n")
    sys.stdout.write(f"bench index_change_ms {statistics.median(_changes(index)) * 1000:.2f} ms\n")


def _changes(index: LookupIndex) -> list[float]:
    taken = []
    for at in range(0, PLANS, PLANS // CHANGES):
        tool = f"vendor-{at}/tool-{at}"
        began = time.process_time()
        editor = IndexEditor(index)
        editor.put(tool, [replace(approved(tool, at), status=Status.SUSPENDED)], ())
        index = editor.done(index.revision + 1, ())
        taken.append(time.process_time() - began)
        found = index.find(tool)
        if not isinstance(found, Standing) or found.status is not Status.SUSPENDED:
            raise SystemExit(f"{tool} was not changed")
    return taken


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main()
