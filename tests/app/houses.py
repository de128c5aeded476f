"""A house for tests, whole and quiet: it hands nothing on, answers no look-up, and names no provider."""

from typing import Any, Final

from app.api.house import House
from app.clock import utc_now
from app.db import Sessions, engine_from, sessions_of
from app.webhooks.signing import SigningKey
from registry.policy import load_policy

SIGNING: Final = SigningKey(b"a key of nobody")
_POLICY: Final = load_policy("default")


def house_of(sessions: Sessions | None = None, **other: Any) -> House:
    """A house on a registry, or on none; other than usual where a test says so."""
    there = sessions or sessions_of(engine_from("sqlite://"))
    usual: dict[str, Any] = {
        "sessions": there,
        "readings": there,
        "enqueue": lambda _ticket: None,
        "enqueue_search": lambda _key: None,
        "policy": _POLICY,
        "now": utc_now,
        "any_port": False,
        "look_up": lambda _tool, _query: (500, {}, b""),
        "is_ready": lambda: True,
        "receipt_keys": lambda: {"keys": []},
        "address": "",
        "failing_after": 3,
        "recrawl_cron": "*/10 * * * *",
        "webhook_secret": SIGNING.secret_of,
        "count_dropped": lambda: 0,
        "openid": None,
        "local_links": True,
    }
    return House(**usual | other)
