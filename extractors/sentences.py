"""Where a quoted sentence stands in a text, whatever was done to its layout.

Only this module knows what makes two spellings one sentence. It cuts no text into sentences, which is the
business of reading; it finds one that is given, and tells whether it stands there by itself.
"""

import re
from typing import Final

Span = tuple[int, int]
"""Start and end in characters of a text."""

LONGEST: Final = 20_000
"""Characters of a quote: what is longer is no sentence."""

_APART: Final = r"*_#|`\\\[\]\"'“”„‟‘’‚‛«»‹›\u00ad\u200b-\u200d\ufeff"
"""Marks of Markdown, quotation marks, and what cannot be seen."""
_GAP: Final = rf"(?:\]\([^()\s]*\)|<br\s*/?>|[\s{_APART}])"
_GAPS: Final = re.compile(rf"{_GAP}+")
_WORD: Final = re.compile(rf"({_GAP}*)([^\W_]+|(?!<br\s*/?>)[^\s{_APART}])")
"""A word or a single mark of punctuation, and what stands before it."""
_NUMBER: Final = r"\(?(?:[A-Za-z]|[ivxl]{1,6}|\d{1,3}(?:\.\d{1,3}){0,4})[.)]"
_LIMB: Final = re.compile(r"\((?:[a-z]{1,2}|[ivxl]{1,6}|\d{1,2})\)")
_CUT: Final = re.compile(r"\||<br\s*/?>")
"""Between two cells of a row, or two lines of a cell."""
_BLOCK: Final = re.compile(rf"\s*(?:[-+*•]\s|#{{1,6}}\s|\||\*\*|__|[-=]{{3,}}\s*$|(?:{_NUMBER})\\?\s)")
"""How a line begins that does not go on with the one above."""
_ABOVE: Final = re.compile(r"\s*(?:#{1,6}\s|\||[-=]{3,}\s*$|(?:\*\*|__).*(?:\*\*|__)\s*[:.]?\s*$)")
"""A line that nothing goes on with: a heading, a row, a rule, a title in bold print."""
_LAST_GAP: Final = re.compile(rf"{_GAP}+\Z")
_MARKS: Final = re.compile(rf"\s*(?:(?:[-+*•]|{_NUMBER}\\?|\d{{1,3}}(?:\.\d{{1,3}}){{1,4}})\s*)+")
_LIMB_LAST: Final = re.compile(rf"{_LIMB.pattern}\Z")
_FIRST_MARKS: Final = re.compile(rf"[\s*_|]*(?:(?:[-+•]|{_NUMBER}\\?|\d{{1,3}}(?:\.\d{{1,3}}){{1,4}})\s+)+")
_SPACE: Final = re.compile(r"\s|<br")
_STOPS: Final = re.compile(r"[.!?]\)?\Z")
_PAUSES: Final = re.compile(r"[.!?:;]\)?\Z")
_HEADING: Final = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)[ #]*$", re.MULTILINE)
_MARKUP: Final = re.compile(r"[*_`\\]+")
_VIEW: Final = 600
"""Characters before and after a sentence that tell whether it stands by itself."""


def words_of(quote: str) -> tuple[str, ...]:
    """Return a sentence's words with their punctuation: white space, markup and quotation marks apart."""
    return tuple(word for _, word in _spaced(quote))


def places_of(text: str, quote: str) -> tuple[Span, ...]:
    """Return where a sentence stands in a text by itself, in order; a part of a longer one is not it."""
    words = _spaced(quote)
    if not words or len(quote) > LONGEST:
        return ()
    pattern = "".join(f"{_GAP}{'+' if apart else '*'}{re.escape(word)}" for apart, word in words[1:])
    found = re.finditer(rf"{re.escape(words[0][1])}{pattern}", text)
    places = (match.span() for match in found)
    return tuple((start, end) for start, end in places if _begins(text, start) and _ends(text, end))


def headings_above(text: str, start: int) -> str:
    """Return the headings above a place, outermost first, joined as a clause has them."""
    above: list[tuple[int, str]] = []
    for heading in _HEADING.finditer(text, 0, start):
        level = len(heading[1])
        above = [
            *(one for one in above if one[0] < level),
            (level, " ".join(_MARKUP.sub("", heading[2]).split())),
        ]
    return " › ".join(title for _, title in above)


def _spaced(quote: str) -> list[tuple[bool, str]]:
    """Return the words, each with whether space stands before it; leading list marks are left out."""
    marks = _FIRST_MARKS.match(quote)
    words = _WORD.findall(quote[marks.end() if marks else 0 : LONGEST + 1])
    return [(bool(_SPACE.search(gap)), word) for gap, word in words]


def _begins(text: str, start: int) -> bool:
    """Whether nothing of the same sentence stands before."""
    above, broken, line = text[max(0, start - _VIEW) : start].rpartition("\n")
    gap = _LAST_GAP.search(line)
    before = line[: gap.start()] if gap else line
    if before and not _MARKS.fullmatch(before):
        return bool(_STOPS.search(before) or _LIMB_LAST.search(before) or (gap and _CUT.search(gap[0])))
    if before or _BLOCK.match(line) or not broken:
        return bool(before or line) or start <= _VIEW
    last = above.rpartition("\n")[2]
    return not last.strip() or bool(_ABOVE.match(last) or _STOPS.search(_LAST_GAP.sub("", last)))


def _ends(text: str, end: int, *, stopped: bool | None = None) -> bool:
    """Whether nothing of the same sentence stands behind."""
    stopped = bool(_PAUSES.search(text[max(0, end - 2) : end])) if stopped is None else stopped
    line, broken, below = text[end : end + _VIEW].partition("\n")
    gap = _GAPS.match(line)
    rest = line[gap.end() :] if gap else line
    if gap and _CUT.search(gap[0]):
        return True
    if rest and not gap and rest[0].isalnum():
        return False
    if not rest:
        if not broken or not below.partition("\n")[0].strip() or _BLOCK.match(below):
            return True
        rest = below.lstrip()
    elif _LIMB.match(rest):
        return True
    elif not stopped and rest[0] in ".!?":
        return _ends(text, text.index(rest[0], end) + 1, stopped=True)
    return stopped and not rest[0].islower()
