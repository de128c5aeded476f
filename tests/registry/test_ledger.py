"""The noise ledger's rows: what is asked of it, when a text is back, and how often noise repeats."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from extractors.model import Failure
from registry.evidence import Seen, good_sighting, record_sighting
from registry.ledger import Held, Passed, back_of, count_noise, keep_noise, noise_in_pass, noise_of, repeated
from registry.noise import Back, Noise, NoiseKind
from registry.store import documents_of, sources_of
from registry.tables import SourceRow, ToolRow
from tests.registry.readings import clause, show

WEEK = timedelta(days=7)
HALF = Noise(NoiseKind.HALF_LOADED, "40 of 100 words")
FIRST, SECOND = clause("We never train on drafts."), clause("We never train on your drafts or voices.")


@pytest.fixture
def source(session: Session, tool: ToolRow, now: datetime) -> SourceRow:
    """A source that was seen once."""
    found = sources_of(session, tool.id)[0]
    show(session, found, FIRST, "look-0", now)
    return found


def noisy(session: Session, source: SourceRow, week: int, now: datetime, noise: Noise = HALF) -> None:
    """A look in that week that passed something over and showed no terms."""
    good = good_sighting(session, source.id)
    assert good is not None
    assert good.document_id is not None
    at = now + week * WEEK
    keep_noise(session, Held(source.id, f"look-{week}", good.document_id, at), noise, None)
    record_sighting(session, source.id, f"look-{week}", Seen(None, at, Failure.HALF_LOADED))


def test_the_ledger_is_asked_by_tool_source_kind_and_time(
    session: Session, source: SourceRow, now: datetime
) -> None:
    noisy(session, source, 1, now)
    noisy(session, source, 2, now, Noise(NoiseKind.COSMETIC, "links"))
    assert [row.kind for row, _, _ in noise_of(session, Passed())] == ["cosmetic", "half_loaded"]
    newest = noise_of(session, Passed(tool_id=source.tool_id), limit=1)[0][0]
    assert [row.kind for row, _, _ in noise_of(session, Passed(), before=newest.id)] == ["half_loaded"]
    assert count_noise(session, Passed(source_id=source.id)) == {
        NoiseKind.COSMETIC: 1,
        NoiseKind.HALF_LOADED: 1,
    }
    assert count_noise(session, Passed(until=now + 2 * WEEK)) == {NoiseKind.HALF_LOADED: 1}
    assert count_noise(session, Passed(kind=NoiseKind.COSMETIC, since=now)) == {NoiseKind.COSMETIC: 1}
    assert count_noise(session, Passed(tool_id=source.tool_id + 1)) == {}
    found = noise_in_pass(session, source.id, "look-1")
    assert found is not None
    assert found.detail == HALF.detail


@pytest.mark.parametrize(("looks", "back"), [(1, Back.NEXT_LOOK), (2, Back.EARLIER)])
def test_a_text_is_back_at_the_next_look_or_later(
    session: Session, source: SourceRow, now: datetime, looks: int, back: Back
) -> None:
    for number in range(looks):
        show(session, source, SECOND, f"other-{number}", now + WEEK)
    last, first = documents_of(session, source.id)
    assert back_of(session, Held(source.id, "now", last.id, now), first) is back


def test_a_text_that_only_held_up_a_look_was_never_shown_as_the_terms(
    session: Session, source: SourceRow, now: datetime
) -> None:
    show(session, source, SECOND, "look-1", now + WEEK)
    good, first = documents_of(session, source.id)
    assert back_of(session, Held(source.id, "now", first.id, now), first) is Back.NEW
    assert good.words != first.words


def test_what_repeats_is_counted_in_a_row_and_in_a_window(
    session: Session, source: SourceRow, now: datetime
) -> None:
    noisy(session, source, 1, now)
    show(session, source, FIRST, "calm", now + 2 * WEEK)
    noisy(session, source, 3, now)
    noisy(session, source, 4, now)
    noisy(session, source, 5, now, Noise(NoiseKind.ERROR_PAGE, "a 404 repeats nothing"))
    assert repeated(session, source.id, None, now) == (2, 3)
    assert repeated(session, source.id, None, now + 2 * WEEK) == (2, 2)
    assert repeated(session, source.id, now + 3 * WEEK, now) == (1, 1)
