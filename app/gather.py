"""Where a pass takes a source's snapshots from: the network, or the store. It judges no content."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.db import Session
from app.fetch.fetcher import Fetcher
from app.fetch.model import Answered, Asked, FetchError, Received, Unchanged, Validators
from app.fetch.turns import HostBusyError
from extractors.model import Failure, Selection, Snapshot
from registry.capturing import brought_pages
from registry.evidence import (
    find_reading,
    good_sighting,
    keep_snapshot,
    last_capture,
    last_upload,
    snapshot_of,
)
from registry.passages import pages_of
from registry.tables import CaptureRow, DocumentRow, SourceRow

Complete = Callable[[Received], Received]
"""What makes a page whole that came as a part of it."""


def as_it_came(received: Received) -> Received:
    """The page without anything added."""
    return received


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a page from an earlier look."""

    snapshot: Snapshot
    validators: Validators


@dataclass(frozen=True, slots=True)
class Errand:
    """A source to look at, and what is known of it."""

    source_id: int
    urls: tuple[str, ...]
    """Empty for an upload."""
    selection: Selection
    stored: Mapping[str, Stored]
    """By page; an upload stands under its own `upload:NAME`."""
    read: tuple[str, ...]
    """Digests of the snapshots behind the last good document, if it was read under this ruleset from the
    source as it stands now."""
    document_id: int | None
    """The last good document."""
    seen_at: datetime | None
    """When the last good document was last seen."""
    behind: Mapping[str, Stored]
    """What the last good document was read from, by page; empty where the source has other pages now."""
    brought: Mapping[str, Stored] = field(default_factory=dict)
    """Pages that people saved and brought, by address: they are taken in before the site is asked again."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page as this pass found it: its bytes, or why there are none."""

    url: str
    snapshot: Snapshot | None
    validators: Validators
    unchanged: bool = False
    http_status: int | None = None
    failure: Failure | None = None
    detail: str | None = None
    brought: bool = False
    """Whether a person brought it: it is on record since then."""
    rendered: bool = False
    """Whether a browser ran its scripts."""
    retry_after_s: int | None = None
    asked: Asked | None = None
    """The request that was answered."""


def errand_for(session: Session, source: SourceRow, ruleset: str) -> Errand:
    """What a pass needs to know before it looks at a source."""
    good = good_sighting(session, source.id)
    document_id = None if good is None else good.document_id
    is_read = document_id is not None and find_reading(session, document_id, ruleset) is not None
    # The same bytes show another document where a person has since said which part of them is terms.
    as_it_stands = source.changed_at is None or (good is not None and good.at > source.changed_at)
    document = session.get_one(DocumentRow, document_id) if is_read and as_it_stands else None
    captures = [last_capture(session, source.id, url) for url in source.urls] or [
        last_upload(session, source.id)
    ]
    return Errand(
        source_id=source.id,
        urls=tuple(source.urls),
        selection=Selection(select=tuple(source.select), remove=tuple(source.remove)),
        stored={capture.url: _stored(session, capture) for capture in captures if capture is not None},
        read=() if document is None else tuple(document.snapshots),
        document_id=document_id,
        seen_at=None if good is None else good.at,
        behind={} if document_id is None else _behind(session, source, document_id),
        brought={url: _stored(session, one) for url, one in brought_pages(session, source).items()},
    )


def from_network(
    fetcher: Fetcher,
    errand: Errand,
    complete: Complete = as_it_came,
    answers: Mapping[str, Answered | FetchError] | None = None,
) -> tuple[Page, ...]:
    """Every page of a source from its site, up to the first that fails; an upload from the store.

    A page that a person brought since the last look stands for the site's answer. `complete` gives a page
    that has come as it is to be read, and may fail as a fetch does. `answers` has what sites have said in
    this look already: they are not asked again.
    Raises `HostBusyError` where a host could not be asked in time.
    """
    if not errand.urls:
        return _stored_pages(errand.urls, errand.stored)
    pages: list[Page] = []
    for url in errand.urls:
        brought, stored = errand.brought.get(url), errand.stored.get(url)
        if brought is not None:
            pages.append(_brought(url, brought))
        else:
            answer = (answers or {}).get(url) or _answer(fetcher, url, stored)
            pages.append(_page(url, stored, _completed(answer, complete)))
        if pages[-1].failure is not None:
            break
    return tuple(pages)


def from_store(errand: Errand) -> tuple[Page, ...]:
    """Every page of a source as the last good document shows it; where there is none, as received last.

    What has been received since and was no document stays out: a wall, or one page of several.
    """
    return _stored_pages(errand.urls, errand.behind or errand.stored)


def record_page(session: Session, source_id: int, page: Page, at: datetime) -> None:
    """Add what was received of a page, or that nothing was; the bytes are stored once."""
    if page.brought:
        return
    shown = page.snapshot
    if shown is not None:
        keep_snapshot(session, shown)
    session.add(
        CaptureRow(
            source_id=source_id,
            url=page.url,
            at=at,
            snapshot=None if shown is None else shown.sha256,
            unchanged=page.unchanged,
            rendered=page.rendered,
            failure=page.failure,
            detail=page.detail,
            http_status=page.http_status,
            final_url=None if shown is None else shown.url,
            media_type=None if shown is None else shown.media_type,
            charset=None if shown is None else shown.charset,
            headers=[] if shown is None or page.unchanged else [list(pair) for pair in shown.headers],
            etag=page.validators.etag,
            last_modified=page.validators.last_modified,
            asked=None if page.asked is None else page.asked.as_kept(),
        )
    )


def _behind(session: Session, source: SourceRow, document_id: int) -> Mapping[str, Stored]:
    document = session.get_one(DocumentRow, document_id)
    pages = tuple(source.urls) or pages_of(session, document)
    if len(pages) != len(document.snapshots):
        return {}
    found = [last_capture(session, source.id, *one) for one in zip(pages, document.snapshots, strict=True)]
    captures = [capture for capture in found if capture is not None]
    return {one.url: _stored(session, one) for one in captures} if len(captures) == len(pages) else {}


def _stored(session: Session, capture: CaptureRow) -> Stored:
    validators = Validators(capture.etag, capture.last_modified, url=capture.final_url)
    return Stored(snapshot_of(session, capture), validators)


def _answer(fetcher: Fetcher, url: str, stored: Stored | None) -> Answered | FetchError:
    try:
        return fetcher.fetch(url, None if stored is None else stored.validators)
    except HostBusyError:
        raise
    except FetchError as error:
        return error


def _completed(answer: Answered | FetchError, complete: Complete) -> Answered | FetchError:
    if not isinstance(answer, Received):
        return answer
    try:
        return complete(answer)
    except HostBusyError:
        raise
    except FetchError as error:
        return error


def _page(url: str, stored: Stored | None, got: Answered | FetchError) -> Page:
    if isinstance(got, FetchError):
        return Page(
            url=url,
            snapshot=None,
            validators=Validators(None, None),
            http_status=got.http_status,
            failure=got.failure,
            detail=got.detail,
            retry_after_s=got.retry_after_s,
        )
    if isinstance(got, Unchanged):
        return _not_modified(url, stored, got)
    validators = Validators(got.etag, got.last_modified)
    return Page(
        url=url,
        snapshot=got.snapshot,
        validators=validators,
        http_status=got.http_status,
        rendered=got.rendered,
        asked=got.asked,
    )


def _brought(url: str, stored: Stored) -> Page:
    return Page(url=url, snapshot=stored.snapshot, validators=stored.validators, brought=True)


def _not_modified(url: str, stored: Stored | None, answer: Unchanged) -> Page:
    if stored is None:
        return Page(
            url=url,
            snapshot=None,
            validators=Validators(None, None),
            http_status=answer.http_status,
            failure=Failure.UNEXPECTED_STATUS,
            detail="the site answered `not modified` to a first request; look again later",
        )
    return Page(
        url=url,
        snapshot=stored.snapshot,
        validators=stored.validators,
        unchanged=True,
        http_status=answer.http_status,
        asked=answer.asked,
    )


def _stored_pages(urls: tuple[str, ...], stored: Mapping[str, Stored]) -> tuple[Page, ...]:
    names = urls or tuple(stored) or ("upload",)
    return tuple(_stored_page(name, stored.get(name)) for name in names)


def _stored_page(name: str, stored: Stored | None) -> Page:
    if stored is None:
        return Page(
            url=name,
            snapshot=None,
            validators=Validators(None, None),
            failure=Failure.EMPTY,
            detail="nothing has been received of this page yet; vet the tool first",
        )
    return Page(url=name, snapshot=stored.snapshot, validators=stored.validators, unchanged=True)
