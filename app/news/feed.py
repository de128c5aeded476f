"""Changes → an Atom feed (RFC 4287). Pure.

Only this module knows the format. Identifiers follow from what a change is, not from where it is read: they
stay the same when the service moves.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Final
from xml.etree import ElementTree as ET

from registry.news import PlanChange, quotes_shown

MEDIA_TYPE: Final = "application/atom+xml"

_ATOM: Final = "http://www.w3.org/2005/Atom"
_NAMES: Final = uuid.UUID("8a4b0f0e-6d0c-5c0f-9a53-2f4f1f0f7a11")
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UNWRITABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WHOSE: Final = {
    "terms": "the vendor's terms changed",
    "rules": "our reading changed",
    "correction": "a reviewer corrected the reading",
}


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed is about."""

    title: str
    key: tuple[str, ...]
    """What tells it from every other feed."""
    address: str
    """Where it is read; empty where that is not known."""


def feed_xml(feed: Feed, changes: Sequence[PlanChange]) -> bytes:
    """The feed as XML in UTF-8, the newest change first."""
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    _text(root, "title", feed.title)
    _text(root, "id", _identifier("feed", *feed.key))
    _text(root, "updated", _moment(max((_updated(one) for one in changes), default=_NEVER)))
    _text(ET.SubElement(root, "author"), "name", "Termgate")
    if feed.address:
        ET.SubElement(root, "link", {"rel": "self", "href": feed.address, "type": MEDIA_TYPE})
    for change in changes:
        _entry(root, change)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: ET.Element, change: PlanChange) -> None:
    entry = ET.SubElement(root, "entry")
    answers = f"{change.before.value} → {change.after.value}"
    _text(entry, "title", f"{change.plan}: {change.family.value} {answers} ({change.direction.value})")
    _text(entry, "id", _identifier("change", *change.key))
    _text(entry, "published", _moment(change.at))
    _text(entry, "updated", _moment(_updated(change)))
    for scheme, term in (
        ("family", change.family),
        ("direction", change.direction),
        ("cause", change.cause),
    ):
        ET.SubElement(entry, "category", {"scheme": f"urn:termgate:{scheme}", "term": term.value})
    content = _text(entry, "content", _html(change))
    content.set("type", "html")


def _html(change: PlanChange) -> str:
    told = f"{change.family.value} went from {change.before.value} to {change.after.value}"
    parts = [f"<p>{escape(told)} ({change.direction.value}): {escape(_WHOSE[change.cause.value])}.</p>"]
    for heading, quotes in (("Before", change.before_quotes), ("After", change.after_quotes)):
        if quotes:
            shown = "".join(f"<blockquote>{escape(quote)}</blockquote>" for quote in quotes_shown(quotes))
            parts.append(f"<p>{heading}:</p>{shown}")
    if change.went_back_at is not None:
        parts.append(f"<p>The terms stand again as before since {_moment(change.went_back_at)}.</p>")
    return "".join(parts)


def _updated(change: PlanChange) -> datetime:
    return max(change.at, change.went_back_at or change.at)


def _identifier(*key: str) -> str:
    return uuid.uuid5(_NAMES, "\0".join(key)).urn


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    # XML has no way at all to write some characters that a page can hold.
    element.text = _UNWRITABLE.sub("\ufffd", text)
    return element
