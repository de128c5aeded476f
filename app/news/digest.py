"""News → a digest, as Markdown for people and as plain values for JSON. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from registry.news import News, PlanChange, Said, quotes_shown

_NOTHING = "Nothing."


def digest_told(news: News) -> dict[str, Any]:
    """What a digest holds, ready for JSON but for its times."""
    return {
        "since": news.since,
        "until": news.until,
        "changes": [
            {
                "flag": one.id,
                "plan": one.plan,
                "family": one.family,
                "direction": one.direction,
                "cause": one.cause,
                "before": one.before,
                "after": one.after,
                "before_quotes": list(quotes_shown(one.before_quotes)),
                "after_quotes": list(quotes_shown(one.after_quotes)),
                "at": one.at,
                "went_back_at": one.went_back_at,
                "closed_at": one.closed_at,
            }
            for one in news.changes
        ],
        "open_flags": news.open_flags,
        "suspended": _said(news.suspended),
        "waiting": _said(news.waiting),
        "held_back": {kind.value: count for kind, count in news.held_back.items()},
        "failing": _said(news.failing),
        "expiring": _said(news.expiring),
    }


def digest_markdown(news: News) -> str:
    """The digest as a person reads it."""
    held_back = [f"- {kind.value.replace('_', ' ')}: {count}" for kind, count in news.held_back.items()]
    sections = [
        (f"Changed in substance ({len(news.changes)})", [_change(one) for one in news.changes]),
        ("Suspended", [_line(one) for one in news.suspended]),
        (f"Waiting for a person ({news.open_flags} flags open)", [_line(one) for one in news.waiting]),
        (f"Held back as noise ({sum(news.held_back.values())})", held_back),
        ("Sources that cannot be read", [_line(one, "since ") for one in news.failing]),
        ("Approvals that end soon", [_line(one, "until ") for one in news.expiring]),
    ]
    parts = [f"# Terms of AI tools, {_day(news.since)} to {_day(news.until)}"]
    parts += [f"## {heading}\n\n" + ("\n".join(lines) or _NOTHING) for heading, lines in sections]
    return "\n\n".join(parts) + "\n"


def _said(said: Sequence[Said]) -> list[dict[str, Any]]:
    return [{"about": one.about, "at": one.at, "told": one.told} for one in said]


def _change(one: PlanChange) -> str:
    answers = f"{one.before.value} → {one.after.value}"
    whose = f"{one.direction.value}; {one.cause.value}"
    lines = [f"- **{one.plan}** {one.family.value}: {answers} ({whose}), {_day(one.at)}"]
    lines += [f"  - before: “{quote}”" for quote in quotes_shown(one.before_quotes)]
    lines += [f"  - after: “{quote}”" for quote in quotes_shown(one.after_quotes)]
    if one.went_back_at is not None:
        lines.append(f"  - the terms stand again as before since {_day(one.went_back_at)}")
    return "\n".join(lines)


def _line(one: Said, before: str = "") -> str:
    told = f": {' '.join(one.told.split())}" if one.told else ""
    return f"- **{one.about}**, {before}{_day(one.at)}{told}"


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
