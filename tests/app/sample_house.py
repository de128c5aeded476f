"""The product's process tree round a one-line application and the sample worker, run as a script by tests.

With a number, so many web processes answer: each is this script again, with `--socket`.
"""

import argparse
import os
import sys
from pathlib import Path

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from app.children import Patience
from app.logs import configure_logging
from app.serve import Deployment, answer_on, serve
from app.settings import Settings

WORKER = Path(__file__).with_name("sample_worker.py")


def build(_settings: Settings) -> ASGIApp:
    return PlainTextResponse(str(os.getpid()))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--web-processes", type=int, default=1)
    parser.add_argument("--socket", type=int)
    parser.add_argument("--parent", type=int, default=0)
    given, _ = parser.parse_known_args()
    settings = Settings()
    configure_logging("INFO")
    if given.socket is not None:
        answer_on(build(settings), given.socket, given.parent)
        return
    worker = (sys.executable, str(WORKER), str(settings.data_dir))
    patience = Patience(first_pause=0.1)
    web = (sys.executable, __file__)
    serve(Deployment(settings, build, sys.stderr.write, worker, patience, given.web_processes, web))


if __name__ == "__main__":
    main()
