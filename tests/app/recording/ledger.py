"""A front whose answers are put on record, on a registry of its own."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from app.db import engine_from, sessions_of
from app.recording.masks import Masks
from app.recording.recorder import Recorder
from registry.lookups import Lookup, Wanted, list_lookups
from registry.tables import METADATA
from tests.app.lookup.gate import Gate

EVERYTHING = Wanted()


class Ledger:
    """The recorder behind a gate. It writes when a test says so, or from `start` on."""

    def __init__(self, place: Path | str, masks: Masks | None = None, buffered: int = 100) -> None:
        """`place`: a folder, or the URL of a registry."""
        self.gate = Gate()
        url = place if isinstance(place, str) else f"sqlite:///{place / 'registry.db'}"
        self.engine: Engine = engine_from(url, patience_ms=10)
        METADATA.create_all(self.engine)
        self.recorder = Recorder(
            sessions_of(self.engine),
            masks or Masks(),
            lambda: self.gate.now,
            timedelta(days=30),
            buffered,
        )
        self.gate.front = self.gate.front_with(self.recorder)

    def rows(self, wanted: Wanted = EVERYTHING) -> Sequence[Lookup]:
        """What is on record, newest first."""
        with sessions_of(self.engine)() as session:
            return list_lookups(session, wanted, 1000)

    def close(self) -> None:
        """Stop in good order."""
        self.recorder.close()
        self.engine.dispose()
