"""The files of this folder → mutants. Only this module knows their form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One break: a text that stands once in a module, and what stands there instead."""

    module: str
    """Its path from the project's root, without the ending."""
    old: str
    new: str
    tests: tuple[str, ...]
    """The files that must notice, from `tests`, the quickest first."""

    @property
    def place(self) -> Path:
        """The file that it changes, from the project's root."""
        return Path(f"{self.module}.py")


def load_mutants() -> Sequence[Mutant]:
    """All of them, file by file."""
    return tuple(one for file in sorted(Path(__file__).parent.glob("*.yaml")) for one in _in_file(file))


def mutated(mutant: Mutant) -> str:
    """The mutant's module; raises `ValueError` where its text does not stand there just once."""
    text = (ROOT / mutant.place).read_text("utf-8")
    if text.count(mutant.old) != 1:
        raise ValueError(f"{mutant.place}: {mutant.old!r} stands there {text.count(mutant.old)} times")
    return text.replace(mutant.old, mutant.new)


def _in_file(file: Path) -> Iterator[Mutant]:
    for module, told in yaml.safe_load(file.read_text("utf-8")).items():
        for one in told["breaks"]:
            yield Mutant(module, one["old"], one["new"], tuple(told["tests"]))
