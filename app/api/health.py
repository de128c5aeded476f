"""For whoever comes by or keeps the service running: what is this, is it alive, what do problems mean."""

from typing import Annotated, Final

from fastapi import APIRouter, FastAPI, Path, Request
from pydantic import Field

from app.api.forms import Shown
from app.api.house import Here
from app.errors import NotFoundError, NotReadyError, answers
from app.problems import ALL_KINDS, PROBLEMS, Kind

HEALTH: Final = "/healthz"

router = APIRouter(tags=["service"])


class Health(Shown):
    """How the service is."""

    status: str = Field(examples=["ok"])


class Readiness(Health):
    """How the service is, and whether it keeps its record."""

    lookups_dropped: int = Field(
        description="Answers to look-ups that could not be put on record since this process began."
    )


class Welcome(Shown):
    """Which service this is, and where to go on."""

    name: str = Field(examples=["Termgate"])
    version: str = Field(examples=["1.0.0"])
    description: str = Field(description="Where all addresses are described.", examples=["/openapi.json"])
    health: str = Field(description="Where the service says that it is alive.", examples=["/healthz"])


class KindShown(Shown):
    """One kind of problem that an answer may tell."""

    type: str
    title: str
    status: int


@router.get("/")
async def welcome(request: Request) -> Welcome:
    """Which service this is, and where all that it answers is described."""
    app: FastAPI = request.app
    return Welcome(name=app.title, version=app.version, description=app.openapi_url or "", health=HEALTH)


@router.get(HEALTH)
async def is_alive() -> Health:
    """The process is alive."""
    return Health(status="ok")


@router.get("/readyz", responses=answers(NotReadyError))
def is_ready(house: Here) -> Readiness:
    """The registry answers, is up to date and is in memory."""
    if not house.is_ready():
        raise NotReadyError("the registry cannot be read, or its schema is another one; see the log")
    return Readiness(status="ready", lookups_dropped=house.count_dropped())


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
