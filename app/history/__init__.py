"""The recorded past: every version of the terms in an Open Terms Archive repository, read and compared.

`repository` reads the versions from git, `folding` tells edits from cosmetic ones and from swapped pages,
`replay` reads and compares them in time's order. `matching` tells which document is the past of which source,
and `backfill` keeps it in the registry.
"""

from app.history.replay import RecordedChange, replay_history
from app.history.repository import ArchiveError, Version, list_versions

__all__ = ["ArchiveError", "RecordedChange", "Version", "list_versions", "replay_history"]
