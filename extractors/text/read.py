"""Snapshot to Document: decides what a file is, by its bytes first and its label second, and reads it."""

import hashlib
import re
from collections.abc import Sequence
from enum import Enum

from extractors.model import Document, Failure, Selection, Snapshot
from extractors.text.decode import Decoded, decode, looks_binary
from extractors.text.errors import ReadError
from extractors.text.html import read_html
from extractors.text.language import detect
from extractors.text.pdf import read_pdf
from extractors.text.plain import title_of
from extractors.text.walls import Evidence, refusal

_MIXED = "Parts of the text are not in English; they were kept, but no clause is looked for in them."


class _Kind(Enum):
    HTML = "html"
    PDF = "pdf"
    PLAIN = "plain"


_LABELS = {
    "text/html": _Kind.HTML,
    "application/xhtml+xml": _Kind.HTML,
    "application/pdf": _Kind.PDF,
    "application/x-pdf": _Kind.PDF,
    "text/markdown": _Kind.PLAIN,
    "text/x-markdown": _Kind.PLAIN,
    "text/plain": _Kind.PLAIN,
}
_UNLABELLED = frozenset(("", "application/octet-stream", "binary/octet-stream", "application/unknown"))
_FIND_IT = Selection()
_PDF_WINDOW = 1024
_HTML_START = re.compile(
    rb"\s{0,200}(?:<!--[^>]{0,500}-->\s{0,50}){0,3}<(?:!doctype\s{1,9}html|html|head|body)\b", re.IGNORECASE
)
_TAG = re.compile(r"<[a-zA-Z!/]")


def read_text(snapshot: Snapshot, selection: Selection = _FIND_IT) -> Document:
    """The text a person would read in a snapshot, as Markdown; plain text and Markdown as they are.

    `selection` applies to HTML alone. Raises `ReadError` where the snapshot holds no readable terms in
    English, `SelectorError` for a selector that cannot be understood.
    """
    kind = _kind(snapshot)
    if kind is _Kind.PDF:
        pdf = read_pdf(snapshot.body)
        return _document(pdf.text, pdf.title, pdf.warnings)
    decoded = decode(snapshot.body, snapshot.charset, markup=kind is _Kind.HTML)
    if looks_binary(decoded.text):
        raise ReadError(
            Failure.NOT_TEXT,
            f"the file is labelled {snapshot.media_type or 'nothing'} but is no text; give HTML or PDF",
        )
    if kind is _Kind.PLAIN:
        return _plain(decoded)
    page = read_html(_marked_up(decoded.text), selection)
    return _document(page.text, page.title, (*decoded.warnings, *page.warnings))


def combine(documents: Sequence[Document]) -> Document:
    """Several pages that make one document, in order; each begins under a heading of the first level."""
    if not documents:
        raise ValueError("combine needs at least one document")
    if len(documents) == 1:
        return documents[0]
    parts = [documents[0].text.rstrip("\n")]
    for number, document in enumerate(documents[1:], start=2):
        text = document.text.strip("\n")
        heading = "" if text.startswith("# ") else f"# {document.title or f'Page {number}'}\n\n"
        parts.append(f"{heading}{text}")
    text = "\n\n".join(parts) + "\n"
    title = next((document.title for document in documents if document.title), None)
    warnings = dict.fromkeys(warning for document in documents for warning in document.warnings)
    return Document(text, _digest(text), title, documents[0].language, tuple(warnings))


def _kind(snapshot: Snapshot) -> _Kind:
    """What a file is. The bytes of PDF and HTML cannot be mistaken; all else goes by the label."""
    body = snapshot.body
    if body[:_PDF_WINDOW].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF"):
        return _Kind.PDF
    if not body.strip():
        raise ReadError(Failure.EMPTY, "the file is empty; check the address, or upload the terms as a file")
    if _HTML_START.match(body.removeprefix(b"\xef\xbb\xbf")):
        return _Kind.HTML
    if (kind := _LABELS.get(snapshot.media_type.lower())) is not None:
        return kind
    if snapshot.media_type.lower() in _UNLABELLED:
        return _Kind.PLAIN
    raise ReadError(
        Failure.NOT_TEXT,
        f"a file of type {snapshot.media_type} cannot be read; give HTML, PDF, Markdown or plain text",
    )


def _marked_up(text: str) -> str:
    """A page's markup; one without a single tag is plain text, whose lines would otherwise run together."""
    if _TAG.search(text):
        return text
    return f"<pre>{text}</pre>"


def _plain(decoded: Decoded) -> Document:
    error = refusal(Evidence(decoded.text, chosen=True))
    if error is not None:
        raise error
    return _document(decoded.text, title_of(decoded.text), decoded.warnings)


def _document(text: str, title: str | None, warnings: tuple[str, ...]) -> Document:
    mixed = (_MIXED,) if detect(text).mixed else ()
    return Document(text, _digest(text), title, "en", (*warnings, *mixed))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
