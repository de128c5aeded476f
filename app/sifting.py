"""What a look at a source holds back, and what it puts before a person: what comes of noise.

What is passed over is written down in the ledger. A text that is not believed never makes evidence younger;
what it says is held against the plans all the same (app/unbelieved.py).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.db import Session
from app.gather import Errand
from extractors.model import Announcement, Document, Failure
from registry.evidence import Seen, captured_at, clause_of, clause_rows, document_of, find_reading
from registry.ledger import Held, back_of, keep_noise, repeated
from registry.model import ChangeRules
from registry.noise import NOT_BELIEVED, OF_FAILURE, REPEATING, SWAPS, Noise, NoiseKind, Shown, sift
from registry.notices import (
    NoticeAnswer,
    NoticeKind,
    Opening,
    ask_about,
    close_by_itself,
    is_dismissed,
    notice_name,
    notices_of,
    open_notice,
    open_notice_of,
    released_at,
)
from registry.tables import DocumentRow, NoticeRow, SourceRow

_ABOUT_A_LOOK = frozenset({NoticeKind.SWAPPED, NoticeKind.HALF_LOADED})
"""Notices that are over when the page shows the terms again."""
_MAY_STATE_OTHERWISE = frozenset({NoiseKind.RETURNED, NoiseKind.FLAPPED})
"""Noise that may say something better than the last good text: what came back, like what is new."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a source's pages, and the last good text that it is held against."""

    source: SourceRow
    key: str
    ruleset: str
    good_id: int | None
    """The last good text; `None` where there is none, or the source has been changed since."""
    shown_id: int | None
    """The text that the pages show; `None` where they show none."""
    unchanged: bool
    """Whether the pages are the same, byte by byte."""
    announced: tuple[Announcement, ...]
    """Days to come that the text names."""
    seen: Seen
    """What the look came to, were everything believed."""
    trusted: bool
    """Whether a person brought the text, or said where it stands: then it is believed."""


def sift_look(session: Session, look: Look, rules: ChangeRules) -> Seen:
    """Keep what a look passes over, put before a person what needs one, and say what is believed of it."""
    seen = look.seen
    if look.unchanged and not notices_of(session, sources=(look.source.id,)):
        # What most looks come to, and all that they cost here.
        return seen
    noise = None if look.good_id is None or look.trusted else _noise(session, look, look.good_id)
    if noise is not None and look.good_id is not None:
        keep_noise(session, _held(look, look.good_id), noise, look.shown_id)
        failure = NOT_BELIEVED.get(noise.kind)
        if failure is not None:
            seen = replace(seen, document_id=None, failure=failure, detail=noise.detail)
    quarantine = None if look.trusted else _quarantine(session, look, noise, rules)
    if quarantine is not None:
        seen = _disbelieved(session, look, quarantine, seen)
    elif noise is not None and noise.kind in SWAPS:
        _tell_swap(session, look, noise)
    if seen.document_id is not None:
        _went_back(session, look)
        _tell_announced(session, look, is_substance=noise is None or noise.kind in _MAY_STATE_OTHERWISE)
    return seen


def is_brought(source: SourceRow, errand: Errand) -> bool:
    """Whether what an errand finds is a person's doing: uploaded, saved for us, or a source just changed."""
    return is_changed(source, errand) or not errand.urls or bool(errand.brought)


def is_changed(source: SourceRow, errand: Errand) -> bool:
    """Whether a source was changed since its last good text was seen: that is another document's then."""
    return source.changed_at is not None and (errand.seen_at is None or errand.seen_at <= source.changed_at)


def bytes_last_seen(session: Session, errand: Errand) -> tuple[str, ...]:
    """Digests of what the pages were when the last good text was last seen in them.

    Where only markup changed, they are others than those that the text was first read from.
    """
    received = tuple(errand.stored[url].snapshot.sha256 for url in errand.urls if url in errand.stored)
    if not errand.read or received == errand.read or errand.seen_at is None:
        return errand.read
    shown = captured_at(session, errand.source_id, errand.seen_at)
    return tuple(shown[url] for url in errand.urls if url in shown)


def texts_unread(session: Session, errand: Errand, ruleset: str) -> tuple[tuple[int, Document], ...]:
    """The texts that matter to a source beside the one it shows, and that were not read under these rules.

    They are the last good one, which holds where nothing better is seen, and those that notices speak of.
    """
    wanted = {errand.document_id}
    for row in notices_of(session, sources=(errand.source_id,)):
        wanted |= {row.document_id, row.former_id}
    return tuple(
        (one, document_of(session.get_one(DocumentRow, one)))
        for one in sorted(one for one in wanted if one is not None)
        if find_reading(session, one, ruleset) is None
    )


def _held(look: Look, good_id: int) -> Held:
    return Held(look.source.id, look.key, good_id, look.seen.at)


def _noise(session: Session, look: Look, good_id: int) -> Noise | None:
    if look.unchanged:
        return None
    failure = look.seen.failure
    if failure is not None:
        kind = OF_FAILURE[failure]
        return None if kind is None else Noise(kind, f"{failure.value}: {look.seen.detail}")
    if look.shown_id is None:
        return None
    good, shown = (session.get_one(DocumentRow, one) for one in (good_id, look.shown_id))
    before, after = _shown(session, good, look.ruleset), _shown(session, shown, look.ruleset)
    if before is None or after is None:
        return None
    return sift(before, after, back_of(session, _held(look, good_id), shown))


def _shown(session: Session, row: DocumentRow, ruleset: str) -> Shown | None:
    reading = find_reading(session, row.id, ruleset)
    if reading is None:
        return None
    return Shown(row.text, tuple(clause_of(clause) for clause in clause_rows(session, reading.id)))


def _tell_swap(session: Session, look: Look, noise: Noise) -> None:
    """Open a notice on a page that shows something else, unless a person has been asked about it."""
    source, shown = look.source, look.shown_id
    if shown is not None and is_dismissed(session, source.id, shown):
        return
    what = "another language" if noise.kind is NoiseKind.OTHER_LANGUAGE else "another document"
    told = f"{source.slug}: {what} stands where the terms stood ({noise.detail}); the last good text holds"
    known = open_notice_of(session, source.id, NoticeKind.SWAPPED)
    if known is None:
        opening = Opening(NoticeKind.SWAPPED, source.tool_id, source.id, told, shown, look.good_id)
        open_notice(session, opening, look.seen.at)
    else:
        known.told = told
        ask_about(session, known, shown)


def _quarantine(session: Session, look: Look, noise: Noise | None, rules: ChangeRules) -> NoticeRow | None:
    """The quarantine that a source is in, or comes into by this look."""
    row = open_notice_of(session, look.source.id, NoticeKind.QUARANTINED)
    known = look.shown_id is not None and is_dismissed(session, look.source.id, look.shown_id)
    if row is not None or noise is None or noise.kind not in REPEATING or known:
        return row
    row = _quarantined(session, look, noise, rules)
    if row is not None:
        for other in notices_of(session, sources=(look.source.id,)):
            if other.kind in _ABOUT_A_LOOK:
                close_by_itself(session, other, f"{notice_name(row)} has taken over", look.seen.at)
    return row


def _disbelieved(session: Session, look: Look, row: NoticeRow, seen: Seen) -> Seen:
    """What is believed of a document that shows now this and now that: nothing, until a person says so."""
    if look.shown_id is not None:
        ask_about(session, row, None if look.shown_id == look.good_id else look.shown_id)
    if seen.document_id is None:
        return seen
    same = "the last good text" if look.shown_id == look.good_id else "another text than the last good one"
    told = f"shows {same}, and is in quarantine: {notice_name(row)} waits for a person"
    return replace(seen, document_id=None, failure=Failure.QUARANTINED, detail=told)


def _quarantined(session: Session, look: Look, noise: Noise, rules: ChangeRules) -> NoticeRow | None:
    now, source = look.seen.at, look.source
    window = now - timedelta(days=rules.window_days)
    in_a_row, in_window = repeated(session, source.id, released_at(session, source.id), window)
    if in_a_row < rules.in_a_row and in_window < rules.in_window:
        return None
    often = f"{in_a_row} times in a row"
    if in_a_row < rules.in_a_row:
        often = f"{in_window} times since {window:%Y-%m-%d}"
    told = (
        f"{source.slug} is in quarantine: {often} its page did not show the terms as they stood, or took a "
        f"change back; this time: {noise.kind.value.replace('_', ' ')}, {noise.detail}"
    )
    return open_notice(session, Opening(NoticeKind.QUARANTINED, source.tool_id, source.id, told), now)


def _went_back(session: Session, look: Look) -> None:
    """The page shows the terms again. Where a plan was suspended meanwhile, a person still decides."""
    for row in notices_of(session, sources=(look.source.id,)):
        if row.kind in _ABOUT_A_LOOK and row.went_back_at is None:
            row.went_back_at = look.seen.at
            session.add(row)
            if not row.changes:
                close_by_itself(session, row, "the page shows the terms again", look.seen.at)


def _tell_announced(session: Session, look: Look, *, is_substance: bool) -> None:
    """Keep the day from which a text says that terms hold, and the text that holds until then."""
    if look.unchanged:
        return
    source, now = look.source, look.seen.at
    known = open_notice_of(session, source.id, NoticeKind.ANNOUNCED)
    last = max((one.effective for one in look.announced), default=None)
    if last is None:
        if known is not None and look.shown_id != known.document_id:
            close_by_itself(session, known, "the page names no day to come any more", now)
        return
    is_new = is_substance and look.good_id is not None and look.shown_id != look.good_id
    quote = next(one.quote for one in look.announced if one.effective == last)
    told = f"{source.slug} announces terms from {last:%Y-%m-%d}: “{quote}”"
    former = look.good_id if is_new else None
    if known is None:
        if not _is_known(session, source.id, last, former):
            opening = Opening(
                NoticeKind.ANNOUNCED, source.tool_id, source.id, told, look.shown_id, former, last
            )
            open_notice(session, opening, now)
        return
    known.told, known.document_id, known.effective_on = told, look.shown_id, last
    known.former_id = known.former_id or former
    session.add(known)


def _is_known(session: Session, source_id: int, day: date, former: int | None) -> bool:
    """Whether a person has dismissed the news of a day; a text that differs is news again."""
    return former is None and any(
        row.effective_on == day and row.answer == NoticeAnswer.DISMISS
        for row in notices_of(session, sources=(source_id,), kind=NoticeKind.ANNOUNCED, open_only=False)
    )
