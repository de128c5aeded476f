"""How many queries a page costs, and how many clauses: what pages keep to, whatever the registry's size."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from registry.tables import ClauseRow, DocumentRow


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Gather every statement that is sent while the block lasts, on whatever engine."""
    sent: list[str] = []

    def take(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", take)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", take)


@contextmanager
def loaded_clauses() -> Iterator[list[int]]:
    """Gather where every clause begins that is loaded while the block lasts."""
    loaded: list[int] = []

    def note(row: ClauseRow, _context: Any) -> None:
        loaded.append(row.start)

    event.listen(ClauseRow, "load", note)
    try:
        yield loaded
    finally:
        event.remove(ClauseRow, "load", note)


@contextmanager
def loaded_texts() -> Iterator[list[int]]:
    """Gather the documents that are loaded with their texts while the block lasts."""
    loaded: list[int] = []

    def note(row: DocumentRow, _context: Any, *_attributes: Any) -> None:
        if "text" in row.__dict__:
            loaded.append(row.id)

    event.listen(DocumentRow, "load", note)
    event.listen(DocumentRow, "refresh", note)
    try:
        yield loaded
    finally:
        event.remove(DocumentRow, "load", note)
        event.remove(DocumentRow, "refresh", note)
