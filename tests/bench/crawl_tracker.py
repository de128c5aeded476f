"""A public change tracker on the same pages, beside what is measured in `tests.bench.crawl`.

urlwatch is installed from the package index into a folder of its own for the length of the run; it is no part
of the project. It is asked for the text of each page within `main`, and tells that pages differ, not
what they say. Where it cannot be installed, that is said loudly, and nothing is compared.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TRACKER = "urlwatch==2.29"
_PATIENCE_S = 300
_CONFIG = "report:\n  stdout:\n    enabled: false\n"
_PROGRAM = "bin/urlwatch"


@dataclass(frozen=True, slots=True)
class Tracker:
    """An installed tracker, with its list of pages and what it remembers of them."""

    folder: Path
    pages: int

    def look(self) -> float:
        """Let it look at every page once; milliseconds of processor time a page, its start included."""
        before = _children_s()
        command = [str(self.folder / "venv" / _PROGRAM)]
        for option in ("urls", "config", "hooks", "cache"):
            command += [f"--{option}", str(self.folder / _FILES[option])]
        subprocess.run(command, check=True, capture_output=True, timeout=max(_PATIENCE_S, self.pages))
        return (_children_s() - before) / self.pages * 1000


_FILES: Mapping[str, str] = {
    "urls": "urls.yaml",
    "config": "config.yaml",
    "hooks": "hooks.py",
    "cache": "cache.db",
}


def install(folder: Path, addresses: list[str]) -> Tracker | None:
    """Install the tracker and give it pages to watch; None where there is no index to install it from."""
    folder.mkdir()
    venv, began = folder / "venv", time.perf_counter()
    try:
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True, capture_output=True)
        pip = [str(venv / "bin/pip"), "install", "--quiet", "--disable-pip-version-check", TRACKER]
        subprocess.run(pip, check=True, capture_output=True, timeout=_PATIENCE_S)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        print(f"NOT COMPARED: {TRACKER} cannot be installed here ({error})", file=sys.stderr)
        return None
    print(f"# {TRACKER} installed in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    jobs = [f"url: {address}\nfilter:\n  - css: main\n  - html2text\n" for address in addresses]
    (folder / _FILES["urls"]).write_text("---\n".join(jobs), encoding="utf-8")
    (folder / _FILES["config"]).write_text(_CONFIG, encoding="utf-8")
    (folder / _FILES["hooks"]).write_text("", encoding="utf-8")
    return Tracker(folder, len(addresses))


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
