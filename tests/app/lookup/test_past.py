"""Answers of the past, given again exactly: whatever happened, as of a time the same is told as was then."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import engine_from, sessions_of
from app.lookup.answer import QueryError, answer_lookup
from app.lookup.index import build_index
from app.lookup.past import index_at, read_time
from app.lookup.rows import load_rows
from extractors.model import Audience
from registry.adoptions import keep_adoption, policy_in_force
from registry.journal import raise_revision
from registry.policy import load_policy, policy_text
from registry.tables import METADATA, AliasRow, DecisionRow, PlanRow, ToolRow, VendorRow
from registry.versions import remember_changes, remember_started
from tests.app.lookup_rows import HARMLESS, NOW

ACTS = ("approve", "suspend", "reopen", "rename", "policy", "new plan", "nothing")
QUERY = [*HARMLESS.items()]
POLICY = load_policy("default")


class Past:
    """A registry whose history is made up, with the answers that were given on the way."""

    def __init__(self) -> None:
        self.engine = engine_from("sqlite://")
        METADATA.create_all(self.engine)
        self.now = NOW
        self.given: list[tuple[Any, str, dict[str, Any]]] = []
        self.sessions = sessions_of(self.engine)
        with self.sessions() as session:
            remember_started(session, POLICY.version, policy_text("default")[0], self.now)
            vendor = VendorRow(slug="acme", name="Acme")
            session.add(vendor)
            session.flush()
            tool = ToolRow(vendor_id=vendor.id, slug="acme/brush", name="Brush", created_at=self.now)
            session.add(tool)
            session.flush()
            session.add(
                PlanRow(tool_id=tool.id, slug="studio", name="S", audience="business", status="in_review")
            )
            raise_revision(session, (tool.id,))
            session.flush()
            remember_changes(session, self.now)

    def act(self, act: str, after: timedelta) -> None:
        self.now += after
        with self.sessions() as session:
            plan = session.get_one(PlanRow, 1)
            match act:
                case "approve":
                    plan.status = "approved"
                    session.add(
                        DecisionRow(
                            public_id=f"dec_{self.now.timestamp()}",
                            plan_id=1,
                            verdict="approve",
                            reason="Fine.",
                            decided_by="kim",
                            decided_at=self.now,
                            expires_at=self.now + timedelta(days=3),
                        )
                    )
                case "suspend":
                    plan.status, plan.suspended_because = "suspended", f"It changed at {self.now}."
                case "reopen":
                    plan.status, plan.suspended_because = "in_review", None
                case "rename":
                    session.add(AliasRow(tool_id=1, kind="host", value=f"h{len(self.given)}.example"))
                case "new plan":
                    session.add(
                        PlanRow(
                            tool_id=1,
                            slug=f"p{len(self.given)}",
                            name="P",
                            audience=Audience.BUSINESS,
                            status="submitted",
                        )
                    )
                case "policy":
                    name = "strict" if policy_in_force(session, POLICY).id == "default" else "default"
                    keep_adoption(
                        session, load_policy(name), policy_text(name)[0], "Why not.", "kim", self.now
                    )
            if act not in {"policy", "nothing"}:
                raise_revision(session, (1,))
            session.flush()
            remember_changes(session, self.now)

    def ask(self, tool: str) -> None:
        with self.sessions() as session:
            index = build_index(load_rows(session), policy_in_force(session, POLICY))
        self.given.append((self.now, tool, told(index, tool, self.now)))


def told(index: Any, tool: str, at: Any) -> dict[str, Any]:
    status, _, body = answer_lookup(index, tool, QUERY, at)
    assert status == 200
    answer: dict[str, Any] = json.loads(body)
    answer.pop("revision")
    return answer


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 5000)), max_size=12))
def test_every_answer_of_the_past_is_given_again_exactly(acts: list[tuple[str, int]]) -> None:
    past = Past()
    for act, minutes in acts:
        past.act(act, timedelta(minutes=minutes))
        for tool in ("acme/brush@studio", "brush", "h0.example", "nobody"):
            past.ask(tool)
    with past.sessions() as session:
        for at, tool, answer in past.given:
            assert told(index_at(session, at, tool), tool, at) == answer
    past.engine.dispose()


def test_a_time_to_come_is_refused() -> None:
    with pytest.raises(QueryError, match="lies in the future"):
        read_time((NOW + timedelta(seconds=1)).isoformat(), NOW)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-01", "2026-11-01T09:00:00"])
def test_a_time_without_its_zone_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="with its zone"):
        read_time(text, NOW)


def test_a_time_before_the_record_is_refused() -> None:
    past = Past()
    with past.sessions() as session, pytest.raises(QueryError, match="nothing was written down yet"):
        index_at(session, NOW - timedelta(seconds=1), "acme/brush")
    past.engine.dispose()
