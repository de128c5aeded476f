"""Which clauses are read with the one before them."""

import pytest

from extractors.following import by_choice, items_of, of_a_region
from extractors.model import Answer, Clause, Family, Purpose, Stance
from tests.extractors.saying import answer, says


def licence(quote: str, start: int = 0, *, stance: Stance = Stance.PERMITS, heading: str = "") -> Clause:
    return says(Family.REUSE, stance, purpose=Purpose.LICENCE, start=start, quote=quote, heading=heading)


IMPROVES = says(Family.REUSE, Stance.PERMITS, purpose=Purpose.IMPROVE, start=900)


@pytest.mark.parametrize(
    "quote",
    [
        "By sharing your canvas with others, you grant us a licence to show it.",
        "By choosing to post an image publicly, you give us the right to display it.",
        "If you make a board public, you grant us a licence.",
        "You also grant users of your model a licence to use it.",
    ],
)
def test_a_licence_over_what_the_customer_chooses_to_share_is_not_one_over_all_content(quote: str) -> None:
    assert answer(Family.REUSE, licence(quote), IMPROVES) is Answer.IMPROVE


@pytest.mark.parametrize(
    "quote",
    [
        "By submitting or posting content, you grant us a licence to publicly display it.",
        "By making content available through the service, you grant us a licence.",
        "You grant us a licence to share your content publicly.",
    ],
)
def test_a_licence_over_whatever_is_put_in_is_broad(quote: str) -> None:
    assert answer(Family.REUSE, licence(quote), IMPROVES) is Answer.BROAD


def test_items_are_read_with_their_introduction() -> None:
    head = licence("By sharing your bot with others, you grant a licence:")
    first, second = licence("(i) to us to use and promote it; and", 80), licence("(ii) to show it.", 160)
    after = licence("You grant us a licence to all content.", 240)
    assert by_choice([head, first, second, after]) == [head, first, second]


def test_items_of_a_consent_are_by_consent() -> None:
    head = licence("If you list your model, you agree:", stance=Stance.OPT_IN)
    item = licence("to us to promote your model", 80)
    assert item in by_choice([head, item])


def test_an_item_in_another_section_or_far_off_has_another_introduction() -> None:
    head = licence("By sharing your bot with others, you grant a licence:", heading="A")
    assert items_of([licence("(i) to use it", 80, heading="B")], [head]) == []
    assert items_of([licence("(i) to use it", 5000, heading="A")], [head]) == []


def test_what_goes_on_about_a_regional_right_is_regional() -> None:
    right = says(Family.TRAINING, Stance.OPT_OUT, quote="Residents of the EEA may object.")
    how = says(Family.TRAINING, Stance.OPT_OUT, start=50, quote="To exercise this right, write to us.")
    other = says(Family.TRAINING, Stance.OPT_OUT, start=90, quote="You can switch training off.")
    assert of_a_region([how, right, other]) == [right, how]
    assert of_a_region([how, other]) == []
