"""`bench html_to_facts_ms`: processor time from the bytes of a recorded page to the facts of its document.

Run as `python -m tests.bench.pages`. The mean over all pages is what counts; median, 95th percentile and the
slowest page tell how it is spread. The best of some rounds is taken of each page.
"""

import gc
import hashlib
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from extractors.clauses import ClauseReader
from extractors.facts import document_facts
from extractors.model import Snapshot, TermsType
from extractors.ruleset import load_ruleset
from extractors.text import read_text
from tests.bench.figures import tell

PAGES = Path(__file__).parents[2].parent / "shared/corpus/snapshots"
ROUNDS = 3
LIMIT_MS = 80


def main() -> int:
    """Measure and print one line a figure; 1 where the pages are missing or take too long."""
    pages = [_snapshot(path.read_bytes()) for path in sorted(PAGES.glob("*/*.html"))]
    if not pages:
        print(f"html_to_facts_ms needs the recorded pages beside the project ({PAGES})", file=sys.stderr)
        return 1
    reader = ClauseReader(load_ruleset())
    times = sorted(min(_milliseconds(reader, page) for _ in range(ROUNDS)) for page in pages)
    kept = tell("html_to_facts_ms", statistics.fmean(times), "ms", most=LIMIT_MS)
    tell("html_to_facts_median_ms", statistics.median(times), "ms")
    tell("html_to_facts_p95_ms", times[round(0.95 * (len(times) - 1))], "ms")
    tell("html_to_facts_max_ms", times[-1], "ms")
    return 0 if kept else 1


def _snapshot(body: bytes) -> Snapshot:
    digest = hashlib.sha256(body).hexdigest()
    return Snapshot(body, digest, "text/html", None, "https://example.com/", datetime(2026, 1, 1, tzinfo=UTC))


def _milliseconds(reader: ClauseReader, page: Snapshot) -> float:
    gc.collect()
    started = time.process_time()
    document_facts(reader.read(read_text(page)), TermsType.OTHER)
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    sys.exit(main())
