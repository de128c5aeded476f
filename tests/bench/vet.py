"""`bench vet_tool_s`: from a tool's submission over the API to its assessment, with four recorded pages.

Run as `python -m tests.bench.vet`. A whole service works as `make run` starts it: queue, worker, registry.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.live.recorded import PAGES, RecordedSite, recorded_site
from tests.live.service import LiveService, live_service

RUNS = 5
PAGES_A_TOOL = 4
FULL_VENDOR = "ChatGPT"
LIMIT_S = 120.0


def main() -> int:
    """Print the median of a few submissions; 1 where the recorded pages are missing."""
    if not PAGES.exists():
        print(f"vet_tool_s needs the recorded pages beside the project ({PAGES})", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with recorded_site(folder / "site") as site, live_service(folder / "data") as service:
            vet_once(service, site, "warm-up")
            times = [vet_once(service, site, f"run-{run}") for run in range(RUNS)]
    print(f"bench vet_tool_s {statistics.median(times):.2f} s")
    return 0


def vet_once(service: LiveService, site: RecordedSite, slug: str) -> float:
    """Submit a tool with four recorded pages, one a source; the seconds until it is assessed."""
    tool = site.submission(FULL_VENDOR)
    sources = [source for source in tool["sources"] if len(source["urls"]) == 1][:PAGES_A_TOOL]
    sources += [source for source in tool["sources"] if source not in sources][: PAGES_A_TOOL - len(sources)]
    sources = [{**source, "urls": source["urls"][:1]} for source in sources]
    governed = {plan for source in sources for plan in source["plans"]}
    plans = [plan for plan in tool["plans"] if plan["slug"] in governed]
    began = time.perf_counter()
    submitted = service.ask(
        "POST", "/v1/tools", json={**tool, "slug": slug, "plans": plans, "sources": sources}
    )
    service.wait_for([submitted["vetting"]["key"]], LIMIT_S)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
