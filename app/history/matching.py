"""Which document of an archive is the past of which source. Pure.

An archive names a service and a kind of terms, the registry a tool and its sources. What both call the same
is matched; what could be meant twice is left for a person to name. Only this module knows what is the same.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from extractors.model import TermsType

_KINDS = {kind.value.casefold(): kind for kind in TermsType}
_SUFFIX = ".md"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source of the tool: its slug and what kind of document it is."""

    slug: str
    terms_type: TermsType


@dataclass(frozen=True, slots=True)
class Matched:
    """What is the past of what, and what is the past of nothing."""

    paths: Mapping[str, str]
    """By the source's slug, `SERVICE/TERMS.md`."""
    left_out: Mapping[str, str]
    """Documents of the service that no source takes, by path, each with why."""


class UnmatchedError(Exception):
    """What was asked for cannot be told from what is there; the message says what to name."""


def service_of(paths: Iterable[str], names: Sequence[str]) -> str:
    """Return the one service of an archive that goes by one of the names, or the only one that it has.

    Raises UnmatchedError where there is none or more than one.
    """
    services = sorted({path.rpartition("/")[0] for path in paths})
    wanted = {_plain(name) for name in names}
    fitting = [service for service in services if _plain(service) in wanted] or (
        services if len(services) == 1 else []
    )
    if len(fitting) == 1:
        return fitting[0]
    some = ", ".join(repr(service) for service in (fitting or services)[:8])
    found = "several services fit" if fitting else "no service is called like the tool"
    raise UnmatchedError(f"{found}; name one with --service: {some}{', …' if len(services) > 8 else ''}")


def match_sources(
    paths: Iterable[str], service: str, sources: Sequence[Candidate], named: Mapping[str, str]
) -> Matched:
    """Match a service's documents with a tool's sources; `named` (slug to path) goes before all else.

    Raises UnmatchedError for a named source or document that is not there, and for a document named twice.
    """
    there = set(paths)
    _check_named(there, sources, named)
    by_kind: defaultdict[TermsType, list[str]] = defaultdict(list)
    for source in sources:
        if source.slug not in named:
            by_kind[source.terms_type].append(source.slug)
    matched, left_out = dict(named), dict[str, str]()
    own = sorted(path for path in there if path.rpartition("/")[0] == service)
    for path in (path for path in own if path not in named.values()):
        kind = _KINDS.get(path.rpartition("/")[2].removesuffix(_SUFFIX).casefold())
        slugs = [] if kind is None else by_kind[kind]
        if len(slugs) == 1:
            matched[slugs[0]] = path
        elif slugs:
            left_out[path] = f"could be {' or '.join(slugs)}; name one with --source SLUG=PATH"
        else:
            left_out[path] = "the tool has no source of this kind"
    return Matched(matched, left_out)


def _check_named(there: set[str], sources: Sequence[Candidate], named: Mapping[str, str]) -> None:
    known = {source.slug for source in sources}
    for slug, path in named.items():
        if slug not in known:
            raise UnmatchedError(f"the tool has no source {slug!r}; it has: {', '.join(sorted(known))}")
        if path not in there:
            raise UnmatchedError(f"no version of {path!r} was ever recorded; write SERVICE/TERMS.md")
    if len(set(named.values())) < len(named):
        raise UnmatchedError("one document cannot be the past of two sources; name each document once")


def _plain(name: str) -> str:
    """Fold a name to its letters and digits: `Le Chat`, `le-chat` and `LeChat` are one."""
    return re.sub(r"[\W_]", "", name).casefold()
