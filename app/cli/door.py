"""What the commands that need the registry do at the door: open it, or refuse in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import ValidationError

from app.cli.telling import print_json, print_table, refuse
from app.db import (
    NotMigratedError,
    Sessions,
    UnusableDatabaseError,
    engine_from,
    readings_of,
    require_current,
    sessions_of,
)
from app.receipts.keys import ReceiptKeyError
from app.recording.masks import MaskError
from app.rendering.model import RenderingSetupError
from app.secret_files import SecretFileError
from app.settings import Settings
from registry.adoptions import AdoptionRefusedError
from registry.capturing import CaptureRefusedError
from registry.closed import ClosedError
from registry.entries import EntryError
from registry.keys import KeyNameTakenError, UnknownKeyError
from registry.lifecycle import IllegalMoveError
from registry.persons import UnknownPersonError
from registry.policy import PolicyError
from registry.submissions import DuplicateToolError, NothingToVetError
from registry.webhooks import UnknownWebhookError, WebhookRefusedError

__all__ = [
    "House",
    "open_house",
    "print_json",
    "print_table",
    "read_settings",
    "refusals",
    "refuse",
    "refuse_plan",
]

EXPECTED = (
    AdoptionRefusedError,
    CaptureRefusedError,
    ClosedError,
    DuplicateToolError,
    EntryError,
    IllegalMoveError,
    KeyNameTakenError,
    MaskError,
    NotMigratedError,
    NothingToVetError,
    PolicyError,
    ReceiptKeyError,
    RenderingSetupError,
    SecretFileError,
    UnknownKeyError,
    UnknownPersonError,
    UnknownWebhookError,
    UnusableDatabaseError,
    WebhookRefusedError,
)
"""What a person can put right; everything else is a fault of ours and rises."""


@dataclass(frozen=True, slots=True)
class House:
    """The deployment that the environment names."""

    settings: Settings
    sessions: Sessions
    readings: Sessions


def open_house() -> House:
    """Read the settings and open the registry; exits with 2 where it is not there or not up to date."""
    settings = read_settings()
    file = settings.registry_file
    if file is not None and not file.exists():
        # Opening it would make it, wherever the command happens to be called.
        refuse(f"no registry at {file}; set TERMGATE_DATA_DIR, or make one with `termgate migrate`")
    with refusals():
        engine = engine_from(settings.registry_url)
        require_current(engine)
    return House(settings, sessions_of(engine), readings_of(engine))


def read_settings() -> Settings:
    """The settings of the environment; exits with 2 and names the one that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        # The second part of a place says where in a list a value stands: no part of a setting's name.
        # What does not fit other settings names itself.
        setting = f"TERMGATE_{str(first['loc'][0]).upper()}: " if first["loc"] else ""
        refuse(f"{setting}{first['msg'].removeprefix('Value error, ')}")


def refuse_plan(name: str) -> None:
    """Refuse a plan's name (`vendor/tool@plan`) where a whole tool is asked for."""
    tool, at, _ = name.rpartition("@")
    if at:
        refuse(
            f"{name!r} names one plan, and all plans of a tool are vetted together; "
            f"name the tool without its plan: {tool}"
        )


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what a person can put right into one line and exit status 2."""
    try:
        yield
    except EXPECTED as error:
        refuse(str(error))
