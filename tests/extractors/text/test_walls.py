"""Pages that stand in front of terms or in place of them, each with its name; terms that resemble them."""

from collections.abc import Callable

import pytest

from extractors.model import Failure, Selection, Snapshot
from extractors.text import ReadError, read_text

Page = Callable[..., Snapshot]

WALLS = {
    "challenge": (
        "<title>Just a moment...</title>Checking your browser. Enable JavaScript and cookies to continue.",
        Failure.BOT_WALL,
    ),
    "blocked": ("<h1>Access denied</h1><p>You have been blocked. Ray ID: 8f1</p>", Failure.BOT_WALL),
    "login": (
        "<title>Sign in</title><form><input name=email><input type=password><button>Log in</button></form>",
        Failure.LOGIN_FORM,
    ),
    "login without password": (
        "<title>Log in | Example Lantern</title><h1>Log in</h1><input type=email><button>Continue</button>",
        Failure.LOGIN_FORM,
    ),
    "consent": (
        "<div id=consent>We and our 1717 partners store and access data on your device. Accept all.</div>",
        Failure.CONSENT_BANNER,
    ),
    "consent tool": (
        '<div id="onetrust-banner-sdk"><p>We use cookies.</p><button>Accept all</button></div><main></main>',
        Failure.CONSENT_BANNER,
    ),
    "script": (
        "<div id=root></div><script src=/a.js></script><noscript>You need to enable JavaScript.</noscript>",
        Failure.SCRIPT_SHELL,
    ),
    "loading": (
        '<div id="__next">Loading the app, please wait.</div><script src=/a.js></script>',
        Failure.SCRIPT_SHELL,
    ),
    "no text": ("<html><body><img src=a.png></body></html>", Failure.EMPTY),
    "white space": ("  \n ", Failure.EMPTY),
    "nothing": ("", Failure.EMPTY),
    "not found": (
        "<title>Lantern</title><h1>Page not found</h1><p>It may have moved, or never was. "
        + "Look around. " * 30,
        Failure.NOT_TERMS,
    ),
    "one sentence": ("<p>We may use your content</p>", Failure.NOT_TERMS),
}


@pytest.mark.parametrize("name", WALLS)
def test_a_wall_is_named_and_never_read(name: str, page: Page) -> None:
    body, failure = WALLS[name]
    with pytest.raises(ReadError) as caught:
        read_text(page(body))
    assert caught.value.failure is failure
    assert caught.value.detail


@pytest.mark.parametrize("name", ["challenge", "login", "consent", "script", "no text"])
def test_a_wall_is_named_even_where_a_declared_part_is_missing(name: str, page: Page) -> None:
    body, failure = WALLS[name]
    with pytest.raises(ReadError) as caught:
        read_text(page(body), Selection(select=("main",)))
    assert caught.value.failure is failure


@pytest.mark.parametrize(
    "extra",
    [
        "<a href=/login>Log in</a>",
        "<form><input type=password><button>Sign in</button></form>",
        "<div class=cookie-banner>We use cookies. <button>Accept all</button></div>",
        "<noscript>Please enable JavaScript.</noscript>",
        "<script src=https://challenges.cloudflare.com/turnstile.js></script>",
        "<div id=root></div><script src=/app.js></script>",
    ],
)
def test_terms_that_carry_a_part_of_a_wall_stay_terms(extra: str, page: Page, terms: str) -> None:
    text = read_text(page(f"<body>{extra}{terms}</body>")).text
    assert "We will not use it to train our models" in text
    assert "cookies" not in text
    assert "JavaScript" not in text


@pytest.mark.parametrize(
    "text",
    [
        "Nous conservons vos données pendant 30 jours.",
        "Wir verwenden Ihre Inhalte nicht, um unsere Modelle zu trainieren, und wir löschen sie bald.",
        "Мы не используем ваши данные для обучения моделей и удаляем их через тридцать дней.",
        "我们不会使用您的内容来训练我们的模型。我们会在三十天内删除您的内容。",
        "Utilizamos los datos que usted nos da para prestar el servicio y no para entrenar los modelos.",
    ],
)
@pytest.mark.parametrize("media_type", ["text/html", "text/plain"])
def test_another_language_is_refused(text: str, media_type: str, page: Page) -> None:
    with pytest.raises(ReadError) as caught:
        read_text(page(text, media_type))
    assert caught.value.failure is Failure.FOREIGN_LANGUAGE


def test_mostly_english_terms_with_a_foreign_passage_pass_with_a_warning(page: Page, terms: str) -> None:
    german = "<p>Wir verwenden die Inhalte nicht, und wir löschen sie, wenn der Vertrag nicht mehr gilt.</p>"
    document = read_text(page(terms + terms + german * 3))
    assert document.language == "en"
    assert any("not in English" in warning for warning in document.warnings)


def test_a_table_of_names_is_in_no_language(page: Page) -> None:
    rows = "".join(f"<tr><td>Lantern {place} GmbH<td>{place}" for place in ("Berlin", "Wien", "Oslo") * 40)
    assert read_text(page(f"<table><tr><th>Name<th>Place{rows}</table>")).text.startswith("| Name | Place |")


def test_a_short_contract_as_a_file_is_no_wall(page: Page) -> None:
    text = "The vendor shall not train models on customer content.\n"
    assert read_text(page(text, "text/plain")).text == text
