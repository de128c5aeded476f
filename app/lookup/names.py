"""How a name that a system sees may be spelt: plans in names, hosts below hosts, package URLs. Pure."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from app.lookup.hosts import domains_above

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


def package_name(url: str) -> str:
    """Strip a package URL of version, qualifiers and subpath: what is approved is the tool behind it."""
    path = unquote(url.partition("#")[0].partition("?")[0])
    folder, slash, last = path.rpartition("/")
    # A scope begins with `@`, a version follows one.
    name = last[:1] + last[1:].partition("@")[0]
    if folder == "pkg:pypi":
        name = name.replace("_", "-").replace(".", "-")
    return f"{folder}{slash}{name}"
