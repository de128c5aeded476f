"""What a body is: text, PDF or neither. Pure; looks at the declared type and the bytes, never at the words.

What the text says, and whether it is terms at all, is the reader's business.
"""

import codecs
from dataclasses import dataclass
from email.message import Message

PDF = "application/pdf"

_TEXT_TYPES = frozenset(
    {"application/xhtml+xml", "application/xml", "application/markdown", "application/x-markdown", PDF}
)
_UNTOLD_TYPES = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-pdf"})
_SAMPLE_BYTES = 1 << 16
_CONTROL = bytes(c for c in range(32) if c not in b"\t\n\v\f\r\x1b") + b"\x7f"
_CONTROL_SHARE = 0.01
"""Text holds next to none; random or packed bytes hold a tenth, programs more."""
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class ContentType:
    """A Content-Type header, taken apart."""

    media_type: str
    """Lower case, without parameters; empty where none is declared."""
    charset: str | None


def parse_content_type(header: str) -> ContentType:
    """Never fails: what cannot be understood counts as not declared."""
    header = header.encode("ascii", "ignore").decode("ascii")
    media_type = header.partition(";")[0].strip().lower()
    if media_type.count("/") != 1 or any(c.isspace() for c in media_type):
        media_type = ""
    message = Message()
    message["Content-Type"] = header
    return ContentType(media_type, message.get_content_charset())


def media_type_of(declared: ContentType, body: bytes) -> str | None:
    """The media type to read the body as; None where it is neither text nor PDF.

    The bytes of a PDF outweigh the label: servers send them as text/html and as octet-stream.
    """
    if _starts(body, b"%PDF-"):
        return PDF
    media_type = declared.media_type
    if media_type in _UNTOLD_TYPES and _is_text(body, declared.charset):
        return "text/html" if _starts(body, b"<") else "text/plain"
    if media_type == PDF:
        return PDF
    if media_type.startswith("text/") or media_type in _TEXT_TYPES:
        return media_type if _is_text(body, declared.charset) else None
    return None


def _starts(body: bytes, mark: bytes) -> bool:
    return body[:1024].removeprefix(codecs.BOM_UTF8).lstrip().startswith(mark)


def _is_text(body: bytes, charset: str | None) -> bool:
    """Whether hardly any control characters stand in the first 64 KiB."""
    sample = body[:_SAMPLE_BYTES]
    codec = _wide_codec(sample, charset)
    if codec:
        sample = _narrowed(sample, codec)
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    return controls <= len(sample) * _CONTROL_SHARE


def _wide_codec(sample: bytes, charset: str | None) -> str | None:
    """The codec of text whose every letter takes two or four bytes, most of them NUL; None for other text."""
    for mark, codec in _WIDE_MARKS:
        if sample.startswith(mark):
            return codec
    try:
        name = codecs.lookup(charset or "ascii").name
    except (LookupError, ValueError):
        return None
    return name if name.startswith(("utf-16", "utf-32")) else None


def _narrowed(sample: bytes, codec: str) -> bytes:
    """The same text in UTF-8; undecodable parts become NUL, so that they count against it."""
    text = sample[: len(sample) // 4 * 4].decode(codec, errors="replace")
    return text.replace("\N{REPLACEMENT CHARACTER}", "\0").encode("utf-8", errors="replace")
