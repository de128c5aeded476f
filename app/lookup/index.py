"""All that look-ups need, in memory: every plan's standing, every name it goes by, every key.

An index is built whole from frozen rows and never changed; a newer one takes its place. Only this module
knows how a name that a system sees leads to a plan.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from app.lookup.hosts import domains_above
from registry.model import AliasKind, Policy, Role, Standing

MAX_NAME = 512
"""No name that a system sees is longer; a longer one is unknown without being looked for."""
MAX_CANDIDATES = 20

_PACKAGE = "pkg:"


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
    by_tool: Mapping[str, tuple[Standing, ...]]
    by_plan: Mapping[str, Standing]
    by_name: Mapping[str, tuple[str, ...]]
    """Tools by their other names; hosts, packages, models, extensions, and slugs without the vendor."""
    by_prefix: Mapping[str, tuple[str, ...]]
    """Tools by what the names of their models begin with."""
    keys: Mapping[str, tuple[str, Role]]
    confirmed: bool = True
    """Whether the registry was seen at this revision a moment ago; if not, nothing may be allowed."""

    def find(self, name: str, plan: str | None = None) -> Standing | Ambiguous | None:
        """Find the plan that a system means: by slug, host or domain above it, package URL, model, extension.

        The plan may stand in the name (`vendor/tool@plan`); an only plan needs no naming. `None`: unknown.
        """
        wanted, named = _split(name.strip().lower())
        if named is not None and plan is not None and named != plan:
            return Ambiguous((), f"the name says plan `{named}` and the question `{plan}`; name one")
        tools = self._tools(wanted)
        if not tools:
            return None
        if len(tools) > 1:
            plans = [one.plan for tool in tools for one in self.by_tool[tool]]
            message = f"several tools go by `{name}`: {', '.join(tools[:MAX_CANDIDATES])}; name one of them"
            return Ambiguous(tuple(plans[:MAX_CANDIDATES]), message)
        return self._plan(tools[0], named if plan is None else plan)

    def authenticate(self, key: str) -> tuple[str, Role] | None:
        """Tell a key's name and role, or `None` for a key that is not in force."""
        return self.keys.get(hashlib.sha256(key.encode()).hexdigest())

    def _plan(self, tool: str, plan: str | None) -> Standing | Ambiguous:
        plans = self.by_tool[tool]
        if plan is None and len(plans) == 1:
            return plans[0]
        found = self.by_plan.get(f"{tool}@{plan}")
        if found is not None:
            return found
        candidates = tuple(one.plan for one in plans[:MAX_CANDIDATES])
        problem = f"`{tool}` has several plans" if plan is None else f"`{tool}` has no plan `{plan}`"
        return Ambiguous(candidates, f"{problem}; name one of the candidates with `plan`")

    def _tools(self, name: str) -> tuple[str, ...]:
        if len(name) > MAX_NAME:
            return ()
        if name in self.by_tool:
            return (name,)
        for spelling in _spellings(name):
            if spelling in self.by_name:
                return self.by_name[spelling]
        for end in range(len(name), 0, -1):
            if name[:end] in self.by_prefix:
                return self.by_prefix[name[:end]]
        return ()


def build_index(rows: IndexRows, policy: Policy) -> LookupIndex:
    """Put the registry's rows in the order in which look-ups ask for them."""
    by_tool: dict[str, list[Standing]] = defaultdict(list)
    for standing in rows.standings:
        by_tool[standing.tool].append(standing)
    return LookupIndex(
        revision=rows.revision,
        policy=policy,
        by_tool={tool: tuple(plans) for tool, plans in by_tool.items()},
        by_plan={standing.plan: standing for standing in rows.standings},
        by_name=_grouped(_names(by_tool, rows.aliases)),
        by_prefix=_grouped(
            (alias.value[:-1], alias.tool)
            for alias in rows.aliases
            if _is_prefix(alias) and alias.tool in by_tool
        ),
        keys={key.sha256: (key.name, key.role) for key in rows.keys},
    )


def _names(tools: Iterable[str], aliases: Iterable[ToolAlias]) -> Iterator[tuple[str, str]]:
    known = set(tools)
    for tool in known:
        yield tool.rpartition("/")[2], tool
    for alias in aliases:
        # A tool without a plan has nothing to answer with.
        if alias.tool in known and not _is_prefix(alias):
            name = alias.value.lower()
            yield (_package(name) if alias.kind is AliasKind.PACKAGE else name), alias.tool


def _is_prefix(alias: ToolAlias) -> bool:
    return alias.kind is AliasKind.MODEL and alias.value.endswith("*")


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    grouped: dict[str, set[str]] = defaultdict(set)
    for name, tool in pairs:
        grouped[name].add(tool)
    return {name: tuple(sorted(tools)) for name, tools in grouped.items()}


def _split(name: str) -> tuple[str, str | None]:
    """Take the plan off a name; in a package URL the `@` means a version or a scope."""
    if name.startswith(_PACKAGE) or "@" not in name:
        return name, None
    tool, _, plan = name.rpartition("@")
    return tool, plan


def _spellings(name: str) -> Iterator[str]:
    """Give the ways in which the index may know a name, the nearest first."""
    if name.startswith(_PACKAGE):
        yield _package(name)
        return
    host = name.rstrip(".")
    yield host
    yield from domains_above(host)


def _package(url: str) -> str:
    """Strip a package URL of version, qualifiers and subpath: what is approved is the tool behind it."""
    path = unquote(url.partition("#")[0].partition("?")[0])
    folder, slash, last = path.rpartition("/")
    # A scope begins with `@`, a version follows one.
    name = last[:1] + last[1:].partition("@")[0]
    if folder == "pkg:pypi":
        name = name.replace("_", "-").replace(".", "-")
    return f"{folder}{slash}{name}"
