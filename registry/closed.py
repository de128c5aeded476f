"""YAML read the strict way: every value is asked for by its kind, every mistake names file, line and key.

Only this module knows YAML in this package. What a file may hold is said by whoever reads it, key by key;
whatever was not asked for is refused. Anchors, aliases, tags and repeated keys are refused too: each lets two
readers of one file see different things.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, TypeVar

import yaml

MAX_DEPTH = 32
MAX_LENGTH = 256 * 1024
"""Characters in a file. A million take a second (ten without libyaml); what people write is far shorter."""

Path = tuple[str | int, ...]
"""Where a value stands in its file: `("tools", 0, "plans")`."""

Word = TypeVar("Word", bound=StrEnum)

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Both read the same; libyaml, which the packages of PyYAML bring along, does so twelve times as fast."""
_UNPRINTABLE: Final = yaml.reader.Reader.NON_PRINTABLE
"""What YAML takes in no document. Looked for here, since libyaml counts bytes and we lines."""
_TAG = "tag:yaml.org,2002:"
_KINDS = {
    "map": "a mapping",
    "seq": "a list",
    "str": "text",
    "int": "a whole number",
    "float": "a number with a fraction",
    "bool": "true or false",
    "null": "nothing",
    "timestamp": "a date",
}


def spell(path: Path) -> str:
    """Write a path as people do: `tools[0].plans`; empty for the file itself."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


class ClosedError(Exception):
    """A file that cannot be used as it stands: where the mistake is and what to do about it."""

    def __init__(self, file: str, line: int, path: Path, message: str) -> None:
        self.file = file
        self.line = line
        self.path = path
        self.message = message
        key = f"{spell(path)}: " if path else ""
        super().__init__(f"{file}:{line}: {key}{message}")


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a file, not yet asked what it is; a getter raises `ClosedError` where it is another kind."""

    file: str
    path: Path
    raw: yaml.Node
    """The composed node; for this module alone."""

    @property
    def line(self) -> int:
        """Line of the value's first character, counted from 1."""
        return _line(self.raw)

    def error(self, message: str) -> ClosedError:
        """Build an error that stands at this value."""
        return ClosedError(self.file, self.line, self.path, message)

    def mapping(
        self, keys: Collection[str] | None = None, required: Collection[str] = ()
    ) -> Mapping[str, "Node"]:
        """Give the values by key, in file order. `keys` are the ones that may stand here; `None`: any."""
        raw = self.raw
        if not isinstance(raw, yaml.MappingNode):
            raise self._mismatch("a mapping")
        found: dict[str, Node] = {}
        for key_node, value in raw.value:
            key = Node(self.file, self.path, key_node).text()
            child = Node(self.file, (*self.path, key), value)
            if key in found:
                raise ClosedError(
                    self.file, _line(key_node), child.path, "this key stands here twice; remove one"
                )
            if keys is not None and key not in keys:
                raise ClosedError(self.file, _line(key_node), child.path, f"unknown key{_instead(key, keys)}")
            found[key] = child
        missing = [key for key in required if key not in found]
        if missing:
            raise self.error(f"missing {', '.join(f'`{key}`' for key in missing)}; add it")
        return found

    def items(self) -> tuple["Node", ...]:
        """Give the values of a list, in order."""
        raw = self.raw
        if not isinstance(raw, yaml.SequenceNode):
            raise self._mismatch("a list")
        return tuple(Node(self.file, (*self.path, at), value) for at, value in enumerate(raw.value))

    def texts(self) -> tuple[str, ...]:
        """Give a list of texts."""
        return tuple(item.text() for item in self.items())

    def text(self) -> str:
        """Give a text without white space around it, never empty."""
        value = self._scalar("str").strip()
        if not value:
            raise self.error("is empty; write a text or remove the key")
        return value

    def enum(self, words: type[Word]) -> Word:
        """Give one of a closed list of words."""
        value = self.text()
        if value not in set(words):
            raise self.error(f"unknown word `{value}`{_instead(value, [word.value for word in words])}")
        return words(value)

    def integer(self) -> int:
        """Give a whole number, written in decimal digits."""
        value = self._scalar("int")
        if not re.fullmatch(r"-?(0|[1-9][0-9]*)", value):
            raise self.error(f"`{value}` is not a plain decimal number; write digits only")
        return int(value)

    def boolean(self) -> bool:
        """Give `true` or `false`, spelled so."""
        value = self._scalar("bool").lower()
        if value not in {"true", "false"}:
            raise self.error(f"`{value}` is ambiguous; write true or false")
        return value == "true"

    def date(self) -> date:
        """Give a calendar date, written YYYY-MM-DD."""
        value = self._scalar("timestamp")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise self.error(f"`{value}` is not a date; write YYYY-MM-DD") from None

    def at(self, path: Path) -> "Node":
        """Follow a path from here as far as the file goes: where a finding about a value is to be shown."""
        node = self
        for step in path:
            child = next((child for child in node._children() if child.path[-1] == step), None)
            if child is None:
                break
            node = child
        return node

    def _children(self) -> Iterator["Node"]:
        if isinstance(self.raw, yaml.MappingNode):
            for key, value in self.raw.value:
                yield Node(self.file, (*self.path, str(key.value)), value)
        elif isinstance(self.raw, yaml.SequenceNode):
            yield from self.items()

    def _scalar(self, kind: str) -> str:
        if not isinstance(self.raw, yaml.ScalarNode) or self.raw.tag != _TAG + kind:
            raise self._mismatch(_KINDS[kind])
        return str(self.raw.value)

    def _mismatch(self, wanted: str) -> ClosedError:
        found = _KINDS.get(self.raw.tag.removeprefix(_TAG), "something else")
        quotes = wanted == "text" and isinstance(self.raw, yaml.ScalarNode) and self.raw.value
        advice = "; put it in quotes if it is meant as text" if quotes else ""
        return self.error(f"expected {wanted}, found {found}{advice}")


def read_closed(text: str, file: str) -> Node:
    """Read one YAML document into its outermost node; `file` is the name that errors show.

    Raises `ClosedError` for malformed YAML, a file that is empty or overlong, several documents, anchors,
    aliases and tags.
    """
    if len(text) > MAX_LENGTH:
        raise ClosedError(
            file, 1, (), f"is longer than {MAX_LENGTH:,} characters; split it, or take another file"
        )
    unprintable = _UNPRINTABLE.search(text)
    if unprintable:
        line = text.count("\n", 0, unprintable.start()) + 1
        raise ClosedError(file, line, (), "holds a control character; remove it")
    try:
        _refuse_the_unplain(text, file)
        raw = yaml.compose(text, _LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ClosedError(
            file, line, (), f"cannot be read as YAML: {error.problem or error.context}"
        ) from error
    if raw is None:
        raise ClosedError(file, 1, (), "is empty; write the document or remove the file")
    return Node(file, (), raw)


def _refuse_the_unplain(text: str, file: str) -> None:
    """Look at the events before they are composed: afterwards an alias cannot be told from a value."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        if depth > MAX_DEPTH:
            raise ClosedError(file, line, (), f"nested more than {MAX_DEPTH} levels deep; flatten it")
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            raise ClosedError(file, line, (), "anchors and aliases are not read; write the value out")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            raise ClosedError(file, line, (), f"the tag `{event.tag}` is not read; remove it")


def _line(raw: yaml.Node) -> int:
    return int(raw.start_mark.line) + 1


def _instead(word: str, known: Collection[str]) -> str:
    near = get_close_matches(word, known, n=1)
    hint = f"; did you mean `{near[0]}`?" if near else ""
    return f"{hint} (known here: {', '.join(known)})"
