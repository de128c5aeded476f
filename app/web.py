"""One of several web processes: answers on an address that its parent listens on.

Run as `python -m app.web` by `termgate serve --workers`. It reads its settings from the environment as every
process does; the options say what the parent was told at the command line.
"""

import argparse
import sys
from typing import Final

import structlog
from pydantic import ValidationError

from app.db import NotMigratedError, UnusableDatabaseError
from app.logs import configure_logging
from app.main import create_app
from app.receipts.keys import ReceiptKeyError
from app.recording.masks import MaskError
from app.secret_files import SecretFileError
from app.serve import WEB_REFUSED, answer_on
from app.settings import Settings
from registry.policy import PolicyError

_REFUSALS: Final = (
    MaskError,
    NotMigratedError,
    PolicyError,
    ReceiptKeyError,
    SecretFileError,
    UnusableDatabaseError,
)

log = structlog.get_logger(__name__)


def main() -> None:
    """Run this process."""
    parser = argparse.ArgumentParser(prog="python -m app.web")
    parser.add_argument("--socket", type=int, required=True, help="descriptor of the address to answer on")
    parser.add_argument("--parent", type=int, required=True, help="stop when this process is gone")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    try:
        settings = Settings().model_copy(update={"host": given.host, "port": given.port})
    except ValidationError as refused:
        sys.stderr.write(f"termgate: {refused}\n")
        sys.exit(WEB_REFUSED)
    configure_logging(settings.log_level)
    try:
        app = create_app(settings)
    except _REFUSALS as refused:
        log.critical("web_process_refuses_to_start", because=str(refused))
        sys.exit(WEB_REFUSED)
    answer_on(app, given.socket, given.parent)


if __name__ == "__main__":
    main()
