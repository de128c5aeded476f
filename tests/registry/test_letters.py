"""What a vendor is asked, by what its terms leave open."""

from extractors.model import Answer, Fact, Family
from registry.letters import draft_letter

SETTLED = (
    Fact(Family.TRAINING, Answer.PROHIBITED),
    Fact(Family.RETENTION, Answer.BOUNDED, days=30),
    Fact(Family.REUSE, Answer.SERVICE_ONLY),
)


def test_where_nothing_is_open_there_is_no_letter() -> None:
    assert draft_letter("Painter", "Team", SETTLED, ()) == ""


def test_each_open_answer_is_asked_about_with_wording_that_would_settle_it() -> None:
    facts = (Fact(Family.TRAINING, Answer.SILENT), *SETTLED[1:])
    letter = draft_letter("Painter", "Team", facts, ())
    assert "Painter (Team)" in letter
    assert "1. Are our inputs and outputs" in letter
    assert "We found nothing on this" in letter
    assert "shall not use Customer's inputs" in letter
    assert "2." not in letter


def test_a_fact_that_is_not_there_is_asked_about() -> None:
    assert "3. Apart from running the service" in draft_letter("Painter", "Team", (), ())


def test_documents_that_nobody_has_read_are_asked_for_once() -> None:
    letter = draft_letter("Painter", "Team", SETTLED, ("Usage Policy", "Usage Policy"))
    assert letter.count("Usage Policy") == 1
