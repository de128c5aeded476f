"""Text that others wrote, made safe to look at: what cannot be seen is named, only web addresses are links.

Escaping is the templates' business. What is left are characters that turn the direction of a line or take no
room: they would let a sentence look other than it was read.
"""

import re
from typing import Final

_UNSEEN: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]"
)
"""Controls, marks and overrides of direction, zero-width characters, tags."""
_WEB: Final = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)


def visible(text: str) -> str:
    """The text with every character that cannot be seen as its code: `⟨U+202E⟩`. Still to be escaped."""
    return _UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def is_web(address: str) -> bool:
    """Whether an address may become a link."""
    return _WEB.fullmatch(address) is not None
