"""A glance at a source: its pages are asked for, and where they are as they were, that is all.

Nothing is loaded, unpacked, read or judged for it. Where anything differs, the answers are handed on to the
whole look, which does not ask the site again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.db import Sessions
from app.fetch.fetcher import Fetcher
from app.fetch.model import Answered, FetchError, Unchanged, Validators
from app.fetch.turns import HostBusyError
from registry.glances import Known, KnownPage, SamePage, keep_glance, known_source


@dataclass(frozen=True, slots=True)
class Glance:
    """What a glance came to."""

    told: str | None = None
    """A line about a source that is as it was; None where the whole look has to be taken."""
    answers: Mapping[str, Answered | FetchError] = field(default_factory=dict)
    """What was answered for the pages that were asked for."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Which source to glance at, for which pass, under which rules, and when."""

    source_id: int
    key: str
    ruleset: str
    at: datetime


def glance(sessions: Sessions, fetcher: Fetcher, aim: Aim) -> Glance:
    """Ask for the pages of a source that was good at its last look. HostBusyError."""
    with sessions() as session:
        known = known_source(session, aim.source_id, aim.key, aim.ruleset)
    if known is None:
        return Glance()
    answers = _asked(fetcher, known)
    same = [_same(page, answers.get(page.url)) for page in known.pages]
    found = [one for one in same if one is not None]
    if len(found) < len(known.pages):
        return Glance(answers=answers)
    with sessions() as session:
        keep_glance(session, known, aim.key, found, aim.at)
    return Glance(f"{known.slug}: unchanged", answers)


def _asked(fetcher: Fetcher, known: Known) -> Mapping[str, Answered | FetchError]:
    answers: dict[str, Answered | FetchError] = {}
    for page in known.pages:
        try:
            answers[page.url] = fetcher.fetch(
                page.url, Validators(page.etag, page.last_modified, page.final_url)
            )
        except HostBusyError:
            raise
        except FetchError as error:
            answers[page.url] = error
            break
    return answers


def _same(page: KnownPage, answer: Answered | FetchError | None) -> SamePage | None:
    """The page as it was, where that is what the answer says or holds."""
    if answer is None or isinstance(answer, FetchError):
        return None
    if isinstance(answer, Unchanged):
        return SamePage(
            page,
            answer.http_status,
            unchanged=True,
            etag=page.etag,
            last_modified=page.last_modified,
            asked=None if answer.asked is None else answer.asked.as_kept(),
        )
    shown = answer.snapshot
    if (shown.sha256, shown.url, shown.media_type, shown.charset) != (
        page.sha256,
        page.final_url,
        page.media_type,
        page.charset,
    ):
        return None
    return SamePage(
        page,
        answer.http_status,
        unchanged=False,
        etag=answer.etag,
        last_modified=answer.last_modified,
        headers=shown.headers,
        asked=None if answer.asked is None else answer.asked.as_kept(),
    )
