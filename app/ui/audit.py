"""Who did what when, as sentences: filtered, page by page, and taken along as a file."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from app.api.forms import Needle
from app.api.house import Here, House
from app.ui.asking import Asked
from app.ui.deeds import DONE, sentence, told
from app.ui.exporting import Record, as_csv, as_json
from app.ui.rendering import is_part, page
from app.ui.visitor import At, require
from registry.audit_chain import altered, head_of
from registry.deeds import PAGE, Deed, Sought, Stretch, all_deeds, list_deeds
from registry.model import Role

router = APIRouter()

_COLUMNS: Final = ("number", "at", "actor", "action", "subject", "told", "detail")


class AuditAsked(Asked):
    """The fields of the form above the log; days are in UTC, both of them included."""

    actor: Needle = ""
    action: Needle = ""
    subject: Needle = ""
    since: Annotated[date | None, Field(alias="from")] = None
    to: date | None = None
    before: Annotated[int | None, Field(ge=1, le=2**53)] = None
    after: Annotated[int | None, Field(ge=0, le=2**53)] = None

    def sought(self) -> Sought:
        """The events that are asked for."""
        return Sought(
            actor=self.actor,
            action=self.action,
            subject=self.subject,
            since=None if self.since is None else _midnight(self.since),
            until=None if self.to is None or self.to == date.max else _midnight(self.to) + timedelta(days=1),
        )

    def whole(self, **other: str | None) -> str:
        """The whole log, from its newest event, or another part of it."""
        return self.query(**({"before": None, "after": None} | other))


@dataclass(frozen=True, slots=True)
class _Found:
    """A page of the log, the newest first, and the numbers that its neighbours lie beyond."""

    deeds: Sequence[Deed]
    newer: int | None
    older: int | None


@router.get("/audit")
def show(request: Request, at: At, house: Here, asked: Annotated[AuditAsked, Query()]) -> Response:
    """Who did what?"""
    require(at, Role.ADMIN)
    with house.readings() as session:
        part = Stretch(asked.before, asked.after, PAGE + 1)
        found = _page_of(list_deeds(session, asked.sought(), part), asked)
        broken = altered(session, [deed.number for deed in found.deeds])
        head = head_of(session)
    days = [
        (day, [(deed, told(deed)) for deed in deeds])
        for day, deeds in groupby(found.deeds, lambda deed: deed.at.date())
    ]
    template = "audit_found.html" if is_part(request) else "audit.html"
    shown: dict[str, Any] = {
        "asked": asked,
        "days": days,
        "found": found,
        "done": DONE,
        "broken": broken,
        "head": head,
    }
    return page(request, template, at, house.now(), **shown)


@router.get("/audit.csv")
def take_csv(at: At, house: Here, asked: Annotated[AuditAsked, Query()]) -> Response:
    """All that the filters show as a table."""
    require(at, Role.ADMIN)
    return as_csv("audit", _COLUMNS, _records(house, asked))


@router.get("/audit.json")
def take_json(at: At, house: Here, asked: Annotated[AuditAsked, Query()]) -> Response:
    """All that the filters show for a program."""
    require(at, Role.ADMIN)
    return as_json("audit", _records(house, asked))


def _page_of(deeds: Sequence[Deed], asked: AuditAsked) -> _Found:
    """One event more than a page was asked for: it tells whether there is a further one."""
    more, backwards = len(deeds) > PAGE, asked.after is not None
    shown = deeds[-PAGE:] if backwards else deeds[:PAGE]
    if not shown:
        return _Found((), None, None)
    newer = more if backwards else asked.before is not None
    return _Found(shown, shown[0].number if newer else None, shown[-1].number if more or backwards else None)


def _records(house: House, asked: AuditAsked) -> Iterator[Record]:
    return (_record(deed) for deed in all_deeds(house.readings, asked.sought()))


def _record(deed: Deed) -> Record:
    return {
        "number": deed.number,
        "at": deed.at,
        "actor": deed.actor,
        "action": deed.action,
        "subject": deed.subject,
        "told": sentence(deed),
        "detail": json.dumps(deed.detail, ensure_ascii=False),
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
