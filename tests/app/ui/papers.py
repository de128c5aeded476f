"""A source that shows a text which a test makes up, read from a page in HTML."""

import hashlib

from extractors.model import Clause, Reading, Snapshot
from registry.evidence import Seen, keep_reading, keep_snapshot, record_sighting
from registry.store import sources_of
from registry.tables import CaptureRow, DocumentRow
from tests.app.api.office import TERMS_URL, the_tool
from tests.app.ui.desk import Desk
from tests.registry.readings import RULESET

PAGE = "/tools/acme/painter/sources/terms"


def put(
    desk: Desk,
    text: str,
    clauses: tuple[Clause, ...] = (),
    *,
    key: str = "second",
    body: bytes = b"",
    media_type: str = "text/html",
) -> str:
    """Let the source show a text; gives the digest of the bytes that it was read from."""
    body = body or f"<html><script>alert(1)</script><p>{text}</p></html>".encode("utf-8", "replace")
    sha256, digest = hashlib.sha256(body).hexdigest(), hashlib.sha256(text.encode()).hexdigest()
    at = desk.office.at
    snapshot = Snapshot(body, sha256, media_type, "utf-8", TERMS_URL, at)
    with desk.office.sessions() as session:
        (source,) = sources_of(session, the_tool(session).id)
        keep_snapshot(session, snapshot)
        # Without the digest of its words, which a text of megabytes takes long for and no page asks for.
        document = DocumentRow(
            source_id=source.id,
            digest=digest,
            text=text,
            title="Acme Terms",
            language="en",
            snapshots=[sha256],
            read_at=at,
        )
        session.add(document)
        session.flush()
        keep_reading(session, document.id, Reading(digest, RULESET, clauses), at)
        record_sighting(session, source.id, key, Seen(document.id, at))
        look = CaptureRow(source_id=source.id, url=TERMS_URL, at=at, snapshot=sha256, charset="utf-8")
        look.http_status, look.final_url, look.media_type = 200, TERMS_URL, media_type
        session.add(look)
    return sha256
