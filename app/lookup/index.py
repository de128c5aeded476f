"""All that look-ups need, in memory: every plan's standing, every name it goes by, every key.

An index is never changed; a newer one takes its place, made from it by an editor that touches only what
differs. Only this module knows how a name that a system sees leads to a plan.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from app.lookup.names import beginnings, spellings, split_plan
from app.lookup.near import names_near
from app.lookup.ordered import Ordered
from app.lookup.packing import Record, flatten, has_status, pack, plan_slug, restore, slug_of, unpack
from app.lookup.shards import Editor, Shards
from app.lookup.store import Store
from registry.model import AliasKind, Policy, Role, Standing, Status
from registry.names import known_as

MAX_NAME = 512
"""No name that a system sees is longer; a longer one is unknown without being looked for."""
MAX_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class ToolAlias:
    """Another name of a tool. A model's name that ends in `*` stands for all that begin so."""

    tool: str
    """`vendor/tool`"""
    kind: AliasKind
    value: str


@dataclass(frozen=True, slots=True)
class KeyHash:
    """A key that is in force."""

    sha256: str
    """Lower-case hexadecimal digest of the key."""
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class IndexRows:
    """What an index is built from: one consistent view of the registry."""

    revision: int
    standings: tuple[Standing, ...]
    aliases: tuple[ToolAlias, ...]
    keys: tuple[KeyHash, ...]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The name does not lead to one plan."""

    candidates: tuple[str, ...]
    """Plans that may be meant, `vendor/tool@plan`."""
    message: str
    """Why it is not one, and what to name."""


@dataclass(frozen=True, slots=True)
class LookupIndex:
    """The registry at one revision, as look-ups see it."""

    revision: int
    policy: Policy
    store: Store
    """What the records refer to; shared with the indexes that this one was made from."""
    records: Shards[bytes]
    """By tool, its plans and names, packed."""
    names: Shards[tuple[str, ...] | str]
    """Tools by their other names: hosts, packages, models, extensions, and slugs without the vendor.

    Mostly one tool goes by a name; then the tool itself stands there, and no tuple around it.
    """
    prefixes: Shards[tuple[str, ...] | str]
    """Tools by what the names of their models begin with."""
    approved: Ordered
    """Tools with an approved plan, in order."""
    keys: Mapping[str, tuple[str, Role]]
    confirmed: bool = True
    """Whether the registry was seen at this revision a moment ago; if not, nothing may be allowed."""

    def find(self, name: str, plan: str | None = None) -> Standing | Ambiguous | None:
        """Find the plan that a system means: by slug, host or domain above it, package URL, model, extension.

        The plan may stand in the name (`vendor/tool@plan`); an only plan needs no naming. `None`: unknown.
        """
        wanted, named = split_plan(name.strip().lower())
        if named is not None and plan is not None and named != plan:
            return Ambiguous((), f"the name says plan `{named}` and the question `{plan}`; name one")
        tools = self._tools(wanted)
        if not tools:
            return None
        if len(tools) > 1:
            plans = [one for tool in tools for one in self._plans(tool)]
            message = f"several tools go by `{name}`: {', '.join(tools[:MAX_CANDIDATES])}; name one of them"
            return Ambiguous(tuple(plans[:MAX_CANDIDATES]), message)
        return self._plan(tools[0], named if plan is None else plan)

    def near(self, name: str) -> tuple[str, ...]:
        """Plans that may have been meant by a name that leads to none; `MAX_CANDIDATES` at most."""
        wanted = split_plan(name.strip().lower())[0]
        if len(wanted) > MAX_NAME:
            return ()
        tools = dict.fromkeys(tool for one in names_near(wanted) for tool in self._known_as(one))
        plans = (plan for tool in tools for plan in self._plans(tool))
        return tuple(islice(plans, MAX_CANDIDATES))

    def authenticate(self, key: str) -> tuple[str, Role] | None:
        """Tell a key's name and role, or `None` for a key that is not in force."""
        return self.keys.get(hashlib.sha256(key.encode()).hexdigest())

    def approved_after(self, plan: str) -> Iterator[str]:
        """Give the names of the approved plans that come after one, by tool; after "" all of them."""
        first, _, slug = plan.partition("@")
        for tool in self.approved.since(first):
            packed = self.records.get(tool)
            plans = () if packed is None else unpack(packed).plans
            found = sorted(plan_slug(plain) for plain in plans if has_status((plain,), Status.APPROVED))
            yield from (f"{tool}@{one}" for one in found if tool != first or one > slug)

    def standings(self) -> Iterator[Standing]:
        """Give every plan's standing, in no order."""
        for tool, packed in self.records.items():
            for plain in unpack(packed).plans:
                yield restore(tool, plain, self.store)

    def _plans(self, tool: str) -> list[str]:
        packed = self.records.get(tool)
        return [] if packed is None else [f"{tool}@{plan_slug(plain)}" for plain in unpack(packed).plans]

    def _plan(self, tool: str, plan: str | None) -> Standing | Ambiguous | None:
        packed = self.records.get(tool)
        if packed is None:
            return None
        plans = unpack(packed).plans
        for plain in plans:
            if plan_slug(plain) == plan or (plan is None and len(plans) == 1):
                return restore(tool, plain, self.store)
        candidates = tuple(f"{tool}@{plan_slug(plain)}" for plain in plans[:MAX_CANDIDATES])
        problem = f"`{tool}` has several plans" if plan is None else f"`{tool}` has no plan `{plan}`"
        return Ambiguous(candidates, f"{problem}; name one of the candidates with `plan`")

    def _known_as(self, name: str) -> tuple[str, ...]:
        return (name,) if name in self.records else _several(self.names.get(name))

    def _tools(self, name: str) -> tuple[str, ...]:
        if len(name) > MAX_NAME:
            return ()
        if name in self.records:
            return (name,)
        for spelling in spellings(name):
            found = self.names.get(spelling)
            if found is not None:
                return _several(found)
        for begin in beginnings(name):
            found = self.prefixes.get(begin)
            if found is not None:
                return _several(found)
        return ()


def empty_index(policy: Policy, folder: Path | None = None) -> LookupIndex:
    """An index of nothing, older than any registry; quotes will lie in that folder."""
    return LookupIndex(-1, policy, Store(folder), Shards(), Shards(), Shards(), Ordered(), {})


class IndexEditor:
    """The next index in the making: whatever is not touched is shared with the one that it is made from."""

    def __init__(self, index: LookupIndex) -> None:
        self._index = index
        self._records = index.records.edit()
        self._names = index.names.edit()
        self._prefixes = index.prefixes.edit()
        self._approved: set[str] = set()
        self._others: set[str] = set()

    def put(self, tool: str, standings: Iterable[Standing], aliases: Iterable[ToolAlias]) -> None:
        """Let a tool stand as it is now. One without a plan has nothing to answer with, and goes."""
        packed = self._records.get(tool)
        before = _NOTHING if packed is None else unpack(packed)
        known = {plan_slug(plain): plain for plain in before.plans} if before.plans else {}
        store = self._index.store
        plans = [flatten(one, store, known.get(slug_of(one.plan))) for one in standings]
        after = Record(plans, *_names(aliases)) if plans else _NOTHING
        now = pack(after)
        if now == packed:
            return
        _move(self._names, tool, _known_by(tool, before) if packed else _NOBODY, _known_by(tool, after))
        if before.prefixes or after.prefixes:
            _move(self._prefixes, tool, {*before.prefixes}, {*after.prefixes})
        if plans:
            self._records.put(tool, now)
        else:
            self._records.drop(tool)
        if has_status(plans, Status.APPROVED):
            self._approved.add(tool)
            self._others.discard(tool)
        elif packed and has_status(before.plans, Status.APPROVED):
            self._approved.discard(tool)
            self._others.add(tool)

    def done(self, revision: int, keys: Iterable[KeyHash]) -> LookupIndex:
        """Give the index at that revision."""
        self._index.store.spool.flush()
        return replace(
            self._index,
            revision=revision,
            records=self._records.done(),
            names=self._names.done(),
            prefixes=self._prefixes.done(),
            approved=self._index.approved.changed(add=self._approved, drop=self._others),
            keys={key.sha256: (key.name, key.role) for key in keys},
            confirmed=True,
        )


def build_index(rows: IndexRows, policy: Policy) -> LookupIndex:
    """Put rows in the order in which look-ups ask for them."""
    standings: defaultdict[str, list[Standing]] = defaultdict(list)
    aliases: defaultdict[str, list[ToolAlias]] = defaultdict(list)
    for standing in rows.standings:
        standings[standing.tool].append(standing)
    for alias in rows.aliases:
        aliases[alias.tool].append(alias)
    editor = IndexEditor(empty_index(policy))
    for tool, plans in standings.items():
        editor.put(tool, plans, aliases[tool])
    return editor.done(rows.revision, rows.keys)


_NOTHING: Final = Record((), (), ())
_NOBODY: Final[Set[str]] = frozenset()


def _names(aliases: Iterable[ToolAlias]) -> tuple[list[str], list[str]]:
    """The names and the beginnings of names that a tool's aliases stand for, each once and in order."""
    names: list[str] = []
    prefixes: list[str] = []
    for alias in aliases:
        if alias.kind is AliasKind.MODEL and alias.value.endswith("*"):
            prefixes.append(alias.value[:-1])
        else:
            names.append(known_as(alias.kind, alias.value))
    return _in_order(names), _in_order(prefixes)


def _in_order(names: list[str]) -> list[str]:
    return sorted({*names}) if len(names) > 1 else names


def _known_by(tool: str, record: Record) -> set[str]:
    """The names that lead to a tool: its aliases, and its slug without the vendor."""
    return {tool.rpartition("/")[2], *record.names} if record.plans else set()


def _move(names: Editor[tuple[str, ...] | str], tool: str, was: Set[str], now: Set[str]) -> None:
    """Take a tool from the names it no longer goes by, and add it to those it now does."""
    for name in now - was:
        found = names.first(name, tool)
        if found is not tool:
            names.put(name, tuple(sorted({*_several(found), tool})))
    for name in was - now:
        rest = tuple(one for one in _several(names.get(name)) if one != tool)
        if len(rest) > 1:
            names.put(name, rest)
        elif rest:
            names.put(name, rest[0])
        else:
            names.drop(name)


def _several(found: tuple[str, ...] | str | None) -> tuple[str, ...]:
    """The tools that go by a name, however few."""
    if found is None:
        return ()
    return (found,) if isinstance(found, str) else found
