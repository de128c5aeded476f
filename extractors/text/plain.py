"""Markdown and plain text: the file as it is, so that offsets count its own characters."""

import re

_HEADING = re.compile(r"^#{1,6}[ \t]+(\S[^\n]{0,200})$", re.MULTILINE)
_FIRST = 5_000


def title_of(text: str) -> str | None:
    """The first ATX heading near the top."""
    found = _HEADING.search(text[:_FIRST])
    return found[1].strip(" \t\r#") or None if found else None
