"""Standings as bytes, and back: a million plans shall neither fill the memory nor be walked by the collector.

Only this module knows the form. A record holds the names of a tool and, plan by plan, what deciding takes;
what many plans share (violations, answers) stands once, by number; quotes lie in the spool, and a record
names them by place and digest. What did not change packs to the same bytes again.
"""

import hashlib
import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple, overload

from app.lookup.spool import Spool
from extractors.model import Audience, Family, Stance
from registry.model import Decision, Evidence, Scope, Standing, Status, Verdict

_BEGAN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

_TOLD: Final = {
    "plan",
    "tool",
    "audience",
    "status",
    "policy",
    "violations",
    "answers",
    "decision",
    "evidence_at",
    "evidence",
}
_REST: Final = tuple(field.name for field in fields(Standing) if field.name not in _TOLD)
"""Fields that JSON tells as they are: texts and numbers. What it cannot tell fails at the first record."""

_Plain = list[Any]
"""What JSON gives back."""


class Record(NamedTuple):
    """What an index keeps of a tool, plans as plain values."""

    plans: Sequence[_Plain]
    names: Sequence[str]
    """The other names that the tool is found by."""
    prefixes: Sequence[str]
    """What the names of its models begin with."""


class Store:
    """What the records of an index, and of all that are made from it, refer to.

    One thread adds, any may read. Shared values stay: they are as many as a policy has ways to fail it.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Keep quotes in a file in that folder."""
        self.spool = Spool(folder)
        self._shared: list[Any] = []
        self._numbers: dict[Hashable, int] = {}

    def number(self, value: Hashable) -> int:
        """Give the number of a value that many plans share, a new one if it is new."""
        number = self._numbers.get(value)
        if number is None:
            number = len(self._shared)
            self._shared.append(value)
            self._numbers[value] = number
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
        return len(self._seen)

    @overload
    def __getitem__(self, at: int) -> Evidence: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Evidence]: ...
    def __getitem__(self, at: int | slice) -> Evidence | Sequence[Evidence]:
        return self._read()[at]

    def _read(self) -> tuple[Evidence, ...]:
        passages = json.loads(self._spool.read(self._place, self._length))
        return tuple(
            Evidence(
                family=Family(family),
                stance=None if stance is None else Stance(stance),
                quote=quote,
                document=document,
                url=url,
                seen_at=_time(seen),
            )
            for (family, stance, quote, document, url), seen in zip(passages, self._seen, strict=True)
        )


def pack(record: Record) -> bytes:
    """Make a record's bytes."""
    return _bytes(record)


def unpack(packed: bytes) -> Record:
    """Give the record that was packed."""
    return Record(*json.loads(packed))


def plan_slug(plain: _Plain) -> str:
    """Give a packed plan's slug, without the tool."""
    slug: str = plain[0]
    return slug


def is_status(plain: _Plain, status: Status) -> bool:
    """Whether a packed plan has that status."""
    return bool(plain[2] == status.value)


def flatten(standing: Standing, store: Store, before: _Plain | None) -> _Plain:
    """A standing as plain values, its quotes in the store; `before`: the same plan as it was packed last."""
    return [
        standing.plan.partition("@")[2],
        standing.audience.value,
        standing.status.value,
        standing.policy,
        [store.number(one) for one in standing.violations],
        store.number(tuple(standing.answers.items())),
        None if standing.decision is None else _flat_decision(standing.decision, standing.plan, store),
        None if standing.evidence_at is None else _count(standing.evidence_at),
        _kept(standing.evidence, store.spool, None if before is None else before[8]),
        [getattr(standing, name) for name in _REST],
    ]


def restore(tool: str, plain: _Plain, store: Store) -> Standing:
    """The standing that was flattened."""
    slug, audience, status, policy, violations, answers, decision, evidence_at, kept, rest = plain
    plan = f"{tool}@{slug}"
    return Standing(
        plan=plan,
        tool=tool,
        audience=Audience(audience),
        status=Status(status),
        policy=policy,
        violations=tuple(map(store.shared, violations)),
        answers=dict(store.shared(answers)),
        decision=None if decision is None else _decision(decision, plan, store),
        evidence_at=None if evidence_at is None else _time(evidence_at),
        evidence=() if kept is None else KeptEvidence(store.spool, kept[0], kept[1], kept[3]),
        **dict(zip(_REST, rest, strict=True)),
    )


def _kept(evidence: Sequence[Evidence], spool: Spool, before: _Plain | None) -> _Plain | None:
    """Place, length and digest of the passages in the spool, and when each was seen, which changes often."""
    if not evidence:
        return None
    data = _bytes([(one.family, one.stance, one.quote, one.document, one.url) for one in evidence])
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    stands = before is not None and before[1:3] == [len(data), digest]
    place = before[0] if before is not None and stands else spool.add(data)
    return [place, len(data), digest, [_count(one.seen_at) for one in evidence]]


def _flat_decision(one: Decision, plan: str, store: Store) -> _Plain:
    return [
        one.id,
        None if one.plan == plan else one.plan,
        one.verdict.value,
        {name: sorted(values) for name, values in one.scope.covers.items()},
        one.conditions,
        one.reason,
        one.decided_by,
        _count(one.decided_at),
        _count(one.expires_at),
        one.clauses,
        [store.number(violation) for violation in one.known],
    ]


def _decision(plain: _Plain, plan: str, store: Store) -> Decision:
    identifier, other, verdict, covers, conditions, reason, by, decided, expires, clauses, known = plain
    return Decision(
        id=identifier,
        plan=plan if other is None else other,
        verdict=Verdict(verdict),
        scope=_scope(covers),
        conditions=tuple(conditions),
        reason=reason,
        decided_by=by,
        decided_at=_time(decided),
        expires_at=_time(expires),
        clauses=tuple(clauses),
        known=tuple(map(store.shared, known)),
    )


def _scope(covers: Mapping[str, Sequence[str]]) -> Scope:
    return Scope({name: frozenset(values) for name, values in covers.items()})


def _bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _count(at: datetime) -> int:
    return (at - _BEGAN) // _MICROSECOND


def _time(count: int) -> datetime:
    return _BEGAN + timedelta(microseconds=count)
