"""What every test of the command line needs: a log of its own."""

import logging
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """`serve` sets up the log of its process, which here is that of all tests."""
    loggers = [logging.getLogger(name) for name in (None, "dbos")]
    before = [(logger.handlers, logger.level, logger.propagate) for logger in loggers]
    yield
    for logger, (handlers, level, propagates) in zip(loggers, before, strict=True):
        logger.handlers, logger.propagate = handlers, propagates
        logger.setLevel(level)
    structlog.reset_defaults()
