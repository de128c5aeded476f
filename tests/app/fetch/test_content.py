import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fetch.content import ContentType, media_type_of, parse_content_type

HTML = ContentType("text/html", None)
TERMS = "<p>Wir nutzen „Ihre Inhalte“ nicht für Schulungszwecke. Café, naïve, 30 °C.</p>" * 20


@pytest.mark.parametrize(
    ("header", "media_type", "charset"),
    [
        ("text/html; charset=UTF-8", "text/html", "utf-8"),
        ('Text/HTML;charset="iso-8859-1"', "text/html", "iso-8859-1"),
        ("application/pdf", "application/pdf", None),
        ("", "", None),
        ("nonsense", "", None),
        ("text/html; charset=\ud800utf-8", "text/html", "utf-8"),
        ("; charset=utf-8", "", "utf-8"),
    ],
)
def test_content_types_are_taken_apart(header: str, media_type: str, charset: str | None) -> None:
    assert parse_content_type(header) == ContentType(media_type, charset)


@given(st.text(alphabet=st.characters(exclude_characters="\r\n")), st.binary(max_size=60))
def test_no_header_and_no_body_is_a_crash(header: str, body: bytes) -> None:
    media_type_of(parse_content_type(header), body)


@pytest.mark.parametrize(
    "body",
    [
        TERMS.encode(),
        TERMS.encode("utf-8-sig"),
        TERMS.encode("cp1252"),
        TERMS.encode("utf-16"),
        TERMS.encode("utf-32"),
        "<p>お客様のコンテンツを学習に使用しません。</p>".encode("shift_jis"),
        "<p>お客様のコンテンツを学習に使用しません。</p>".encode("iso2022_jp"),
        "<p>Мы не используем ваши данные.</p>".encode("koi8-r"),
        "<p>我们不会使用您的内容。</p>".encode("gb18030"),
        TERMS.encode() + b"\0",
    ],
)
def test_text_passes_in_every_encoding(body: bytes) -> None:
    assert media_type_of(HTML, body) == "text/html"


def test_wide_text_without_a_mark_passes_where_its_charset_is_declared() -> None:
    assert media_type_of(ContentType("text/html", "utf-16le"), TERMS.encode("utf-16-le")) == "text/html"


@pytest.mark.parametrize(
    "body",
    [
        bytes(range(256)) * 400,
        random.Random(7).randbytes(2000),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40),
        b"PK\x03\x04" + random.Random(8).randbytes(500),
        b"\x7fELF" + bytes(900),
        b"\xff\xfe" + random.Random(9).randbytes(4000),
    ],
)
@pytest.mark.parametrize("label", ["text/html", "application/octet-stream", ""])
def test_binary_data_is_not_text_whatever_its_label(body: bytes, label: str) -> None:
    assert media_type_of(ContentType(label, None), body) is None


@pytest.mark.parametrize(
    "label", ["text/html", "application/octet-stream", "application/pdf", "image/png", ""]
)
def test_a_pdf_is_known_by_its_bytes(label: str) -> None:
    assert media_type_of(ContentType(label, None), b"\n%PDF-1.7\n\xe2\xe3" + bytes(90)) == "application/pdf"


@pytest.mark.parametrize(
    "label", ["image/svg+xml", "video/mp4", "application/zip", "application/json", "font/woff2"]
)
def test_types_that_hold_no_terms_are_refused_although_they_may_be_text(label: str) -> None:
    assert media_type_of(ContentType(label, None), TERMS.encode()) is None


@pytest.mark.parametrize(
    ("label", "body", "media_type"),
    [
        ("", b"<!doctype html><p>Terms", "text/html"),
        ("", b"# Terms", "text/plain"),
        ("application/octet-stream", b"# Terms", "text/plain"),
        ("text/markdown", b"# Terms", "text/markdown"),
        ("application/xhtml+xml", b"<p>Terms</p>", "application/xhtml+xml"),
    ],
)
def test_text_is_read_as_declared_or_as_it_looks(label: str, body: bytes, media_type: str) -> None:
    assert media_type_of(ContentType(label, None), body) == media_type
