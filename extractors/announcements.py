"""From when a text says that terms apply, where that day is still to come. Pure.

"These terms take effect on 1 March 2027", "Effective March 1, 2027: …", "the updated terms will apply from".
Only this module knows which sentence sets such a day, and tells it from a price that rises, a law that comes
into force, and terms that end. A wrong day would hold back what already holds; so what is not plainly a day
to come is none: of two readings of a date neither may have passed, and a day years ahead is a slip of the
pen. A period ("in 30 days") is no day, since nobody knows from when it runs.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from extractors.dates import WrittenDate, find_dates
from extractors.model import Announcement
from extractors.whereabouts import Page, page_of

_FARTHEST: Final = timedelta(days=400)
"""How far ahead terms are announced at most."""
_VIEW: Final = 240
"""Characters on each side of a date in which its sentence tells what begins on it."""
_LABEL_VIEW: Final = 60
"""Characters before a date on its own line in which the line above may be its label."""


_MARKS: Final = re.compile(r"\]\([^()\s]*\)|[*_|#`>\[\]]")
"""Markup that stands between words."""


def _cue(words: str) -> re.Pattern[str]:
    """Compile words that a date follows, with what may stand between the two."""
    between = (
        r"on|as\s+of|as\s+from|from|starting|beginning|commencing|with\s+effect\s+from|until|or\s+after|"
        r"after|midnight|12:00\s*a\.?m\.?|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    )
    return re.compile(rf"\b(?:{words})(?:[\s,:–—-]+(?:{between}))*[\s,:–—-]*$", re.IGNORECASE)


_BEGINS: Final = _cue(
    r"(?:(?:take|taking|come|coming|go|going|enter|entering)(?:e?s)?\s+(?:into\s+)?(?:effect|force)|"
    r"(?:be|is|are|become|becomes|becoming)\s+(?:effective|applicable|binding|in\s+effect|in\s+force))"
    r"(?:\s+(?:for|on|upon|between)\s+[^.;:]{1,60}?)?|"
    r"(?:apply|applies|governs?|replaces?|supersedes?)\b[^.;:]{0,80}?\s(?:on|as\s+of|from|starting|beginning)"
)
_ALTERS: Final = _cue(
    r"(?:updat|chang|amend|revis|replac|modif)\w*\b[^.;:]{0,80}?\s(?:on|as\s+of|from|starting|beginning|effective)"
)
_LABEL: Final = _cue(
    r"effective(?:\s+(?:and|&|/)\s+last\s+updated)?(?:\s+date(?:[^.;:]{0,60}?\bis)?)?|effective\s+date\b[^.;:]{0,60}|"
    r"in\s+effect|in\s+force|valid|with\s+effect|applicable"
)
_OPENS: Final = re.compile(r"\W*(?:from|starting|beginning|as\s+of|commencing)(?:\s+on)?\W*", re.IGNORECASE)
_OPENS_ON: Final = re.compile(r"\W*on\W*", re.IGNORECASE)
_ALTERING: Final = re.compile(
    r"\b(?:tak\w*\s+effect|appl(?:y|ies)|effective|in\s+force|govern|replac\w*|supersed\w*|updat\w*|chang\w*|"
    r"amend\w*|revis\w*)\b",
    re.IGNORECASE,
)
_ALSO: Final = re.compile(r"[^.;:]{0,80}\band\b[^.;:]{0,20}", re.IGNORECASE)
_NOT_YET: Final = re.compile(
    r"\b(?:not|n't)\b[^.;:]{0,40}\b(?:effect|force|effective|apply|applicable)\s+until\s*$", re.IGNORECASE
)
_ENDS: Final = re.compile(
    r"(?:\b(?:no\s+longer|cease[sd]?|stops?|not|never|expires?)\b|n't\b)[^.;:]{0,40}$", re.IGNORECASE
)
_UNTIL: Final = re.compile(r"\buntil\W*$", re.IGNORECASE)

_TERMS: Final = (
    r"terms|conditions|polic(?:y|ies)|agreements?|notices?|statement|addend(?:um|a)|provisions?|eula|dpa|contract|"
    r"(?<!previous\s)version|guidelines"
)
_KINDS: Final = re.compile(
    rf"\b(?:(?P<terms>{_TERMS}|changes?|amendments?|updates?|modifications?|revisions?)|"
    r"acts?|laws?|regulations?|directive|statute|legislation|rights?|prices?|pricing|fees?|rates?|subscriptions?|"
    r"plans?|credits?|cancell?ations?|terminations?|orders?|renewals?|memberships?|features?|certifications?|"
    r"insurance|downgrades?|upgrades?|tax(?:es)?|quotas?|limits?)\b",
    re.IGNORECASE,
)
"""What can begin on a day: terms, or something else."""
_OWN: Final = re.compile(rf"\b(?:this|these)\s+(?:[\w’'-]+\s+){{0,4}}?(?:{_TERMS})\b", re.IGNORECASE)


def upcoming_terms(text: str, today: date) -> tuple[Announcement, ...]:
    """Return the days after `today` from which the text says that terms apply, the soonest first.

    Each day once, with the sentence that sets it; one that speaks of this very text goes before one that may
    speak of another.
    """
    found: dict[date, Announcement] = {}
    for one in _announced(page_of(text), today):
        known = found.get(one.effective)
        if known is None or (one.own and not known.own):
            found[one.effective] = one
    return tuple(found[day] for day in sorted(found))


def _announced(page: Page, today: date) -> Iterator[Announcement]:
    """Give every announcement, in reading order."""
    sentence, behind, own = -1, 0, False
    for written in find_dates(page.text, today):
        start, end = page.sentence(written.start, written.end)
        said = _said(*_around(page.text, written, start, end))
        if said is not None:
            own = said
        elif sentence != start or not _ALSO.fullmatch(page.text[behind : written.start]):
            # It is no further day for the same terms either.
            continue
        sentence, behind = start, written.end
        if today < written.days[0] and written.days[-1] <= today + _FARTHEST:
            yield Announcement(written.days[0], own, start, end, page.text[start:end])


def _around(text: str, written: WrittenDate, start: int, end: int) -> tuple[str, str]:
    """Return what stands before and after a date in its sentence, or the label on the line above it."""
    before = _MARKS.sub(" ", text[max(start, written.start - _VIEW) : written.start])
    if not before.strip():
        above = text[max(0, start - _LABEL_VIEW) : start].rstrip().rpartition("\n")[2]
        label = _MARKS.sub(" ", above)
        before = label if _LABEL.search(label) else before
    return before, _MARKS.sub(" ", text[written.end : min(end, written.end + _VIEW)])


def _said(before: str, after: str) -> bool | None:
    """Say whether it is this text that begins on the day between; `None` where no terms begin on it."""
    if _OPENS.fullmatch(before):
        return _own(_kinds(after), after, unsaid=True)
    if _OPENS_ON.fullmatch(before):
        return _own(_kinds(after), after) if _ALTERING.search(after) else None
    if _ALTERS.search(before) and _kinds(before)[-1:] == (True,):
        return _OWN.search(before) is not None
    labelled = _LABEL.search(before)
    cue = _BEGINS.search(before) or labelled
    if cue is None or (_ends(before, cue.start()) and not _NOT_YET.search(before)):
        return None
    subject = _kinds(before[: cue.start()])[::-1]
    if subject or not labelled:
        return _own(subject, before)
    return _own(_kinds(before) + _kinds(after), before + after, unsaid=True)


def _ends(before: str, cue: int) -> bool:
    """Whether the day is the end of something, and not its beginning."""
    return _ENDS.search(before[:cue]) is not None or _UNTIL.search(before) is not None


def _kinds(words: str) -> tuple[bool, ...]:
    """Say of each noun that can begin on a day whether it is terms, in reading order."""
    return tuple(noun["terms"] is not None for noun in _KINDS.finditer(words))


def _own(kinds: tuple[bool, ...], told: str, *, unsaid: bool = False) -> bool | None:
    """Judge by the nearest noun; where there is none, and none is needed, it is this text that begins."""
    if not kinds:
        return True if unsaid else None
    return _OWN.search(told) is not None if kinds[0] else None
