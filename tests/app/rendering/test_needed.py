import pytest

from app.rendering.model import Order, RenderLimits, Shown, Trouble
from app.rendering.needed import is_needed, is_watcher, stays

PAGE = "https://brush.example/terms"


@pytest.mark.parametrize("kind", ["document", "script", "stylesheet", "xhr", "fetch"])
def test_what_a_text_may_need_is_let_through_from_anywhere(kind: str) -> None:
    assert is_needed(PAGE, "https://content.example/api", kind, "GET")


@pytest.mark.parametrize("kind", ["image", "media", "font", "websocket", "ping", "manifest", "eventsource"])
def test_what_no_text_needs_is_not(kind: str) -> None:
    assert not is_needed(PAGE, "https://brush.example/x", kind, "GET")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_is_sent_to_a_site(method: str) -> None:
    assert not is_needed(PAGE, "https://brush.example/api", "fetch", method)


def test_those_who_watch_visitors_are_not_asked() -> None:
    assert is_watcher("www.google-analytics.com")
    assert not is_needed(PAGE, "https://cdn.segment.com/analytics.js", "script", "GET")


def test_a_watcher_may_show_its_own_terms() -> None:
    assert is_needed("https://posthog.com/terms", "https://posthog.com/app.js", "script", "GET")


def test_a_name_that_only_ends_like_a_watchers_is_none() -> None:
    assert not is_watcher("notsegment.com")


def test_another_host_is_another_page() -> None:
    assert stays(PAGE, "https://brush.example/terms?x=1")
    assert not stays(PAGE, "https://login.brush.example/terms")


def test_orders_and_answers_survive_the_way_between_the_processes() -> None:
    order = Order(PAGE, "T", "/c", "/f", True, "http://127.0.0.1:1", "u", "p", RenderLimits(seconds=3))
    assert Order.from_json(order.to_json()) == order
    shown = Shown(PAGE, 200, (("a", "b"),), "<p>é</p>", Trouble.TOO_SLOW, "x")
    assert Shown.from_json(shown.to_json()) == shown


@pytest.mark.parametrize("line", ["", "no JSON", "{}", '{"url": 1}'])
def test_an_answer_that_is_none_is_told(line: str) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        Shown.from_json(line)
