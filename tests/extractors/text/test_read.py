"""What a file is, how its characters are decoded, and how several documents make one."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.model import Document, Failure, Snapshot
from extractors.text import ReadError, combine, read_text
from extractors.text.decode import decode

Page = Callable[..., Snapshot]
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_TAGS = "<p> </p> <div> </div> <li> <ol> </ol> <table> <tr> <td> </table> <h2> </h2> <b> <br> <nav> <pre> <a>"


@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown"])
def test_plain_text_is_the_file_as_it_is(media_type: str, page: Page) -> None:
    text = "\ufeff# Terms\r\n\r\nWe  keep **your** data\tand you\u00a0agree.\r\n\n\n"
    document = read_text(page(text, media_type))
    assert document.text == text
    assert document.digest == hashlib.sha256(text.encode()).hexdigest()


def test_the_same_page_gives_the_same_digest(page: Page, terms: str) -> None:
    first, second = read_text(page(terms)), read_text(page(terms.replace("<p>", "<p class=new>")))
    assert first == second
    assert first.digest == hashlib.sha256(first.text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("body", "declared", "expected"),
    [
        ("naïve “data”".encode(), "utf-8", "naïve “data”"),
        ("naïve café".encode(), "iso-8859-1", "naïve café"),
        ("naïve “data”".encode("cp1252"), "iso-8859-1", "naïve “data”"),
        ("naïve data".encode("latin-1"), "utf-8", "naïve data"),
        ("naïve".encode("utf-16"), None, "\ufeffnaïve"),
        ("naïve".encode(), "rot13", "naïve"),
        ("naïve".encode(), "no-such-set", "naïve"),
        (b"<meta charset=koi8-r>" + "слово".encode("koi8-r"), None, "<meta charset=koi8-r>слово"),
    ],
)
def test_characters_are_decoded_whatever_the_label_says(
    body: bytes, declared: str | None, expected: str
) -> None:
    assert decode(body, declared, markup=True).text == expected


def test_a_guess_and_damage_are_told(page: Page) -> None:
    assert "windows-1252" in decode("na\xefve".encode("latin-1"), "utf-8").warnings[0]
    assert "1 characters are damaged" in decode("naïve “data”".encode() + b"\xff", "utf-8").warnings[0]


@pytest.mark.parametrize(
    ("body", "media_type", "failure"),
    [
        (bytes(range(256)) * 400, "text/html", Failure.NOT_TEXT),
        (bytes(range(256)) * 400, "text/plain", Failure.NOT_TEXT),
        (b"PK\x03\x04" + bytes(100), "application/octet-stream", Failure.NOT_TEXT),
        (b'{"a": 1}', "application/json", Failure.NOT_TEXT),
        (b"%PDF-1.7\n" + bytes(2000), "text/html", Failure.BROKEN_FILE),
        (b"", "application/pdf", Failure.EMPTY),
    ],
)
def test_what_is_no_text_is_refused_by_name(
    body: bytes, media_type: str, failure: Failure, page: Page
) -> None:
    with pytest.raises(ReadError) as caught:
        read_text(page(body, media_type))
    assert caught.value.failure is failure


@pytest.mark.parametrize("media_type", ["text/plain", "application/octet-stream", ""])
def test_a_mislabelled_page_is_read_as_a_page(media_type: str, page: Page, terms: str) -> None:
    assert read_text(page(f"<!DOCTYPE html><html><body>{terms}", media_type)).text.startswith("# Terms")


def test_a_page_without_tags_keeps_its_lines(page: Page) -> None:
    text = "You may use our service.\nWe keep your content for a year.\n\n" * 10
    assert read_text(page(text)).text == text.rstrip("\n") + "\n"


def test_combined_documents_keep_their_headings_apart() -> None:
    parts = [
        Document("# One\n\na\n", "x", "First", warnings=("w",)),
        Document("## Sub\n\nb\n", "y", "Second", warnings=("w", "v")),
        Document("c\n", "z"),
    ]
    whole = combine(parts)
    assert whole.text == "# One\n\na\n\n# Second\n\n## Sub\n\nb\n\n# Page 3\n\nc\n"
    assert whole.digest == hashlib.sha256(whole.text.encode()).hexdigest()
    assert whole.warnings == ("w", "v")
    assert combine(parts[:1]) == parts[0]


def test_nothing_cannot_be_combined() -> None:
    with pytest.raises(ValueError, match="at least one"):
        combine([])


@settings(max_examples=150, deadline=None)
@given(
    pieces=st.lists(
        st.one_of(
            st.sampled_from(_TAGS.split()), st.text(max_size=40), st.just(" you and the terms of use ")
        ),
        max_size=40,
    ),
    media_type=st.sampled_from(["text/html", "text/plain", "application/pdf", ""]),
)
def test_anything_is_read_or_refused_and_always_alike(pieces: list[str], media_type: str) -> None:
    body = "".join(pieces).encode(errors="surrogatepass")
    assert _outcome(body, media_type) == _outcome(body, media_type)


@settings(max_examples=100, deadline=None)
@given(
    body=st.binary(max_size=300), charset=st.sampled_from([None, "utf-8", "utf-16", "gbk", "latin-1", "\0"])
)
def test_any_bytes_are_read_or_refused(body: bytes, charset: str | None) -> None:
    assert _outcome(body, "text/html", charset) == _outcome(body, "text/html", charset)


def _outcome(body: bytes, media_type: str, charset: str | None = "utf-8") -> Document | Failure:
    snapshot = Snapshot(body, "", media_type, charset, "upload:x", _NOW)
    try:
        return read_text(snapshot)
    except ReadError as error:
        return error.failure
