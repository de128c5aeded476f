"""Damage to pages and texts, as transports, editors and templates do it; each seed does the same damage.

What a mutation takes and gives is text; bytes are flipped last, so that the character set suffers too.
"""

import random
import re
from collections.abc import Callable

_STRANGE = (
    "\u200b", "\u202e", "\ufeff", "\u2028", "\x00", "\x0b", "\xa0", "é", "文字", "😀", "e\u0301", "ﬁ", "İ",
    "“", "’", "…", "§", "½", "\ufffd",
)  # fmt: skip
_ENTITIES = ("&amp;", "&nbsp;", "&#0;", "&#x110000;", "&lt;p&gt;", "&notanentity;", "&", "&#", "&amp;amp;")
_TAGS = (
    "<div>", "</div>", "<p>", "</p>", "<b>", "<ul><li>", "</ul>", "<table><tr><td>", "</table>", "<h2>",
    "<!--", "-->", "<script>", "</script>", "<br>", "<![CDATA[", "<", ">", "<a href='",
    "<ol start=x><li value=-1>", "<span hidden>", "<template shadowrootmode=open>", "<svg>",
    "<td colspan=99 rowspan=99>", "<pre>",
)  # fmt: skip
_MARKDOWN = (
    "\n\n", "\n- ", "\n  * ", "\n1. ", "(a) ", "\n# ", "\n###### ", "**", "__", "| ", "\n|---|---|\n", "[",
    "](", ")", "`", "\n===\n", "\n---\n", "\r\n", "\\", "<br>", "2.1.3 ", ": ", "; ", "unless ", "not ",
)  # fmt: skip
_BETWEEN_BLOCKS = re.compile(r"(?<=>)|\n+")

Mutation = Callable[[str, random.Random], str]


def _cut(text: str, dice: random.Random) -> str:
    start, end = sorted((_place(text, dice), _place(text, dice)))
    return text[:start] + text[end:] if dice.random() < 0.5 else text[:end]


def _repeat(text: str, dice: random.Random) -> str:
    start = _place(text, dice)
    piece = text[start : start + dice.randrange(1, 2_000)]
    return text[:start] + piece * dice.randrange(2, 12) + text[start:]


def _swap(text: str, dice: random.Random) -> str:
    blocks = _BETWEEN_BLOCKS.split(text)
    for _ in range(min(len(blocks), 30)):
        one, other = dice.randrange(len(blocks)), dice.randrange(len(blocks))
        blocks[one], blocks[other] = blocks[other], blocks[one]
    return "\n".join(blocks)


def _nest(text: str, dice: random.Random) -> str:
    start, end = sorted((_place(text, dice), _place(text, dice)))
    tag, depth = (
        dice.choice(("div", "ul><li", "table><tr><td", "b", "h2", "span", "blockquote")),
        dice.randrange(1, 300),
    )
    closing = f"</{tag.split('>', maxsplit=1)[0]}>" * dice.choice((0, 1, depth))
    return text[:start] + f"<{tag}>" * depth + text[start:end] + closing + text[end:]


def _sprinkle(pieces: tuple[str, ...]) -> Mutation:
    def sprinkled(text: str, dice: random.Random) -> str:
        for _ in range(dice.randrange(1, 40)):
            place = _place(text, dice)
            text = text[:place] + dice.choice(pieces) + text[place:]
        return text

    return sprinkled


def _lose_marks(text: str, dice: random.Random) -> str:
    lost = dice.choice(("<", ">", "/", '"', "&", ";", ".", "\n", " "))
    return "".join(char for char in text if char != lost or dice.random() < 0.7)


def _shout(text: str, dice: random.Random) -> str:
    start, end = sorted((_place(text, dice), _place(text, dice)))
    changed = dice.choice((str.upper, str.lower, str.swapcase, str.title))
    return text[:start] + changed(text[start:end]) + text[end:]


MUTATIONS: tuple[Mutation, ...] = (
    _cut, _repeat, _swap, _nest, _lose_marks, _shout,
    _sprinkle(_STRANGE), _sprinkle(_ENTITIES), _sprinkle(_TAGS), _sprinkle(_MARKDOWN),
)  # fmt: skip


def mutated(text: str, seed: int) -> bytes:
    """Return a text with some damage done to it, as bytes that may be no valid UTF-8."""
    dice = random.Random(seed)
    for mutation in dice.choices(MUTATIONS, k=dice.randrange(1, 5)):
        text = mutation(text, dice)
    body = bytearray(text.encode("utf-8", "replace"))
    if body and dice.random() < 0.3:
        for _ in range(dice.randrange(1, 60)):
            body[dice.randrange(len(body))] ^= 1 << dice.randrange(8)
    return bytes(body)


def _place(text: str, dice: random.Random) -> int:
    return dice.randrange(len(text) + 1)
