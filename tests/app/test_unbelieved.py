"""What a text states that is not believed: it suspends whenever a page comes to show it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors.model import Answer
from registry.model import Status
from registry.notices import NoticeAnswer, NoticeKind, answer_notice, notices_of
from registry.rulings import DecisionRefusedError
from tests.app.weeks import GREEDY, PART, WHOLE, WORSE, Week, open_week

LIMIT = "You can opt out of the use of Customer Content for training at any time in your settings."
LIMITED = WORSE.replace("</main>", f"<h2>8. Sea</h2><p>{'We like the sea. ' * 90}{LIMIT}</p></main>")
"""What limits the freedom stands at the end: without it, the freedom is all there is."""


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with open_week(tmp_path) as one:
        yield one


def test_another_document_that_comes_back_suspends_what_was_approved_while_it_was_away(week: Week) -> None:
    week.show(GREEDY)
    week.show(WHOLE)
    week.approve()
    week.show(GREEDY)
    (notice,) = week.notices
    assert (week.status, notice.went_back_at) == (Status.SUSPENDED, None)
    assert len(notice.changes) == 2


def test_a_part_that_comes_back_suspends_what_was_approved_while_it_was_away(week: Week) -> None:
    week.show(LIMITED)
    week.approve()
    week.show(WORSE)
    week.show(LIMITED)
    week.approve()
    assert week.answer() is Answer.OPT_OUT
    week.show(WORSE)
    (notice,) = week.notices
    assert (notice.kind, notice.went_back_at) == (NoticeKind.HALF_LOADED, None)
    assert week.status == Status.SUSPENDED


def test_a_quarantined_text_that_comes_back_suspends_what_was_approved_while_it_was_away(week: Week) -> None:
    week.show(PART)
    week.look()
    week.show(WORSE)
    week.show(WHOLE)
    week.approve()
    week.show(WORSE)
    assert week.status == Status.SUSPENDED


def test_a_further_text_that_states_the_same_is_told_anew(week: Week) -> None:
    week.show(GREEDY)
    first = week.notices[0].document_id
    week.show(GREEDY.replace("visitors.", "visitors, and some count nothing."))
    (notice,) = week.notices
    assert notice.document_id != first
    assert len(notice.changes) == 2


def test_a_page_that_goes_on_showing_a_text_is_told_of_once(week: Week) -> None:
    week.show(GREEDY)
    because = week.because
    week.look()
    assert len(week.notices[0].changes) == 2
    assert week.because == because


def test_an_approval_waits_for_the_word_on_a_text_that_reads_worse(week: Week) -> None:
    week.show(GREEDY)
    with pytest.raises(DecisionRefusedError, match="notice_1"):
        week.approve()
    with week.workshop.sessions() as session:
        (row,) = notices_of(session)
        answer_notice(session, row, NoticeAnswer.DISMISS, "a page for visitors", "rita", week.at)
    week.approve()
    assert week.status == Status.APPROVED
