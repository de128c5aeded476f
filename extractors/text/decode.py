"""Bytes to characters: only this module knows about character sets and their mislabelling."""

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Python also calls rot13, zip or punycode a codec: what a page may ask for is a closed list.
_KNOWN = re.compile(
    r"(?:utf-(?:8|16|16-le|16-be|32|32-le|32-be)|ascii|iso8859-\d+|cp\d+|koi8-\w+|mac-roman|tis-620"
    r"|gb2312|gbk|gb18030|big5|big5hkscs|hz|shift_jis\w*|euc_\w+|iso2022_\w+|johab)"
)
_META = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE
)
_META_WINDOW = 4096
_BINARY_SHARE = 0.005
_BINARY_WINDOW = 65_536
_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\x0b\x1b")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters of a file, a byte order mark among them, and what is doubtful about them."""

    text: str
    charset: str
    warnings: tuple[str, ...] = ()


def decode(body: bytes, declared: str | None, *, markup: bool = False) -> Decoded:
    """Characters of `body`, one for one: no translation of line ends, no mark taken away.

    Order: byte order mark, declared charset, `<meta charset>` (markup only), UTF-8, windows-1252. Bytes
    that are valid UTF-8 beyond ASCII are UTF-8 whatever a one-byte label says; chance hardly makes any.
    """
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return _as(body, charset)
    labels = [_codec(declared)]
    if markup and (meta := _META.search(body[:_META_WINDOW])):
        # A page whose ASCII `<meta>` could be read is not in a two-byte encoding, whatever it says.
        label = _codec(meta[1].decode("ascii"))
        labels.append(None if label is not None and label.startswith(("utf-16", "utf-32")) else label)
    for charset in (*filter(None, labels), "utf-8"):
        chosen = "utf-8" if _one_byte(charset) and _strict(body, "utf-8") is not None else charset
        if (text := _strict(body, chosen)) is not None:
            return Decoded(text, chosen)
    return _repaired(body)


def looks_binary(text: str) -> bool:
    """Whether these characters are no text at all: control characters beyond what a stray byte explains."""
    window = text[:_BINARY_WINDOW]
    return sum(map(window.count, _CONTROLS)) > max(2.0, len(window) * _BINARY_SHARE)


def _codec(label: str | None) -> str | None:
    """Python's name of a character set; `None` where the label is missing or means none."""
    try:
        name = codecs.lookup((label or "").strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    if name in ("ascii", "iso8859-1"):  # what the web means by these labels
        return "cp1252"
    return name if _KNOWN.fullmatch(name) else None


def _one_byte(charset: str) -> bool:
    return charset.startswith(("cp125", "iso8859", "koi8", "mac-roman"))


def _strict(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except UnicodeError:
        return None


def _as(body: bytes, charset: str) -> Decoded:
    text = body.decode(charset, errors="replace")
    return Decoded(text, charset, _doubts(text.count("\ufffd"), charset))


def _repaired(body: bytes) -> Decoded:
    """The less harmful of two repairs: a few damaged places in UTF-8, or a one-byte reading of it all."""
    text = body.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    intact = sum(1 for character in text if character > "\x7f") - damaged
    if intact > damaged:
        return Decoded(text, "utf-8", _doubts(damaged, "utf-8"))
    return Decoded(
        body.decode("cp1252", errors="replace"),
        "cp1252",
        ("The text is not in the character set it claims; it was read as windows-1252. Check its accents.",),
    )


def _doubts(damaged: int, charset: str) -> tuple[str, ...]:
    if not damaged:
        return ()
    return (f"{damaged} characters are damaged in the file ({charset}) and stand as \ufffd in the text.",)
