"""Keeps the index at the registry's revision: asks for the number often, loads only when it moved."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final

import structlog

from app.lookup.holder import IndexHolder
from app.lookup.index import LookupIndex

EVERY_S: Final = 0.1
"""A suspension waits this long at most before it is seen; asking takes about a millisecond."""

log = structlog.get_logger(__name__)


def refresh_once(
    holder: IndexHolder,
    read_revision: Callable[[], int],
    load: Callable[[], LookupIndex],
    clock: Callable[[], datetime],
) -> None:
    """Ask for the registry's revision, and load and swap where it is another. Whatever fails, is raised."""
    asked_at = clock()
    if read_revision() == holder.revision:
        holder.confirm(asked_at)
    else:
        index = load()
        holder.swap(index, asked_at)
        log.debug("index_swapped", revision=index.revision, tools=len(index.records))


async def keep_current(
    holder: IndexHolder,
    read_revision: Callable[[], int],
    load: Callable[[], LookupIndex],
    clock: Callable[[], datetime],
    every_s: float = EVERY_S,
) -> None:
    """Refresh until cancelled. `read_revision` and `load` may block: they run in a thread of their own.

    A failure keeps the index that is there, is logged once, and is tried again; if it lasts, the holder
    begins to doubt the index by itself.
    """
    loop = asyncio.get_running_loop()
    # Not the loop's own threads: whatever else takes those must not keep a suspension waiting.
    with ThreadPoolExecutor(1, "index-refresh") as thread:
        failing = False
        while True:
            try:
                await loop.run_in_executor(thread, refresh_once, holder, read_revision, load, clock)
            except Exception:
                if not failing:
                    log.exception("index_not_refreshed", revision=holder.revision)
                failing = True
            else:
                if failing:
                    log.info("index_refreshed_again", revision=holder.revision)
                failing = False
            await asyncio.sleep(every_s)
