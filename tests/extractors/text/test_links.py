from collections.abc import Callable

from extractors.model import Snapshot
from extractors.text import LinkPlace, read_links

Page = Callable[..., Snapshot]


def test_a_link_is_given_as_it_is_written_with_its_words(page: Page) -> None:
    (link,) = read_links(page('<p>Read our <a href="/terms?x=1#top"> Terms <b>of</b> Use </a></p>')).links
    assert (link.href, link.text, link.place) == ("/terms?x=1#top", "Terms of Use", LinkPlace.TEXT)


def test_a_footer_is_known_by_its_element_its_role_or_its_name(page: Page) -> None:
    found = read_links(
        page(
            '<footer><a href="/a">A</a></footer><div role="contentinfo"><a href="/b">B</a></div>'
            '<div class="site-footer"><ul><li><a href="/c">C</a></li></ul></div>'
        )
    )
    assert [link.place for link in found.links] == [LinkPlace.FOOTER] * 3


def test_navigation_is_told_from_text(page: Page) -> None:
    found = read_links(
        page(
            '<header><a href="/a">A</a></header><nav><main><a href="/b">B</a></main></nav><a href="/c">C</a>'
        )
    )
    assert [link.place for link in found.links] == [LinkPlace.NAVIGATION, LinkPlace.TEXT, LinkPlace.TEXT]


def test_a_link_without_words_has_those_that_are_read_out_for_it(page: Page) -> None:
    (link,) = read_links(page('<a href="/p" aria-label="Privacy Policy"><svg></svg></a>')).links
    assert link.text == "Privacy Policy"


def test_what_only_tells_how_a_link_opens_is_none_of_its_words(page: Page) -> None:
    (link,) = read_links(
        page('<a href="/p">Privacy Policy\u2060 <span>(opens in a new window)</span></a>')
    ).links
    assert link.text == "Privacy Policy"


def test_links_that_lead_to_no_other_page_are_left_out(page: Page) -> None:
    assert not read_links(
        page('<a href="#x">1</a><a href="mailto:a@b.c">2</a><a href="">3</a><a>4</a>')
    ).links


def test_a_page_tells_its_own_address(page: Page) -> None:
    found = read_links(
        page('<head><base href="/en/"><link rel="canonical" href="https://a.example/terms"></head><p>x</p>')
    )
    assert (found.base, found.canonical) == ("/en/", "https://a.example/terms")


def test_a_file_that_is_no_web_page_has_no_links(page: Page) -> None:
    assert not read_links(page('<a href="/a">A</a>', media_type="text/plain")).links


def test_a_hostile_page_of_deep_nests_gives_its_links_in_time(page: Page) -> None:
    found = read_links(page("<div>" * 30_000 + '<a href="/t">T</a>' * 6_000))
    assert 0 < len(found.links) <= 5_000
