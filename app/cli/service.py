"""`termgate serve` and `termgate worker`: the processes that stay."""

import os
import sys
from typing import Annotated

import typer

from app.cli.door import read_settings, refusals, refuse
from app.locks import AlreadyRunningError
from app.logs import configure_logging
from app.main import create_app
from app.serve import (
    WORKER,
    Deployment,
    FolderError,
    PortError,
    WebRefusedError,
    WorkerRefusedError,
    serve,
)

INTERRUPTED = 130


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="serve")(_serve)
    app.command(name="worker")(_worker)


def _serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on [TERMGATE_HOST].")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on [TERMGATE_PORT].", min=1, max=65535)
    ] = None,
    workers: Annotated[int, typer.Option(help="How many web processes answer side by side.", min=1)] = 1,
    worker: Annotated[bool, typer.Option(help="Run a worker beside the web server.")] = True,
) -> None:
    """Serve the API, with a worker beside; makes what is missing in the data folder."""
    given = {"host": host, "port": port}
    settings = read_settings().model_copy(update={name: value for name, value in given.items() if value})
    configure_logging(settings.log_level)
    deployment = Deployment(
        settings, create_app, typer.echo, WORKER if worker else None, web_processes=workers
    )
    try:
        with refusals():
            serve(deployment)
    except AlreadyRunningError as error:
        refuse(f"this data folder is served already: {error}; stop that one or set TERMGATE_DATA_DIR")
    except (FolderError, PortError, WebRefusedError, WorkerRefusedError) as error:
        refuse(str(error))
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


def _worker() -> None:
    """Work on passes until stopped; `serve` runs one of these itself."""
    read_settings()
    # Another program takes this process over: here what belongs to the web is loaded.
    os.execv(sys.executable, WORKER)  # noqa: S606
