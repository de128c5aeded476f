"""Secrets that are kept in a file: made once and readable by their owner alone, or given to us.

Only this module knows how such a file is made: complete before it has its name, so that of two processes that
make it at the same time both read the same one.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

OWNER_ONLY: Final = 0o600


class SecretFileError(Exception):
    """A file with a secret cannot be used; the message says what to do."""


def read_secret(path: Path, make: Callable[[], bytes]) -> bytes:
    """Give what the file holds, and make it where it is missing; raises `SecretFileError`."""
    try:
        if not path.exists():
            write_secret(path, make(), replace=False)
        if path.stat().st_mode & 0o077:
            raise SecretFileError(f"{path} may be read by others; run: chmod 600 {path}")
        return path.read_bytes()
    except OSError as error:
        raise SecretFileError(f"{path} cannot be used ({error.strerror})") from error


def read_given(path: Path) -> str:
    """Give the one line of a file that somebody else has written; raises `SecretFileError`.

    A group may read it, as orchestrators mount secrets; everybody may not.
    """
    try:
        if path.stat().st_mode & 0o007:
            raise SecretFileError(f"{path} may be read by everybody; run: chmod o= {path}")
        content = path.read_bytes().strip()
    except OSError as error:
        raise SecretFileError(f"{path} cannot be read ({error.strerror})") from error
    if not content or not content.isascii() or not content.decode("ascii").isprintable():
        raise SecretFileError(f"{path} must hold the secret alone, as one line of plain ASCII")
    return content.decode("ascii")


def write_secret(path: Path, content: bytes, *, replace: bool) -> None:
    """Write a file as a whole; without `replace` one that is there stays as it is. Raises `OSError`."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            fresh.replace(path)
        else:
            _link(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def _link(fresh: Path, path: Path) -> None:
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        return
