"""What other systems are told of: the closed list of events, and what each of them says. Pure.

Only this module knows which audit events are told, and in which words. What is told is thin: names,
identifiers, where things stood and stand. Whoever needs more asks with a key, and acts on no old call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from registry.model import Status


class EventKind(StrEnum):
    """What can be told."""

    PLAN_APPROVED = "plan.approved"
    PLAN_RESUMED = "plan.resumed"
    PLAN_SUSPENDED = "plan.suspended"
    PLAN_REJECTED = "plan.rejected"
    PLAN_REOPENED = "plan.reopened"
    PLAN_RETIRED = "plan.retired"
    PLAN_EXPIRING = "plan.expiring"
    PLAN_CHANGED = "plan.changed"
    FLAG_OPENED = "flag.opened"
    NOTICE_OPENED = "notice.opened"
    REQUEST_OPENED = "request.opened"
    APPROVAL_PROPOSED = "approval.proposed"
    POLICY_ADOPTED = "policy.adopted"
    TEST = "webhook.test"


MEANING: Final[Mapping[EventKind, str]] = {
    EventKind.PLAN_APPROVED: "a person approved a plan, also again",
    EventKind.PLAN_RESUMED: "a person approved a plan that was suspended",
    EventKind.PLAN_SUSPENDED: "an approval was suspended, by itself or by a person",
    EventKind.PLAN_REJECTED: "a person rejected a plan",
    EventKind.PLAN_REOPENED: "a decided plan is back in review",
    EventKind.PLAN_RETIRED: "a plan counts no longer, and with it its approval",
    EventKind.PLAN_EXPIRING: "an approval ends within 30 days",
    EventKind.PLAN_CHANGED: "what a plan's terms say has changed in substance",
    EventKind.FLAG_OPENED: "a change waits for a person",
    EventKind.NOTICE_OPENED: "something besides a change waits for a person, as a source that fails",
    EventKind.REQUEST_OPENED: "somebody waits for a decision",
    EventKind.APPROVAL_PROPOSED: "an approval waits for a second person",
    EventKind.POLICY_ADOPTED: "another policy is in force",
    EventKind.TEST: "a person wants to know whether calls arrive",
}
"""Each in a few words, as people read them."""
ASKABLE: Final = tuple(kind for kind in EventKind if kind is not EventKind.TEST)
"""What a webhook can be told of; a test goes to the one that it is for."""

_OF_ACTION: Final[Mapping[str, EventKind]] = {
    "approve": EventKind.PLAN_APPROVED,
    "approve_with_conditions": EventKind.PLAN_APPROVED,
    "reject": EventKind.PLAN_REJECTED,
    "suspend": EventKind.PLAN_SUSPENDED,
    "reopen": EventKind.PLAN_REOPENED,
    "retire_plan": EventKind.PLAN_RETIRED,
    "propose": EventKind.APPROVAL_PROPOSED,
    "adopt_policy": EventKind.POLICY_ADOPTED,
    "open_swapped": EventKind.NOTICE_OPENED,
    "open_half_loaded": EventKind.NOTICE_OPENED,
    "open_quarantined": EventKind.NOTICE_OPENED,
    "open_announced": EventKind.NOTICE_OPENED,
    "open_failing": EventKind.NOTICE_OPENED,
}
"""Audit events that are told. Flags and requests are told from their rows."""
_STATUS_AFTER: Final[Mapping[EventKind, Status]] = {
    EventKind.PLAN_APPROVED: Status.APPROVED,
    EventKind.PLAN_RESUMED: Status.APPROVED,
    EventKind.PLAN_SUSPENDED: Status.SUSPENDED,
    EventKind.PLAN_REJECTED: Status.REJECTED,
    EventKind.PLAN_REOPENED: Status.IN_REVIEW,
    EventKind.PLAN_RETIRED: Status.RETIRED,
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to tell."""

    kind: EventKind
    at: datetime
    data: Mapping[str, Any]
    path: str
    """Where the pages tell more, below where they stand."""


@dataclass(frozen=True, slots=True)
class Noted:
    """An audit event, as it was noted."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]


def event_of(noted: Noted) -> Event | None:
    """What is told of an audit event; None where nothing is."""
    kind = _OF_ACTION.get(noted.action)
    if kind is None:
        return None
    detail = noted.detail
    if kind is EventKind.POLICY_ADOPTED:
        told = {"policy": noted.subject, "version": detail["version"], "version_before": detail["before"]}
        return Event(kind, noted.at, told | {"actor": noted.actor}, "/policy")
    if kind is EventKind.NOTICE_OPENED:
        about = noted.action.removeprefix("open_")
        told = {"notice": detail["notice"], "about": about, "tool": noted.subject, "source": detail["source"]}
        return Event(kind, noted.at, told, path_of(noted.subject))
    told = plan_named(noted.subject) | {"actor": noted.actor}
    if kind is EventKind.APPROVAL_PROPOSED:
        return Event(kind, noted.at, told | {"pending": detail["pending"]}, path_of(noted.subject))
    before = detail.get("was")
    if kind is EventKind.PLAN_APPROVED and before == Status.SUSPENDED:
        kind = EventKind.PLAN_RESUMED
    told |= {"status": _STATUS_AFTER[kind].value, "status_before": before}
    return Event(kind, noted.at, told | {"decision": detail.get("decision")}, path_of(noted.subject))


def plan_named(plan: str) -> dict[str, Any]:
    """What every event of a plan (`vendor/tool@plan`) says first."""
    return {"plan": plan, "tool": tool_of(plan)}


def tool_of(subject: str) -> str:
    """The tool of a plan or of itself."""
    return subject.partition("@")[0]


def path_of(subject: str) -> str:
    """Where a plan or a tool has its page."""
    return f"/tools/{tool_of(subject)}"
