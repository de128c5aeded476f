"""Where things stand in a text: its sentences and lines, links and addresses. Pure.

Only this module knows how a sentence is cut for a quote, and what an address looks like. Every look around a
place is bounded, so that time grows with the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LINK = re.compile(r"\[(?P<words>[^\[\]\n]{1,200})\]\((?P<url>[^()\s]{1,500})[^()\n]{0,100}\)")
_ADDRESS = re.compile(
    r"(?<![\w@./(-])(?:https?://|www\.|(?=[\w.-]{4,80}/))[\w-]{1,60}(?:\.[\w-]{1,60}){1,5}/[\w./%~+#?=&-]{2,300}"
)
_SENTENCE_END = re.compile(r"[.!?][\"”’)\]*]{0,3}\s+(?=[A-Z\"“(\[*])|\s*\n+")
_ABBREVIATED = re.compile(r"\b(?:Inc|Ltd|Corp|Co|LLC|Nos?|Art|Sec|U\.S|e\.g|i\.e|etc|vs|St|Mr|Ms|Dr)\.$")
_ITEM = re.compile(r"\s*(?:[-*+•]|\(?\w{1,3}[.)])\s+")
_LONGEST = 700
"""Characters of a sentence that a quote shows, and of a line that is looked at."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """An address in a text: a link around words, or the bare address."""

    start: int
    end: int
    url: str
    words: str | None
    """The link's words; `None` where the address stands by itself."""


@dataclass(frozen=True, slots=True)
class Page:
    """A text that was looked over once."""

    text: str
    begins: Sequence[int]
    """Where its sentences begin."""
    pointers: Sequence[Pointer]
    """Its links, then the addresses that stand by themselves."""

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """The bounds of the sentence around a place, cut where it is longer than a quote may be."""
        left = self.begins[bisect_right(self.begins, start) - 1]
        after = bisect_right(self.begins, end - 1)
        right = self.begins[after] if after < len(self.begins) else len(self.text)
        left, right = max(left, start - _LONGEST // 2), min(right, end + _LONGEST // 2)
        quote = self.text[left:right]
        return left + len(quote) - len(quote.lstrip()), right - (len(quote) - len(quote.rstrip()))

    def line(self, at: int) -> str:
        """The line around a place, as far as it stands near."""
        end = self.text.find("\n", at, at + _LONGEST)
        return self.text[self._line_start(at) : end if end >= 0 else at + _LONGEST]

    def introduction(self, at: int) -> str:
        """What the list item at a place completes, a line that ends in a colon; empty for any other place."""
        if not _ITEM.match(self.line(at)):
            return ""
        begin = self._line_start(at)
        lines = self.text[max(0, begin - _LONGEST) : begin].split("\n")
        above = next((line for line in reversed(lines) if line.strip() and not _ITEM.match(line)), "").strip()
        return above if above.endswith(":") else ""

    def _line_start(self, at: int) -> int:
        near = max(0, at - _LONGEST)
        return max(near, self.text.rfind("\n", near, at) + 1)


def page_of(text: str) -> Page:
    """Look over a text."""
    links = [
        Pointer(link.start(), link.end("words"), link["url"], link["words"]) for link in _LINK.finditer(text)
    ]
    bare = [Pointer(*found.span(), found[0].rstrip("."), None) for found in _ADDRESS.finditer(text)]
    return Page(text, tuple(_sentence_starts(text)), (*links, *bare))


def _sentence_starts(text: str) -> Iterator[int]:
    yield 0
    for found in _SENTENCE_END.finditer(text):
        if not _ABBREVIATED.search(text, max(0, found.start() - 8), found.start() + 1):
            yield found.end()
