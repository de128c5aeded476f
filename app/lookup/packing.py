"""Standings as bytes, and back: a million plans shall neither fill the memory nor be walked by the collector.

Only this module knows the form. A record holds the names of a tool and, plan by plan, what deciding takes;
what many plans share (violations, answers) stands once, by number; quotes lie in the spool, and a record
names them by place. What did not change packs to the same bytes again.
"""

import marshal
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import Field, fields
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, NamedTuple, overload

from app.lookup.spool import Spool
from extractors.model import Audience, Family, Stance
from registry.model import Decision, Evidence, Scope, Standing, Status, Verdict, Violation

_BEGAN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

_PLAIN: Final = {str, int, bool, type(None)}


def _others(kind: type[Standing | Decision], named: str) -> tuple[Field[Any], ...]:
    return tuple(field for field in fields(kind) if field.name not in named.split())


# Fields without a form of their own: texts and numbers stand as they are, other values are shared. Where all
# are as they are unless somebody says otherwise, nothing stands there.
_OF_A_STANDING: Final = _others(
    Standing, "plan tool audience status policy violations answers decision evidence_at evidence"
)
_OF_A_DECISION: Final = _others(
    Decision, "id plan verdict scope conditions reason decided_by decided_at expires_at clauses known"
)
_STANDING_HAS: Final = tuple(field.name for field in _OF_A_STANDING)
_DECISION_HAS: Final = tuple(field.name for field in _OF_A_DECISION)
_STANDING_USUAL: Final = tuple(field.default for field in _OF_A_STANDING)
_DECISION_USUAL: Final = tuple(field.default for field in _OF_A_DECISION)
_OF_STANDING: Final = attrgetter(*_STANDING_HAS)
_OF_DECISION: Final = attrgetter(*_DECISION_HAS)
_OF_VIOLATION: Final = attrgetter(*(field.name for field in fields(Violation)))
"""All that tells one from another, in a tuple: that is hashed and compared several times as fast."""

# Of an enum the same as `value`, and several times as fast: records have many.
_word: Final = attrgetter("_value_")

_DIGEST: Final = 32
"""Bytes in the digest of a clause."""

_Plain = list[Any]
"""Texts, numbers, and lists of them."""


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
        passages = _value(self._spool.read(self._place, self._length))
        # Passages that were all seen at once have one time together.
        seen = self._seen if len(self._seen) > 1 else [*self._seen] * len(passages)
        return tuple(
            Evidence(
                family=Family(family),
                stance=None if stance is None else Stance(stance),
                quote=quote,
                document=document,
                url=url,
                seen_at=_time(at),
                overruled=overruled,
            )
            for (family, stance, quote, document, url, overruled), at in zip(passages, seen, strict=True)
        )


def pack(record: Record) -> bytes:
    """Make a record's bytes."""
    return _bytes(tuple(record))


def unpack(packed: bytes) -> Record:
    """Give the record that was packed."""
    return Record(*_value(packed))


def slug_of(plan: str) -> str:
    """Give the slug of a plan by its full name, `vendor/tool@plan`."""
    return plan.partition("@")[2]


def plan_slug(plain: _Plain) -> str:
    """Give a packed plan's slug, without the tool."""
    slug: str = plain[0]
    return slug


def has_status(plans: Iterable[_Plain], status: Status) -> bool:
    """Whether one of some packed plans has that status."""
    word = _word(status)
    for plain in plans:  # noqa: SIM110, since a generator takes longer than all that it does
        if plain[2] == word:
            return True
    return False


def flatten(standing: Standing, store: Store, before: _Plain | None) -> _Plain:
    """A standing as plain values, its quotes in the store; `before`: the same plan as it was packed last."""
    return [
        slug_of(standing.plan),
        _word(standing.audience),
        _word(standing.status),
        standing.policy,
        [store.number(one, _OF_VIOLATION(one)) for one in standing.violations],
        store.number(standing.answers, (" ".join(standing.answers), " ".join(standing.answers.values()))),
        None if standing.decision is None else _flat_decision(standing.decision, standing.plan, store),
        None if standing.evidence_at is None else _count(standing.evidence_at),
        _kept(standing.evidence, store.spool, None if before is None else before[8]),
        _flat(_OF_STANDING(standing), _STANDING_USUAL, store),
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
        evidence=() if kept is None else KeptEvidence(store.spool, kept[0], kept[1], kept[2:]),
        **_full(_STANDING_HAS, rest, store),
    )


def _kept(evidence: Sequence[Evidence], spool: Spool, before: _Plain | None) -> _Plain | None:
    """Place and length of the passages in the spool, and when each was seen, which changes often."""
    if not evidence:
        return None
    data = _bytes(
        [
            (
                _word(one.family),
                one.stance and _word(one.stance),
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
    return [place, len(data), *map(_count, seen)]


def _flat_decision(one: Decision, plan: str, store: Store) -> _Plain:
    return [
        one.id,
        None if one.plan == plan else one.plan,
        _word(one.verdict),
        {name: sorted(values) for name, values in one.scope.covers.items()} if one.scope.covers else {},
        list(one.conditions),
        one.reason,
        one.decided_by,
        _count(one.decided_at),
        _count(one.expires_at),
        _short(one.clauses),
        [store.number(violation, _OF_VIOLATION(violation)) for violation in one.known],
        _flat(_OF_DECISION(one), _DECISION_USUAL, store),
    ]


def _decision(plain: _Plain, plan: str, store: Store) -> Decision:
    identifier, other, verdict, covers, conditions, reason, by, decided, expires, clauses, known, rest = plain
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
        clauses=_long(clauses),
        known=tuple(map(store.shared, known)),
        **_full(_DECISION_HAS, rest, store),
    )


def _flat(values: tuple[Any, ...], usual: tuple[Any, ...], store: Store) -> _Plain | None:
    if values == usual:
        return None
    return [value if type(value) in _PLAIN else [store.number(value)] for value in values]


def _full(names: Sequence[str], values: Sequence[Any] | None, store: Store) -> dict[str, Any]:
    if values is None:
        return {}
    full = (store.shared(one[0]) if isinstance(one, list) else one for one in values)
    return dict(zip(names, full, strict=True))


def _short(clauses: Sequence[str]) -> bytes | Sequence[str]:
    """Digests at half their length, unless one is none."""
    told = " ".join(clauses)
    try:
        digests = bytes.fromhex(told)
    except ValueError:
        return list(clauses)
    whole = len(digests) == _DIGEST * len(clauses) and digests.hex(" ", _DIGEST) == told
    return digests if whole else list(clauses)


def _long(kept: bytes | Sequence[str]) -> tuple[str, ...]:
    if not isinstance(kept, bytes):
        return tuple(kept)
    digests = kept.hex()
    return tuple(digests[at : at + 2 * _DIGEST] for at in range(0, len(digests), 2 * _DIGEST))


def _scope(covers: Mapping[str, Sequence[str]]) -> Scope:
    return Scope({name: frozenset(values) for name, values in covers.items()})


def _bytes(value: Any) -> bytes:
    # Without references: what is equal packs to equal bytes, whichever objects are shared within.
    return marshal.dumps(value, 2)


def _value(packed: bytes) -> Any:
    # Written by this process, for itself, and kept where nobody else can write.
    return marshal.loads(packed)  # noqa: S302


def _count(at: datetime) -> int:
    return (at - _BEGAN) // _MICROSECOND


def _time(count: int) -> datetime:
    return _BEGAN + timedelta(microseconds=count)
