"""Putting a policy in force: every plan judged in the same act, or nothing done at all."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.adopting import NewPolicy, adopt_policy
from app.db import Session, Sessions, engine_from, sessions_of
from extractors.model import Audience, TermsType
from registry.adoptions import AdoptionRefusedError, adoptions, policy_in_force
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.evaluate import evaluate
from registry.judgements import last_assessment
from registry.model import Cause, Standing, Status, Verdict
from registry.policy import POLICIES, PolicyError, load_policy
from registry.reviews import decide
from registry.rulings import Ruling
from registry.standings import load_standings
from registry.store import audit_events, find_plan, find_tool, revision, sources_of
from registry.submissions import submit_tool
from registry.tables import PlanRow
from tests.app.houses import house_of
from tests.registry.readings import NO_TRAINING, clause, judged, show

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
BOOTSTRAP = load_policy("default")
DEFAULT = (POLICIES / "default.yaml").read_text("utf-8")
# The invented terms say nothing of retention and reuse: the approver has accepted that as it stood.
MILDER = DEFAULT.replace("evidence_max_age_days: 21", "evidence_max_age_days: 20")
STRICTER = DEFAULT.replace("open_ended: escalate, silent: escalate", "open_ended: escalate, silent: block")


@pytest.fixture
def sessions(registry_url: str) -> Iterator[Sessions]:
    engine = engine_from(registry_url)
    sessions = sessions_of(engine)
    with sessions() as session:
        _furnish(session)
    yield sessions
    engine.dispose()


def _furnish(session: Session) -> None:
    """One approved plan whose terms rule out training and are silent on the rest."""
    plan = PlanEntry("team", "Team", Audience.BUSINESS)
    source = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, ("https://acme.example/t",), (), (), ("team",))
    brush = ToolEntry("brush", "Brush", (plan,), (), (source,))
    tool = submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "ann", NOW)
    row = sources_of(session, tool.id)[0]
    show(session, row, clause(NO_TRAINING), "first", NOW)
    judged(session, the_plan(session), row, clause(NO_TRAINING), NOW)
    adopt_policy(session, NewPolicy(DEFAULT, "default.yaml", "To begin with."), BOOTSTRAP, "kim", NOW)
    seen = last_assessment(session, the_plan(session).id)
    assert seen is not None
    ruling = Ruling(Verdict.APPROVE, "Reads well.", NOW + timedelta(days=90), assessment=seen.digest)
    decide(session, the_plan(session), ruling, "rita", NOW)


def the_plan(session: Session) -> PlanRow:
    tool = find_tool(session, "acme/brush")
    plan = None if tool is None else find_plan(session, tool.id, "team")
    assert plan is not None
    return plan


def the_standing(session: Session) -> Standing:
    (standing,) = load_standings(session)
    return standing


def new(content: str, reason: str = "The board wants it.") -> NewPolicy:
    return NewPolicy(content, "new.yaml", reason)


def test_before_anything_is_adopted_the_policy_of_the_settings_is_in_force(registry_url: str) -> None:
    engine = engine_from(registry_url)
    with sessions_of(engine)() as session:
        assert policy_in_force(session, BOOTSTRAP) is BOOTSTRAP
    engine.dispose()


def test_adopting_judges_every_plan_and_keeps_approvals_that_hold(sessions: Sessions) -> None:
    with sessions() as session:
        before = revision(session)
        done = adopt_policy(session, new(MILDER), BOOTSTRAP, "kim", NOW)
    with sessions() as session:
        assert done.judged == ("acme/brush@team",)
        assert (done.suspended, done.waiting) == ((), ())
        assert policy_in_force(session, BOOTSTRAP).version == done.policy.version != done.before.version
        standing = the_standing(session)
        assert (standing.status, standing.policy) == (Status.APPROVED, done.policy.version)
        assert revision(session) > before


def test_adopting_suspends_approvals_that_do_not_hold_in_the_same_act(sessions: Sessions) -> None:
    with sessions() as session:
        done = adopt_policy(session, new(STRICTER), BOOTSTRAP, "kim", NOW)
        assert done.suspended == ("acme/brush@team",)
    with sessions() as session:
        standing = the_standing(session)
        assert standing.status is Status.SUSPENDED
        assert "say nothing of retention" in (standing.suspended_because or "")
        row = last_assessment(session, the_plan(session).id)
        assert row is not None
        assert row.cause == Cause.RULES
        answer = evaluate(standing, {}, policy_in_force(session, BOOTSTRAP), NOW)
        assert not answer.decision


def test_adopting_is_written_down_with_its_reason(sessions: Sessions) -> None:
    with sessions() as session:
        adopt_policy(session, new(MILDER), BOOTSTRAP, "kim", NOW)
    with sessions() as session:
        (event,) = [one for one in audit_events(session, "default") if one.detail["before"] is not None]
        assert (event.actor, event.action) == ("kim", "adopt_policy")
        assert event.detail["reason"] == "The board wants it."
        newest, first = adoptions(session)
        assert (newest.content, first.content) == (MILDER, DEFAULT)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_policy_is_not_adopted_without_a_reason(sessions: Sessions, reason: str) -> None:
    with pytest.raises(AdoptionRefusedError, match="give a reason"), sessions() as session:
        adopt_policy(session, new(MILDER, reason), BOOTSTRAP, "kim", NOW)


def test_the_policy_in_force_is_not_adopted_again(sessions: Sessions) -> None:
    with pytest.raises(AdoptionRefusedError, match="in force already"), sessions() as session:
        adopt_policy(session, new("# a comment\n" + DEFAULT), BOOTSTRAP, "kim", NOW)


def test_a_broken_policy_leaves_everything_as_it_was(sessions: Sessions) -> None:
    with sessions() as session:
        before = (policy_in_force(session, BOOTSTRAP).version, revision(session))
    with pytest.raises(PolicyError, match=r"new\.yaml:"), sessions() as session:
        adopt_policy(session, new(DEFAULT.replace("id: default", "name: default")), BOOTSTRAP, "kim", NOW)
    with sessions() as session:
        assert (policy_in_force(session, BOOTSTRAP).version, revision(session)) == before


def test_a_plan_whose_newest_text_was_not_read_yet_waits_and_escalates(sessions: Sessions) -> None:
    with sessions() as session:
        assessment = last_assessment(session, the_plan(session).id)
        assert assessment is not None
        assessment.ruleset = "rules-0"
        session.add(assessment)
        done = adopt_policy(session, new(MILDER), BOOTSTRAP, "kim", NOW)
        assert (done.judged, done.waiting) == ((), ("acme/brush@team",))
        answer = evaluate(the_standing(session), {}, done.policy, NOW)
        assert "assessment.outdated" in [one.rule for one in answer.reasons]


def test_an_earlier_policy_can_be_put_in_force_again(sessions: Sessions) -> None:
    with sessions() as session:
        adopt_policy(session, new(MILDER), BOOTSTRAP, "kim", NOW)
    with sessions() as session:
        done = adopt_policy(session, new(DEFAULT, "It was better."), BOOTSTRAP, "kim", NOW)
        assert done.policy.version == BOOTSTRAP.version
        assert the_standing(session).policy == BOOTSTRAP.version


def test_the_house_asks_the_registry_for_the_policy(sessions: Sessions) -> None:
    house = house_of(sessions, policy=BOOTSTRAP, now=lambda: NOW)
    with sessions() as session:
        done = adopt_policy(session, new(MILDER), BOOTSTRAP, "kim", NOW)
        assert house.policy_in(session).version == done.policy.version
