"""Pages that a person saves and brings, where a site shows them to people and not to us.

Only this module knows which failures a person with a browser can help with, and when a brought page is still
to be taken in: the next pass does, in place of asking the site, and the one after asks the site again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from extractors.model import Failure, Snapshot
from registry.evidence import good_sighting, keep_snapshot
from registry.journal import note, raise_revision
from registry.submissions import PassKind, PassState
from registry.tables import CaptureRow, SightingRow, SourceRow, VettingRow

_FOR_A_PERSON: Final = frozenset(
    {
        Failure.ROBOTS_DISALLOW,
        Failure.REFUSED,
        Failure.BOT_WALL,
        Failure.LOGIN_FORM,
        Failure.CONSENT_BANNER,
        Failure.SCRIPT_SHELL,
        Failure.SCANNED,
    }
)
"""A browser, an account or a pair of eyes gets past these; trying again does not."""
_CLOCKS_APART: Final = timedelta(minutes=5)
_TAKEN_IN: Final = (PassState.DONE, PassState.FAILED)


class CaptureRefusedError(Exception):
    """A page that cannot stand for the source as it was brought; the message says what to do instead."""


def needs_capture(failure: Failure | None) -> bool:
    """Whether a source that failed so waits for a person to save its page and bring it."""
    return failure in _FOR_A_PERSON


def keep_capture(
    session: Session, source: SourceRow, snapshot: Snapshot, filename: str, actor: str, now: datetime
) -> None:
    """Keep a page of a source that a person saved at `snapshot.fetched_at` from `snapshot.url`.

    Raises `CaptureRefusedError` for an address that is none of the source's, a time to come, and a page saved
    before the source's document was last seen: it would pass for the newest.
    """
    url, at = snapshot.url, snapshot.fetched_at
    if url not in source.urls:
        known = ", ".join(source.urls) or "none: its document is uploaded"
        raise CaptureRefusedError(f"{url} is no page of {source.slug}; its pages are {known}")
    if at > now + _CLOCKS_APART:
        raise CaptureRefusedError(f"{at:%Y-%m-%d %H:%M} UTC is yet to come; say when the page was saved")
    good = good_sighting(session, source.id)
    if good is not None and good.at > at:
        raise CaptureRefusedError(
            f"the document was seen on {good.at:%Y-%m-%d %H:%M} UTC, after this page was saved; save it again"
        )
    keep_snapshot(session, snapshot)
    session.add(
        CaptureRow(
            source_id=source.id,
            url=url,
            at=at,
            snapshot=snapshot.sha256,
            final_url=url,
            media_type=snapshot.media_type,
            charset=snapshot.charset,
            captured_by=actor,
            brought_at=now,
        )
    )
    session.flush()
    subject, when = f"source:{source.id}", at.isoformat()
    note(session, now, actor, "capture", subject, url=url, sha256=snapshot.sha256, at=when, name=filename)
    raise_revision(session, (source.tool_id,))


def brought_pages(session: Session, source: SourceRow) -> Mapping[str, CaptureRow]:
    """By address, the pages that people brought and that no pass has taken in yet."""
    newest = ((url, _newest(session, source, url)) for url in source.urls)
    return {
        url: capture
        for url, capture in newest
        if capture is not None
        and capture.brought_at is not None
        and not _was_taken_in(session, source, capture)
    }


def _newest(session: Session, source: SourceRow, url: str) -> CaptureRow | None:
    query = select(CaptureRow).where(CaptureRow.source_id == source.id, CaptureRow.url == url)
    return session.exec(query.order_by(col(CaptureRow.id).desc()).limit(1)).first()


def _was_taken_in(session: Session, source: SourceRow, capture: CaptureRow) -> bool:
    """Whether a pass that asks for pages has ended since and looked at the source."""
    query = (
        select(SightingRow.id)
        .join(VettingRow, col(VettingRow.key) == SightingRow.pass_key)
        .where(
            SightingRow.source_id == source.id,
            VettingRow.kind != PassKind.REREAD,
            col(VettingRow.state).in_(_TAKEN_IN),
            col(VettingRow.finished_at) > capture.brought_at,
        )
    )
    return session.exec(query).first() is not None
