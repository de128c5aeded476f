"""The clauses of a text as a page names them: a word for each, an anchor, and why it is read so. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.ui.words import plain, stance_tone
from extractors.model import PROPOSED, Purpose
from registry.effects import ShownClause


@dataclass(frozen=True, slots=True)
class Named:
    """A clause, ready to be shown."""

    one: ShownClause
    anchor: str
    """`c-` and its digest; of a second one of the same digest, with a number."""
    label: str
    """What it says: `training: permits`."""
    tone: str

    @property
    def why(self) -> str:
        """Who or what found it, and what decided its stance."""
        row, correction = self.one.row, self.one.correction
        if row.correction_id is not None and correction is not None:
            return f"{correction.made_by} says so: {correction.reason}"
        decided = "; ".join(row.modifiers)
        if row.rule == PROPOSED:
            told = f" ({decided})" if decided else ""
            return f"No rule found it; a trained component proposes it, at its most permissive{told}."
        what = (
            f"What decided its stance: {decided}."
            if decided
            else "Nothing in the sentence changes its stance."
        )
        return f"Found by the rule {row.rule}. {what}"

    @property
    def is_proposed(self) -> bool:
        """Whether no rule found it."""
        return self.one.row.rule == PROPOSED

    @property
    def details(self) -> str:
        """Of whom and what it speaks."""
        row = self.one.row
        data = ", ".join(map(plain, row.data)) or "no data named"
        audience = "everybody" if row.audience == "all" else f"{row.audience} customers"
        period = f", {row.period_days} days" if row.period_days is not None else ""
        return f"{data}; for {audience}; {plain(row.party)} acts{period}"


def named(clauses: Sequence[ShownClause]) -> tuple[Named, ...]:
    """Give every clause its anchor and its words, in the order given."""
    seen: Counter[str] = Counter()
    found: list[Named] = []
    for one in clauses:
        row = one.row
        seen[row.digest] += 1
        number = seen[row.digest]
        anchor = f"c-{row.digest}" if number == 1 else f"c-{row.digest}-{number}"
        stance = None if row.purpose == Purpose.SERVICE_ONLY else row.stance or "states"
        words = " ".join(plain(word) for word in (stance, row.purpose) if word)
        tone = stance_tone(row.stance) if one.counts else "none"
        found.append(Named(one, anchor, f"{row.family}: {words}", tone))
    return tuple(found)
