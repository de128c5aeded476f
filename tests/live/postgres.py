"""A PostgreSQL of our own for a test, where its programs are installed: made, started and removed again."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.live.service import free_port

START_S = 30.0


def binaries() -> Path | None:
    """The folder of the newest server's programs; `None` where there is none that we may run."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found and _user() is not None else None


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server that only this machine can reach; gives the SQLAlchemy URL of an empty database."""
    folder, user, port = binaries(), _user(), free_port()
    if folder is None or user is None:
        raise RuntimeError("PostgreSQL is not installed, or there is nobody to run it as")
    place = Path(tempfile.mkdtemp(prefix="termgate-postgres-"))
    shutil.chown(place, user.pw_name, user.pw_gid)
    data = str(place / "data")
    initdb = [str(folder / "initdb"), "-D", data, "-U", "termgate", "-A", "trust", "--no-sync"]
    subprocess.run(initdb, check=True, capture_output=True, user=user.pw_uid, group=user.pw_gid, cwd=place)
    command = [str(folder / "postgres"), "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", str(place)]
    with (place / "log").open("wb") as log:
        server = subprocess.Popen(
            command, stdout=log, stderr=log, user=user.pw_uid, group=user.pw_gid, cwd=place
        )
    try:
        _wait_for(folder, port, server, place / "log")
        yield f"postgresql+psycopg://termgate@127.0.0.1:{port}/postgres"
    finally:
        # SIGINT: do not wait for clients.
        server.send_signal(2)
        server.wait(30)
        shutil.rmtree(place)


def _user() -> pwd.struct_passwd | None:
    """Who may run it: the server refuses root."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid())
    return next((user for user in pwd.getpwall() if user.pw_name == "postgres"), None)


def _wait_for(folder: Path, port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_S
    ready = [str(folder / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-q"]
    while subprocess.run(ready, check=False).returncode:
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
        time.sleep(0.1)
