import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fetch.model import FetchError
from app.fetch.target import Redirect, next_target, parse_target, robots_target
from extractors.model import Failure

HERE = parse_target("https://vendor.example/legal/terms?lang=en")


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("HTTPS://Vendor.Example/Terms#training", "https://vendor.example/Terms"),
        ("https://vendor.example:443/", "https://vendor.example/"),
        ("http://bücher.example/ä?q=é", "http://xn--bcher-kva.example/%C3%A4?q=%C3%A9"),
        ("http://[2606:4700::1]:8080/", "http://[2606:4700::1]:8080/"),
    ],
)
def test_urls_are_normalised(url: str, clean: str) -> None:
    assert parse_target(url).url == clean


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("vendor.example/terms", "begin with https://"),
        ("file:///etc/passwd", "begin with https://"),
        ("javascript:alert(1)", "begin with https://"),
        ("", "begin with https://"),
        ("https://anna:secret@vendor.example/", "user name or password"),
        ("https://vendor.example\\@other.example/", "user name or password"),
        ("https://", "no valid host"),
        ("https://ven dor.example/", "no valid host"),
        ("https://%31%32%37.0.0.1/", "no valid host"),
        ("http://[fe80::1%25eth0]/", "no valid host"),
        ("https://vendor.example:0/", "no port 0"),
        ("https://vendor.example:99999/", "no port 99999"),
        ("https://[::1/", "check its spelling"),
        ("https://vendor.example/\n", "check its spelling"),
        ("https://vendor.example/\ud800", "check its spelling"),
        ("http://１２７.0.0.1/", "check its spelling"),
    ],
)
def test_urls_that_are_unfit_are_refused_with_what_is_wrong(url: str, says: str) -> None:
    with pytest.raises(FetchError) as caught:
        parse_target(url)
    assert caught.value.failure is Failure.BAD_URL
    assert says in caught.value.detail


@pytest.mark.parametrize(
    "url", ["https://anna:secret@vendor.example/", "https://anna:secret@vendor.example/\n"]
)
def test_credentials_are_not_repeated_in_the_error(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        parse_target(url)
    assert "secret" not in caught.value.url + caught.value.detail


@given(st.text() | st.text(alphabet="htps:/@[]%.#?\\ 0aä1xn-").map(lambda rest: f"http://{rest}"))
def test_any_text_is_a_target_or_a_bad_url(url: str) -> None:
    try:
        target = parse_target(url)
    except FetchError as error:
        assert error.failure is Failure.BAD_URL
    else:
        assert target.url.startswith(
            (f"{target.scheme}://{target.host}", f"{target.scheme}://[{target.host}]")
        )
        assert "@" not in target.origin


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/new#part", "https://vendor.example/new"),
        ("../terms", "https://vendor.example/terms"),
        ("//other.example/", "https://other.example/"),
        ("https://other.example:8443/", "https://other.example:8443/"),
        ("/a b", "https://vendor.example/a%20b"),
    ],
)
def test_redirects_are_read_relative_to_the_page(location: str, url: str) -> None:
    assert next_target(HERE, Redirect(location, 302)).url == url


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("file:///etc/passwd", "begin with https://"),
        ("data:text/html,terms", "begin with https://"),
        ("https://anna:secret@vendor.example/", "user name or password"),
        ("https://[::1", "not a URL"),
        ("http://vendor.example/terms", "from https to http"),
    ],
)
def test_redirects_that_are_unfit_are_refused(location: str, says: str) -> None:
    with pytest.raises(FetchError) as caught:
        next_target(HERE, Redirect(location, 301))
    error = caught.value
    assert (error.failure, error.http_status, error.url) == (Failure.REDIRECT_REFUSED, 301, HERE.url)
    assert says in error.detail
    assert "secret" not in error.detail


def test_a_redirect_may_lead_from_http_to_https() -> None:
    here = parse_target("http://vendor.example/terms")
    assert next_target(here, Redirect("https://vendor.example/terms", 301)).scheme == "https"


def test_robots_txt_stands_at_the_root_of_the_origin() -> None:
    assert robots_target(HERE).url == "https://vendor.example/robots.txt"
    assert robots_target(parse_target("http://[2606:4700::1]:8080/a/b?c")).url == (
        "http://[2606:4700::1]:8080/robots.txt"
    )
