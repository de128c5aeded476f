"""What a source showed last, and the look that finds just that, in few columns. Never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, RowMapping, Select, String, bindparam, exists, func, insert, select, update
from sqlmodel import Session, col

from registry.cadence import Outcome, next_look
from registry.submissions import PassKind, PassState
from registry.tables import CaptureRow, NoticeRow, ReadingRow, SightingRow, SourceRow, ToolRow, VettingRow

_SOURCE = bindparam("of_source", type_=Integer)
_KEY = bindparam("of_pass", type_=String)
_IS_TOLD_OF = exists().where(col(NoticeRow.source_id) == SourceRow.id, col(NoticeRow.closed_at).is_(None))
_PLAIN: Select[Any, Any, Any, Any, Any, Any] = (
    select(
        col(SourceRow.slug),
        col(SourceRow.urls),
        col(SourceRow.cadence_days),
        col(SourceRow.failures),
        col(SourceRow.changed_at),
        col(ToolRow.slug).label("tool"),
    )
    .join(ToolRow, col(ToolRow.id) == SourceRow.tool_id)
    .join(VettingRow, col(VettingRow.tool_id) == SourceRow.tool_id)
    .where(col(SourceRow.id) == _SOURCE, col(SourceRow.active), ~_IS_TOLD_OF)
    .where(col(VettingRow.key) == _KEY, col(VettingRow.kind) == PassKind.RECRAWL)
)
_GOOD = (
    select(col(SightingRow.document_id), col(SightingRow.at), col(ReadingRow.id))
    .join(ReadingRow, col(ReadingRow.document_id) == SightingRow.document_id)
    .where(col(SightingRow.source_id) == _SOURCE, col(ReadingRow.ruleset) == bindparam("ruleset"))
    .where(
        col(SightingRow.id)
        == select(func.max(SightingRow.id))
        .where(col(SightingRow.source_id) == _SOURCE, col(SightingRow.document_id).is_not(None))
        .scalar_subquery()
    )
)
_CAPTURES = (
    select(
        col(CaptureRow.url),
        col(CaptureRow.at),
        col(CaptureRow.snapshot),
        col(CaptureRow.etag),
        col(CaptureRow.last_modified),
        col(CaptureRow.final_url),
        col(CaptureRow.media_type),
        col(CaptureRow.charset),
        col(CaptureRow.brought_at),
        col(CaptureRow.rendered),
    )
    .where(col(CaptureRow.source_id) == _SOURCE)
    .order_by(col(CaptureRow.id).desc())
    .limit(bindparam("pages"))
)
_RUNNING = (
    select(col(VettingRow.id))
    .where(col(VettingRow.key) == _KEY, col(VettingRow.state).not_in([PassState.DONE, PassState.FAILED]))
    .with_for_update()
)
_SEEN = select(col(SightingRow.source_id)).where(col(SightingRow.pass_key) == _KEY)
_RESCHEDULE = (
    update(SourceRow)
    .where(col(SourceRow.id) == _SOURCE, col(SourceRow.active))
    .values(due_at=bindparam("due"), put_off_since=None)
)
_COUNT = update(VettingRow).where(col(VettingRow.key) == _KEY).values(done=bindparam("looked"))


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page as it was when its source was last found good."""

    url: str
    sha256: str
    etag: str | None
    last_modified: str | None
    final_url: str | None
    media_type: str | None
    charset: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """A source that needs no more than to be compared byte by byte."""

    source_id: int
    slug: str
    tool: str
    cadence_days: int
    document_id: int
    pages: tuple[KnownPage, ...]


@dataclass(frozen=True, slots=True)
class SamePage:
    """A page that was found as it was: by its site's word, or by its bytes."""

    page: KnownPage
    http_status: int
    unchanged: bool
    """Whether the site said so and sent nothing."""
    etag: str | None
    last_modified: str | None
    headers: tuple[tuple[str, str], ...] = ()
    asked: dict[str, Any] | None = None
    """The request that was answered, as a capture keeps it."""


def known_source(session: Session, source_id: int, key: str, ruleset: str) -> Known | None:
    """What a source showed last, where a re-crawl need only see whether it still does.

    None where more is to be done: it failed last, was changed, was not read under these rules, has notices.
    """
    run = session.connection().execute
    plain = run(_PLAIN, {"of_source": source_id, "of_pass": key}).mappings().first()
    good = run(_GOOD, {"of_source": source_id, "ruleset": ruleset}).first()
    if plain is None or good is None or not plain["urls"] or plain["failures"]:
        return None
    document_id, at, _ = good
    if document_id is None or (plain["changed_at"] is not None and plain["changed_at"] >= at):
        return None
    urls: Sequence[str] = plain["urls"]
    rows = run(_CAPTURES, {"of_source": source_id, "pages": len(urls)}).mappings().all()
    found = {row["url"]: _page(row) for row in rows if _is_of(row, at)}
    if set(found) != set(urls):
        return None
    pages = tuple(found[url] for url in urls)
    return Known(source_id, plain["slug"], plain["tool"], plain["cadence_days"], document_id, pages)


def keep_glance(session: Session, known: Known, key: str, found: Sequence[SamePage], at: datetime) -> None:
    """Write down that a source was looked at and unchanged, and when it is due next; once for each pass."""
    run = session.connection().execute
    if run(_RUNNING, {"of_pass": key}).first() is None:
        return
    seen = set(run(_SEEN, {"of_pass": key}).scalars())
    if known.source_id in seen:
        return
    run(insert(CaptureRow), [_capture(known, one, at) for one in found])
    sighting = {
        "source_id": known.source_id,
        "pass_key": key,
        "document_id": known.document_id,
        "at": at,
    }
    run(insert(SightingRow), [sighting])
    due = next_look(known.tool, known.cadence_days, Outcome(), 0, at)
    run(_RESCHEDULE, {"of_source": known.source_id, "due": due})
    run(_COUNT, {"of_pass": key, "looked": len(seen) + 1})


def _is_of(row: RowMapping, at: datetime) -> bool:
    """Whether a capture is part of the look at a time: as its site sent it, not brought and not rendered."""
    as_sent = row["brought_at"] is None and not row["rendered"]
    return as_sent and row["at"] == at and row["snapshot"] is not None


def _page(row: RowMapping) -> KnownPage:
    return KnownPage(
        row["url"],
        row["snapshot"],
        row["etag"],
        row["last_modified"],
        row["final_url"],
        row["media_type"],
        row["charset"],
    )


def _capture(known: Known, one: SamePage, at: datetime) -> dict[str, object]:
    page = one.page
    return {
        "source_id": known.source_id,
        "url": page.url,
        "at": at,
        "snapshot": page.sha256,
        "unchanged": one.unchanged,
        "http_status": one.http_status,
        "final_url": page.final_url,
        "media_type": page.media_type,
        "charset": page.charset,
        "headers": [list(pair) for pair in one.headers],
        "etag": one.etag,
        "last_modified": one.last_modified,
        "asked": one.asked,
    }
