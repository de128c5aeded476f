"""Why a sentence was read as it is, as one would tell a colleague. Pure.

Only this module knows how what a clause keeps of its rule is told: who acts, on what, for what, which words
decided. The rules themselves are not loaded: what they found stands in the clause.
"""

from collections.abc import Mapping
from typing import Final

from app.ui.words import plain
from extractors.model import PROPOSED, DataKind, Family, Party, Purpose, Stance
from registry.tables import ClauseRow

_DATA: Final[Mapping[str, str]] = {
    DataKind.CONTENT: "what customers put in or get out",
    DataKind.PERSONAL: "personal data",
    DataKind.USAGE: "data on how the service is used",
    DataKind.DEIDENTIFIED: "data that no longer names anybody",
    DataKind.FEEDBACK: "feedback",
}
_ACTS: Final[Mapping[str, str]] = {
    Purpose.LICENCE: "use {data} under a licence",
    Purpose.IMPROVE: "use {data} to improve products",
    Purpose.AGGREGATE: "use {data} in sums and statistics",
    Purpose.MARKETING: "use {data} for marketing",
    Purpose.THIRD_PARTY: "hand {data} to others",
    Purpose.PUBLISH: "show {data} in public",
    Purpose.HUMAN_REVIEW: "let people look at {data}",
    Purpose.FEEDBACK: "use {data} freely",
    Family.TRAINING: "use {data} to train models",
    Family.LIKENESS: "use voices, faces or likenesses",
}
_MAY: Final[Mapping[str | None, str]] = {
    Stance.PERMITS: "{who} may {act}",
    Stance.OPT_OUT: "{who} may {act} unless the customer opts out",
    Stance.OPT_IN: "{who} may {act} only where the customer agrees",
    Stance.PROHIBITS: "{who} may not {act}",
    None: "{who} may or may not {act}; which of the two, it leaves open",
}
_ELSE: Final[Mapping[tuple[str, str | None], str]] = {
    (Family.RETENTION, Stance.NONE): "{data} is not kept",
    (Family.RETENTION, Stance.BOUNDED): "{data} is kept for {period}",
    (Family.RETENTION, Stance.USER_CONTROL): "{data} is kept until the customer deletes it or asks for that",
    (Family.RETENTION, Stance.OPEN_ENDED): "{data} is kept, and no end is stated",
    (Family.OWNERSHIP, Stance.CUSTOMER): "{data} belongs to the customer",
    (Family.OWNERSHIP, Stance.VENDOR): "{data} belongs to the vendor",
    (Family.OWNERSHIP, Stance.SHARED): "{data} belongs to both",
    (Family.OWNERSHIP, None): "{data} belongs to somebody, and leaves open to whom",
    (Family.INDEMNITY, Stance.CUSTOMER): "the customer is held harmless",
    (Family.INDEMNITY, Stance.VENDOR): "the vendor is held harmless by the customer",
    (Family.INDEMNITY, Stance.SHARED): "each side holds the other harmless",
    (Family.CHANGE, Stance.NOTICE): "the terms change after notice",
    (Family.CHANGE, Stance.NO_NOTICE): "the terms may change without notice",
    (Family.CHANGE, None): "the terms change",
    (Family.SECURITY, None): "something is done for the security of {data}",
}
_WHO: Final[Mapping[str, str]] = {
    Party.VENDOR: "the vendor",
    Party.THIRD_PARTY: "somebody whom the vendor hands data to",
    Party.CUSTOMER: "the customer",
}
_MANY: Final = 4
"""Words that decided, told at most."""


def says(row: ClauseRow) -> str:
    """What a clause says, whole: `the vendor may not use personal data to train models`."""
    data = " and ".join(_DATA.get(one, plain(one)) for one in row.data) or "data that it does not name"
    period = f"{row.period_days} days" if row.period_days is not None else "a limited time"
    if row.purpose == Purpose.SERVICE_ONLY:
        return f"{data} is used for the service alone"
    act = _ACTS.get(row.purpose or row.family)
    may = _MAY.get(row.stance)
    if act is not None and may is not None:
        return may.format(who=_WHO.get(row.party, plain(row.party)), act=act.format(data=data))
    told = _ELSE.get((row.family, row.stance))
    if told is None:
        return f"{plain(row.stance or 'something')}, of {row.family}"
    return told.format(data=data, period=period)


def because(row: ClauseRow) -> str:
    """Why the machine reads a sentence so: what it says, for whom, which words decided, which rule."""
    audience = "" if row.audience == "all" else f", for {row.audience} customers"
    told = f"the sentence says that {says(row)}{audience}"
    if row.rule == PROPOSED:
        scored = "; ".join(row.modifiers)
        return (
            "No rule found it; a trained component proposes it, at its most permissive: "
            f"{told}{f' ({scored})' if scored else ''}."
        )
    return f"Found because {told}. {_decided(row)}Found by the rule {row.rule}."


def _decided(row: ClauseRow) -> str:
    pairs = [one.partition(": ") for one in dict.fromkeys(row.modifiers)]
    words = [f"“{matched}” ({name})" if matched else name for name, _, matched in pairs[:_MANY]]
    more = f" and {len(pairs) - _MANY} more" if len(pairs) > _MANY else ""
    return f"What decided: {', '.join(words)}{more}. " if words else ""
