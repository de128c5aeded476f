"""The pages with something of everything on them, served from this process: no worker, nothing fetched."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import uvicorn

from app.api.application import assemble
from app.db import engine_from, sessions_of
from app.settings import PAGES
from app.ui import console
from extractors.model import Failure
from registry.model import Role
from registry.store import sources_of, vettings_of
from registry.submissions import PassState
from registry.tables import SightingRow
from tests.app.api.office import NARRATOR, PAINTER, Office, the_tool
from tests.app.houses import house_of
from tests.app.ui.desk import Desk
from tests.app.ui.test_changes import changed
from tests.registries import new_registry

MORE_TOOLS: Final = 60
START_S: Final = 20.0


@contextmanager
def furnished_office(folder: Path) -> Iterator[tuple[Office, str]]:
    """An office with a registry of some size, and the address of its pages.

    A change waits at one tool, one waits for uploads, a third could not be read; `/broken` is a fault.
    """
    engine = engine_from(new_registry(folder))
    sessions = sessions_of(engine)
    app = assemble(house_of(sessions))
    office = Office(app, sessions)
    changed(Desk(office))
    office.submit(NARRATOR)
    for number in range(MORE_TOOLS):
        office.submit({**PAINTER, "slug": f"painter-{number:02}", "aliases": {}})
    _let_fail(office, "acme/painter-00")
    pages = console(app.state.house)
    pages.add_api_route("/broken", _break)
    app.mount(PAGES, pages)
    with _served(uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))) as port:
        yield office, f"http://127.0.0.1:{port}{PAGES}"
    engine.dispose()


def link_of(office: Office, name: str, role: Role) -> str:
    """Where a person signs in, as a path."""
    return f"/sign-in?link={Desk(office).link(name, role)}"


def _break() -> None:
    raise RuntimeError("a fault of ours")


def _let_fail(office: Office, slug: str) -> None:
    with office.sessions() as session:
        tool = the_tool(session, slug)
        (look,) = vettings_of(session, tool.id, 1)
        (source,) = sources_of(session, tool.id)
        session.add(
            SightingRow(
                source_id=source.id,
                pass_key=look.key,
                at=office.at,
                failure=Failure.LOGIN_FORM.value,
                detail="a log-in form stands in place of the terms",
            )
        )
        look.state, look.finished_at = PassState.DONE.value, office.at


@contextmanager
def _served(server: uvicorn.Server) -> Iterator[int]:
    thread = threading.Thread(target=server.run)
    thread.start()
    until = time.monotonic() + START_S
    try:
        while not server.started and time.monotonic() < until:
            time.sleep(0.02)
        port: int = server.servers[0].sockets[0].getsockname()[1]
        yield port
    finally:
        server.should_exit = True
        thread.join()
