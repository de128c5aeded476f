"""The index in force: held in one place, swapped whole, doubted when the registry is out of sight."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.lookup.index import LookupIndex

PATIENCE = timedelta(seconds=10)
"""How long an index counts after the registry was last seen at its revision."""


@dataclass(frozen=True, slots=True)
class _Held:
    """An index and its twin in doubt, and until when the first may be used."""

    index: LookupIndex
    in_doubt: LookupIndex
    good_until: datetime


class IndexHolder:
    """Holds the index in force. Whoever asks sees one index or the next, never a mixture."""

    def __init__(self, index: LookupIndex, now: datetime, patience: timedelta = PATIENCE) -> None:
        self._patience = patience
        self._held = self._hold(index, now)

    @property
    def good_until(self) -> datetime:
        """Until when the newest index counts, if the registry is not seen again before."""
        return self._held.good_until

    @property
    def newest(self) -> LookupIndex:
        """The index in force, in doubt or not."""
        return self._held.index

    @property
    def revision(self) -> int:
        """Revision of the index in force."""
        return self._held.index.revision

    def current(self, now: datetime) -> LookupIndex:
        """Give the index in force; unconfirmed where the registry has not been seen lately."""
        held = self._held
        return held.index if now < held.good_until else held.in_doubt

    def confirm(self, now: datetime) -> None:
        """Note that the registry was at the index's revision at this time."""
        self._held = replace(self._held, good_until=now + self._patience)

    def swap(self, index: LookupIndex, now: datetime) -> None:
        """Put another index in force; the registry was at its revision, or before it, at this time."""
        self._held = self._hold(index, now)

    def _hold(self, index: LookupIndex, now: datetime) -> _Held:
        return _Held(index, replace(index, confirmed=False), now + self._patience)
