"""What the processes say: one form for our own words and those of the libraries, on standard error.

Lines for people on a terminal, JSON elsewhere. Tracebacks come without the values of variables, which may be
secrets or whole documents.
"""

import logging
import sys

import structlog

_FOR_PEOPLE = (
    # What comes first in the code comes first on the line.
    structlog.dev.ConsoleRenderer(sort_keys=False, exception_formatter=structlog.dev.plain_traceback),
)
_FOR_MACHINES = (structlog.processors.format_exc_info, structlog.processors.JSONRenderer())


def configure_logging(level: str) -> None:
    """Set the log up for this process; `level` is DEBUG, INFO, WARNING or ERROR."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *(_FOR_PEOPLE if sys.stderr.isatty() else _FOR_MACHINES),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=_to_standard_error,
    )
    root = logging.getLogger()
    root.handlers = [_ToStructlog()]
    root.setLevel(max(threshold, logging.WARNING))
    # The work engine writes to the console unless its logger has a handler of its own.
    engine = logging.getLogger("dbos")
    engine.handlers = [_ToStructlog()]
    engine.propagate = False


def _to_standard_error(*_: object) -> structlog.PrintLogger:
    """Asked for anew with each line, so that a redirected standard error is followed."""
    return structlog.PrintLogger(sys.stderr)


class _ToStructlog(logging.Handler):
    """Hands what a library says to the product's log."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass a record on, with the pass that it speaks of where the work engine names it."""
        words = {"pass": name} if (name := getattr(record, "operationUUID", None)) else {}
        structlog.get_logger(record.name).log(
            record.levelno, record.getMessage(), exc_info=record.exc_info, **words
        )
