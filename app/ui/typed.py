"""What a form was filled with: a page that refuses it shows it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.ui.visitor import Posted


@dataclass(frozen=True, slots=True)
class Typed:
    """The texts of a form."""

    fields: Mapping[str, Sequence[str]]

    def one(self, name: str, usual: str = "") -> str:
        """The text of a field."""
        return next(iter(self.fields.get(name, ())), usual)

    def has(self, name: str, value: str) -> bool:
        """Whether a value of a field was chosen."""
        return value in self.fields.get(name, ())


def typed(sent: Posted) -> Typed:
    """All texts of a form."""
    return Typed({name: sent.texts(name) for name in sent.fields})
