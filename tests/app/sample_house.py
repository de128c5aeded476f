"""The product's process tree round a one-line application and the sample worker, run as a script by tests."""

import sys
from pathlib import Path

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from app.children import Patience
from app.logs import configure_logging
from app.serve import Deployment, serve
from app.settings import Settings

WORKER = Path(__file__).with_name("sample_worker.py")


def build(_settings: Settings) -> ASGIApp:
    return PlainTextResponse("here")


def main() -> None:
    settings = Settings()
    configure_logging("INFO")
    worker = (sys.executable, str(WORKER), str(settings.data_dir))
    serve(Deployment(settings, build, sys.stderr.write, worker, Patience(first_pause=0.1)))


if __name__ == "__main__":
    main()
