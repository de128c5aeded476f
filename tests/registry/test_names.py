"""What well-formed names look like, and what is refused."""

import pytest

from registry.model import AliasKind
from registry.names import MAX_TITLE, MAX_URL, alias_problem, slug_problem, title_problem, url_problem


@pytest.mark.parametrize("slug", ["a", "7", "image-studio", "v2--beta", "a" * 64])
def test_a_slug_is_accepted(slug: str) -> None:
    assert slug_problem(slug) is None


@pytest.mark.parametrize("slug", ["", "-a", "a-", "Image", "a b", "a/b", "a_b", "bücher", "a\n", "a" * 65])
def test_a_slug_that_does_not_fit_an_address_is_refused(slug: str) -> None:
    assert "is no slug" in str(slug_problem(slug))


@pytest.mark.parametrize("title", ["", " ", "two\nlines", "bell\x07", "x" * (MAX_TITLE + 1)])
def test_a_title_that_nobody_could_read_is_refused(title: str) -> None:
    assert title_problem(title) is not None


def test_a_title_may_be_written_in_any_script() -> None:
    assert title_problem("画室 Études") is None


GOOD = [
    (AliasKind.HOST, "chat.vendor.example"),
    (AliasKind.HOST, "4vendor.example"),
    (AliasKind.HOST, "xn--bcher-kva.xn--p1ai"),
    (AliasKind.PACKAGE, "pkg:npm/%40vendor/sdk"),
    (AliasKind.PACKAGE, "pkg:pypi/vendor"),
    (AliasKind.MODEL, "vendor-large-*"),
    (AliasKind.MODEL, "vendor/large:free"),
    (AliasKind.EXTENSION, "vendor.studio-tools"),
]


@pytest.mark.parametrize(("kind", "value"), GOOD)
def test_an_alias_is_accepted(kind: AliasKind, value: str) -> None:
    assert alias_problem(kind, value) is None


BAD = [
    (AliasKind.HOST, "Chat.vendor.example"),
    (AliasKind.HOST, "https://vendor.example"),
    (AliasKind.HOST, "vendor.example:8080"),
    (AliasKind.HOST, "vendor.example/chat"),
    (AliasKind.HOST, "*.vendor.example"),
    (AliasKind.HOST, "vendor.example."),
    (AliasKind.HOST, "vendor.example\n"),
    (AliasKind.HOST, "vendor"),
    (AliasKind.HOST, "127.0.0.1"),
    (AliasKind.HOST, "-vendor.example"),
    (AliasKind.HOST, "bücher.example"),
    (AliasKind.HOST, ".".join(["a" * 60] * 5)),
    (AliasKind.PACKAGE, "pypi/vendor"),
    (AliasKind.PACKAGE, "pkg:npm/@vendor/sdk"),
    (AliasKind.PACKAGE, "pkg:pypi/Vendor"),
    (AliasKind.PACKAGE, "pkg:pypi/vendor@1.0"),
    (AliasKind.MODEL, "*"),
    (AliasKind.MODEL, "vendor-*-large"),
    (AliasKind.EXTENSION, "Vendor.Tools"),
]


@pytest.mark.parametrize(("kind", "value"), BAD)
def test_an_alias_that_no_system_would_see_is_refused(kind: AliasKind, value: str) -> None:
    assert f"is no {kind.value} alias; write" in str(alias_problem(kind, value))


@pytest.mark.parametrize(
    "url",
    [
        "https://vendor.example/terms?lang=en",
        "http://127.0.0.1:8099/terms",
        "https://[2001:db8::1]/terms",
        "https://vendor.example/a#terms",
    ],
)
def test_an_address_is_accepted(url: str) -> None:
    assert url_problem(url) is None


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("vendor.example/terms", "must start with https://"),
        ("file:///etc/passwd", "must start with https://"),
        ("javascript:alert(1)", "must start with https://"),
        ("https:///terms", "names no host"),
        ("https://vendor.example:port/", "is no address"),
        ("https://[::1/terms", "is no address"),
        ("https://me:hunter2@vendor.example/", "holds a user name or password"),
        ("https://@vendor.example/", "holds a user name or password"),
        ("https://vendor.example/a b", "white space"),
        ("https://vendor.example/" + "a" * MAX_URL, f"longer than {MAX_URL}"),
    ],
)
def test_an_address_that_cannot_be_a_page_of_terms_is_refused(url: str, message: str) -> None:
    assert message in str(url_problem(url))


def test_a_password_in_an_address_is_not_repeated() -> None:
    assert "hunter2" not in str(url_problem("https://me:hunter2@vendor.example/"))
