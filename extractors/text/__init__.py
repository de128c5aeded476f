"""Snapshot to Document: the only room that knows HTML, PDF and character sets. Pure: bytes in, text out."""

from extractors.text.errors import ReadError, SelectorError
from extractors.text.read import combine, read_text
from extractors.text.soup import check_selectors

__all__ = ["ReadError", "SelectorError", "check_selectors", "combine", "read_text"]
