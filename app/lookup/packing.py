"""Standings as bytes, and back: a million plans shall neither fill the memory nor be walked by the collector.

Only this module knows the form. A record holds the names of a tool and, plan by plan, what deciding takes;
what many plans share (violations, answers) stands once, by number; quotes lie in the spool, and a record
names them by place. What did not change packs to the same bytes again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import Field, fields
from operator import attrgetter
from typing import Any, Final, NamedTuple

from app.lookup.plain import Plain, bytes_of, count_of, time_of, value_of, word_of
from app.lookup.store import KeptEvidence, Store, keep_evidence
from extractors.model import Audience
from registry.model import Decision, Scope, Standing, Status, Verdict, Violation

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

_DIGEST: Final = 32
"""Bytes in the digest of a clause."""


class Record(NamedTuple):
    """What an index keeps of a tool, plans as plain values."""

    plans: Sequence[Plain]
    names: Sequence[str]
    """The other names that the tool is found by."""
    prefixes: Sequence[str]
    """What the names of its models begin with."""


def pack(record: Record) -> bytes:
    """Make a record's bytes."""
    return bytes_of(tuple(record))


def unpack(packed: bytes) -> Record:
    """Give the record that was packed."""
    return Record(*value_of(packed))


def slug_of(plan: str) -> str:
    """Give the slug of a plan by its full name, `vendor/tool@plan`."""
    return plan.partition("@")[2]


def plan_slug(plain: Plain) -> str:
    """Give a packed plan's slug, without the tool."""
    slug: str = plain[0]
    return slug


def has_status(plans: Iterable[Plain], status: Status) -> bool:
    """Whether one of some packed plans has that status."""
    word = word_of(status)
    for plain in plans:  # noqa: SIM110, since a generator takes longer than all that it does
        if plain[2] == word:
            return True
    return False


def flatten(standing: Standing, store: Store, before: Plain | None) -> Plain:
    """A standing as plain values, its quotes in the store; `before`: the same plan as it was packed last."""
    return [
        slug_of(standing.plan),
        word_of(standing.audience),
        word_of(standing.status),
        standing.policy,
        [store.number(one, _OF_VIOLATION(one)) for one in standing.violations],
        store.number(standing.answers, (" ".join(standing.answers), " ".join(standing.answers.values()))),
        None if standing.decision is None else _flat_decision(standing.decision, standing.plan, store),
        None if standing.evidence_at is None else count_of(standing.evidence_at),
        keep_evidence(standing.evidence, store.spool, None if before is None else before[8]),
        _flat(_OF_STANDING(standing), _STANDING_USUAL, store),
    ]


def restore(tool: str, plain: Plain, store: Store) -> Standing:
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
        evidence_at=None if evidence_at is None else time_of(evidence_at),
        evidence=() if kept is None else KeptEvidence(store.spool, kept[0], kept[1], kept[2:]),
        **_full(_STANDING_HAS, rest, store),
    )


def _flat_decision(one: Decision, plan: str, store: Store) -> Plain:
    return [
        one.id,
        None if one.plan == plan else one.plan,
        word_of(one.verdict),
        {name: sorted(values) for name, values in one.scope.covers.items()} if one.scope.covers else {},
        list(one.conditions),
        one.reason,
        one.decided_by,
        count_of(one.decided_at),
        count_of(one.expires_at),
        _short(one.clauses),
        [store.number(violation, _OF_VIOLATION(violation)) for violation in one.known],
        _flat(_OF_DECISION(one), _DECISION_USUAL, store),
    ]


def _decision(plain: Plain, plan: str, store: Store) -> Decision:
    identifier, other, verdict, covers, conditions, reason, by, decided, expires, clauses, known, rest = plain
    return Decision(
        id=identifier,
        plan=plan if other is None else other,
        verdict=Verdict(verdict),
        scope=_scope(covers),
        conditions=tuple(conditions),
        reason=reason,
        decided_by=by,
        decided_at=time_of(decided),
        expires_at=time_of(expires),
        clauses=_long(clauses),
        known=tuple(map(store.shared, known)),
        **_full(_DECISION_HAS, rest, store),
    )


def _flat(values: tuple[Any, ...], usual: tuple[Any, ...], store: Store) -> Plain | None:
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
