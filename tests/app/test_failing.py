"""A host that lets nobody in, week after week: no failure, and yet somebody hears of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select

from app.fetch.fetcher import fetcher_from
from app.fetch.turns import Refusal
from app.settings import Settings
from app.workshop import Workshop
from registry.notices import NoticeAnswer, NoticeKind, answer_notice
from registry.tables import NoticeRow, SourceRow
from tests.app.weeks import WEEK, Week, open_week

OPENED = Settings(allowed_networks=("127.0.0.0/8",))


class Closed:
    """A host whose turn is not to be had before the next century."""

    def take(self, _host: str, /) -> Refusal | None:
        return Refusal(datetime(2100, 1, 1, tzinfo=UTC), taken=False)

    def leave(self, _host: str, _not_before: object, /) -> None:
        pass


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with open_week(tmp_path) as week:
        yield week


@pytest.fixture
def opened(week: Week) -> Workshop:
    """The workshop as long as its host lets it in."""
    return week.workshop


@pytest.fixture
def shut(week: Week, opened: Workshop) -> Iterator[Week]:
    """The host lets nobody in from now on."""
    with fetcher_from(OPENED, Closed()) as fetcher:
        week.workshop = replace(opened, fetcher=fetcher)
        yield week


def source(session: Session) -> SourceRow:
    return session.exec(select(SourceRow)).one()


def told(week: Week) -> list[NoticeRow]:
    return [one for one in week.notices if one.kind == NoticeKind.FAILING]


def test_a_source_that_is_put_off_in_as_many_slots_as_failures_are_borne_is_told_of_once(shut: Week) -> None:
    shut.look()
    began = shut.at
    shut.look()
    assert told(shut) == []
    shut.look()
    (notice,) = told(shut)
    assert f"terms was put off in 3 slots in a row, since {began:%Y-%m-%d}: 127.0.0.1" in notice.told
    shut.look()
    assert len(told(shut)) == 1
    with shut.workshop.sessions() as session:
        assert source(session).failures == 0


def test_the_notice_closes_when_the_host_lets_us_in(shut: Week, opened: Workshop) -> None:
    for _ in range(3):
        shut.look()
    shut.workshop = opened
    shut.look()
    assert told(shut) == []
    with opened.sessions() as session:
        assert source(session).put_off_since is None


def test_what_a_person_has_put_aside_is_not_told_again_by_the_next_look(shut: Week) -> None:
    for _ in range(3):
        shut.look()
    with shut.workshop.sessions() as session:
        row = session.exec(select(NoticeRow)).one()
        answer_notice(session, row, NoticeAnswer.DISMISS, "They rebuild their site.", "rita", shut.at)
    shut.look()
    assert told(shut) == []


@pytest.mark.parametrize("page", ["as it was", "gone"])
def test_one_look_that_comes_to_the_page_ends_the_count_whatever_it_finds(
    shut: Week, opened: Workshop, page: str
) -> None:
    closed = shut.workshop
    for _ in range(2):
        shut.look()
    shut.workshop = opened
    if page == "gone":
        del shut.site.pages["/terms"]
    shut.look()
    shut.workshop = closed
    for _ in range(2):
        shut.look()
    assert told(shut) == []


def test_many_looks_that_are_put_off_within_one_slot_alarm_nobody(shut: Week) -> None:
    shut.workshop = replace(shut.workshop, failing_after=1)
    for _ in range(5):
        shut.at -= WEEK
        shut.look()
    assert told(shut) == []
