"""Rule files as YAML that remembers its lines: strict reading, and errors that name file, line and key.

Every scalar is text. Unknown and duplicate keys, anchors and aliases are errors; only this module knows YAML.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

import yaml

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml, which the packages of PyYAML bring along, reads the same twelve times as fast."""

Choice = TypeVar("Choice", bound=StrEnum)


class RulesetError(ValueError):
    """A rule file that must not be used; the message names file, line and key."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in a rule file: its node, and how one gets there."""

    file: str
    key: str
    node: yaml.Node

    def fail(self, message: str) -> RulesetError:
        """Make the error that names this place."""
        return RulesetError(f"{self.file}:{self.node.start_mark.line + 1}: {self.key}: {message}")

    def text(self) -> str:
        """Return the scalar's text."""
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value.strip():
            raise self.fail("must be text")
        return str(self.node.value)

    def items(self) -> tuple["Entry", ...]:
        """Return the entries of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.fail("must be a list")
        return tuple(
            Entry(self.file, f"{self.key}[{index}]", node) for index, node in enumerate(self.node.value)
        )

    def fields(
        self, required: Collection[str] = (), optional: Collection[str] | None = ()
    ) -> dict[str, "Entry"]:
        """Return a mapping's entries by key; `optional=None` allows any key."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.fail("must be a mapping")
        found: dict[str, Entry] = {}
        for name_node, node in self.node.value:
            name = str(name_node.value)
            entry = Entry(self.file, f"{self.key}.{name}" if self.key else name, name_node)
            if name in found:
                raise entry.fail("stands twice")
            if optional is not None and name not in required and name not in optional:
                raise entry.fail(f"unknown key; known are {', '.join(sorted({*required, *optional}))}")
            found[name] = Entry(entry.file, entry.key, node)
        for name in required:
            if name not in found:
                raise self.fail(f"{name} is missing")
        return found

    def choice(self, kind: type[Choice]) -> Choice:
        """Return the scalar as a member of an enumeration."""
        value = self.text()
        try:
            return kind(value)
        except ValueError:
            raise self.fail(f"{value!r} is none of {', '.join(kind)}") from None

    def texts(self) -> tuple[str, ...]:
        """Return a list of texts; a single text counts as a list of one."""
        if isinstance(self.node, yaml.ScalarNode):
            return (self.text(),)
        return tuple(entry.text() for entry in self.items())


def read_entries(folder: Path) -> Iterator[Entry]:
    """Yield the top of every rule file of a folder, by name; raises RulesetError."""
    for path in sorted(folder.glob("*.yaml")):
        try:
            text = path.read_text(encoding="utf-8")
            _refuse_anchors(path.name, text)
            node = yaml.compose(text, _LOADER)
        except (OSError, UnicodeDecodeError) as error:
            raise RulesetError(f"{path.name}: cannot be read: {error}") from error
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise RulesetError(f"{path.name}:{line}: not YAML: {error.problem}") from error
        except yaml.YAMLError as error:
            raise RulesetError(f"{path.name}: not YAML: {error}") from error
        if node is None:
            raise RulesetError(f"{path.name}:1: the file is empty")
        yield Entry(path.name, "", node)


def _refuse_anchors(file: str, text: str) -> None:
    """Look at the events: once composed, an alias cannot be told from what it stands for."""
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise RulesetError(f"{file}:{line}: anchors and aliases are not read; write the value out")


def plain(node: yaml.Node) -> object:
    """Return a node as lists, dictionaries and text, for the digest of the content."""
    if isinstance(node, yaml.MappingNode):
        return {str(name.value): plain(value) for name, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(value) for value in node.value]
    return str(node.value)
