"""The clauses of a text as a page names them: a word for each, an anchor, and why it is read so. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.ui.because import because
from app.ui.words import clause_words, stance_tone
from extractors.model import PROPOSED
from registry.effects import ShownClause
from registry.shown_texts import Decides
from registry.tables import ClauseRow


@dataclass(frozen=True, slots=True)
class Named:
    """A clause, ready to be shown."""

    one: ShownClause
    anchor: str
    """`c-` and its digest; of a second one of the same digest, with a number."""
    label: str
    """What it says: `training: permits`."""
    tone: str

    was_proposed: bool = False
    """Whether a person says so of what was only proposed before."""
    decides: tuple[Decides, ...] = ()
    """The answers that rest on it."""

    @property
    def why(self) -> str:
        """Who or what found it, and what decided its stance."""
        row, correction = self.one.row, self.one.correction
        if row.correction_id is not None and correction is not None:
            before = " A trained component had proposed it." if self.was_proposed else ""
            return f"{correction.made_by} says so: {correction.reason}{before}"
        return because(row)

    @property
    def is_proposed(self) -> bool:
        """Whether no rule found it."""
        return self.one.row.rule == PROPOSED

    @property
    def waits(self) -> bool:
        """Whether it is proposed, and nobody has said yet whether it is right."""
        return self.is_proposed and self.one.counts


def named(
    clauses: Sequence[ShownClause], decided: Mapping[int, Sequence[Decides]] | None = None
) -> tuple[Named, ...]:
    """Give every clause its anchor, its words and what rests on it, in the order given.

    What is proposed and a person has confirmed is told once, as the person's.
    """
    seen: Counter[str] = Counter()
    said = {_place(one.row) for one in clauses if one.row.correction_id is not None}
    resting = decided or {}
    proposed = {_place(one.row): resting.get(one.row.id, ()) for one in clauses if one.row.rule == PROPOSED}
    found: list[Named] = []
    for one in clauses:
        row = one.row
        place, is_said = _place(row), row.correction_id is not None
        if row.rule == PROPOSED and not is_said and place in said:
            continue
        seen[row.digest] += 1
        number = seen[row.digest]
        found.append(
            Named(
                one,
                anchor=f"c-{row.digest}" if number == 1 else f"c-{row.digest}-{number}",
                label=f"{row.family}: {clause_words(row.stance, row.purpose)}",
                tone=stance_tone(row.stance) if one.counts else "none",
                was_proposed=is_said and place in proposed,
                decides=tuple(
                    dict.fromkeys((*resting.get(row.id, ()), *(proposed.get(place, ()) if is_said else ())))
                ),
            )
        )
    return tuple(found)


def _place(row: ClauseRow) -> tuple[int, int, str, str | None, str | None]:
    return row.start, row.end, row.family, row.stance, row.purpose
