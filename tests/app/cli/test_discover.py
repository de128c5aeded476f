import json
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner, Result

from app.cli import application
from tests.app.discovery.invented_site import page
from tests.app.vendor_site import VendorSite, vendor_site


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[VendorSite]:
    monkeypatch.setenv("TERMGATE_ALLOWED_NETWORKS", "127.0.0.0/8")
    with vendor_site() as site:
        site.pages["/"] = page("Acme", footer='<a href="/terms">Terms</a> <a href="/gone">Privacy</a>')
        yield site


def run(*words: str) -> Result:
    return CliRunner().invoke(application(words), words)


def test_a_site_is_searched_without_a_registry(site: VendorSite) -> None:
    result = run("discover", site.url("/"), "--gap", "0", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    (one,) = told["proposals"]
    assert (one["url"], one["terms_type"]) == (site.url("/terms"), "Terms of Service")
    assert one["reasons"][0]["whence"] == "footer"
    assert [trouble["url"] for trouble in told["troubles"]] == [site.url("/gone")]


def test_a_person_reads_what_is_proposed_and_what_could_not_be_looked_at(site: VendorSite) -> None:
    result = run("discover", site.url("/"), "--gap", "0")
    assert "Terms of Service" in result.output
    assert "not_found" in result.output


def test_what_is_no_site_is_refused_in_a_line() -> None:
    result = run("discover", "acme")
    assert result.exit_code == 2
    assert "acme.com" in result.output
