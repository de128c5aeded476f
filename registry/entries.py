"""What can be said of a vendor before anybody judges it: tools, plans, other names, where its terms stand.

The shipped catalogue and a submitted tool are the same values under the same rules. Only this module knows
the form of `catalogue/*.yaml`. It has no key for a status or an approval: a file can list a tool, never
allow it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from extractors.model import Audience, TermsType
from registry.cadence import DEFAULT_DAYS, MAX_DAYS
from registry.closed import ClosedError, Node, read_closed, spell
from registry.closed import Path as KeyPath
from registry.model import AliasKind
from registry.names import alias_problem, slug_problem, title_problem, url_problem

CATALOGUE = Path(__file__).parent / "catalogue"


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A tier or surface of a tool with its own terms."""

    slug: str
    name: str
    audience: Audience


@dataclass(frozen=True, slots=True)
class AliasEntry:
    """Another name that a system sees. A model's name may end in `*`: then all that start so are meant."""

    kind: AliasKind
    value: str


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """Where one terms document stands: pages that together make it, or none of them for an upload."""

    slug: str
    terms_type: TermsType
    urls: tuple[str, ...]
    select: tuple[str, ...]
    """CSS selectors of what is terms; empty: find it."""
    remove: tuple[str, ...]
    plans: tuple[str, ...]
    """Slugs of the plans that it governs."""
    cadence_days: int = DEFAULT_DAYS
    """How often its pages are looked at."""


@dataclass(frozen=True, slots=True)
class ToolEntry:
    """One of a vendor's AI products; its slug is without the vendor's."""

    slug: str
    name: str
    plans: tuple[PlanEntry, ...]
    aliases: tuple[AliasEntry, ...]
    sources: tuple[SourceEntry, ...]


@dataclass(frozen=True, slots=True)
class VendorEntry:
    """A company and its tools."""

    slug: str
    name: str
    tools: tuple[ToolEntry, ...]
    as_of: date | None = None
    """The day on which its addresses were last known to hold."""


class EntryError(Exception):
    """An entry that cannot be used as it stands: where the mistake is and what to do about it.

    `file` and `line` are there when the entry was read from a file.
    """

    def __init__(self, path: KeyPath, message: str, file: str | None = None, line: int | None = None) -> None:
        self.path = path
        self.message = message
        self.file = file
        self.line = line
        place = file if line is None else f"{file}:{line}"
        super().__init__(": ".join(part for part in (place, spell(path), message) if part))


def load_catalogue(folder: Path | None = None) -> tuple[VendorEntry, ...]:
    """Read every vendor's file in a folder, by file name; without a folder: the shipped catalogue.

    Raises `EntryError` for the first file that cannot be used, and for a folder that holds none.
    """
    place = folder or CATALOGUE
    files = sorted(path for path in place.glob("*") if not path.name.startswith("."))
    if not files:
        raise EntryError((), "holds no vendor; add a file `VENDOR.yaml`", str(place))
    return tuple(_load_vendor(path) for path in files)


def parse_vendor(text: str, name: str) -> VendorEntry:
    """Read one vendor's file; `name` is its file name. Raises `EntryError` with file, line and key."""
    try:
        node = read_closed(text, name)
        entry = _vendor(node)
    except ClosedError as error:
        raise EntryError(error.path, error.message, error.file, error.line) from error
    try:
        _check_file_name(entry, name)
        validate_vendor(entry)
    except EntryError as error:
        raise EntryError(error.path, error.message, name, node.at(error.path).line) from error
    return entry


def validate_vendor(entry: VendorEntry) -> None:
    """Check a vendor and its tools; raises `EntryError` without file and line."""
    _refuse(slug_problem(entry.slug), ("slug",))
    _refuse(title_problem(entry.name), ("name",))
    if not entry.tools:
        raise EntryError(("tools",), "a vendor without tools cannot be looked up; add one")
    _check_unique((tool.slug for tool in entry.tools), ("tools",), "slug")
    for at, tool in enumerate(entry.tools):
        try:
            validate_tool(tool)
        except EntryError as error:
            raise EntryError(("tools", at, *error.path), error.message) from error


def validate_tool(entry: ToolEntry) -> None:
    """Check a tool as a whole; raises `EntryError` without file and line, its path counted from the tool."""
    _refuse(slug_problem(entry.slug), ("slug",))
    _refuse(title_problem(entry.name), ("name",))
    _check_plans(entry.plans)
    for kind in AliasKind:
        _check_aliases(kind, tuple(alias.value for alias in entry.aliases if alias.kind is kind))
    if not entry.sources:
        raise EntryError(("sources",), "a tool without sources cannot be assessed; add where its terms stand")
    _check_unique((source.slug for source in entry.sources), ("sources",), "slug")
    for at, source in enumerate(entry.sources):
        _check_source(source, ("sources", at), frozenset(plan.slug for plan in entry.plans))
    governed = {plan for source in entry.sources for plan in source.plans}
    for at, plan in enumerate(entry.plans):
        if plan.slug not in governed:
            raise EntryError(
                ("plans", at),
                f"no source governs the plan `{plan.slug}`; name it in the `plans` of one that does",
            )


def _load_vendor(path: Path) -> VendorEntry:
    if path.suffix != ".yaml":
        raise EntryError((), "is no vendor's file; call it VENDOR.yaml or move it elsewhere", path.name)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise EntryError((), "is not written in UTF-8; save it so", path.name) from error
    return parse_vendor(text, path.name)


def _check_file_name(entry: VendorEntry, name: str) -> None:
    """A file's name is its vendor's slug, so that two files cannot describe one vendor."""
    if name != f"{entry.slug}.yaml":
        raise EntryError(("slug",), f"does not fit the file's name; call the file {entry.slug}.yaml")


def _vendor(node: Node) -> VendorEntry:
    keys = ("slug", "name", "as_of", "tools")
    at = node.mapping(keys=keys, required=keys)
    return VendorEntry(
        slug=at["slug"].text(),
        name=at["name"].text(),
        tools=tuple(_tool(tool) for tool in at["tools"].items()),
        as_of=at["as_of"].date(),
    )


def _tool(node: Node) -> ToolEntry:
    required = ("slug", "name", "plans", "sources")
    at = node.mapping(keys=(*required, "aliases"), required=required)
    return ToolEntry(
        slug=at["slug"].text(),
        name=at["name"].text(),
        plans=tuple(_plan(plan) for plan in at["plans"].items()),
        aliases=tuple(_aliases(at["aliases"])) if "aliases" in at else (),
        sources=tuple(_source(source) for source in at["sources"].items()),
    )


def _plan(node: Node) -> PlanEntry:
    keys = ("slug", "name", "audience")
    at = node.mapping(keys=keys, required=keys)
    return PlanEntry(at["slug"].text(), at["name"].text(), at["audience"].enum(Audience))


def _aliases(node: Node) -> Iterator[AliasEntry]:
    for kind, values in node.mapping(keys=[kind.value for kind in AliasKind]).items():
        for value in values.texts():
            yield AliasEntry(AliasKind(kind), value)


def _source(node: Node) -> SourceEntry:
    required = ("slug", "type", "urls", "plans")
    at = node.mapping(keys=(*required, "select", "remove", "cadence_days"), required=required)
    urls = at["urls"].texts()
    if not urls:
        raise at["urls"].error("is empty; add the page's address")
    return SourceEntry(
        slug=at["slug"].text(),
        terms_type=at["type"].enum(TermsType),
        urls=urls,
        select=at["select"].texts() if "select" in at else (),
        remove=at["remove"].texts() if "remove" in at else (),
        plans=at["plans"].texts(),
        cadence_days=at["cadence_days"].integer() if "cadence_days" in at else DEFAULT_DAYS,
    )


def _check_plans(plans: tuple[PlanEntry, ...]) -> None:
    if not plans:
        raise EntryError(("plans",), "a tool without plans cannot be approved; add at least one")
    _check_unique((plan.slug for plan in plans), ("plans",), "slug")
    for at, plan in enumerate(plans):
        _refuse(slug_problem(plan.slug), ("plans", at, "slug"))
        _refuse(title_problem(plan.name), ("plans", at, "name"))
        if plan.audience is Audience.ALL:
            raise EntryError(
                ("plans", at, "audience"),
                "a plan is for consumer, business or api; where terms hold for several, write several plans",
            )


def _check_aliases(kind: AliasKind, values: tuple[str, ...]) -> None:
    for at, value in enumerate(values):
        _refuse(alias_problem(kind, value), ("aliases", kind.value, at))
    _check_unique(values, ("aliases", kind.value))


def _check_source(source: SourceEntry, path: KeyPath, known: frozenset[str]) -> None:
    _refuse(slug_problem(source.slug), (*path, "slug"))
    for at, url in enumerate(source.urls):
        _refuse(url_problem(url), (*path, "urls", at))
    _check_unique(source.urls, (*path, "urls"))
    if not 1 <= source.cadence_days <= MAX_DAYS:
        message = f"{source.cadence_days} days is no cadence; write 1 to {MAX_DAYS}"
        raise EntryError((*path, "cadence_days"), message)
    if not source.plans:
        raise EntryError((*path, "plans"), "governs no plan; name the plans that it holds for")
    _check_unique(source.plans, (*path, "plans"))
    for at, plan in enumerate(source.plans):
        if plan not in known:
            raise EntryError(
                (*path, "plans", at),
                f"no plan `{plan}` in this tool; write one of {', '.join(sorted(known))}, or add the plan",
            )


def _check_unique(values: Iterable[str], path: KeyPath, key: str | None = None) -> None:
    seen: set[str] = set()
    for at, value in enumerate(values):
        if value in seen:
            place: KeyPath = (*path, at) if key is None else (*path, at, key)
            raise EntryError(place, f"`{value}` stands here twice; remove or rename one")
        seen.add(value)


def _refuse(problem: str | None, path: KeyPath) -> None:
    if problem is not None:
        raise EntryError(path, problem)
