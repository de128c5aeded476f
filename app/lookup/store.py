"""What the records of an index refer to: values that many plans share, and the passages behind standings.

Only this module knows where they are: shared values in memory, once and by number, passages in the spool.
"""

from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any, overload

from app.lookup.plain import Plain, bytes_of, count_of, time_of, value_of, word_of
from app.lookup.spool import Spool
from extractors.model import Family, Stance
from registry.model import Evidence


class Store:
    """What the records of an index, and of all that are made from it, refer to.

    One thread adds, any may read. Shared values stay: they are as many as a policy has ways to fail it.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Keep quotes in a file in that folder."""
        self.spool = Spool(folder)
        self._shared: list[Any] = []
        self._numbers: dict[Hashable, int] = {}

    def number(self, value: Any, key: Hashable = None) -> int:
        """Give the number of a value that many plans share, a new one if it is new.

        `key`: what tells it from all others, where that is quicker than the value itself.
        """
        known = value if key is None else key
        number = self._numbers.get(known)
        if number is None:
            number = len(self._shared)
            self._shared.append(value)
            self._numbers[known] = number
        return number

    def shared(self, number: int) -> Any:
        """Give the value of that number."""
        return self._shared[number]


class KeptEvidence(Sequence[Evidence]):
    """Deciding passages that are read from the spool when somebody looks at them."""

    __slots__ = ("_length", "_place", "_seen", "_spool")

    def __init__(self, spool: Spool, place: int, length: int, seen: Sequence[int]) -> None:
        self._spool = spool
        self._place = place
        self._length = length
        self._seen = seen

    def __iter__(self) -> Iterator[Evidence]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    @overload
    def __getitem__(self, at: int) -> Evidence: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Evidence]: ...
    def __getitem__(self, at: int | slice) -> Evidence | Sequence[Evidence]:
        return self._read()[at]

    def _read(self) -> tuple[Evidence, ...]:
        passages = value_of(self._spool.read(self._place, self._length))
        # Passages that were all seen at once have one time together.
        seen = self._seen if len(self._seen) > 1 else [*self._seen] * len(passages)
        return tuple(
            Evidence(
                family=Family(family),
                stance=None if stance is None else Stance(stance),
                quote=quote,
                document=document,
                url=url,
                seen_at=time_of(at),
                overruled=overruled,
            )
            for (family, stance, quote, document, url, overruled), at in zip(passages, seen, strict=True)
        )


def keep_evidence(evidence: Sequence[Evidence], spool: Spool, before: Plain | None) -> Plain | None:
    """Place and length of the passages in the spool, and when each was seen, which changes often."""
    if not evidence:
        return None
    data = bytes_of(
        [
            (
                word_of(one.family),
                one.stance and word_of(one.stance),
                one.quote,
                one.document,
                one.url,
                one.overruled,
            )
            for one in evidence
        ]
    )
    if before is not None and before[1] == len(data) and spool.read(before[0], before[1]) == data:
        place = before[0]
    else:
        place = spool.add(data)
    seen = [one.seen_at for one in evidence]
    if seen.count(seen[0]) == len(seen):
        del seen[1:]
    return [place, len(data), *map(count_of, seen)]
