"""What the forms above lists send in the address: an empty field asks for nothing in particular."""

from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, model_validator


class Asked(BaseModel):
    """A form's fields, as they stand in the address."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, told: Any) -> Any:
        if not isinstance(told, dict):
            return told
        stripped = {name: one.strip() if isinstance(one, str) else one for name, one in told.items()}
        return {name: one for name, one in stripped.items() if one != ""}

    def query(self, **other: str | None) -> str:
        """The same question with some fields put otherwise, or left out for `None`, as part of an address."""
        told = self.model_dump(mode="json", exclude_defaults=True, by_alias=True) | other
        return urlencode({name: _written(one) for name, one in told.items() if one is not None})


def _written(value: Any) -> str:
    return "yes" if value is True else str(value)
