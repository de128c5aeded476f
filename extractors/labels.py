"""Label files: what a careful person says that a text states, to measure reading against.

docs/MEASURING.md describes the form of a file. Only what scoring needs is read; a value that it could not
use is an error that names file and key, for a label that is silently skipped would flatter the reader.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from extractors.model import CORE_FAMILIES, Answer, Audience, Family, Purpose, Stance, TermsType

Choice = TypeVar("Choice", bound=StrEnum)

TOLD = {
    Family.TRAINING: frozenset(
        {Answer.PROHIBITED, Answer.OPT_IN, Answer.OPT_OUT, Answer.PERMITTED, Answer.SILENT}
    ),
    Family.RETENTION: frozenset(
        {Answer.NONE, Answer.BOUNDED, Answer.USER_CONTROL, Answer.OPEN_ENDED, Answer.SILENT}
    ),
    Family.REUSE: frozenset({Answer.SERVICE_ONLY, Answer.IMPROVE, Answer.BROAD, Answer.SILENT}),
}
"""What a person can say that one document states of a core family."""

_ABOVE = 3
"""How many folders above the label file's own a text is looked for."""


class LabelError(ValueError):
    """A label file that cannot be scored; the message names file and key."""


@dataclass(frozen=True, slots=True)
class Label:
    """A segment states something of a family."""

    segment: int
    """Its number in the document's segments."""
    family: Family
    stance: Stance | None = None
    purpose: Purpose | None = None
    period_days: int | None = None
    sure: bool = True
    """False where the annotators differ: neither missing nor finding it counts."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the document states of a family to an audience."""

    audience: Audience
    family: Family
    answer: Answer


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """A text cut into segments, with what a person found in it."""

    id: str
    vendor: str
    terms_type: TermsType
    text: str
    segments: tuple[tuple[int, int], ...]
    """Start and end of each, in characters of the text."""
    labels: tuple[Label, ...]
    facts: tuple[Expected, ...]
    digest: str
    """SHA-256 over the text and the label file."""


def load_labels(folder: Path, texts: Path | None = None) -> tuple[LabelledDocument, ...]:
    """Read every `NAME.json` of a folder that holds segments, by name; raises LabelError.

    `texts`: folder that the `text` of a label file is relative to.
    """
    found = tuple(_documents(folder, texts))
    if not found:
        raise LabelError(f"{folder}: holds no label files")
    return found


def corpus_digest(documents: tuple[LabelledDocument, ...]) -> str:
    """Return the SHA-256 over the texts and labels of these documents, in whichever order."""
    return hashlib.sha256("\n".join(sorted(one.digest for one in documents)).encode()).hexdigest()


def of_vendors(documents: Iterable[LabelledDocument], vendors: Iterable[str]) -> tuple[LabelledDocument, ...]:
    """Return the documents of these vendors; case, spaces and underscores make no difference."""
    wanted = {_folded(vendor) for vendor in vendors}
    return tuple(one for one in documents if _folded(one.vendor) in wanted)


def _folded(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).casefold()


def _documents(folder: Path, texts: Path | None) -> Iterator[LabelledDocument]:
    for path in sorted(folder.glob("*.json")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise LabelError(f"{path}: not a label file: {error}") from error
        if isinstance(content, dict) and "segments" in content:
            yield parse_labels(content, path, texts)


def parse_labels(content: Mapping[str, object], path: Path, texts: Path | None = None) -> LabelledDocument:
    """Return the document that a label file describes; raises LabelError."""
    place = _Place(str(path), "")
    text = _text(content, path, texts)
    name = place.at("id").text(content.get("id", path.stem))
    vendor, _, terms = name.partition("__")
    segments = tuple(_segments(place.at("segments"), content["segments"], len(text)))
    return LabelledDocument(
        id=name,
        vendor=place.at("service").text(content.get("service", vendor.replace("_", " "))),
        terms_type=_terms_type(str(content.get("terms", terms.split("_#")[0].replace("_", " ")))),
        text=text,
        segments=segments,
        labels=tuple(
            _label(place.at(f"labels[{number}]"), one, len(segments))
            for number, one in enumerate(place.at("labels").items(content.get("labels")))
        ),
        facts=tuple(_facts(place.at("facts"), content.get("facts", {}))),
        digest=_digest(content, text),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a label file a value stands, and what it must be there."""

    file: str
    key: str

    def at(self, key: str) -> "_Place":
        return _Place(self.file, f"{self.key}.{key}" if self.key else key)

    def fail(self, message: str) -> LabelError:
        return LabelError(f"{self.file}: {self.key}: {message}")

    def text(self, value: object) -> str:
        if not isinstance(value, str) or not value:
            raise self.fail("must be text")
        return value

    def items(self, value: object) -> list[object]:
        if not isinstance(value, list):
            raise self.fail("must be a list")
        return value

    def fields(self, value: object) -> dict[str, object]:
        if not isinstance(value, dict):
            raise self.fail("must be an object")
        return value

    def number(self, value: object, below: int) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < below:
            raise self.fail(f"must be a number from 0 to {below - 1}")
        return value

    def choice(self, value: object, kind: type[Choice]) -> Choice:
        try:
            return kind(self.text(value))
        except ValueError:
            raise self.fail(f"{value!r} is none of {', '.join(kind)}") from None


def _text(content: Mapping[str, object], path: Path, texts: Path | None) -> str:
    """Return the text inside the file, the one that it names, or the one beside it."""
    place = _Place(str(path), "text")
    if "content" in content:
        return _Place(str(path), "content").text(content["content"])
    named = place.text(content["text"]) if "text" in content else ""
    if named and Path(named).is_absolute():
        raise place.fail("must be relative")
    bases = (texts,) if texts is not None else (path.parent, *path.absolute().parent.parents[:_ABOVE])
    tried = (
        [base / named for base in bases]
        if named
        else [(texts or path.parent) / f"{path.stem}{suffix}" for suffix in (".md", ".txt")]
    )
    for candidate in tried:
        if candidate.is_file():
            try:
                return candidate.read_bytes().decode("utf-8")
            except UnicodeDecodeError as error:
                raise place.fail(f"{candidate} is not UTF-8: {error}") from error
    raise place.fail(f"there is no {named or tried[0].name}; name the folder of the texts with --texts")


def _segments(place: _Place, value: object, length: int) -> Iterator[tuple[int, int]]:
    for number, pair in enumerate(place.items(value)):
        here = place.at(f"[{number}]")
        ends = here.items(pair)
        if len(ends) != 2:
            raise here.fail("must be a start and an end")
        start, end = (here.number(one, length + 1) for one in ends)
        if start >= end:
            raise here.fail("must not be empty")
        yield start, end


def _label(place: _Place, value: object, segments: int) -> Label:
    fields = place.fields(value)
    days = fields.get("period_days")
    stance, purpose = fields.get("stance"), fields.get("purpose")
    return Label(
        segment=place.at("seg").number(fields.get("seg"), segments),
        family=place.at("family").choice(fields.get("family"), Family),
        stance=None if stance is None else place.at("stance").choice(stance, Stance),
        purpose=None if purpose is None else place.at("purpose").choice(purpose, Purpose),
        period_days=None if days is None else place.at("period_days").number(days, 100_000),
        sure=fields.get("sure", True) is not False,
    )


def _facts(place: _Place, value: object) -> Iterator[Expected]:
    for name, row in place.fields(value).items():
        here = place.at(name)
        audience = here.choice(name, Audience)
        fields = here.fields(row)
        for family in CORE_FAMILIES:
            if fields.get(family) is None or fields.get(f"{family}_sure", True) is False:
                continue
            answer = here.at(family).choice(fields[family], Answer)
            if answer not in TOLD[family]:
                raise here.at(family).fail(f"{answer} is none of {', '.join(sorted(TOLD[family]))}")
            yield Expected(audience, family, answer)


def _terms_type(name: str) -> TermsType:
    try:
        return TermsType(name)
    except ValueError:
        return TermsType.OTHER


def _digest(content: Mapping[str, object], text: str) -> str:
    # Where the text stands makes no other corpus, what it says does.
    labels = {key: value for key, value in content.items() if key not in ("content", "text")}
    canonical = json.dumps([text, labels], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
