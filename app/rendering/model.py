"""The words of rendering: what the browser's process is told, and what it answers, one JSON line each."""

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

_MIB = 1 << 20


class RenderingSetupError(Exception):
    """Pages are to be rendered, and what that takes is not there; the message says what to do."""


@dataclass(frozen=True, slots=True)
class RenderLimits:
    """How long and how much; seconds and bytes."""

    seconds: float = 40.0
    """Until the page must be shown, from the start of the browser."""
    settle_s: float = 10.0
    """How long its requests may go on once the page is there."""
    traffic_bytes: int = 25 * _MIB
    """All that comes for the page, scripts included."""
    page_bytes: int = 10 * _MIB
    """What the page may hold in the end."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the browser's process is to do."""

    url: str
    agent: str
    executable: str
    folder: str
    """Where the browser may keep what it needs while it runs; empty at the start, gone at the end."""
    sandbox: bool
    proxy: str
    proxy_user: str
    proxy_password: str
    limits: RenderLimits = field(default_factory=RenderLimits)

    def to_json(self) -> str:
        """As the process reads it."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(line: str) -> "Order":
        """As `to_json` wrote it."""
        told: dict[str, Any] = json.loads(line)
        return Order(**{**told, "limits": RenderLimits(**told["limits"])})


class Trouble(StrEnum):
    """Why a browser shows no page."""

    NOT_STARTED = "not_started"
    TOO_SLOW = "too_slow"
    UNREACHED = "unreached"
    LED_AWAY = "led_away"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as the browser shows it, or why it does not."""

    url: str
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    markup: str = ""
    trouble: Trouble | None = None
    detail: str = ""

    def to_json(self) -> str:
        """As the asking process reads it."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(line: str) -> "Shown":
        """As `to_json` wrote it. ValueError, TypeError or KeyError for anything else."""
        told: dict[str, Any] = json.loads(line)
        headers = tuple((str(name), str(value)) for name, value in told.pop("headers"))
        trouble = told.pop("trouble")
        return Shown(**told, headers=headers, trouble=None if trouble is None else Trouble(trouble))
