"""Markdown as a person reads it, with marks at their exact places."""

import time

from hypothesis import given
from hypothesis import strategies as st

from app.ui.paper import HEAD, Block, Layout, Piece, grouped, laid_out, parts_of, together

SIGNS = st.sampled_from(
    [*"ab *_`|[](){}<>#-\\.1\n\u202e\u200b", "**", "<br>", "](x)", "\n\n", "| ", "- ", "# "]
)


def whole(text: str, *spans: tuple[int, int]) -> tuple[Block, ...]:
    return laid_out(text, (0, len(text)), spans)


def pieces(blocks: tuple[Block, ...]) -> list[Piece]:
    return [piece for block in blocks for cell in block.cells for piece in cell]


def marked(blocks: tuple[Block, ...], mark: int) -> str:
    return "".join(piece.text for piece in pieces(blocks) if mark in piece.marks)


def test_a_document_is_laid_out_as_it_is_read() -> None:
    text = "# Terms\n\nWe keep it.\nAnd this.\n\n- one\n  1. two\n\n| a | b |\n| --- | --- |\n| c | d |\n"
    blocks = whole(text)
    assert [(block.layout, block.plain) for block in blocks] == [
        (Layout.HEADING, "Terms"),
        (Layout.PARAGRAPH, "We keep it. And this."),
        (Layout.ITEM, "one"),
        (Layout.ITEM, "1. two"),
        (Layout.ROW, "a b"),
        (Layout.ROW, "c d"),
    ]
    assert [block.level for block in blocks if block.layout is Layout.ROW] == [HEAD, 0]
    assert [(layout, len(some)) for layout, some in grouped(blocks)][2:] == [
        (Layout.ITEM, 2),
        (Layout.ROW, 2),
    ]


def test_a_mark_covers_the_very_characters_of_its_quote() -> None:
    text = "Before. We train on it. After."
    blocks = whole(text, (8, 23))
    assert marked(blocks, 0) == text[8:23]


def test_overlapping_marks_are_cut_where_each_begins_and_ends() -> None:
    text = "We keep and train on your content."
    blocks = whole(text, (0, 20), (12, 34), (12, 20))
    assert [marked(blocks, mark) for mark in range(3)] == [text[0:20], text[12:34], text[12:20]]
    assert [piece.begins for piece in pieces(blocks)] == [(0,), (1, 2), ()]


def test_a_mark_goes_on_over_lines_items_and_markup() -> None:
    text = "We **never\ntrain** on it:\n\n- prompts\n- files.\n"
    blocks = whole(text, (0, len(text)))
    assert marked(blocks, 0) == "We never\ntrain on it:\nprompts\nfiles.\n"
    assert sum(len(piece.begins) for piece in pieces(blocks)) == 1


def test_markup_is_not_shown_and_html_is_text() -> None:
    blocks = whole("\\\\ \\# **Bold** `code` [here](https://acme.example) <b>x</b> a<br>b")
    assert (
        "".join(piece.text for piece in pieces(blocks) if not piece.is_break)
        == "\\ # Bold code here <b>x</b> ab"
    )
    assert [piece.link for piece in pieces(blocks) if piece.link] == ["https://acme.example"]


@given(st.lists(SIGNS, max_size=60).map("".join), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60))))
def test_every_piece_is_what_stands_at_its_place_and_has_the_marks_of_its_place(
    text: str, wanted: list[tuple[int, int]]
) -> None:
    spans = [(start, start + length) for start, length in wanted]
    last = 0
    for piece in pieces(whole(text, *spans)):
        end = piece.start + len(piece.text)
        assert piece.start >= last
        assert text[piece.start : end] == piece.text
        assert piece.marks == tuple(
            number for number, (a, b) in enumerate(spans) if a <= piece.start and end <= b
        )
        assert not any(a < end and b > piece.start for k, (a, b) in enumerate(spans) if k not in piece.marks)
        last = end


@given(st.lists(SIGNS, max_size=60).map("".join))
def test_no_word_is_lost(text: str) -> None:
    shown = "".join(piece.text for piece in pieces(whole(text)))
    assert shown.count("a") <= text.count("a")
    if "x" not in text:
        assert [sign for sign in shown if sign in "a\u202e\u200b"] == [
            sign for sign in text if sign in "a\u202e\u200b"
        ]


def test_long_texts_are_shown_part_by_part_and_no_part_is_lost() -> None:
    text = ("We keep it for a while.\n\n" * 40)[:-1]
    parts = parts_of(text, 100)
    assert "".join(text[start:end] for start, end in parts) == text
    assert all(end - start <= 100 for start, end in parts)
    assert text[parts[1][0] :].lstrip("\n").startswith("We keep")


def test_a_mark_that_goes_over_the_end_of_a_part_is_cut_there() -> None:
    text = "aaaa bbbb"
    assert marked(laid_out(text, (0, 5), [(2, 9)]), 0) == "aa "
    assert marked(laid_out(text, (5, 9), [(2, 9)]), 0) == "bbbb"


def test_hostile_lines_cost_no_more_than_others() -> None:
    size = 60_000
    began = time.perf_counter()
    for line in (
        "-" * size + "x",
        " " * size + "x",
        "[" * size,
        "**" * size,
        "|" * size,
        "<br" * size,
        "\\" * size,
    ):
        whole(line, (0, size))
    assert time.perf_counter() - began < 5


def test_pieces_that_look_alike_are_one_without_the_markup_between() -> None:
    blocks = whole("Fees \\(5\\) and **never** \\*, <br>so.", (0, 4))
    (cell,) = blocks[0].cells
    told = [(one.text, one.marks, one.strong, one.is_break) for one in together(cell)]
    assert told == [
        ("Fees", (0,), False, False),
        (" (5) and ", (), False, False),
        ("never", (), True, False),
        (" *, ", (), False, False),
        ("<br>", (), False, True),
        ("so.", (), False, False),
    ]
