"""How answers show the documents that terms name and nobody tracks."""

from pydantic import Field

from app.api.forms import Shown
from extractors.model import DocumentKind
from registry.references import Place, Untracked


class PlaceShown(Shown):
    """A sentence that names a document: `text[start:end] == quote`."""

    source: str
    document: str = Field(description="Digest of the source's document that it stands in.")
    start: int = Field(description="Characters before the quote.")
    end: int
    quote: str
    incorporated: bool = Field(description="Whether this sentence binds the two.")


class UntrackedShown(Shown):
    """A document that terms name and no source covers: nobody has read it."""

    name: str = Field(description="As the terms call it.")
    url: str | None = Field(description="Its address, where the terms give one.")
    kind: DocumentKind
    incorporated: bool = Field(
        description="Whether the terms make it a part of themselves, or themselves subject to it."
    )
    places: list[PlaceShown] = Field(description="Sentences that name it; those that bind it come first.")


def untracked_shown(found: Untracked) -> UntrackedShown:
    """An untracked document as answers show it."""
    return UntrackedShown(
        name=found.name,
        url=found.url,
        kind=found.kind,
        incorporated=found.incorporated,
        places=[_place_shown(place) for place in found.places],
    )


def _place_shown(place: Place) -> PlaceShown:
    return PlaceShown(
        source=place.source,
        document=place.document,
        start=place.reference.start,
        end=place.reference.end,
        quote=place.reference.quote,
        incorporated=place.reference.incorporated,
    )
