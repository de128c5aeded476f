"""A PDF's text layer as paragraphs: the only module that knows pdfium."""

from dataclasses import dataclass
from threading import Lock

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extractors.model import Failure
from extractors.text.errors import ReadError
from extractors.text.language import detect
from extractors.text.paragraphs import to_paragraphs
from extractors.text.walls import foreign

# pdfium is not safe to call from two threads of a process.
_PDFIUM = Lock()
_MOST_PAGES = 2_000
_NEARLY_EMPTY = 5


@dataclass(frozen=True, slots=True)
class PdfText:
    """The text of a PDF, and what a person should know about it."""

    text: str
    title: str | None
    warnings: tuple[str, ...] = ()


def read_pdf(body: bytes) -> PdfText:
    """Paragraphs of a PDF. Raises `ReadError`: broken, encrypted, scanned, or not in English."""
    with _PDFIUM:
        pages, title = _extracted(body)
    text = to_paragraphs(pages)
    if len(text.split()) < _NEARLY_EMPTY:
        raise ReadError(
            Failure.SCANNED,
            f"the PDF's {len(pages)} pages hold pictures alone; run text recognition and upload the result",
        )
    if (error := foreign(detect(text))) is not None:
        raise error
    bare = [str(number) for number, page in enumerate(pages, start=1) if not page.strip()]
    warnings = (f"No text on page {', '.join(bare[:20])}: pictures are not read.",) if bare else ()
    return PdfText(text, title, warnings)


def _extracted(body: bytes) -> tuple[list[str], str | None]:
    try:
        document = pdfium.PdfDocument(body)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
            raise ReadError(
                Failure.BROKEN_FILE, "the PDF is encrypted and asks for a password; upload it without one"
            ) from error
        raise _broken(str(error)) from error
    try:
        if not 0 < len(document) <= _MOST_PAGES:
            raise _broken(f"it has {len(document)} pages")
        return [_page_text(document, number) for number in range(len(document))], _title(document)
    except pdfium.PdfiumError as error:
        raise _broken(str(error)) from error
    finally:
        document.close()


def _page_text(document: pdfium.PdfDocument, number: int) -> str:
    page = document[number]
    layer = page.get_textpage()
    text: str = layer.get_text_range()
    layer.close()
    page.close()
    return text


def _title(document: pdfium.PdfDocument) -> str | None:
    return " ".join(str(document.get_metadata_dict().get("Title", "")).split()) or None


def _broken(reason: str) -> ReadError:
    return ReadError(Failure.BROKEN_FILE, f"the PDF cannot be opened ({reason}); upload an intact copy")
