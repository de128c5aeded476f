"""Web pages to Markdown: what is kept, what is dropped, and what nobody may lose."""

from collections.abc import Callable

import pytest

from extractors.model import Failure, Selection, Snapshot
from extractors.text import ReadError, SelectorError, read_text

Page = Callable[..., Snapshot]


def test_headings_paragraphs_and_lists_become_markdown(page: Page, terms: str) -> None:
    body = terms + (
        "<h3>Limits</h3><ul><li>no <b>scraping</b></li>"
        "<li>no resale<ol start=4><li>four</li><li>five</li></ol></li></ul>"
        "<ol type=a><li>first</li><li><p>second</p><p>more</p></li></ol>"
    )
    text = read_text(page(body)).text
    assert text.startswith("# Terms of Service\n\nThese terms govern")
    assert "\n\n### Limits\n\n- no scraping\n- no resale\n  4. four\n  5. five\n" in text
    assert text.endswith("a. first\nb. second\n\n   more\n")


def test_links_and_emphasis_leave_only_their_words(page: Page, terms: str) -> None:
    body = terms + "<p>See our <a href='/p?utm=1'><em>Privacy</em> Policy</a>, <strong>now</strong>.</p>"
    assert "See our Privacy Policy, now." in read_text(page(body)).text


def test_a_short_line_in_bold_is_a_heading_below_the_last_one(page: Page, terms: str) -> None:
    text = read_text(page(terms + "<p><strong>3. Retention</strong></p><p>We keep logs for a year.</p>")).text
    assert "\n\n### 3. Retention\n\nWe keep logs" in text


def test_a_table_of_data_stays_a_table(page: Page, terms: str) -> None:
    table = (
        "<table><tr><th>Data</th><th>Kept</th></tr><tr><td>Prompts|Files</td><td>30 days</td></tr>"
        "<tr><td><ul><li>Logs</li><li>Keys</li></ul></td><td>1 year</td></tr></table>"
    )
    text = read_text(page(terms + table)).text
    assert "| Data | Kept |\n| --- | --- |\n| Prompts\\|Files | 30 days |\n| Logs • Keys | 1 year |" in text


def test_a_table_for_layout_is_flattened(page: Page, terms: str) -> None:
    text = read_text(
        page(f"<table><tr><td>{terms}</td><td><h2>More</h2><p>We may amend.</p></td></tr></table>")
    ).text
    assert "|" not in text
    assert "## More\n\nWe may amend." in text


def test_a_table_that_numbers_clauses_joins_number_and_clause(page: Page, terms: str) -> None:
    table = (
        "<table><tr><td>1.1</td><td>We host it.</td></tr><tr><td>1.2</td><td>You own it.</td></tr></table>"
    )
    assert "1.1 We host it.\n\n1.2 You own it." in read_text(page(terms + table)).text


def test_chrome_is_dropped(page: Page, terms: str) -> None:
    body = (
        "<header><a href=/>Home</a> Pricing</header><nav>Products</nav><main>" + terms + "</main>"
        "<div role=dialog><button>Close</button>Accept all cookies</div><footer>© Example Lantern</footer>"
        "<style>p{color:red}</style><script>alert('x')</script><template>ghost</template><svg><text>logo</text></svg>"
    )
    text = read_text(page(body)).text
    for word in ("Home", "Pricing", "Products", "Accept", "©", "color", "alert", "ghost", "logo"):
        assert word not in text


def test_a_header_with_the_title_and_its_date_is_kept(page: Page, terms: str) -> None:
    body = terms.replace("<h1>Terms of Service</h1>", "")
    head = "<header><nav>Menu</nav><h1>Terms</h1><p>Effective 1 May 2026</p></header>"
    text = read_text(page(f"{head}<main>{body}</main>")).text
    assert text.startswith("# Terms\n\nEffective 1 May 2026\n\nThese terms")


@pytest.mark.parametrize(
    "panel",
    [
        "<details><summary>Training</summary><p>{}</p></details>",
        "<div role=tabpanel hidden><p>{}</p></div>",
        "<h3><button aria-expanded=false aria-controls=a>Training</button></h3><div id=a hidden>{}</div>",
        "<div class=accordion-body style='display: none'>{}</div>",
        "<div style='color:red;display:none'><p>{}</p></div>",
        "<section aria-hidden=true>{}</section>",
        "<textarea readonly>{}</textarea>",
        "<template shadowrootmode=open><p>{}</p></template>",
        "<nav>{}</nav>",
    ],
)
def test_terms_that_show_on_a_click_only_are_kept(panel: str, page: Page) -> None:
    clause = (
        "We may use the files that you upload in order to train and improve our models unless you opt out. "
        * 4
    )
    text = read_text(page(f"<h1>Terms</h1>{panel.format(clause)}")).text
    assert text.count("unless you opt out") == 4
    assert "Training" in text or "Training" not in panel


@pytest.mark.parametrize(
    "clause",
    [
        "<div><p>We may use it.</p></div>",
        "<ul><li>Logs, 30 days</li></ul>",
        "<table><tr><td>Logs</td><td>30 days</td></tr></table>",
        "<aside>In short, we may sell it.</aside>",
        "Loose words.",
        "<footer>" + "You agree that we may pass on what you write to whom we like. " * 4 + "</footer>",
    ],
)
def test_a_lone_clause_beside_the_main_part_is_kept(clause: str, page: Page, terms: str) -> None:
    text = read_text(page(f"<div id=a><div>{terms * 10}</div></div>{clause}")).text
    last = text.rstrip("\n").rsplit("\n\n", 1)[-1]
    assert "close your account" not in last


def test_a_hidden_menu_is_dropped(page: Page, terms: str) -> None:
    menu = "<div hidden>" + "<a href=/x>Some product of ours</a>" * 40 + "</div>"
    assert "product" not in read_text(page(menu + terms)).text


def test_a_policys_section_on_cookies_is_no_banner(page: Page, terms: str) -> None:
    section = (
        "<div id=cookies><h2>Cookies</h2><p>We use cookies. Your browser can reject all cookies.</p></div>"
    )
    assert "can reject all cookies" in read_text(page(terms + section)).text


def test_long_hidden_text_is_kept_with_a_warning(page: Page, terms: str) -> None:
    hidden = (
        "<div hidden><p>" + "We may share what you write with our partners at any time. " * 8 + "</p></div>"
    )
    document = read_text(page(terms + hidden))
    assert "share what you write" in document.text
    assert any("hides at first" in warning for warning in document.warnings)


def test_text_in_a_footer_that_is_the_page_is_kept(page: Page, terms: str) -> None:
    assert "We will not use it to train" in read_text(page(f"<p>Hello</p><footer>{terms}</footer>")).text


def test_line_breaks_invisible_characters_and_spaces_are_tidied(page: Page, terms: str) -> None:
    body = f"{terms}<p>one\u200b\u00a0 two<br>three<br><br>f\u00adour</p><p>a<source src=x>b<track>c</p>"
    assert read_text(page(body)).text.endswith("one two\nthree\n\nfour\n\nabc\n")


def test_the_title_is_the_pages_own(page: Page, terms: str) -> None:
    assert read_text(page(f"<title> Terms\n | Lantern</title>{terms}")).title == "Terms | Lantern"


def test_selected_parts_stand_in_order_and_once(page: Page) -> None:
    body = "<div class=b><p>We keep it all.</p><i class=b>We say so.</i></div>no<h1>And you agree.</h1>"
    document = read_text(page(body), Selection(select=("h1", ".b", ".b p")))
    assert document.text == "We keep it all.\n\nWe say so.\n\n# And you agree.\n"


def test_remove_comes_before_select(page: Page) -> None:
    body = "<main><p>We keep your content here.</p><p class=x>Related</p></main><main class=x>Other</main>"
    document = read_text(page(body), Selection(select=("main:last-of-type",), remove=(".x", ".nowhere")))
    assert document.text == "We keep your content here.\n"


def test_many_removed_parts_leave_the_others_in_order(page: Page) -> None:
    body = (
        "<main>" + "".join(f"<p class=c{n % 2}>clause {n} of the terms</p>" for n in range(400)) + "</main>"
    )
    document = read_text(page(body), Selection(select=("main",), remove=(".c1",)))
    assert document.text.split("\n\n")[:3] == [f"clause {n} of the terms" for n in (0, 2, 4)]
    assert document.text.count("clause") == 200


def test_a_selector_in_vain_is_news_about_the_page(page: Page, terms: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_text(page(terms), Selection(select=("h1", ".gone")))
    assert caught.value.failure is Failure.SELECTOR_MISSED
    assert ".gone" in caught.value.detail


@pytest.mark.parametrize("selector", ["main[", "::before", ">>", "", "p:no-such-class"])
def test_a_malformed_selector_is_a_mistake_of_the_declaration(selector: str, page: Page, terms: str) -> None:
    with pytest.raises(SelectorError, match="CSS selector"):
        read_text(page(terms), Selection(remove=(selector,)))
