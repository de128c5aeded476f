"""The registry's documents → versions in Open Terms Archive's layout, oldest first, read one at a time.

Only this module knows how tools and sources are called there. Negotiated contracts are left out unless they
are asked for: an archive of versions is made to be shown.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db import Session
from app.history.writing import Written
from extractors.model import TermsType
from registry.pasts import Origin, Step, steps_of_tool
from registry.tables import DocumentRow, ToolRow


@dataclass(frozen=True, slots=True)
class _Kept:
    at: datetime
    path: str
    step: Step


def versions_of(session: Session, tools: Sequence[ToolRow], *, contracts: bool = False) -> Iterator[Written]:
    """Give every version of the documents of tools, by the time from which it was seen."""
    names = Counter(_plain(tool.name) for tool in tools)
    kept: list[_Kept] = []
    for tool in tools:
        name = _plain(tool.name)
        service = name if names[name] == 1 else _plain(tool.slug.replace("/", " "))
        steps = [
            step
            for step in steps_of_tool(session, tool.id)
            if step.document_id is not None
            and step.origin is not Origin.RETIRED
            and (contracts or step.terms_type is not TermsType.CONTRACT)
        ]
        paths = _paths(service, steps)
        kept += [_Kept(step.at, paths[step.source], step) for step in steps]
    for one in sorted(kept, key=lambda one: (one.at, one.path)):
        document = session.get_one(DocumentRow, one.step.document_id)
        note = (
            f"{one.step.origin.value.capitalize()} for the source {one.step.source}, sha256 {document.digest}"
        )
        yield Written(one.path, one.at, document.text, note)
        # What was written is needed no more: a registry of years would fill the memory.
        session.expunge(document)


def _paths(service: str, steps: Sequence[Step]) -> dict[str, str]:
    """Where each source's document stands; two of one kind are told apart by their slugs."""
    kinds = {step.source: step.terms_type for step in steps}
    alike = Counter(kinds.values())
    return {
        source: f"{service}/{kind.value}.md" if alike[kind] == 1 else f"{service}/{kind.value} ({source}).md"
        for source, kind in kinds.items()
    }


def _plain(name: str) -> str:
    """A name as a folder can have it."""
    return re.sub(r"[/\\\x00-\x1f\x7f]+", " ", name).strip(" .") or "unnamed"
