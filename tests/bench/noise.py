"""How often a real change would be held back as noise, and how many broken copies of a text are found out.

`python -m tests.bench.noise [SHARED] [--changes N] [--texts N]` takes recorded histories with labelled
changes. A real change that counts as a half-loaded page, another document or no terms at all is wrongly held;
copies of texts that break off behind 10 to 90 % of their lines must not pass for the terms. Prints totals
alone, of whatever vendor; status 1 where more is held, or less found out, than the limits allow.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.history import list_versions
from app.history.repository import BlobReader, Version
from extractors.clauses import ClauseReader
from extractors.model import Snapshot
from extractors.proposing import proposing_reader
from extractors.ruleset import load_ruleset
from extractors.text import ReadError, read_text
from registry.noise import NOT_BELIEVED, Back, NoiseKind, Shown, sift
from tests.bench.extract import SHARED
from tests.bench.figures import tell

CUTS = range(10, 100, 10)
"""Per cent of a text at which a copy of it breaks off, at the end of a line."""
SUBSTANCE = "substance"
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A recorded change that a person has read: the texts on both sides, and whether it matters."""

    before: str
    after: str
    is_material: bool
    is_worse: bool
    is_replaced: bool


class Reading:
    """Reads texts as a look does."""

    def __init__(self, reader: ClauseReader) -> None:
        self._reader = reader
        self._known: dict[str, Shown | str] = {}

    def of(self, text: str) -> Shown | str:
        """What a page of this text shows, or the failure that it counts as."""
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def verdict(self, before: Shown, text: str) -> str:
        """What a look that shows a text after another one comes to."""
        after = self.of(text)
        if isinstance(after, str):
            return after
        noise = sift(before, after, Back.NEW)
        return SUBSTANCE if noise is None else noise.kind.value

    def _read(self, text: str) -> Shown | str:
        body = text.encode()
        snapshot = Snapshot(body, "", "text/markdown", "utf-8", "", _LONG_AGO, ())
        try:
            document = read_text(snapshot)
        except ReadError as error:
            return error.failure.value
        return Shown(document.text, self._reader.read(document).clauses)


def main() -> int:
    """Measure and print one line a figure; 1 where one is beyond its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", nargs="?", type=Path, default=SHARED)
    parser.add_argument("--changes", type=int, default=0, help="Every n-th so that about so many are read.")
    parser.add_argument("--texts", type=int, default=40, help="How many texts are cut.")
    given = parser.parse_args()
    reading = Reading(proposing_reader(load_ruleset()))
    changes = list(labelled_changes(given.shared))
    held, other = _held(reading, _spread(changes, given.changes))
    cut = _cut(reading, _spread(changes, given.texts))
    kept = (
        tell("noise_real_change_held", held, "of the changes that matter", most=0.02),
        tell("noise_other_held", other, "of those that do not"),
        tell("noise_cut_passed", cut, "of the copies cut off at up to 60 %", most=0.05),
    )
    return 0 if all(kept) else 1


def labelled_changes(shared: Path) -> Iterator[Labelled]:
    """Every labelled change of the recorded histories with both of its texts."""
    lines = (shared / "labels" / "changes.jsonl").read_text(encoding="utf-8").splitlines()
    labels = [json.loads(line) for line in lines]
    for collection in sorted({label["collection"] for label in labels}):
        with tempfile.TemporaryDirectory() as folder:
            bundle = shared / "corpus" / f"history-{collection}.bundle"
            subprocess.run(["git", "clone", "-q", "--bare", str(bundle), folder], check=True)
            wanted = [label for label in labels if label["collection"] == collection]
            yield from _with_texts(Path(folder), wanted)


def _with_texts(repository: Path, labels: Sequence[dict[str, object]]) -> Iterator[Labelled]:
    versions: dict[str, list[Version]] = {}
    for version in list_versions(repository):
        versions.setdefault(version.path, []).append(version)
    with BlobReader(repository) as blobs:
        for label in labels:
            recorded = versions[str(label["path"])]
            at = datetime.fromisoformat(str(label["date"]))
            index = next(i for i, one in enumerate(recorded) if one.at == at)
            before, after = (blobs.read(one.blob).decode() for one in recorded[index - 1 : index + 1])
            material = label["material"]
            directions = set(material.values()) if isinstance(material, dict) else set()
            yield Labelled(
                before,
                after,
                bool(directions),
                bool(directions & {"worse", "mixed"}),
                bool(label["replaced"]),
            )


def _spread(changes: Sequence[Labelled], most: int) -> Sequence[Labelled]:
    """About so many of them, evenly; all without a number."""
    return changes[:: max(1, len(changes) // most)] if most else changes


def _held(reading: Reading, changes: Sequence[Labelled]) -> tuple[float, float]:
    """The shares of what matters, and of what does not, that a look would not believe."""
    verdicts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    replaced = Counter[str]()
    for one in changes:
        before = reading.of(one.before)
        if isinstance(before, str):
            # What stood there was no terms: no good text that a look could be held against.
            continue
        verdict = reading.verdict(before, one.after)
        (replaced if one.is_replaced else verdicts[one.is_material])[verdict] += 1
        if one.is_material and not one.is_replaced and _is_held(verdict):
            print(f"held: {verdict} ({'worse' if one.is_worse else 'not worse'})", file=sys.stderr)
    for told, counted in (("matter", verdicts[True]), ("do not", verdicts[False]), ("replaced", replaced)):
        print(f"{told}: {counted.total()}: {dict(counted.most_common())}")
    return _share(verdicts[True]), _share(verdicts[False])


def _cut(reading: Reading, changes: Sequence[Labelled]) -> float:
    """The share of copies, cut off at up to 60 %, that would take the place of the terms."""
    passed: dict[int, Counter[str]] = {cut: Counter() for cut in CUTS}
    for one in changes:
        whole = reading.of(one.before)
        if isinstance(whole, str):
            continue
        for cut in CUTS:
            passed[cut][reading.verdict(whole, _cut_off(one.before, cut))] += 1
    for cut, counted in passed.items():
        print(f"cut at {cut} %: {counted.total()}: {dict(counted.most_common())}")
    whole_part = [counted for cut, counted in passed.items() if cut <= 60]
    total = sum(counted.total() for counted in whole_part)
    return sum(counted[kind] for counted in whole_part for kind in counted if not _is_held(kind)) / (
        total or 1
    )


def _cut_off(text: str, cut: int) -> str:
    """A text up to the line that so many per cent of it end in: pages break off between blocks."""
    at = len(text) * cut // 100
    return text[: text.rfind("\n", 0, at) + 1] or text[:at]


def _share(counted: Counter[str]) -> float:
    return sum(counted[kind] for kind in counted if _is_held(kind)) / (counted.total() or 1)


def _is_held(verdict: str) -> bool:
    """Whether the last good text stays in force: not believed, or no terms at all."""
    believed = {kind.value for kind in NoiseKind if kind not in NOT_BELIEVED}
    return verdict not in believed | {SUBSTANCE}


if __name__ == "__main__":
    sys.exit(main())
