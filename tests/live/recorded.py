"""Recorded pages of real vendors, where they stand beside the project: served locally, and as submissions."""

import re
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from tests.live.service import free_port

SHARED = Path(__file__).parents[2].parent / "shared"
PAGES = SHARED / "corpus" / "snapshots"
REPLAY = SHARED / "tools" / "replay.py"

BUSINESS = {"Commercial Terms", "Data Processor Agreement", "Business Privacy Policy"}
API = {"Developer Terms"}


@dataclass(frozen=True, slots=True)
class RecordedSite:
    """Where the recorded pages are served, and the files they are served from, free to be changed."""

    address: str
    folder: Path

    def vendors(self) -> list[str]:
        """Names of the recorded vendors."""
        return sorted(path.name for path in self.folder.iterdir())

    def submission(self, vendor: str) -> dict[str, Any]:
        """A vendor's tool with its recorded pages as sources, as the API takes it."""
        pages: defaultdict[str, list[Path]] = defaultdict(list)
        for path in sorted((self.folder / vendor).glob("*.html")):
            pages[path.stem.partition(" #")[0]].append(path)
        plans = {terms: _plans(terms, set(pages)) for terms in pages}
        named = dict.fromkeys(plan for governed in plans.values() for plan in governed)
        slug = re.sub(r"[^a-z0-9]+", "-", vendor.lower()).strip("-")
        return {
            "vendor": {"slug": slug, "name": vendor},
            "slug": slug,
            "name": vendor,
            "plans": [{"slug": plan, "name": plan.title(), "audience": plan} for plan in named],
            "sources": [
                {
                    "slug": re.sub(r"[^a-z0-9]+", "-", terms.lower()),
                    "type": terms,
                    "urls": [self._url(vendor, path) for path in paths],
                    "plans": plans[terms],
                }
                for terms, paths in pages.items()
            ],
        }

    def _url(self, vendor: str, path: Path) -> str:
        return f"{self.address}/{quote(vendor)}/{quote(path.stem)}"


@contextmanager
def recorded_site(folder: Path) -> Iterator[RecordedSite]:
    """Serve a copy of the recorded pages from `folder` for the length of the block."""
    shutil.copytree(PAGES, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
    port = free_port()
    command = [sys.executable, str(REPLAY), "snapshots", str(folder), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                httpx.get(f"{address}/_stats", trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield RecordedSite(address, folder)
    finally:
        server.terminate()
        server.wait()


def _plans(terms: str, all_terms: set[str]) -> list[str]:
    """Which plans a kind of terms governs: commercial terms the paid ones, developer terms the API."""
    if terms in API:
        return ["api"]
    if terms in BUSINESS:
        return ["business"]
    if terms == "Privacy Policy":
        return ["consumer", *(["api"] if all_terms & API else [])]
    return ["consumer"]
