"""The record of look-ups: what is kept of each, and how it gets into the registry while nobody waits."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from app.db import engine_from, sessions_of
from app.recording.masks import masks_from
from app.recording.recorder import Recorder
from app.secret_files import read_secret
from app.settings import Settings
from registry.model import Policy

__all__ = ["Recorder", "recorder_from"]

PATIENCE_MS: Final = 1000
"""How long a batch waits for another writer before it is tried again later: a stop must not wait longer."""
FILE: Final = "lookups.secret"
_SECRET_BYTES: Final = 32


def recorder_from(settings: Settings, policy: Policy, now: Callable[[], datetime]) -> Recorder:
    """A deployment's recorder, with a connection of its own; raises `MaskError`, `SecretFileError`."""
    hashed, dropped = names_in(settings.lookups_hashed), names_in(settings.lookups_dropped)
    masks = masks_from(hashed, dropped, policy.context, secret_of(settings) if hashed else b"")
    sessions = sessions_of(engine_from(settings.registry_url, PATIENCE_MS))
    return Recorder(sessions, masks, now, timedelta(days=settings.lookups_kept_days))


def secret_of(settings: Settings) -> bytes:
    """The key of hashes in the record; made where there is none. Raises `SecretFileError`."""
    given = settings.lookups_secret.get_secret_value()
    return given.encode() or read_secret(
        settings.data_dir / FILE, lambda: secrets.token_hex(_SECRET_BYTES).encode()
    )


def names_in(listed: str) -> tuple[str, ...]:
    """Names that a setting lists, separated by commas."""
    return tuple(name for name in (piece.strip() for piece in listed.split(",")) if name)
