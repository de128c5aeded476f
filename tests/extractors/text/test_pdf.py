"""PDF: paragraphs from a text layer, and files that have none."""

from collections.abc import Callable

import pytest

from extractors.model import Failure, Snapshot
from extractors.text import ReadError, read_text
from extractors.text.paragraphs import to_paragraphs

Page = Callable[..., Snapshot]


_FOREIGN = Failure.FOREIGN_LANGUAGE


def pdf(pages: list[list[str]], trailer: str = "") -> bytes:
    """A small PDF of lines in Helvetica; `trailer` goes into its trailer dictionary."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, lines in enumerate(pages):
        shown = " T* ".join(f"({line}) Tj" for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 50 760 Td {shown} ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode("latin-1")


def test_lines_become_paragraphs_without_page_furniture(page: Page) -> None:
    pages = [
        [
            "Example Lantern: Master Agreement",
            f"{number}. Customer Data",
            "The vendor shall not use customer content to train any of its",
            f"models, and shall delete it within thirty days after the {end}",
            f"of the {end} term.",
            f"Page {number} of 3",
        ]
        for number, end in enumerate(("first", "second", "third"), start=1)
    ]
    text = read_text(page(pdf(pages), "application/pdf")).text
    assert text.startswith(
        "## 1. Customer Data\n\nThe vendor shall not use customer content to train any of its models, and"
        " shall delete it within thirty days after the first of the first term.\n\n## 2. Customer Data\n\n"
    )
    assert "Master Agreement" not in text
    assert "Page" not in text


def test_a_pdf_is_known_by_its_bytes(page: Page) -> None:
    body = pdf([["You and we agree to the terms of this contract."]])
    assert read_text(page(body, "text/html")).text == "You and we agree to the terms of this contract.\n"


@pytest.mark.parametrize(
    ("body", "failure", "word"),
    [
        (pdf([[], []]), Failure.SCANNED, "pictures"),
        (pdf([["You and we agree."]])[:60], Failure.BROKEN_FILE, "intact"),
        (
            pdf(
                [["You and we agree."]],
                f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'ab' * 32}> /U <{'cd' * 32}> >>"
                f" /ID [<{'01' * 16}> <{'01' * 16}>]",
            ),
            Failure.BROKEN_FILE,
            "password",
        ),
        (
            pdf([["Wir verwenden die Inhalte nicht und wir geben sie auch nicht weiter."]]),
            Failure.FOREIGN_LANGUAGE,
            "de",
        ),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why(body: bytes, failure: Failure, word: str, page: Page) -> None:
    with pytest.raises(ReadError) as caught:
        read_text(page(body, "application/pdf"))
    assert caught.value.failure is failure
    assert word in caught.value.detail


def test_pages_without_text_are_told(page: Page) -> None:
    document = read_text(page(pdf([["You and we agree to the terms of it."], []]), "application/pdf"))
    assert document.warnings == ("No text on page 2: pictures are not read.",)


def test_divided_words_are_joined_and_compounds_kept(page: Page) -> None:
    lines = (
        "We do not use any third-\r\nparty tools to pro-\r\ncess what the Non-\r\nEU customers give to us."
    )
    joined = "We do not use any third-party tools to process what the Non-EU customers give to us.\n"
    assert to_paragraphs([lines]) == joined
    assert read_text(page(pdf([lines.split("\r\n")]), "application/pdf")).text == joined


def test_numbered_items_and_bullets_stay_apart() -> None:
    text = to_paragraphs(["You may not:\n(a) resell it;\n(b) copy it; or\n• break it.\nWe may end it."])
    assert text == "You may not:\n\n(a) resell it;\n\n(b) copy it; or\n\n- break it.\n\nWe may end it.\n"
