"""How bodies, parameters and answers are written: strict in what they take, plain in what they give.

Strict means that nothing is guessed: no number for a text, no unknown key, no second meaning.
"""

import re
from datetime import datetime
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from app.clock import in_utc
from extractors.model import Audience, DataKind, Family, Purpose, Stance, TermsType
from registry.model import Clock, Role, Verdict
from registry.submissions import PassKind

MAX_PAGE: Final = 200

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")


UNFIT: Final = "holds a control character or half a character; remove it"


def is_fit(text: str) -> bool:
    """Whether a text can be stored everywhere, and hides nothing by control or half characters."""
    return _CONTROLS.search(text) is None


def _visible(text: str) -> str:
    if not is_fit(text):
        raise ValueError(UNFIT)
    return text


def _written_moment(value: object) -> object:
    """A number would be read as seconds since 1970: a moment is written out."""
    if isinstance(value, datetime) or (isinstance(value, str) and _MOMENT.fullmatch(value)):
        return value
    raise ValueError("write a date and time with its zone: 2027-06-30T00:00:00Z")


class Form(BaseModel):
    """A body or a set of parameters: unknown keys are refused, and kinds are not converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Shown(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True)


Line = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_visible)]
"""A short text."""
Prose = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000), AfterValidator(_visible)
]
"""What a person writes for others to read."""
Needle = Annotated[str, StringConstraints(max_length=200), AfterValidator(_visible)]
"""What is looked for; may be empty."""
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in lower-case hexadecimal."""
Moment = Annotated[
    AwareDatetime, BeforeValidator(_written_moment), Field(strict=False), AfterValidator(in_utc)
]
"""A point in time, written with its zone; in UTC."""
Limit = Annotated[int, Field(strict=False, ge=1, le=MAX_PAGE, description="How many at most.")]

# The words of closed lists arrive as text and are looked up; nothing else is converted.
AudienceWord = Annotated[Audience, Field(strict=False)]
TermsTypeWord = Annotated[TermsType, Field(strict=False)]
FamilyWord = Annotated[Family, Field(strict=False)]
StanceWord = Annotated[Stance, Field(strict=False)]
PurposeWord = Annotated[Purpose, Field(strict=False)]
DataWord = Annotated[DataKind, Field(strict=False)]
VerdictWord = Annotated[Verdict, Field(strict=False)]
ClockWord = Annotated[Clock, Field(strict=False)]
RoleWord = Annotated[Role, Field(strict=False)]
PassWord = Annotated[PassKind, Field(strict=False)]
