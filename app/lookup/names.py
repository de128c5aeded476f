"""How a name that a system sees may be spelt: plans in names, hosts below hosts, package URLs. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from app.domains import domains_above
from registry.names import package_name

_PACKAGE: Final = "pkg:"
_OWNER: Final = re.compile(r"[^a-z0-9_:.-]|(?<![0-9])\.|\.(?![0-9])")
"""What ends an owner's part of a name: a slash, or a dot, unless it stands in a number as in `gpt-4.1`."""


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


def beginnings(name: str) -> Iterator[str]:
    """Give what a model's name may be known to begin with, the longest first.

    What is left open holds no slash and no dot but in numbers: whoever may choose what stands before one
    is somebody else. `o1*` is known of `o1-mini`, never of `o1.example.com`, `o1labs/x` or `o1labs.x`.
    """
    least = max((one.end() for one in _OWNER.finditer(name)), default=1)
    yield from (name[:end] for end in range(len(name), least - 1, -1))


def ways_to(name: str) -> Iterator[str]:
    """Give every name that may lead from one to a tool; a model goes by what its name begins with too."""
    yield from spellings(name)
    yield from (f"{begin}*" for begin in beginnings(name))
