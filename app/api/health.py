"""For whoever keeps the service running: is the process alive, can it answer, and what do problems mean."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from app.api.forms import Shown
from app.api.house import Here
from app.errors import NotFoundError, NotReadyError, answers
from app.problems import ALL_KINDS, PROBLEMS, Kind

router = APIRouter(tags=["service"])


class Health(Shown):
    """How the service is."""

    status: str = Field(examples=["ok"])


class KindShown(Shown):
    """One kind of problem that an answer may tell."""

    type: str
    title: str
    status: int


@router.get("/healthz")
async def is_alive() -> Health:
    """The process is alive."""
    return Health(status="ok")


@router.get("/readyz", responses=answers(NotReadyError))
def is_ready(house: Here) -> Health:
    """The registry answers, is up to date and is in memory."""
    if not house.is_ready():
        raise NotReadyError("the registry cannot be read, or its schema is another one; see the log")
    return Health(status="ready")


@router.get(PROBLEMS)
async def list_problems() -> list[KindShown]:
    """Every kind of problem that an answer may tell."""
    return [_kind_shown(kind) for kind in ALL_KINDS.values()]


@router.get(PROBLEMS + "/{name}", responses=answers(NotFoundError))
async def show_problem(
    name: Annotated[str, Path(description="Its name.", examples=["duplicate-tool"])],
) -> KindShown:
    """One kind of problem."""
    kind = ALL_KINDS.get(name)
    if kind is None:
        raise NotFoundError(f"no problem is called {name!r:.80}; GET {PROBLEMS} lists them")
    return _kind_shown(kind)


def _kind_shown(kind: Kind) -> KindShown:
    return KindShown(type=f"{PROBLEMS}/{kind.name}", title=kind.title, status=kind.status)
