"""What lists of all that waits cost, however much does."""

from datetime import timedelta
from typing import Final

import pytest

from registry.model import Clock, Role
from registry.requests import open_request
from registry.store import plans_of
from registry.tables import PlanRow
from tests.app.api.office import Office, the_tool
from tests.app.ui.counting import counted_queries

MANY: Final = 40


@pytest.fixture
def busy(office: Office) -> Office:
    """A tool of many plans, for each of which somebody waits."""
    office.submit()
    with office.sessions() as session:
        tool = the_tool(session)
        for number in range(MANY):
            slug = f"tier-{number}"
            session.add(
                PlanRow(tool_id=tool.id, slug=slug, name=slug, audience="business", status="submitted")
            )
        session.flush()
        for plan in plans_of(session, tool.id):
            open_request(session, plan, Clock.ROUTINE, "For the film.", "ann", office.at)
    return office


def test_a_digest_names_what_waits_in_few_queries(busy: Office) -> None:
    with counted_queries() as sent:
        waiting = busy.ask("GET", "/v1/digest", Role.MANAGER).json()["waiting"]
    assert len({one["about"] for one in waiting}) >= MANY
    assert len(sent) < MANY


def test_requests_cost_as_much_as_are_listed_and_the_one_due_first_comes_first(busy: Office) -> None:
    with busy.sessions() as session:
        plan = plans_of(session, the_tool(session).id)[-1]
        open_request(session, plan, Clock.EMERGENCY, "The trailer.", "ben", busy.at)
    with counted_queries() as sent:
        (first,) = busy.ask("GET", "/v1/requests", Role.MANAGER, params={"limit": 1}).json()
    assert first["clock"] == "emergency"
    assert len(sent) < MANY / 2
    busy.at += timedelta(days=365)
    assert len(busy.ask("GET", "/v1/requests", params={"overdue": True, "limit": 200}).json()) >= MANY
