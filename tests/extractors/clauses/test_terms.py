"""A document's own words: what the vendor is called, and which terms mean customer content."""

from extractors.clauses.terms import find_terms

ROLES = frozenset({"you", "customer", "we"})


def test_a_vendor_is_found_by_what_it_does() -> None:
    text = "Fernhill may read. Fernhill will write. Fernhill shall keep. Customer may leave."
    assert find_terms(text, ROLES).write_plainly("Fernhill may sell it.") == "we may sell it."


def test_a_name_of_two_words_is_one_name() -> None:
    text = "Fernhill AI may read. Fernhill AI will write. Fernhill AI shall keep."
    assert find_terms(text, ROLES).write_plainly("Fernhill AI may use AI.") == "we may use AI."


def test_confidential_information_that_holds_content_is_content() -> None:
    text = "Confidential Information includes Customer Content."
    assert find_terms(text, ROLES).write_plainly("Confidential Information") == "inputs"
    other = "Confidential Information includes prices and plans."
    assert find_terms(other, ROLES).write_plainly("Confidential Information") == "Confidential Information"


def test_what_a_tool_suggests_is_output_where_the_terms_define_it_so() -> None:
    text = "“Inputs” are prompts that you submit; “Suggestions” are outputs generated from your Inputs."
    assert "Suggestions" in find_terms(text, ROLES).content


def test_a_term_that_nothing_defines_means_what_it_says_elsewhere() -> None:
    assert "Content" in find_terms("We will not use Content to train any models.", ROLES).content
    assert "Content" not in find_terms("All rights in the Content of our site are ours.", ROLES).content
