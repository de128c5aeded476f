"""What is damaged: recorded pages and texts of real vendors where they are, and invented ones always."""

from dataclasses import dataclass
from pathlib import Path

SHARED = Path(__file__).parents[2].parent / "shared"
GOLD = Path(__file__).parents[1] / "gold" / "documents"

PAGE = Path(__file__).with_name("page.html")


@dataclass(frozen=True, slots=True)
class Material:
    """A page or a text before the damage."""

    name: str
    text: str
    media_type: str

    @classmethod
    def of(cls, path: Path) -> "Material":
        """Read a file; HTML by its name, all else as Markdown."""
        media_type = "text/html" if path.suffix == ".html" else "text/markdown"
        return cls(str(path), path.read_text(encoding="utf-8", errors="replace"), media_type)


def invented() -> list[Material]:
    """Return a page and the invented terms of the project."""
    return [Material.of(path) for path in (PAGE, *sorted(GOLD.rglob("*.md")))]


def recorded() -> list[Material]:
    """Return the recorded pages and texts beside the project; none where they are not there."""
    pages = sorted((SHARED / "corpus/snapshots").glob("*/*.html"))
    texts = sorted((SHARED / "corpus/versions").glob("*/*.md"))
    return [Material.of(path) for path in (*pages, *texts)]
