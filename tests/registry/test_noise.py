"""What may be passed over in a page that differs, and what never may, on invented terms."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.clauses import ClauseReader
from extractors.model import CORE_FAMILIES, Clause, Document, Failure
from extractors.ruleset import load_ruleset
from registry.changes import compare_readings
from registry.model import Direction
from registry.noise import (
    NOT_BELIEVED,
    OF_FAILURE,
    Back,
    Noise,
    NoiseKind,
    Shown,
    sift,
    words_digest,
)

NO_TRAINING = "We do not use Customer Content to train our machine learning models."
MAY_TRAIN = "We may use Customer Content to train and improve our machine learning models."
DELETED = "We delete Customer Content within 30 days after you submit it."
KEPT = "We delete Customer Content within 90 days after you submit it."
ONLY = "We use Customer Content only to provide the service to you and for no other purpose."
SOLD = "We may sell Customer Content to our advertising partners for their own purposes."
PLAIN = (
    "These terms govern how you use Brush, the drawing service of Acme Tools Ltd.",
    "You may not use the service to break the law, nor to harm other people who use it.",
    "Neither party is liable for indirect damage of any kind whatsoever.",
    "Fees are due on the first day of each month, and are not refunded.",
    "You keep your password to yourself and tell us when somebody else has it.",
    "The courts of the town of Elsewhere decide on all disputes under these terms.",
    "Notices reach us at the address that stands at the end of this page.",
    "We send invoices by mail to the address that you have given to us.",
)
TERMS = "\n\n".join(("# Terms of Service", *PLAIN[:4], NO_TRAINING, ONLY, DELETED, *PLAIN[4:])) + "\n"
COOKIES = (
    "# Cookies\n\nA cookie is a small file that a browser keeps for a site. Some cookies remember which "
    "language somebody has chosen, others count visitors. Every browser can block cookies; look into its "
    "menu under privacy. Pages then forget choices between two visits, and nothing else happens.\n"
)


@pytest.fixture(scope="module")
def show() -> Callable[[str], Shown]:
    reader = ClauseReader(load_ruleset())
    return lambda text: Shown(text, reader.read(Document(text, words_digest(text))).clauses)


Show = Callable[[str], Shown]


def sifted(show: Show, before: str, after: str, back: Back = Back.NEW) -> NoiseKind | None:
    noise = sift(show(before), show(after), back)
    return None if noise is None else noise.kind


@pytest.mark.parametrize(
    ("after", "detail"),
    [
        (TERMS, "markup"),
        (TERMS.replace("We do not", "We  do\nnot"), "white space"),
        (TERMS.replace("this page", "[this page](https://acme.example/?visit=77)"), "links"),
        (TERMS.replace("Brush,", "“Brush” –"), "typography"),
        (TERMS + "8f3a9c2b7d11 550e8400-e29b-41d4-a716-446655440000\n", "tracking ids"),
        ("\n\n".join(reversed(TERMS.split("\n\n"))), "order of paragraphs"),
    ],
)
def test_what_no_person_reads_is_cosmetic(show: Show, after: str, detail: str) -> None:
    assert sift(show(TERMS), show(after), Back.NEW) == Noise(NoiseKind.COSMETIC, detail)


def test_another_address_behind_a_link_is_cosmetic(show: Show) -> None:
    one, other = (TERMS.replace("this page", f"[this page](/page?s={n})") for n in (1, 2))
    assert sift(show(one), show(other), Back.NEW) == Noise(NoiseKind.COSMETIC, "links")


def test_other_words_around_the_same_statements_are_reworded(show: Show) -> None:
    after = TERMS.replace("the town of Elsewhere", "the city of Nowhere, in the second instance")
    assert sifted(show, TERMS, after) is NoiseKind.REWORDED


def test_a_statement_of_which_no_requirement_speaks_is_named_as_such(show: Show) -> None:
    after = TERMS.replace(PLAIN[3], f"{PLAIN[3]} You own the output that the service returns to you.")
    noise = sift(show(TERMS), show(after), Back.NEW)
    assert noise == Noise(NoiseKind.SECONDARY, "statements on ownership")


@pytest.mark.parametrize(("was", "now"), [(NO_TRAINING, MAY_TRAIN), (DELETED, KEPT), (ONLY, SOLD)])
def test_a_worse_statement_is_never_noise(show: Show, was: str, now: str) -> None:
    for back in Back:
        assert sifted(show, TERMS, TERMS.replace(was, now), back) is None


@pytest.mark.parametrize("gone", [NO_TRAINING, DELETED, ONLY])
def test_a_lost_promise_is_never_noise(show: Show, gone: str) -> None:
    for back in Back:
        assert sifted(show, TERMS, TERMS.replace(gone, ""), back) is None


def test_a_better_statement_is_one_of_substance(show: Show) -> None:
    assert sifted(show, TERMS.replace(NO_TRAINING, MAY_TRAIN), TERMS) is None


def test_a_change_that_the_next_look_takes_back_has_flapped(show: Show) -> None:
    worse = TERMS.replace(NO_TRAINING, MAY_TRAIN)
    assert sifted(show, worse, TERMS, Back.NEXT_LOOK) is NoiseKind.FLAPPED
    assert sifted(show, worse, TERMS, Back.EARLIER) is NoiseKind.RETURNED


def test_a_text_that_comes_back_without_a_change_in_substance_has_returned(show: Show) -> None:
    reworded = TERMS.replace("the town of Elsewhere", "the city of Nowhere")
    assert sifted(show, reworded, TERMS, Back.NEXT_LOOK) is NoiseKind.RETURNED


def test_a_return_that_reads_worse_is_none(show: Show) -> None:
    worse = TERMS.replace(NO_TRAINING, MAY_TRAIN)
    assert sifted(show, TERMS, worse, Back.NEXT_LOOK) is None


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6])
def test_a_page_that_breaks_off_is_half_loaded(show: Show, share: float) -> None:
    assert sifted(show, TERMS, TERMS[: int(len(TERMS) * share)]) is NoiseKind.HALF_LOADED


def test_a_missing_last_paragraph_is_no_half_loaded_page(show: Show) -> None:
    assert sifted(show, TERMS, TERMS[: -len(PLAIN[-1])]) is not NoiseKind.HALF_LOADED


def test_a_part_that_says_something_new_and_worse_is_not_half_loaded(show: Show) -> None:
    part = TERMS[: TERMS.index(NO_TRAINING)] + MAY_TRAIN
    whole = TERMS + "\n".join(PLAIN) * 10
    assert sifted(show, whole, part) is None


def test_another_document_in_place_of_the_terms_is_told_as_such(show: Show) -> None:
    assert sifted(show, TERMS, COOKIES) is NoiseKind.OTHER_DOCUMENT


def test_every_failure_has_its_place_in_the_ledger_or_none_at_all() -> None:
    assert set(OF_FAILURE) == set(Failure)
    for kind, failure in NOT_BELIEVED.items():
        assert OF_FAILURE[failure] is kind


def test_texts_that_differ_in_layout_alone_have_one_digest_of_words() -> None:
    assert words_digest(TERMS) == words_digest(TERMS.replace("\n\n", "  \n").replace("'", "’"))
    assert words_digest(TERMS) != words_digest(TERMS.replace("30", "31"))


SENTENCES = (*PLAIN, NO_TRAINING, MAY_TRAIN, DELETED, KEPT, ONLY, SOLD)


def _worse(changes_of: tuple[Clause, ...], after: tuple[Clause, ...]) -> tuple[bool, bool]:
    """Whether a statement of today goes against the customer, and whether a promise is gone."""
    against = [
        one
        for one in compare_readings(changes_of, after)
        if one.family in CORE_FAMILIES and one.direction in {Direction.WORSE, Direction.MIXED}
    ]
    return any(one.after is not None for one in against), any(one.after is None for one in against)


@settings(max_examples=150, deadline=None)
@given(
    before=st.lists(st.sampled_from(SENTENCES), min_size=6, max_size=14),
    kept=st.floats(0, 1),
    seed=st.integers(0, 2**16),
    added=st.lists(st.sampled_from(SENTENCES), max_size=3),
    back=st.sampled_from(Back),
)
def test_nothing_that_is_passed_over_reads_worse(
    show: Show, before: list[str], kept: float, seed: int, added: list[str], back: Back
) -> None:
    """Of any two texts: where one reads worse, it is of substance, or held up for a person."""
    dice = Random(seed)
    rest = [one for one in before if dice.random() < kept] + added
    dice.shuffle(rest)
    was, now = show("\n\n".join(before)), show("\n\n".join(rest))
    states_worse, lost_promise = _worse(was.clauses, now.clauses)
    noise = sift(was, now, back)
    if states_worse:
        assert noise is None or noise.kind is NoiseKind.OTHER_DOCUMENT
    if lost_promise:
        assert noise is None or noise.kind in NOT_BELIEVED


@settings(max_examples=60, deadline=None)
@given(
    at=st.integers(0, len(TERMS) - 1), sign=st.sampled_from([" ", "\n", ",", "’", "*", "not ", "may ", "9"])
)
def test_one_sign_more_is_noise_only_where_nothing_reads_worse(show: Show, at: int, sign: str) -> None:
    was, now = show(TERMS), show(TERMS[:at] + sign + TERMS[at:])
    if any(_worse(was.clauses, now.clauses)):
        assert sift(was, now, Back.EARLIER) is None


def test_clauses_without_their_words_still_count(show: Show) -> None:
    """A reading that differs though the words do not, as another heading makes it, is of substance."""
    was = show(TERMS)
    other = tuple(
        replace(one, stance=show(MAY_TRAIN).clauses[0].stance) if one.quote == NO_TRAINING else one
        for one in was.clauses
    )
    assert sift(was, Shown(TERMS, other), Back.NEW) is None
