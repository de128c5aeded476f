"""Parts of a page that stand between two elements."""

import json
from collections.abc import Callable

import pytest

from extractors.model import Failure, Selection, Snapshot
from extractors.text import ReadError, SelectorError, check_selectors, read_text

Page = Callable[..., Snapshot]

BODY = """<div id=menu>Menu of the site</div><h2 id=a>Begin</h2>{terms}<script>track()</script>
<noscript>Enable scripts</noscript>loose words<h2 id=b>End</h2><p>Subscribe to our newsletter</p>"""


def between(**ends: str) -> str:
    return json.dumps(ends)


@pytest.mark.parametrize(
    ("ends", "begin", "end"),
    [
        ({"startBefore": "#a", "endBefore": "#b"}, True, False),
        ({"startAfter": "#a", "endBefore": "#b"}, False, False),
        ({"startBefore": "#a", "endAfter": "#b"}, True, True),
        ({"startAfter": "#a", "endAfter": "#b"}, False, True),
    ],
)
def test_a_range_is_all_between_its_ends(
    page: Page, terms: str, ends: dict[str, str], begin: bool, end: bool
) -> None:
    text = read_text(page(BODY.format(terms=terms)), Selection(select=(between(**ends),))).text
    assert "These terms govern" in text
    assert "loose words" in text
    assert ("Begin" in text, "End" in text) == (begin, end)
    for outside in ("Menu of the site", "newsletter", "track()", "Enable scripts"):
        assert outside not in text


def test_a_range_may_begin_and_end_at_different_depths(page: Page, terms: str) -> None:
    ending = "<p class=y>Last</p><p>After</p>"
    body = f"<div><p>Before</p><section><h2 class=x>In</h2>{terms}</section></div>{ending}"
    text = read_text(page(body), Selection(select=(between(startBefore=".x", endAfter=".y"),))).text
    assert text.startswith("## In")
    assert text.rstrip().endswith("Last")


def test_a_range_can_be_removed(page: Page, terms: str) -> None:
    body = f"<main>{terms}<h2 id=s>Sign up</h2>now<p>free</p><h2 id=t>Contact</h2><p>Write to us.</p></main>"
    text = read_text(page(body), Selection(remove=(between(startBefore="#s", endBefore="#t"),))).text
    assert "Write to us." in text
    for gone in ("Sign up", "now\n", "free"):
        assert gone not in text


def test_ranges_and_selectors_stand_in_the_order_of_the_page(page: Page, terms: str) -> None:
    select = ("#last", between(startBefore="#a", endBefore="#b"), "#a")
    text = read_text(page(BODY.format(terms=terms) + "<p id=last>Annex</p>"), Selection(select=select)).text
    assert text.index("Begin") < text.index("These terms") < text.index("Annex")
    assert text.count("Begin") == 1


@pytest.mark.parametrize("ends", [("#gone", "#b"), ("#a", "#gone"), ("#b", "#a")])
def test_a_range_that_is_not_on_the_page_is_a_selector_in_vain(
    page: Page, terms: str, ends: tuple[str, str]
) -> None:
    asked = between(startBefore=ends[0], endBefore=ends[1])
    with pytest.raises(ReadError) as caught:
        read_text(page(BODY.format(terms=terms)), Selection(select=(asked,)))
    assert caught.value.failure is Failure.SELECTOR_MISSED


@pytest.mark.parametrize(
    "written",
    [
        '{"startBefore": "#a"}',
        '{"startBefore": "#a", "startAfter": "#b"}',
        '{"startBefore": "#a", "endBefore": "#b", "filter": "x"}',
        '{"startBefore": "#a", "endBefore": 3}',
        '{"startBefore": "#a", "endBefore": " "}',
        '{"startBefore": "#a", "endBefore": "p["}',
        '{"startBefore": ',
        "{}",
    ],
)
def test_a_range_that_cannot_be_understood_is_refused(written: str) -> None:
    with pytest.raises(SelectorError):
        check_selectors((written,))
