"""What a sitemap lists: pages, or further sitemaps. Pure.

The file is searched, not parsed as XML: it may be cut off, and a parser would have to be kept from entities.
"""

import re
from dataclasses import dataclass
from html import unescape

_LOCATION = re.compile(
    r"<(?:\w+:)?loc>\s*(?:<!\[CDATA\[)?\s*([^<\s\]]{1,2000})\s*(?:\]\]>)?\s*</(?:\w+:)?loc>"
)
_INDEX = re.compile(r"<(?:\w+:)?sitemapindex\b")


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The addresses in a sitemap, as they are written."""

    is_index: bool
    """Whether they are sitemaps themselves."""
    urls: tuple[str, ...]


def read_sitemap(content: bytes) -> Sitemap:
    """What the beginning of a sitemap lists, or a plain list of addresses, one a line; never fails."""
    text = content.decode("utf-8-sig", errors="replace")
    if "<" not in text:
        lines = (line.strip() for line in text.splitlines())
        return Sitemap(is_index=False, urls=tuple(line for line in lines if line.startswith("http")))
    urls = tuple(unescape(found[1]) for found in _LOCATION.finditer(text))
    return Sitemap(is_index=_INDEX.search(text[:5000]) is not None, urls=urls)
