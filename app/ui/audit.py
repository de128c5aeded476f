"""Who did what when, as sentences: filtered, page by page, and taken along as a file."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final

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
from registry.deeds import PAGE, Deed, Sought, all_deeds, list_deeds
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

    def sought(self) -> Sought:
        """The events that are asked for."""
        return Sought(
            actor=self.actor,
            action=self.action,
            subject=self.subject,
            since=None if self.since is None else _midnight(self.since),
            until=None if self.to is None or self.to == date.max else _midnight(self.to) + timedelta(days=1),
        )


@router.get("/audit")
def show(request: Request, at: At, house: Here, asked: Annotated[AuditAsked, Query()]) -> Response:
    """Who did what?"""
    require(at, Role.ADMIN)
    with house.readings() as session:
        found = list_deeds(session, asked.sought(), asked.before, PAGE + 1)
    deeds = [(deed, told(deed)) for deed in found[:PAGE]]
    older = found[PAGE - 1].number if len(found) > PAGE else None
    template = "audit_found.html" if is_part(request) else "audit.html"
    return page(request, template, at, house.now(), asked=asked, deeds=deeds, older=older, done=DONE)


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
