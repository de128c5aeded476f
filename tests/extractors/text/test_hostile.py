"""Pages made to exhaust a reader: each is read or refused in time that grows with its size alone."""

import time
from collections.abc import Callable

import pytest

from extractors.model import Failure, Selection, Snapshot
from extractors.text import ReadError, read_text

_SENTENCE = "You may not use our service for unlawful acts, and we may end your account when you do. "
_END = f"<p>{_SENTENCE * 6}THE END"

PAGES = {
    "deep boxes": "<div>" * 8_000,
    "deep lists": "<ol><li>x " * 5_000,
    "deep tables": "<table><tr><td>x " * 8_000,
    "deep cells": "<table><tr><td>" + "<div><tr><td>" * 8_000,
    "deep headers": "<header>" * 8_000,
    "deep banners": "<div id=cookie>" * 8_000 + "<button>ok</button>",
    "deep hidden": "<div hidden>" * 8_000,
    "deep headings": "<h2>x" * 8_000,
    "wide spans": "<table>" + "<tr><td colspan=1000 rowspan=9999>x<td>y" * 5_000 + "</table>",
    "many items": "<ul>" + "<li>the item of you" * 8_000 + "</ul>",
    "long line": "<p>" + "you and the terms " * 140_000,
    "long word": "<p>" + "x" * 3_000_000,
    "many breaks": "<br>" * 8_000,
    "long style": "<p style='" + "display " * 200_000 + "'>",
    "many metas": "<meta charset " * 100_000 + ">",
}


def test_a_page_of_more_tags_than_fit_into_memory_is_refused(page: Callable[..., Snapshot]) -> None:
    with pytest.raises(ReadError) as caught:
        read_text(page("<br>" * 400_000 + _END))
    assert caught.value.failure is Failure.TOO_LARGE


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_takes_little_time(name: str, page: Callable[..., Snapshot]) -> None:
    snapshot = page("<body>" + PAGES[name] + _END)
    began = time.process_time()
    for selection in (Selection(), Selection(select=("p",), remove=("b", "li li"))):
        try:
            assert "THE END" in read_text(snapshot, selection).text
        except ReadError as error:
            assert error.detail
    assert time.process_time() - began < 5
