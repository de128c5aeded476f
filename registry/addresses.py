"""When two addresses are one: what of a URL names a page, and what only tells how one came to it. Pure."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

_TRACKING = re.compile(r"^(?:utm_\w+|gclid|fbclid|msclkid|mc_[ce]id|ref|source|_ga|_gl|hsctatracking)$")
_SHARED_ENDINGS = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})


def bare(url: str) -> str:
    """An address without scheme, `www.`, fragment, tracking and closing slash."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    kept = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(name.casefold())
    )
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{host_of(url)}{parts.path.rstrip('/')}{query}"


def host_of(url: str) -> str:
    """The host without `www.`; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def path_of(url: str) -> str:
    """The path as it is written; empty where there is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def same_site(one: str, other: str) -> bool:
    """Whether two hosts share the name that a company registers: the last two labels, or three of `co.uk`."""
    if one == other:
        return True
    mine, theirs = one.split("."), other.split(".")
    shared = 3 if len(mine) > 1 and mine[-2] in _SHARED_ENDINGS else 2
    return len(mine) >= shared and mine[-shared:] == theirs[-shared:]
