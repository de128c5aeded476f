"""How sources fare, over the API."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from registry.model import Role
from registry.tables import SourceRow
from tests.app.api.office import Office


def failed(office: Office, times: int) -> None:
    with office.sessions() as session:
        for row in session.exec(select(SourceRow)).all():
            row.failures = times
            session.add(row)


def test_sources_tell_when_they_are_looked_at_next(office: Office) -> None:
    office.submit()
    (first, *_) = listed(office)
    assert first["cadence_days"] == 7
    assert first["due_at"] is not None
    assert (first["failures"], first["failure"]) == (0, None)


def test_only_those_that_keep_failing_are_listed_where_asked_for(office: Office) -> None:
    office.submit()
    failed(office, 2)
    assert listed(office, failing="true") == []
    failed(office, 3)
    assert {row["failures"] for row in listed(office, failing="true")} == {3}


@pytest.mark.parametrize(("days", "told"), [(13, 0), (14, 1)])
def test_those_that_their_host_puts_off_slot_after_slot_are_among_them(
    office: Office, days: int, told: int
) -> None:
    office.submit()
    with office.sessions() as session:
        session.exec(select(SourceRow)).one().put_off_since = office.at - timedelta(days=days)
    rows = listed(office, failing="true")
    since = f"2027-02-{1 + 28 - days}T09:00:00Z"
    assert [(row["failures"], row["put_off_since"]) for row in rows] == [(0, since)] * told


def test_sources_are_listed_page_by_page(office: Office) -> None:
    office.submit()
    whole = [row["source"] for row in listed(office)]
    page = office.ask("GET", "/v1/sources", params={"limit": 1}).json()
    assert [row["source"] for row in page["items"]] == whole[:1]
    if len(whole) > 1:
        assert [row["source"] for row in listed(office, after=page["next"])] == whole[1:]


def test_who_only_looks_up_is_not_told(office: Office) -> None:
    assert office.ask("GET", "/v1/sources", Role.LOOKUP).status_code == 403


def listed(office: Office, **query: Any) -> list[dict[str, Any]]:
    answer = office.ask("GET", "/v1/sources", params=query)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["items"]
    return rows
