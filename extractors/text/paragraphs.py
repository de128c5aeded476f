"""Lines as a PDF prints them to paragraphs: page furniture away, lines joined, clear headings marked."""

import re
from collections import Counter
from itertools import pairwise

_HYPHEN = re.compile(
    "[\ufffe\x02]\r?\n?"
)  # what pdfium gives for a hyphen at a line's end, and the end with it
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-–— ]{0,3}(?:page |p\. ?)?\d{1,4}(?: ?(?:/|of|\|) ?\d{1,4})?[-–— ]{0,3}", re.IGNORECASE
)
_NUMBERED = re.compile(
    r"(?:(?:section|article|annex|schedule|exhibit|appendix) )?(\d{1,3}(?:\.\d{1,3}){0,4})[.):]?\s+\S",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"(?:[•●▪■◦○‣·*–-]|\(?[a-z]{1,4}\)|\(?[ivx]{1,5}[.)]|\(\d{1,2}\)|[a-z]\.)\s+\S", re.IGNORECASE
)
_BULLET = re.compile(r"[•●▪■◦○‣·\uf0b7]\s*")
_SENTENCE_END = (".", ":", ";", "!", "?", ".”", '."', ".)")
# First halves whose hyphen belongs to the word: third-party, opt-out, non-personal.
_COMPOUNDS = frozenset((
    "cross", "end", "full", "high", "long", "low", "machine", "multi", "non", "opt", "pre", "pseudo", "re",
    "real", "self", "short", "so", "sub", "third", "user", "well", "zero",
))  # fmt: skip
_MARKS = ".,;:()"
_EDGE = 2
_SHORT_LINE = 40
_LONG_HEADING = 10


def to_paragraphs(pages: list[str]) -> str:
    """Markdown of pages of lines; empty where there is no text."""
    lines = _body(pages)
    if not lines:
        return ""
    full = max(sorted(map(len, lines))[len(lines) * 4 // 5] * 0.7, _SHORT_LINE)
    known = frozenset(word.lower().strip(_MARKS) for line in lines for word in line.split())
    blocks: list[list[str]] = []
    last = ""  # the line before, as it was printed; empty where a paragraph ended
    for line, following in pairwise((*lines, "")):
        if (level := _heading_level(line, last, following)) > 0:
            blocks.append([f"{'#' * level} {line}"])
            last = ""
            continue
        if last and line and _continues(last, line, full):
            _join(blocks[-1], line, known)
        elif line:
            blocks.append([_BULLET.sub("- ", line, count=1) if _BULLET.match(line) else line])
        last = line
    return "\n\n".join("".join(block) for block in blocks) + "\n"


def _body(pages: list[str]) -> list[str]:
    """All lines, white space folded, without page numbers and what most pages repeat at their edges."""
    split = [_lines(page) for page in pages]
    repeated: Counter[str] = Counter()
    for lines in split:
        repeated.update({_shape(line) for line in (*lines[:_EDGE], *lines[-_EDGE:])})
    common = {shape for shape, count in repeated.items() if len(pages) >= 3 and count * 2 > len(pages)}
    body: list[str] = []
    for lines in split:
        last = len(lines) - 1
        for place, line in enumerate(lines):
            edge = place < _EDGE or place > last - _EDGE
            if not (edge and (_shape(line) in common or _PAGE_NUMBER.fullmatch(line))):
                body.append(line)
    return body


def _lines(page: str) -> list[str]:
    text = _HYPHEN.sub("-\n", page.replace("\u00ad", "")).replace("\r\n", "\n").replace("\r", "\n")
    lines = [" ".join(line.split()) for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines[next((i for i, line in enumerate(lines) if line), 0) :]


def _shape(line: str) -> str:
    """What stays of a line from page to page; a numbered clause is no other clause's repetition."""
    return line.lower() if _NUMBERED.match(line) else _DIGITS.sub("#", line.lower())


def _continues(last: str, line: str, full: float) -> bool:
    """Whether a line goes on with the sentence or paragraph of the line before."""
    ended = last.endswith(_SENTENCE_END)
    if _NUMBERED.match(line) or _ITEM.match(line) or _BULLET.match(line):
        return line[0].islower() and not ended and len(last) >= full
    return line[0].islower() or len(last) >= full or last.endswith((",", "-", " and", " or", " the"))


def _join(block: list[str], line: str, known: frozenset[str]) -> None:
    """Adds a line to a block; a word divided by a hyphen becomes whole, a compound keeps its hyphen."""
    before = block[-1]
    if len(before) < 2 or before[-1] != "-" or before[-2] == " ":
        block.append(f" {line}")
        return
    first = before[:-1].rsplit(maxsplit=1)[-1].lower()
    second = line.split(maxsplit=1)[0].lower().strip(_MARKS)
    compound = f"{first}-{second}" in known or (first in _COMPOUNDS and f"{first}{second}" not in known)
    if not compound and line[0].islower() and before[-2].isalpha():
        block[-1] = before[:-1]
    block.append(line)


def _heading_level(line: str, last: str, following: str) -> int:
    """2 to 6 for a line that can only be a heading, 0 for all else: in doubt a paragraph."""
    words = line.split()
    if not words or len(words) > _LONG_HEADING or line.endswith((".", ";", ",", ":")) or not following:
        return 0
    if last and not last.endswith(_SENTENCE_END):
        return 0
    capitals = line.isupper() and len(words) > 1 and any(len(word) > 3 for word in words)
    if found := _NUMBERED.match(line):
        lone = not _NUMBERED.match(following) or following.startswith(f"{found[1].rstrip('.')}.")
        titled = sum(word[0].isupper() for word in words[1:] if len(word) > 3) * 2 > sum(
            len(w) > 3 for w in words[1:]
        )
        return min(found[1].count(".") + 2, 6) if lone and titled else 0
    return 2 if capitals and not following.isupper() else 0
