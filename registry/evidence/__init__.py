"""What was received and read: snapshots, captures, documents, sightings, readings. Rows are only added.

`received` keeps what came, `sightings` what each look came to, `readings` what was read, and `governing`
puts together what a plan is judged by.
"""

from registry.evidence.governing import governing_of, reading_of_source, sources_governing
from registry.evidence.readings import (
    clause_of,
    clause_row,
    clause_rows,
    counted_rows,
    effects_in_force,
    find_reading,
    keep_reading,
    last_reading,
    reading_of_text,
)
from registry.evidence.received import (
    WITHOUT_TEXT,
    captured_at,
    characters_of,
    digest_of,
    document_of,
    keep_document,
    keep_snapshot,
    last_capture,
    last_upload,
    snapshot_bytes,
    snapshot_of,
)
from registry.evidence.sightings import (
    Seen,
    count_sightings,
    failed_sightings,
    good_sighting,
    has_sighting,
    last_sighting,
    record_sighting,
    sightings_of_pass,
)

__all__ = [
    "WITHOUT_TEXT",
    "Seen",
    "captured_at",
    "characters_of",
    "clause_of",
    "clause_row",
    "clause_rows",
    "count_sightings",
    "counted_rows",
    "digest_of",
    "document_of",
    "effects_in_force",
    "failed_sightings",
    "find_reading",
    "good_sighting",
    "governing_of",
    "has_sighting",
    "keep_document",
    "keep_reading",
    "keep_snapshot",
    "last_capture",
    "last_reading",
    "last_sighting",
    "last_upload",
    "reading_of_source",
    "reading_of_text",
    "record_sighting",
    "sightings_of_pass",
    "snapshot_bytes",
    "snapshot_of",
    "sources_governing",
]
