"""The registry as a list of plans: searched, filtered, put in order and read page by page.

A page costs the same few queries whatever the size. It begins after the last row of the page before it, or
ends ahead of the first row of the page after it: the thousandth is as quick as the first, no row shown twice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, literal, or_, select, tuple_
from sqlmodel import Session, col, func

from extractors.model import Answer, Family
from registry.entries import EntryError
from registry.model import Status
from registry.store import plan_name
from registry.tables import (
    AliasRow,
    DecisionRow,
    FlagRow,
    PlanFactsRow,
    PlanRow,
    ToolRow,
    UtcDateTime,
    VendorRow,
)
from registry.wanted import START, Ends, Listed, Order, Page, Part, Wanted

_BATCH: Final = 1000
_SEPARATOR: Final = "~"
"""Between the parts of a place; no slug holds it."""


_RANKS: Final[Mapping[Status, int]] = {
    Status.SUSPENDED: 0,
    Status.IN_REVIEW: 1,
    Status.SUBMITTED: 2,
    Status.REJECTED: 3,
    Status.APPROVED: 4,
    Status.LISTED: 5,
    Status.RETIRED: 6,
}
"""What needs a person first."""
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_LONG_AGO: Final = datetime(1, 1, 2, tzinfo=UTC)
_COLUMNS: Final[Mapping[Family, Any]] = {
    Family.TRAINING: col(PlanFactsRow.training),
    Family.RETENTION: col(PlanFactsRow.retention),
    Family.REUSE: col(PlanFactsRow.reuse),
}


def list_plans(session: Session, wanted: Wanted, now: datetime, part: Part = START) -> Page:
    """The plans of a part of the list; raises `EntryError` for a place that is none."""
    sort, backwards = _sort_value(wanted), bool(part.before)
    query = _joined(select(PlanRow, ToolRow, VendorRow, PlanFactsRow, _EXPIRY, sort), wanted, now)
    if part.before:
        query = query.where(_ahead(sort, wanted, part.before))
    elif part.after:
        query = query.where(_beyond(sort, wanted, part.after))
    first = sort.desc() if wanted.descending is not backwards else sort.asc()
    rest = (col(ToolRow.slug), col(PlanRow.id))
    query = query.order_by(first, *(one.desc() if backwards else one.asc() for one in rest))
    found = session.execute(query.limit(part.limit + 1)).all()
    shown = found[: part.limit][:: -1 if backwards else 1]
    flags = _open_flags(session, [row[0].id for row in shown])
    follows = bool(shown) and (backwards or len(found) > part.limit)
    return Page(
        [_listed(row, flags) for row in shown],
        _place(wanted.order, shown[0]) if shown else None,
        _place(wanted.order, shown[-1]) if follows else None,
    )


def count_ahead(session: Session, wanted: Wanted, now: datetime, place: str) -> int:
    """How many plans of the list stand before a place; raises `EntryError` for a place that is none."""
    query = _joined(select(func.count()).select_from(PlanRow), wanted, now)
    found: int = session.execute(query.where(_ahead(_sort_value(wanted), wanted, place))).scalars().one()
    return found


def count_plans(session: Session, wanted: Wanted, now: datetime) -> int:
    """How many plans there are in all pages."""
    query = _joined(select(func.count()).select_from(PlanRow), wanted, now)
    found: int = session.execute(query).scalars().one()
    return found


def all_plans(
    readings: Callable[[], AbstractContextManager[Session]], wanted: Wanted, now: datetime
) -> Iterator[Listed]:
    """Every plan of the list, from one short transaction after another: who reads slowly holds none open."""
    place: str | None = ""
    while place is not None:
        with readings() as session:
            page = list_plans(session, wanted, now, Part(after=place, limit=_BATCH))
        yield from page.rows
        place = page.next


def _newest_decision() -> Any:
    newest = select(func.max(col(DecisionRow.id))).where(col(DecisionRow.plan_id) == PlanRow.id)
    return newest.correlate(PlanRow).scalar_subquery()


_EXPIRY: Final = case((col(PlanRow.status) == Status.APPROVED, col(DecisionRow.expires_at))).label("expiry")


def _joined(query: Select[*tuple[Any, ...]], wanted: Wanted, now: datetime) -> Select[*tuple[Any, ...]]:
    """All that rows are shown from; what a query does not use, the database leaves out."""
    return (
        query.join(ToolRow, col(ToolRow.id) == PlanRow.tool_id)
        .join(VendorRow, col(VendorRow.id) == ToolRow.vendor_id)
        .outerjoin(PlanFactsRow, col(PlanFactsRow.plan_id) == PlanRow.id)
        .outerjoin(DecisionRow, col(DecisionRow.id) == _newest_decision())
        .where(*_conditions(wanted, now))
    )


def _conditions(wanted: Wanted, now: datetime) -> Iterator[ColumnElement[bool]]:
    if wanted.search:
        yield _named(wanted.search)
    if wanted.vendor:
        yield or_(*(_holds(place, wanted.vendor) for place in (VendorRow.slug, VendorRow.name)))
    yield (
        col(PlanRow.status) != Status.RETIRED
        if wanted.status is None
        else (col(PlanRow.status) == wanted.status)
    )
    for family, answer in wanted.answers.items():
        yield func.coalesce(_COLUMNS[family], Answer.UNREAD.value) == answer.value
    if wanted.ends is not None:
        yield _ending(wanted.ends, now)
    if wanted.flagged:
        is_open = select(col(FlagRow.plan_id)).where(col(FlagRow.closed_at).is_(None))
        yield col(PlanRow.id).in_(is_open)
    if wanted.submitted:
        yield col(PlanRow.status) != Status.LISTED


def _named(search: str) -> ColumnElement[bool]:
    """What is looked for is meant letter for letter, also `_` and `%`."""
    by_alias = select(col(AliasRow.tool_id)).where(_holds(AliasRow.value, search))
    places = (ToolRow.slug, ToolRow.name, VendorRow.name)
    return or_(*(_holds(place, search) for place in places), col(ToolRow.id).in_(by_alias))


def _holds(place: Any, search: str) -> ColumnElement[bool]:
    return func.lower(place).contains(search.lower(), autoescape=True)


def _ending(ends: Ends, now: datetime) -> ColumnElement[bool]:
    at, is_approved = col(DecisionRow.expires_at), col(PlanRow.status) == Status.APPROVED
    month, quarter = now + timedelta(days=30), now + timedelta(days=90)
    match ends:
        case Ends.ENDED:
            return and_(is_approved, at <= now)
        case Ends.MONTH:
            return and_(is_approved, at > now, at <= month)
        case Ends.QUARTER:
            return and_(is_approved, at > now, at <= quarter)
        case Ends.LATER:
            return and_(is_approved, at > quarter)


def _sort_value(wanted: Wanted) -> Any:
    """What has nothing to sort by comes last, whichever way."""
    match wanted.order:
        case Order.TOOL:
            return col(ToolRow.slug)
        case Order.STATUS:
            return case(*((col(PlanRow.status) == one, rank) for one, rank in _RANKS.items()), else_=9)
        case Order.FACTS:
            return func.coalesce(col(PlanFactsRow.gravity), -1 if wanted.descending else 99)
        case Order.EXPIRY:
            last = _LONG_AGO if wanted.descending else _NEVER
            return func.coalesce(_EXPIRY.element, literal(last, UtcDateTime), type_=UtcDateTime)


def _beyond(sort: Any, wanted: Wanted, place: str) -> ColumnElement[bool]:
    """What follows a place."""
    value, slug, last = _told(wanted.order, place)
    further = sort < value if wanted.descending else sort > value
    if wanted.order is Order.TOOL:
        return or_(further, and_(sort == value, col(PlanRow.id) > last))
    return or_(further, and_(sort == value, tuple_(col(ToolRow.slug), col(PlanRow.id)) > tuple_(slug, last)))


def _ahead(sort: Any, wanted: Wanted, place: str) -> ColumnElement[bool]:
    """What leads up to a place."""
    value, slug, last = _told(wanted.order, place)
    nearer = sort > value if wanted.descending else sort < value
    if wanted.order is Order.TOOL:
        return or_(nearer, and_(sort == value, col(PlanRow.id) < last))
    return or_(nearer, and_(sort == value, tuple_(col(ToolRow.slug), col(PlanRow.id)) < tuple_(slug, last)))


def _told(order: Order, place: str) -> tuple[Any, str, int]:
    try:
        told, slug, plan_id = place.split(_SEPARATOR)
        return _value(order, told), slug, int(plan_id)
    except ValueError:
        raise EntryError(("after",), "is no place in this list; begin at its start") from None


def _value(order: Order, told: str) -> str | int | Any:
    match order:
        case Order.TOOL:
            return told
        case Order.STATUS | Order.FACTS:
            return int(told)
        case Order.EXPIRY:
            return literal(datetime.fromisoformat(told).replace(tzinfo=UTC), UtcDateTime)


def _place(order: Order, row: Any) -> str:
    plan, tool, _vendor, _facts, _expiry, value = row
    told = value.astimezone(UTC).replace(tzinfo=None).isoformat() if order is Order.EXPIRY else str(value)
    return _SEPARATOR.join((told, tool.slug, str(plan.id)))


def _open_flags(session: Session, plans: Sequence[int]) -> Mapping[int, int]:
    query = select(col(FlagRow.plan_id), func.count()).where(
        col(FlagRow.plan_id).in_(plans), col(FlagRow.closed_at).is_(None)
    )
    counted = session.execute(query.group_by(col(FlagRow.plan_id)))
    return {row[0]: row[1] for row in counted}


def _listed(row: Any, flags: Mapping[int, int]) -> Listed:
    plan, tool, vendor, facts, expiry, _value = row
    return Listed(
        plan=plan_name(tool, plan),
        tool_name=tool.name,
        vendor=vendor.name,
        plan_name=plan.name,
        audience=plan.audience,
        status=Status(plan.status),
        training=_answer(facts, "training"),
        retention=_answer(facts, "retention"),
        retention_days=None if facts is None else facts.retention_days,
        reuse=_answer(facts, "reuse"),
        expires_at=expiry,
        open_flags=flags.get(plan.id, 0),
    )


def _answer(facts: PlanFactsRow | None, family: str) -> Answer:
    return Answer((None if facts is None else getattr(facts, family)) or Answer.UNREAD)
