"""Pages as they were received: looked at, and never run."""

import pytest

from registry.model import Role
from tests.app.ui.desk import Desk
from tests.app.ui.papers import PAGE, put

HOSTILE = (
    b"<html><script>document.title='x'</script><img src=https://evil.example/x onerror=alert(1)>"
    b"<form action=/sign-out method=post><button>Click</button></form></html>"
)


@pytest.fixture
def reader(desk: Desk) -> Desk:
    desk.office.submit()
    desk.sign_in()
    return desk


def test_the_original_is_one_click_from_its_text_and_framed_without_any_right(reader: Desk) -> None:
    sha256 = put(reader, "We keep it.")
    assert f"{PAGE}/originals/{sha256}" in reader.read(PAGE)
    shown = reader.read(f"{PAGE}/originals/{sha256}")
    assert '<iframe class="original" sandbox title=' in shown
    assert "allow-" not in shown


@pytest.mark.parametrize("how", ["page", "text", "file", "other"])
def test_bytes_never_come_as_a_page_of_ours(reader: Desk, how: str) -> None:
    sha256 = put(reader, "We keep it.", body=HOSTILE)
    answer = reader.ask("GET", f"{PAGE}/originals/{sha256}/bytes?as={how}")
    assert answer.content == HOSTILE
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'; form-action 'none'")
    assert "allow" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_page_is_laid_out_a_text_is_plain_and_all_else_is_a_file(reader: Desk) -> None:
    page = put(reader, "We keep it.", body=HOSTILE)
    pdf = put(reader, "We keep it. ", body=b"%PDF-1.7", media_type="application/pdf", key="third")
    kinds = {
        (page, "page"): "text/html; charset=utf-8",
        (page, "text"): "text/plain; charset=utf-8",
        (page, "file"): "application/octet-stream",
        (pdf, "page"): "application/octet-stream",
        (pdf, "text"): "application/octet-stream",
    }
    for (sha256, how), kind in kinds.items():
        answer = reader.ask("GET", f"{PAGE}/originals/{sha256}/bytes?as={how}")
        assert answer.headers["content-type"] == kind
        assert ("attachment" in answer.headers.get("content-disposition", "")) == (kind.endswith("stream"))
    assert "A browser cannot show this kind of file here" in reader.read(f"{PAGE}/originals/{pdf}")


def test_a_kind_that_a_server_made_up_is_never_passed_on(reader: Desk) -> None:
    sha256 = put(reader, "We keep it.", body=HOSTILE, media_type="text/html\r\nx-evil: 1")
    answer = reader.ask("GET", f"{PAGE}/originals/{sha256}/bytes?as=page")
    assert answer.headers["content-type"] == "application/octet-stream"


def test_bytes_of_another_source_are_not_given(reader: Desk) -> None:
    put(reader, "We keep it.")
    for sha256 in ("0" * 64, "x"):
        assert reader.ask("GET", f"{PAGE}/originals/{sha256}/bytes").status_code == 404


def test_a_system_that_only_looks_up_sees_no_terms(reader: Desk) -> None:
    sha256 = put(reader, "We keep it.")
    reader.sign_in("gateway", Role.LOOKUP)
    original, tool = f"{PAGE}/originals/{sha256}", "/tools/acme/painter"
    for there in (tool, f"{tool}/plans/team/timeline", PAGE, original, f"{original}/bytes?as=page"):
        assert reader.ask("GET", there).status_code == 403


def test_nobody_sees_an_original_without_signing_in(reader: Desk) -> None:
    sha256 = put(reader, "We keep it.")
    reader.cookies.clear()
    for there in (f"{PAGE}/originals/{sha256}", f"{PAGE}/originals/{sha256}/bytes?as=page"):
        assert reader.ask("GET", there).status_code == 303
