"""How facts, statuses and directions are worded on pages, and how alarming each is.

Colour alone says nothing here: every mark has its words beside it. Only this module knows the wording.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple


class Mark(NamedTuple):
    """A word with its tone, which the style sheet turns into a colour and a sign."""

    words: str
    tone: str
    """`good`, `care`, `bad`, or `none` where nothing is known."""


_ANSWERS: Final[Mapping[str, Mapping[str, Mark]]] = {
    "training": {
        "prohibited": Mark("does not train on it", "good"),
        "opt_in": Mark("trains only where you agree", "good"),
        "opt_out": Mark("trains unless you opt out", "care"),
        "permitted": Mark("may train on it", "bad"),
    },
    "retention": {
        "none": Mark("keeps nothing", "good"),
        "bounded": Mark("keeps it for a limited time", "good"),
        "user_control": Mark("keeps it until you delete it", "care"),
        "open_ended": Mark("keeps it without an end", "bad"),
    },
    "reuse": {
        "service_only": Mark("uses it for the service only", "good"),
        "improve": Mark("uses it to improve products", "care"),
        "broad": Mark("may use it broadly", "bad"),
    },
}
_UNKNOWN: Final[Mapping[str, Mark]] = {
    "silent": Mark("says nothing", "none"),
    "conflicting": Mark("contradicts itself", "bad"),
    "unread": Mark("not read yet", "none"),
}
_STATUSES: Final[Mapping[str, Mark]] = {
    "listed": Mark("listed", "none"),
    "submitted": Mark("being vetted", "none"),
    "in_review": Mark("waits for a decision", "care"),
    "approved": Mark("approved", "good"),
    "rejected": Mark("rejected", "bad"),
    "suspended": Mark("suspended", "bad"),
    "retired": Mark("retired", "none"),
}
_DIRECTIONS: Final[Mapping[str, Mark]] = {
    "worse": Mark("worse", "bad"),
    "mixed": Mark("mixed", "bad"),
    "unclear": Mark("unclear", "care"),
    "better": Mark("better", "good"),
}
_VERDICTS: Final[Mapping[str, str]] = {
    "approve": "Approved",
    "approve_with_conditions": "Approved with conditions",
    "reject": "Rejected",
    "suspend": "Suspended",
}
_RECOMMENDED: Final[Mapping[str, str]] = {
    "approve": "approve",
    "conditions": "approve with conditions",
    "escalate": "have a person look closely",
    "reject": "reject",
}
_SEVERITIES: Final[Mapping[str, Mark]] = {
    "block": Mark("blocks", "bad"),
    "escalate": Mark("needs a closer look", "care"),
    "condition": Mark("needs a condition", "care"),
}
_OBLIGATIONS: Final[Mapping[str, Mark]] = {
    "open": Mark("not attested yet", "care"),
    "attested": Mark("attested", "good"),
    "lapsed": Mark("attestation lapsed", "bad"),
}
_CORRECTIONS: Final[Mapping[str, str]] = {
    "applies": "in force",
    "agreed": "the machine reads it so by now",
    "dormant": "the sentence is gone",
    "waiting": "waits for the newest text to be judged",
    "withdrawn": "withdrawn",
}
_NOTICES: Final[Mapping[str, str]] = {
    "swapped": "Another document stands on the page",
    "half_loaded": "Only a part of the terms was shown",
    "quarantined": "The page shows now this, now that",
    "announced": "Other terms are announced",
    "failing": "It cannot be read",
}
_ROLES: Final[Mapping[str, str]] = {
    "lookup": "asks whether a tool may be used, and reads the policy",
    "manager": "submits tools, reads what their terms say, asks for approvals",
    "reviewer": "decides, and corrects how terms were read",
    "admin": "puts a policy in force, lets people and systems in, reads the audit log",
}
_WHENCE: Final[Mapping[str, str]] = {
    "footer": "linked at the foot of the site",
    "navigation": "linked in the site's navigation",
    "link": "linked on a page",
    "legal_page": "listed on a page of terms",
    "well_known": "stands where many sites keep terms",
    "sitemap": "in the sitemap",
    "named": "named by terms",
    "incorporated": "made a part of the terms",
}
_STANCES: Final[Mapping[str, str]] = {
    "permits": "bad",
    "opt_out": "care",
    "opt_in": "good",
    "prohibits": "good",
    "open_ended": "bad",
    "user_control": "care",
    "bounded": "good",
    "none": "good",
}

_PURPOSES: Final[Mapping[str, str]] = {
    "licence": "a licence",
    "improve": "to improve products",
    "aggregate": "in statistics",
    "marketing": "for marketing",
    "third_party": "by others",
    "publish": "in public",
    "human_review": "seen by people",
    "feedback": "of feedback",
}


def clause_words(stance: str | None, purpose: str | None) -> str:
    """What a clause says, in the fewest words: `permits, to improve products`."""
    if purpose == "service_only":
        return "for the service only"
    told = plain(stance or "states")
    return told if purpose is None else f"{told}, {_PURPOSES.get(purpose, plain(purpose))}"


def answer_mark(answer: str, family: str, days: int | None = None) -> Mark:
    """The words of a fact."""
    mark = _ANSWERS.get(family, {}).get(answer) or _UNKNOWN.get(answer) or Mark(plain(answer), "none")
    if days is None:
        return mark
    return mark._replace(words=f"{mark.words}: {days} day{'' if days == 1 else 's'}")


def status_mark(status: str) -> Mark:
    """The words of where a plan stands."""
    return _STATUSES.get(status) or Mark(plain(status), "none")


def direction_mark(direction: str) -> Mark:
    """The words of which way something changed."""
    return _DIRECTIONS.get(direction) or Mark(plain(direction), "none")


def verdict_word(verdict: str) -> str:
    """What a person decided."""
    return _VERDICTS.get(verdict, plain(verdict))


def recommended(recommendation: str) -> str:
    """What the machine would do."""
    return _RECOMMENDED.get(recommendation, plain(recommendation))


def severity_mark(severity: str) -> Mark:
    """How much a failed requirement weighs."""
    return _SEVERITIES.get(severity) or Mark(plain(severity), "none")


def obligation_mark(state: str) -> Mark:
    """How far an obligation is met."""
    return _OBLIGATIONS.get(state) or Mark(plain(state), "none")


def correction_state(state: str) -> str:
    """How a correction stands in a text."""
    return _CORRECTIONS.get(state, plain(state))


def notice_word(kind: str) -> str:
    """What a person should hear of a page."""
    return _NOTICES.get(kind, plain(kind))


def role_words(role: str) -> str:
    """What a role may do besides what the ones below it may."""
    return _ROLES.get(role, plain(role))


def whence_words(whence: str) -> str:
    """How a page was come upon."""
    return _WHENCE.get(whence, plain(whence))


def stance_tone(stance: str | None) -> str:
    """How alarming a clause's stance is."""
    return _STANCES.get(stance or "", "none")


def plain(word: str) -> str:
    """A word of the code as people read it: `opt_out` becomes `opt out`."""
    return word.replace("_", " ")


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "answer_mark": answer_mark,
    "status_mark": status_mark,
    "direction_mark": direction_mark,
    "verdict_word": verdict_word,
    "recommended": recommended,
    "severity_mark": severity_mark,
    "obligation_mark": obligation_mark,
    "correction_state": correction_state,
    "notice_word": notice_word,
    "stance_tone": stance_tone,
    "role_words": role_words,
    "whence_words": whence_words,
    "plain": plain,
}
