"""What others wrote, made safe to look at."""

import pytest

from app.ui.vendor_text import is_web, visible


def test_a_sentence_without_tricks_is_shown_as_it_stands() -> None:
    assert (
        visible("We keep “logs” — for 30\u00a0days.\n\tÜber uns")
        == "We keep “logs” — for 30\u00a0days.\n\tÜber uns"
    )


@pytest.mark.parametrize(
    "sign", ["\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\x00", "\x1b", "\U000e0041"]
)
def test_what_cannot_be_seen_is_named(sign: str) -> None:
    assert visible(f"we{sign}train") == f"we⟨U+{ord(sign):04X}⟩train"


@pytest.mark.parametrize("address", ["https://acme.example/terms?a=1", "HTTP://acme.example"])
def test_web_addresses_become_links(address: str) -> None:
    assert is_web(address)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "upload:terms.pdf", "//acme.example", "https://a b", ""],
)
def test_nothing_else_becomes_a_link(address: str) -> None:
    assert not is_web(address)
