"""The index in force: swapped whole, kept when loading fails, doubted when the registry is out of sight."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from app.lookup.holder import PATIENCE, IndexHolder
from app.lookup.index import LookupIndex
from app.lookup.refresh import keep_current, refresh_once
from tests.app.lookup_rows import NOW, index


def never() -> LookupIndex:
    raise AssertionError("nothing was to be loaded")


def broken() -> int:
    raise OSError("the database is away")


def test_an_index_counts_until_patience_ends_and_again_when_confirmed() -> None:
    holder = IndexHolder(index(), NOW)
    late = NOW + PATIENCE
    assert holder.current(late - timedelta(microseconds=1)).confirmed
    assert not holder.current(late).confirmed
    refresh_once(holder, lambda: 7, never, lambda: late)
    assert holder.current(late).confirmed


def test_a_moved_revision_swaps_the_whole_index() -> None:
    holder = IndexHolder(index(), NOW)
    refresh_once(holder, lambda: 8, lambda: index(revision=8), lambda: NOW)
    assert holder.current(NOW).revision == 8


def test_an_index_that_cannot_be_loaded_leaves_the_old_one_which_is_doubted_in_time() -> None:
    holder = IndexHolder(index(), NOW)

    def cannot() -> LookupIndex:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk"):
        refresh_once(holder, lambda: 8, cannot, lambda: NOW + timedelta(seconds=5))
    assert holder.current(NOW).revision == 7
    assert not holder.current(NOW + PATIENCE).confirmed


def test_refreshing_goes_on_after_failures() -> None:
    holder = IndexHolder(index(), NOW)
    answers: list[Callable[[], int]] = [broken, broken, lambda: 8]

    async def run() -> None:
        task = asyncio.create_task(
            keep_current(
                holder,
                lambda: answers.pop(0)() if answers else 8,
                lambda: index(revision=8),
                lambda: NOW,
                every_s=0.001,
            )
        )
        for _ in range(1000):
            await asyncio.sleep(0.001)
            if holder.revision == 8:
                break
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert holder.revision == 8
    assert not answers


def test_the_time_of_the_question_counts_not_that_of_the_answer() -> None:
    holder = IndexHolder(index(), NOW)
    times = iter([NOW + timedelta(seconds=1), NOW + timedelta(hours=1)])

    def clock() -> datetime:
        return next(times)

    refresh_once(holder, lambda: 7, never, clock)
    assert not holder.current(NOW + timedelta(seconds=1) + PATIENCE).confirmed
