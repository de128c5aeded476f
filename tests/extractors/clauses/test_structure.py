"""Sentences, list items, limbs and rows: where they stand and what they are read with."""

import time

import pytest

from extractors.clauses.structure import Unit, read_units


def units(text: str) -> list[Unit]:
    return list(read_units(text))


def quotes(text: str) -> list[str]:
    return [text[unit.start : unit.end] for unit in units(text)]


def test_both_kinds_of_heading_build_the_path() -> None:
    text = "Terms\n=====\n\n## Data\n\nWe keep it.\n\nFees\n----\n\nYou pay.\n"
    assert [unit.headings for unit in units(text)] == [("Terms", "Data"), ("Terms", "Fees")]


def test_a_bold_line_is_a_heading_of_the_lowest_level() -> None:
    assert units("# Terms\n\n**Retention**\n\nWe keep it.\n")[0].headings == ("Terms", "Retention")


@pytest.mark.parametrize(
    "sentence",
    [
        "See Section 3.2. (as amended) for more.",
        "Acme, Inc. (the Company) keeps data, e.g. Prompts.",
        "Under Art. 28 of the law, U.S. Customers may ask.",
    ],
)
def test_numbers_and_abbreviations_end_no_sentence(sentence: str) -> None:
    assert quotes(f"{sentence} We delete it.\n") == [sentence, "We delete it."]


def test_a_quote_has_neither_bullet_nor_number() -> None:
    assert quotes("*   7.2. We keep data.\n") == ["We keep data."]


def test_a_nested_item_is_read_with_all_that_introduces_it() -> None:
    text = "We use data:\n\n*   for research:\n    *   on voices\n*   for billing\n"
    assert [unit.lead for unit in units(text)][2:] == ["We use data: *   for research:", "We use data:"]


def test_the_limbs_of_an_enumeration_share_its_stem() -> None:
    text = "Acme shall not (a) sell data; or (b) train on it.\n"
    assert quotes(text) == ["Acme shall not", "sell data; or", "train on it."]
    assert [unit.lead for unit in units(text)] == ["", "Acme shall not", "Acme shall not"]


def test_a_figure_in_brackets_is_no_limb() -> None:
    assert len(quotes("We delete it within thirty (30) days.\n")) == 1


def test_deeper_numbers_belong_to_what_introduces_them_and_equal_ones_do_not() -> None:
    text = "11.2 You must not:\n\n11.2.1 scrape the site;\n\n11.3 We may use content.\n"
    assert [unit.lead for unit in units(text)][1:] == ["11.2 You must not:", ""]


def test_a_row_is_read_with_heading_and_column_heads() -> None:
    text = "## Why we use data\n\n| Purpose | Basis |\n| --- | --- |\n| To improve | Interest |\n"
    assert units(text)[0].lead == "Why we use data : Purpose Basis"


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "word ",
        "word. Next ",
        "* item\n",
        "(a) limb; ",
        "| cell | cell |\n",
        "# Head\n\n",
        "[",
        "**",
        "3.2. (",
    ],
)
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    def seconds(times: int) -> float:
        text = piece * times
        started = time.process_time()
        units(text)
        return time.process_time() - started

    small = max(seconds(20_000), 0.01)
    assert seconds(80_000) < 12 * small


def test_a_title_before_its_sentence_states_nothing() -> None:
    text = "**2.1 Return of Data.** We erase it.\n\n**Zero retention.** We keep nothing.\n"
    assert quotes(text) == ["We erase it.", "We keep nothing."]


def test_words_in_bold_with_a_verb_are_a_sentence() -> None:
    text = "**We do not keep it.** Nor does anyone else.\n"
    assert len(quotes(text)) == 2


def test_a_title_in_bold_print_needs_no_empty_line_and_may_be_numbered() -> None:
    text = "# Terms\n\n**2.4 Retention**  \nWe keep it.\n\n7\\. **Duration**\n\nWe erase it.\n"
    assert [(unit.headings, text[unit.start : unit.end]) for unit in units(text)] == [
        (("Terms", "2.4 Retention"), "We keep it."),
        (("Terms", "7 . Duration"), "We erase it."),
    ]


def test_a_first_line_in_bold_print_that_states_something_is_a_sentence() -> None:
    assert quotes("**We keep it for a year**  \nand then no more.\n") != ["and then no more."]


def test_a_quote_does_not_begin_with_what_closes_a_bold_title() -> None:
    assert quotes("*   ** We may use it freely.\n")[-1] == "We may use it freely."


def test_an_answer_is_read_with_its_question() -> None:
    heading, inline = units("## Do you train on my code?\n\nNo, never. We test it.\n\nDo you sell it? No.\n")[
        ::3
    ]
    assert heading.lead == "Do you train on my code?"
    assert inline.lead == "Do you sell it?"


def test_a_question_that_no_yes_answers_introduces_nothing() -> None:
    assert units("## Who can view training data?\n\nOur staff.\n")[0].lead == ""


def test_the_head_of_a_table_states_nothing_and_is_read_with_each_row() -> None:
    text = "| Product | How to request deletion |\n| --- | --- |\n| Chat | Settings |\n"
    assert [(unit.lead, text[unit.start : unit.end]) for unit in units(text)] == [
        ("Product How to request deletion", "Chat | Settings |")
    ]


def test_sentences_without_a_gap_between_them_are_two() -> None:
    assert (
        quotes("It grants no ownership of technologies.You grant us a licence.\n")[1]
        == "You grant us a licence."
    )
