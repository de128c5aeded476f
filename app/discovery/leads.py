"""What a page gives away of others: its links and the documents that its text names, as leads. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from app.discovery.site import led_to
from app.discovery.visiting import Look
from extractors.guessing import Guess, guess
from extractors.references import find_references
from extractors.text import LinkPlace
from registry.proposals import Reason, Whence

WELL_KNOWN: Final = (
    "/terms",
    "/legal",
    "/privacy",
    "/tos",
    "/terms-of-service",
    "/terms-of-use",
    "/privacy-policy",
    "/legal/terms",
    "/legal/terms-of-service",
    "/legal/privacy",
    "/legal/privacy-policy",
    "/legal/dpa",
    "/dpa",
    "/policies",
    "/policies/terms",
    "/policies/privacy",
    "/trust",
    "/subprocessors",
    "/legal/subprocessors",
)
"""Paths under which many sites keep their terms; asked for where no link leads to such terms."""
_PLACES: Final = {
    LinkPlace.FOOTER: Whence.FOOTER,
    LinkPlace.NAVIGATION: Whence.NAVIGATION,
    LinkPlace.TEXT: Whence.LINK,
}
_LONGEST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Lead:
    """An address that may be terms, and what says so."""

    url: str
    words: str
    """The words of the link; empty where there is none."""
    reason: Reason

    @property
    def guess(self) -> Guess | None:
        """What it is likely to be."""
        return guess(self.words, urlsplit(self.url).path)


def linked(look: Look, in_text: Whence) -> Iterator[Lead]:
    """What a page links; `in_text` says what a link in its text is worth."""
    for link in look.links.links:
        url = led_to(look.url, look.links.base, link.href)
        if url is not None:
            whence = in_text if link.place is LinkPlace.TEXT else _PLACES[link.place]
            yield Lead(url, link.text, Reason(whence, look.url, link.text))


def named(look: Look) -> Iterator[Lead]:
    """The documents that a text names: by their address, or by a link on the page of the same words."""
    if look.document is None:
        return
    by_words = {link.text.casefold(): link.href for link in reversed(look.links.links)}
    for reference in find_references(look.document):
        href = reference.url or by_words.get(reference.name.casefold())
        url = None if href is None else led_to(look.url, look.links.base, href)
        if url is not None:
            whence = Whence.INCORPORATED if reference.incorporated else Whence.NAMED
            quote = " ".join(reference.quote.split())[:_LONGEST_WORDS]
            yield Lead(url, reference.name, Reason(whence, look.url, quote))
