"""What is typed of a decision → the words of the registry. Only this module knows how it is typed."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final, NoReturn

from app.cli.telling import refuse
from registry.model import Obligation

MOMENTS: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"]
"""How a point in time may be typed; always UTC."""
OBLIGATION_HELP: Final = (
    "What must be attested, with `approve_with_conditions`: 'Sharing is off; attested_by=the administrator; "
    "evidence=a screenshot; renew_after_days=90; before_use=no'. The last two may be left out: it counts as "
    "long as the approval, and nothing is allowed before it is attested."
)
SHORTEST_DIGEST: Final = 12
"""Characters of a digest that name it well enough for a person."""

_KEYS: Final = ("attested_by", "evidence", "renew_after_days", "before_use")
_PART: Final = re.compile(rf";\s*({'|'.join(_KEYS)})\s*=")
_SWITCH: Final = {"yes": True, "no": False}
_LONGEST_RENEWAL: Final = 731


def moment(typed: datetime | None) -> datetime | None:
    """A typed point in time with its zone."""
    return None if typed is None else typed.replace(tzinfo=UTC)


def covers_of(pairs: Iterable[str]) -> dict[str, list[str]]:
    """What `--scope FIELD=VALUE`, given again and again, covers by field."""
    covers: dict[str, list[str]] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not (name and sign and value):
            refuse(f"--scope {pair!r} is not FIELD=VALUE, as in `--scope data_class=internal`")
        covers.setdefault(name, []).append(value)
    return covers


def obligation_of(typed: str) -> Obligation:
    """The obligation that an `--obligation` describes; exits with 2 for one that is not whole."""
    text, *parts = _PART.split(typed)
    given = dict(zip(parts[::2], (part.strip() for part in parts[1::2]), strict=True))
    if len(given) < len(parts) // 2:
        _refuse(typed, "says something twice")
    for name in ("attested_by", "evidence"):
        if not given.get(name):
            _refuse(typed, f"does not say `{name}`")
    if not text.strip():
        _refuse(typed, "does not say what must hold")
    return Obligation(
        text=text.strip(),
        attested_by=given["attested_by"],
        evidence=given["evidence"],
        renew_after_days=_days(typed, given),
        before_use=_before_use(typed, given),
    )


def _days(typed: str, given: Mapping[str, str]) -> int | None:
    days = given.get("renew_after_days")
    if days is None:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", days) or not 1 <= int(days) <= _LONGEST_RENEWAL:
        _refuse(typed, f"has `renew_after_days` {days!r:.40}; write a number from 1 to {_LONGEST_RENEWAL}")
    return int(days)


def _before_use(typed: str, given: Mapping[str, str]) -> bool:
    said = given.get("before_use", "yes")
    if said not in _SWITCH:
        _refuse(typed, f"has `before_use` {said!r:.40}; write yes or no")
    return _SWITCH[said]


def _refuse(typed: str, why: str) -> NoReturn:
    refuse(
        f"--obligation {typed!r:.120} {why}; write it as "
        "'WHAT MUST HOLD; attested_by=WHO; evidence=WHAT SHOWS IT'"
    )
