"""From the fields of the decision form to a ruling.

Only this module knows how the form names its fields. What a ruling may say is checked by the registry; here
is only told what cannot be read at all.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from app.ui.typed import Typed
from app.ui.visitor import Posted
from registry.lifecycle import MOVES, Move
from registry.model import Obligation, Policy, Status, Verdict
from registry.rulings import DecisionRefusedError, Ruling, scope_of

PRESETS: Final = (30, 90, 180, 365)
"""Days that an approval commonly holds."""
OWN_DATE: Final = "date"
OBLIGATIONS: Final = 3
"""Obligations of one's own that an empty form has room for."""
_CHANGE: Final = "change."
_MOST_OBLIGATIONS: Final = 50
_MAX_DAYS: Final = 731
_MOVES: Final = {
    Verdict.APPROVE: Move.APPROVE,
    Verdict.APPROVE_WITH_CONDITIONS: Move.APPROVE,
    Verdict.REJECT: Move.REJECT,
    Verdict.SUSPEND: Move.SUSPEND,
}


def ruling_from(sent: Posted, policy: Policy, now: datetime) -> Ruling:
    """What the person decides; raises `DecisionRefusedError`."""
    ruling = Ruling(
        verdict=_verdict(sent.text("verdict")),
        reason=sent.text("reason"),
        expires_at=_expiry(sent, now),
        scope=scope_of(_scope(sent, policy), policy),
        conditions=tuple(line.strip() for line in sent.text("conditions").splitlines() if line.strip()),
        assessment=sent.text("assessment") or None,
        obligations=tuple(_obligations(sent)),
        flags=_changes(sent, "settle"),
        keep_open=_changes(sent, "leave"),
        emergency=sent.text("emergency") == "yes",
    )
    _check_bound(ruling)
    return ruling


def said_again(sent: Posted, verdict: Verdict, now: datetime) -> Ruling:
    """What a person says who approves once more: why, until when, having read what; no terms of their own."""
    return Ruling(
        verdict=verdict,
        reason=sent.text("reason"),
        expires_at=_expiry(sent, now),
        assessment=sent.text("assessment") or None,
        flags=sent.texts("flag"),
    )


def rows_of(filled: Typed) -> range:
    """Which rows of obligations the form shows: the filled ones, and no fewer than an empty form has."""
    used = [at for at in range(_MOST_OBLIGATIONS) if filled.one(f"obligation.{at}.text")]
    return range(max(OBLIGATIONS, used[-1] + 2 if used else 0))


def verdicts_for(status: Status) -> list[Verdict]:
    """What may be decided on a plan from where it stands."""
    return [verdict for verdict in Verdict if _MOVES[verdict] in MOVES[status]]


def _changes(sent: Posted, answer: str) -> tuple[str, ...]:
    """The changes that the form says this of, each by a choice of its own; `flag` names one to settle."""
    chosen = (name for name in sent.fields if name.startswith(_CHANGE) and sent.text(name) == answer)
    named = sent.texts("flag") if answer == "settle" else ()
    return (*named, *(name.removeprefix(_CHANGE) for name in chosen))


def _verdict(word: str) -> Verdict:
    try:
        return Verdict(word)
    except ValueError:
        raise DecisionRefusedError("choose a verdict") from None


def _check_bound(ruling: Ruling) -> None:
    """Say in the form's own words what the registry refuses in those of the API."""
    is_bound = bool(ruling.conditions or ruling.obligations)
    if ruling.verdict is Verdict.APPROVE and is_bound:
        raise DecisionRefusedError(
            "there are conditions or obligations below: choose “approve with conditions”, or empty them"
        )
    if ruling.verdict is Verdict.APPROVE_WITH_CONDITIONS and not is_bound:
        raise DecisionRefusedError("write a condition or an obligation, or choose “approve”")


def _expiry(sent: Posted, now: datetime) -> datetime:
    chosen = sent.text("expiry")
    if chosen != OWN_DATE:
        if not chosen.isdecimal() or not 0 < int(chosen[:9]) <= _MAX_DAYS:
            raise DecisionRefusedError("choose until when it holds")
        return now + timedelta(days=int(chosen))
    try:
        return datetime.strptime(sent.text("expires_on"), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise DecisionRefusedError("write the day that it ends on, as 2027-06-30") from None


def _scope(sent: Posted, policy: Policy) -> dict[str, list[str]]:
    """Fields of which a value is ticked or written; one left alone covers all."""
    ticked = {name: list(sent.texts(f"scope.{name}")) for name in policy.context}
    written = {
        name: [one.strip() for one in sent.text(f"scope.{name}").split(",") if one.strip()]
        for name in policy.open_fields
    }
    return {name: values for name, values in (ticked | written).items() if values}


def _obligations(sent: Posted) -> list[Obligation]:
    found = []
    for at in range(_MOST_OBLIGATIONS):
        text, by, evidence = (sent.text(f"obligation.{at}.{part}") for part in ("text", "by", "evidence"))
        if not (text or by or evidence):
            continue
        if not (text and by and evidence):
            raise DecisionRefusedError(
                f"obligation {at + 1}: say what must hold, who attests it and what shows it"
            )
        found.append(Obligation(text, by, evidence, _days(sent, at), before_use=_before_use(sent, at)))
    return found


def _before_use(sent: Posted, at: int) -> bool:
    return sent.text(f"obligation.{at}.before_use") == "yes"


def _days(sent: Posted, at: int) -> int | None:
    written = sent.text(f"obligation.{at}.renew")
    if not written:
        return None
    if not written.isdecimal() or not 0 < int(written[:9]) <= _MAX_DAYS:
        raise DecisionRefusedError(f"obligation {at + 1}: write after how many days it is attested anew")
    return int(written)
