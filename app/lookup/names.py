"""How a name that a system sees may be spelt: plans in names, hosts below hosts, package URLs. Pure."""

from collections.abc import Iterator
from typing import Final

from app.lookup.hosts import domains_above
from registry.names import package_name

_PACKAGE: Final = "pkg:"


def split_plan(name: str) -> tuple[str, str | None]:
    """Take the plan off a name; in a package URL the `@` means a version or a scope."""
    if name.startswith(_PACKAGE) or "@" not in name:
        return name, None
    tool, _, plan = name.rpartition("@")
    return tool, plan


def spellings(name: str) -> Iterator[str]:
    """Give the ways in which the index may know a name, the nearest first."""
    if name.startswith(_PACKAGE):
        yield package_name(name)
        return
    host = name.rstrip(".")
    yield host
    yield from domains_above(host)


def ways_to(name: str) -> Iterator[str]:
    """Give every name that may lead from one to a tool; a model goes by what its name begins with too."""
    yield from spellings(name)
    yield from (f"{name[:end]}*" for end in range(len(name), 0, -1))
