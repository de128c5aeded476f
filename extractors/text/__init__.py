"""Snapshot to Document: the only room that knows HTML, PDF and character sets. Pure: bytes in, text out."""

from extractors.text.errors import ReadError, SelectorError
from extractors.text.links import read_links
from extractors.text.read import combine, read_text
from extractors.text.soup import LinkPlace, PageLink, PageLinks, check_selectors

__all__ = [
    "LinkPlace",
    "PageLink",
    "PageLinks",
    "ReadError",
    "SelectorError",
    "check_selectors",
    "combine",
    "read_links",
    "read_text",
]
