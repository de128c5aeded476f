"""Two readings of a document → what became of each passage, and which changed in substance.

Only this module knows when a difference between two passages, or one that stands alone, is a change: not
where it repeats what stands elsewhere, nor where the vendor did not touch a word of it.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractors.model import Clause, DataKind, Family, Purpose, Stance
from registry.changes.alignment import Pair, align
from registry.changes.listing import direction_of_lists
from registry.changes.ordering import direction_of_rewording, rank
from registry.changes.passages import Passage, Statements, prepare, words_of
from registry.changes.standing import Sentences
from registry.changes.wording import differ_in_small_words, direction_of_wording
from registry.model import AlignedClause, Alignment, ClauseChange, Direction

_NON_USERS = re.compile(r"\bnon-?\s?users?\b", re.IGNORECASE)
_DENIAL = "negation:"
"""How a modifier that denies is named among those of a clause."""
_SURELY_ONE = 0.8
"""Share of words in common from which a sentence that says the contrary is the former one, turned round."""

Texts = tuple[str, str]
"""The texts that two readings were made of."""
Pages = tuple[Sentences, Sentences]


def compare_readings(
    before: Sequence[Clause], after: Sequence[Clause], texts: Texts | None = None
) -> tuple[ClauseChange, ...]:
    """Return the passages whose meaning changed, in the order of `after`, those that are gone last.

    Moved passages, reworded ones that mean the same, and repetitions of what stands elsewhere are no change;
    with the `texts` that were read, before and after, neither is a sentence that stands in both.
    """
    changes = [
        ClauseChange(clause.family, one.direction, one.before, one.after)
        for one in _aligned(before, after, texts)
        for clause in (one.after or one.before,)
        if one.direction is not None and clause is not None
    ]
    changes.sort(key=lambda change: change.after is None)
    return tuple(changes)


def align_readings(
    before: Sequence[Clause], after: Sequence[Clause], texts: Texts | None = None
) -> tuple[AlignedClause, ...]:
    """Return every passage of both versions once, as two pages side by side show them.

    In the order of `after`; what is gone comes after the passage that it followed in `before`.
    """
    places: dict[int, tuple[int, int, int]] = {}
    aligned = _aligned(before, after, texts)
    last = -1
    for number, one in sorted(enumerate(aligned), key=lambda item: _start(item[1].before)):
        if one.after is not None:
            places[number] = one.after.start, 0, number
            if one.before is not None and one.kind is not Alignment.MOVED:
                last = max(last, one.after.start)
        else:
            places[number] = last, 1, number
    return tuple(aligned[number] for number in sorted(places, key=places.__getitem__))


def _start(clause: Clause | None) -> int:
    return clause.start if clause else 0


def _aligned(before: Sequence[Clause], after: Sequence[Clause], texts: Texts | None) -> list[AlignedClause]:
    """Align all passages, in the order of `after`, then those that are gone in the order of `before`."""
    old, new = prepare(before), prepare(after)
    found = align(old, new)
    stood, stand = Version.of(old), Version.of(new)
    pages = (Sentences(texts[0]), Sentences(texts[1])) if texts else None
    ones = [
        AlignedClause(Alignment.MOVED if p.moved else Alignment.SAME, None, p.was.clause, p.now.clause)
        for p in found.same
    ]
    for pair in found.alike:
        direction = None if _is_read_otherwise(pair, pages) else direction_of_pair(pair, stood, stand, pages)
        kind = Alignment.REWORDED if direction is None else Alignment.CHANGED
        ones.append(AlignedClause(kind, direction, pair.was.clause, pair.now.clause))
    # What may be another sentence, reworded, is never taken for no news.
    sure = found.is_sure
    for p in found.added:
        direction = None if sure and _is_no_news(p, stood, pages) else _added(p.clause, stood)
        ones.append(AlignedClause(Alignment.ADDED, direction, None, p.clause))
    ones.sort(key=lambda one: _start(one.after))
    for p in found.gone:
        direction = direction_of_loss(p, stand, pages and pages[::-1], sure=sure)
        ones.append(AlignedClause(Alignment.GONE, direction, p.clause, None))
    return ones


def direction_of_loss(
    passage: Passage, stand: "Version", pages: Pages | None = None, *, sure: bool
) -> Direction | None:
    """Say which way the loss of a passage without a partner goes; `None` where it is none.

    `pages` are those of the other version and its own; `sure`: no partner was overlooked.
    """
    return None if sure and _is_no_news(passage, stand, pages) else _gone(passage.clause, stand)


@dataclass(frozen=True, slots=True)
class Version:
    """One version, as the other one's passages are held against it."""

    statements: Statements
    freedoms: Mapping[tuple[Family, Purpose | None], int]
    """The most freedom that it leaves the vendor in a matter."""

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> "Version":
        """The version that is made of these passages."""
        freedoms: defaultdict[tuple[Family, Purpose | None], int] = defaultdict(int)
        for passage in passages:
            matter = passage.meaning.family, passage.meaning.purpose
            freedoms[matter] = max(freedoms[matter], rank(passage.clause))
        return cls(Statements(passages), freedoms)


def _is_no_news(passage: Passage, other: Version, pages: Pages | None) -> bool:
    """Whether a passage that has no partner changes nothing: the other version says the same, read or not.

    `pages` are those of the other version and its own.
    """
    if _is_beside_the_point(passage.clause) or other.statements.repeat(passage):
        return True
    return pages is not None and pages[0].has_unread(passage, pages[1])


def direction_of_pair(pair: Pair, stood: Version, stand: Version, pages: Pages | None) -> Direction | None:
    """Say which way a passage changed; `None` where it did not, or where both meanings stand elsewhere."""
    was, now = pair.was, pair.now
    if was.meaning == now.meaning:
        return direction_of_wording(now.clause, was.words, now.words) or direction_of_lists(
            was.clause, now.clause, lambda name: pages is None or pages[1].names(name)
        )
    restanced = was.meaning.stance is not now.meaning.stance and pair.likeness >= _SURELY_ONE
    if not restanced and stood.statements.state(now.meaning) and stand.statements.state(was.meaning):
        return None
    return direction_of_rewording(was.clause, now.clause)


def _is_read_otherwise(pair: Pair, pages: Pages | None) -> bool:
    """Whether a passage means something else only because of what stands around it.

    A whole sentence under the same heading says in the same words what it said before, even where another
    part of the page makes it read otherwise.
    """
    was, now = pair.was, pair.now
    return (
        pages is not None
        and was.meaning != now.meaning
        and differ_in_small_words(was.words, now.words)
        and _last_heading(was.clause) == _last_heading(now.clause)
        and not pages[0].completes(was.clause.start)
        and not pages[1].completes(now.clause.start)
    )


def _last_heading(clause: Clause) -> tuple[str, ...]:
    return words_of(clause.heading.rpartition("›")[2])


def _is_beside_the_point(clause: Clause) -> bool:
    """Whether a statement is neither a freedom of the vendor nor a promise to a customer.

    It is of what customers publish by an own act, or of what is kept of people who are no users.
    """
    by_the_customer = clause.purpose is Purpose.PUBLISH and clause.stance is Stance.OPT_IN
    of_others = DataKind.CONTENT not in clause.data and _NON_USERS.search(clause.heading) is not None
    return by_the_customer or of_others


def _added(clause: Clause, stood: Version) -> Direction:
    """Judge a new statement: a promise is better, also a choice where there was none; a freedom is worse."""
    if rank(clause) == 0:
        return Direction.UNCLEAR
    return Direction.BETTER if _serves(clause, stood) else Direction.WORSE


def _gone(clause: Clause, stand: Version) -> Direction:
    """Judge a statement that is gone: the mirror image of one that is new."""
    if rank(clause) == 0:
        return Direction.UNCLEAR
    return Direction.WORSE if _serves(clause, stand) else Direction.BETTER


def _serves(clause: Clause, other: Version) -> bool:
    """Whether a statement that stands in one version alone serves the customer, beside those of the other.

    A choice does where more is done without it: `you can opt out`, `if you allow it`. Where nothing is done
    without it, what may be done if the customer allows it is more than was; but a sentence that denies
    something (`we do not, unless you opt in`) gives nothing away, whatever stands beside it.
    """
    if clause.stance not in {Stance.OPT_IN, Stance.OPT_OUT}:
        return rank(clause) < 0
    denies = any(one.startswith(_DENIAL) for one in clause.modifiers)
    return denies or other.freedoms.get((clause.family, clause.purpose), 0) > max(rank(clause), 0)
