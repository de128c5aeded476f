"""The words of the registry's list: which plans are wanted, in which order, and what is shown of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from extractors.model import Answer, Family
from registry.model import Status


class Order(StrEnum):
    """What a list is sorted by; among equals by tool."""

    TOOL = "tool"
    STATUS = "status"
    FACTS = "facts"
    EXPIRY = "expiry"


class Ends(StrEnum):
    """When an approval ends."""

    ENDED = "ended"
    MONTH = "month"
    QUARTER = "quarter"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which plans, and in which order. What is empty excludes nothing."""

    search: str = ""
    """In slugs and names of tools, names of vendors, and aliases; whatever its case."""
    vendor: str = ""
    """In slug or name of the vendor."""
    status: Status | None = None
    """None: any but retired."""
    answers: Mapping[Family, Answer] = field(default_factory=dict)
    """A plan that nobody has assessed counts as unread."""
    ends: Ends | None = None
    flagged: bool = False
    """Only plans with a change that waits for a person."""
    submitted: bool = False
    """Only plans that somebody has asked for."""
    order: Order = Order.TOOL
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A plan in the list."""

    plan: str
    """`vendor/tool@plan`"""
    tool_name: str
    vendor: str
    plan_name: str
    audience: str
    status: Status
    training: Answer
    retention: Answer
    retention_days: int | None
    reuse: Answer
    expires_at: datetime | None
    """When its approval ends; none where it has none."""
    open_flags: int


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list: what follows a place, or what leads up to one."""

    after: str = ""
    before: str = ""
    """Goes before `after`."""
    limit: int = 50


START: Final = Part()
"""Where a list begins."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the list."""

    rows: Sequence[Listed]
    first: str | None
    """The place of the first row: the page before leads up to it. None for a page without rows."""
    next: str | None
    """The place that the next page begins after; none where nothing follows."""
