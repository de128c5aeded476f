"""A mapping that is never changed and cheap to change: a copy with other values shares nearly all of itself.

Keys lie in many small dictionaries. A copy takes along all but those it changes, so that one change among
millions of keys costs a few microseconds, and whoever reads meanwhile sees the old mapping or the new one.
"""

from collections.abc import Iterator
from typing import Final, Generic, TypeAlias, TypeVar

_PARTS: Final = 1024
"""A change copies this many references and one part: at a million keys about as much of either."""
_MASK: Final = _PARTS - 1

Value = TypeVar("Value")
_Parts: TypeAlias = tuple[dict[str, Value], ...]


class Shards(Generic[Value]):
    """Values by name; an empty one unless it is an editor that makes it."""

    __slots__ = ("_parts",)

    def __init__(self, parts: _Parts[Value] | None = None) -> None:
        nothing: dict[str, Value] = {}
        self._parts = (nothing,) * _PARTS if parts is None else parts

    def get(self, key: str) -> Value | None:
        """Give the value of a key, if it has one."""
        return self._parts[hash(key) & _MASK].get(key)

    def __contains__(self, key: str) -> bool:
        return key in self._parts[hash(key) & _MASK]

    def __iter__(self) -> Iterator[str]:
        for part in self._parts:
            yield from part

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def items(self) -> Iterator[tuple[str, Value]]:
        """Give every key with its value, in no order."""
        for part in self._parts:
            yield from part.items()

    def edit(self) -> "Editor[Value]":
        """Begin a copy with other values."""
        return Editor(self._parts)


class Editor(Generic[Value]):
    """A copy in the making: a part is copied when it is first changed."""

    def __init__(self, parts: _Parts[Value]) -> None:
        self._parts = list(parts)
        self._copied = bytearray(_PARTS)

    def get(self, key: str) -> Value | None:
        """Give the value of a key as it has been changed so far."""
        return self._parts[hash(key) & _MASK].get(key)

    def put(self, key: str, value: Value) -> None:
        """Give a key a value."""
        at = hash(key) & _MASK
        (self._parts[at] if self._copied[at] else self._own(at))[key] = value

    def first(self, key: str, value: Value) -> Value:
        """Give a key a value unless it has one; gives the one that it has then."""
        at = hash(key) & _MASK
        return (self._parts[at] if self._copied[at] else self._own(at)).setdefault(key, value)

    def drop(self, key: str) -> None:
        """Take a key away, if it is there."""
        if self.get(key) is not None:
            del self._own(hash(key) & _MASK)[key]

    def done(self) -> Shards[Value]:
        """Give the copy. What is changed after this goes into another one."""
        self._copied = bytearray(_PARTS)
        return Shards(tuple(self._parts))

    def _own(self, at: int) -> dict[str, Value]:
        if not self._copied[at]:
            self._parts[at] = dict(self._parts[at])
            self._copied[at] = 1
        return self._parts[at]
