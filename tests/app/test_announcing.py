"""Terms that hold from a day to come: until it, the worse of both texts; on it, what was announced."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from app.foreseeing import Foreseen, foresee
from app.unbelieved import Said, answer
from extractors.clauses import ClauseReader
from extractors.model import Answer, Family, Snapshot
from registry.capturing import keep_capture
from registry.model import Direction, Status
from registry.notices import NoticeAnswer, NoticeKind, NoticeRefusedError, notices_of
from registry.store import sources_of
from registry.submissions import PassKind
from tests.app.weeks import START, TRAINS, WHOLE, WORSE, Week, open_week

DAY = (START + timedelta(days=20)).date()
"""Between the third look and the fourth."""
KEPT_LESS = WHOLE.replace("within 30 days", "within 7 days")


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with open_week(tmp_path) as week:
        yield week


def announcing(page: str, day: date = DAY) -> str:
    return page.replace("<h2>1.", f"<p>These terms take effect on {day:%d %B %Y}.</p><h2>1.")


def foreseen(week: Week) -> Foreseen | None:
    with week.workshop.sessions() as session:
        return foresee(session, week.plan(session), week.workshop.policy, week.at)


def days(week: Week) -> int | None:
    return week.fact(Family.RETENTION).days


def test_a_better_text_counts_only_from_its_day(week: Week) -> None:
    week.show(announcing(KEPT_LESS))
    assert (days(week), week.flags, week.status) == (30, [], Status.APPROVED)
    assert [(one.kind, one.effective_on) for one in week.notices] == [(NoticeKind.ANNOUNCED, DAY)]
    week.look()
    assert (days(week), week.flags) == (30, [])
    week.look()
    assert (days(week), week.notices) == (7, [])
    assert [(flag.direction, flag.cause) for flag in week.flags] == [(Direction.BETTER, "terms")]
    assert week.status is Status.APPROVED


def test_a_worse_text_counts_at_once(week: Week) -> None:
    week.show(announcing(WORSE))
    assert (week.answer(), week.status) == (Answer.PERMITTED, Status.SUSPENDED)
    assert [one.kind for one in week.notices] == [NoticeKind.ANNOUNCED]


def test_what_is_better_in_one_matter_and_worse_in_another_waits_for_the_better_half(week: Week) -> None:
    week.show(announcing(WORSE.replace("within 30 days", "within 7 days")))
    assert (week.answer(), days(week)) == (Answer.PERMITTED, 30)
    week.look()
    week.look()
    assert (week.answer(), days(week)) == (Answer.PERMITTED, 7)


def test_the_plan_is_shown_as_it_will_stand(week: Week) -> None:
    week.show(announcing(KEPT_LESS))
    found = foreseen(week)
    assert found is not None
    assert (found.on, found.status) == (DAY, Status.APPROVED)
    assert [(one.family, one.direction) for one in found.changes] == [(Family.RETENTION, Direction.BETTER)]
    week.look()
    week.look()
    assert foreseen(week) is None


def test_a_text_that_is_withdrawn_before_its_day_leaves_nothing(week: Week) -> None:
    week.show(announcing(KEPT_LESS))
    week.show(WHOLE)
    assert (days(week), week.notices, week.flags) == (30, [], [])
    assert week.status is Status.APPROVED


def test_a_day_that_is_named_without_the_new_text_is_news_once(week: Week) -> None:
    banner = f"<p>On {DAY:%d %B %Y}, we will update our Terms of Service.</p><h2>1."
    week.show(WHOLE.replace("<h2>1.", banner))
    (notice,) = week.notices
    assert (notice.kind, notice.former_id, foreseen(week)) == (NoticeKind.ANNOUNCED, None, None)
    with week.workshop.sessions() as session:
        (row,) = notices_of(session)
        with pytest.raises(NoticeRefusedError, match="answered with dismiss"):
            answer(session, row, _said(NoticeAnswer.ACCEPT, week), week.workshop.policy)
        answer(session, row, _said(NoticeAnswer.DISMISS, week), week.workshop.policy)
    week.show(WHOLE.replace("<h2>1.", banner).replace("Fees are due", "Fees fall due"))
    assert week.notices == []


def test_a_person_may_say_that_the_new_text_holds_already(week: Week) -> None:
    week.show(announcing(KEPT_LESS))
    with week.workshop.sessions() as session:
        (row,) = notices_of(session)
        with pytest.raises(NoticeRefusedError, match="answered with accept"):
            answer(session, row, _said(NoticeAnswer.DISMISS, week), week.workshop.policy)
        answer(session, row, _said(NoticeAnswer.ACCEPT, week), week.workshop.policy)
    assert days(week) == 7


def test_new_rules_read_the_former_text_too(week: Week) -> None:
    week.show(announcing(KEPT_LESS))
    newer = replace(week.workshop.reader.ruleset, version="newer")
    week.workshop = replace(week.workshop, reader=ClauseReader(newer))
    week.look(PassKind.REREAD)
    assert days(week) == 30


def test_the_sentence_of_the_former_text_stands_behind_the_fact(week: Week) -> None:
    week.show(announcing(WORSE))
    quotes = [one.clause.quote for one in week.fact(Family.TRAINING).citations]
    assert quotes == [TRAINS]
    quotes = [one.clause.quote for one in week.fact(Family.RETENTION).citations]
    assert quotes == ["We delete Customer Content within 30 days after you submit it."]


def _said(said: NoticeAnswer, week: Week) -> Said:
    return Said(said, "I have asked them.", "rita", week.at)


def test_a_day_counts_once_it_has_begun_everywhere(week: Week) -> None:
    tomorrow = (week.at + timedelta(days=7)).date()
    week.show(announcing(KEPT_LESS, tomorrow + timedelta(days=1)))
    week.at = datetime.combine(tomorrow + timedelta(days=1), datetime.min.time(), UTC) - timedelta(days=7)
    week.look()
    assert days(week) == 30


def test_a_better_text_that_comes_back_counts_only_from_its_day_too(week: Week) -> None:
    coming = announcing(KEPT_LESS)
    week.show(coming)
    week.show(WHOLE)
    week.site.pages["/terms"] = coming
    week.at -= timedelta(days=6)
    week.look()
    assert week.at.date() < DAY
    assert (days(week), week.flags) == (30, [])


def test_a_better_text_that_a_person_brings_counts_only_from_its_day_too(week: Week) -> None:
    body = announcing(KEPT_LESS).encode()
    saved = week.at + timedelta(days=1)
    with week.workshop.sessions() as session:
        source = sources_of(session, week.plan(session).tool_id)[0]
        page = Snapshot(body, sha256(body).hexdigest(), "text/html", None, source.urls[0], saved)
        keep_capture(session, source, page, "terms.html", "rita", saved)
    week.look()
    assert [one.kind for one in week.notices] == [NoticeKind.ANNOUNCED]
    assert (days(week), week.flags) == (30, [])
