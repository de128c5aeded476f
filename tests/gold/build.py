"""Writes tests/gold/terms from tests/gold/documents: `python -m tests.gold.build`."""

import json
from pathlib import Path

from tests.gold.markup import Built, build

DOCUMENTS = Path(__file__).parent / "documents"
TERMS = Path(__file__).parent / "terms"


def built() -> dict[str, str]:
    """Return what stands in the folder of terms, by file name."""
    files: dict[str, str] = {}
    for path in sorted(DOCUMENTS.glob("*.md")):
        one = build(path.stem, path.read_text(encoding="utf-8"))
        files[path.name] = one.text
        files[f"{path.stem}.json"] = label_file(one, path.name)
    return files


def label_file(one: Built, text_name: str) -> str:
    """Return a label file's text: a line per label, so that a change can be read."""
    lines = []
    for key, value in ({"text": text_name} | one.labels).items():
        if key == "labels" and isinstance(value, list):
            rows = ",\n  ".join(json.dumps(label, ensure_ascii=False) for label in value)
            lines.append(f'"labels": [\n  {rows}\n ]')
        else:
            lines.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{" + ",\n ".join(lines) + "}\n"


def main() -> None:
    """Write the folder anew."""
    for old in TERMS.iterdir():
        old.unlink()
    for name, content in built().items():
        (TERMS / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
