"""The recorded past: every version of the terms in an Open Terms Archive repository, read and compared.

`repository` reads the versions from git, `folding` tells edits from cosmetic ones and from swapped pages,
`comparing` compares them in time's order; `replay` does so for all documents, `resuming` keeps what it has
done, and `scoring` holds its changes against labelled ones. `matching` tells which document is the past of
which source, and `backfill` keeps it in the registry.
"""

from app.history.comparing import RecordedChange
from app.history.replay import replay_history
from app.history.repository import ArchiveError, Version, list_versions
from app.history.resuming import Interim

__all__ = ["ArchiveError", "Interim", "RecordedChange", "Version", "list_versions", "replay_history"]
