"""A person at the command line: a registry with one plan in review, and keys for whoever is needed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import application
from app.clock import utc_now
from app.db import Session, Sessions, engine_from, sessions_of
from extractors.model import Answer, Audience, Family, TermsType
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.flags import flag_name, open_flags
from registry.judgements import last_assessment
from registry.keys import create_key
from registry.model import Cause, Change, Direction, Role
from registry.policy import POLICIES, load_policy
from registry.store import find_plan, flags_of, sources_of
from registry.submissions import submit_tool
from registry.tables import PlanRow
from tests.registries import new_registry
from tests.registry.readings import NO_TRAINING, clause, judged, show

PLAN = "acme/brush@studio"


def run(*words: str, key: str = "") -> tuple[int, str]:
    """Exit status, and all that was said."""
    result = CliRunner().invoke(application(words), words, env={"TERMGATE_KEY": key})
    return result.exit_code, result.output


def done(*words: str, key: str = "") -> str:
    """What was said by a command that must be taken."""
    status, said = run(*words, key=key)
    assert status == 0, said
    return said


def refused(*words: str, key: str = "") -> str:
    """What was said by a command that must be refused."""
    status, said = run(*words, key=key)
    assert status == 2, said
    assert said.startswith("termgate: ")
    return said


def approval(*more: str, plan: str = PLAN, until: str = "", verdict: str = "approve") -> tuple[str, ...]:
    until = until or f"{utc_now().year + 1}-01-01"
    return ("decide", plan, verdict, "--reason", "Fine.", "--until", until, *more)


class Desk:
    """The registry behind the command line."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions

    def person(self, name: str, role: Role = Role.REVIEWER) -> str:
        """Make a key for a person."""
        with self.sessions() as session:
            return create_key(session, name, role, "a test", utc_now())

    def flag(self, before: Answer = Answer.PROHIBITED) -> str:
        """Open a flag that came after the newest assessment; gives its name."""
        change = Change(Family.TRAINING, Direction.WORSE, Cause.TERMS, before, Answer.PERMITTED, clauses=())
        with self.sessions() as session:
            plan = the_plan(session)
            newest = last_assessment(session, plan.id)
            assert newest is not None
            again = type(newest)(**newest.model_dump(exclude={"id", "pass_key"}), pass_key="later")
            session.add(again)
            session.flush()
            open_flags(session, plan, [change], newest, again, utc_now())
            return flag_name(flags_of(session, plan.id)[0])

    def open_flags(self) -> list[str]:
        with self.sessions() as session:
            return [flag_name(row) for row in flags_of(session)]


@contextmanager
def open_desk(folder: Path, patch: pytest.MonkeyPatch, **approvals: Any) -> Iterator[Desk]:
    """A desk, under a policy that says this of approvals."""
    text = (POLICIES / "default.yaml").read_text(encoding="utf-8")
    for name, value in approvals.items():
        text = re.sub(rf"(?m)^  {name}: \w+", f"  {name}: {str(value).lower()}", text)
    (folder / "house.yaml").write_text(text, encoding="utf-8")
    patch.setenv("TERMGATE_DATA_DIR", str(folder))
    patch.setenv("TERMGATE_POLICY", str(folder / "house.yaml"))
    engine = engine_from(new_registry(folder))
    desk = Desk(sessions_of(engine))
    _furnish(desk.sessions, load_policy(str(folder / "house.yaml")).version)
    yield desk
    engine.dispose()


def the_plan(session: Session) -> PlanRow:
    plan = session.get_one(PlanRow, 1)
    assert plan.slug == "studio"
    return plan


def _furnish(sessions: Sessions, policy: str) -> None:
    terms = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, ("https://acme.example/t",), (), (), ("studio",))
    brush = ToolEntry("brush", "Brush", (PlanEntry("studio", "Studio", Audience.BUSINESS),), (), (terms,))
    with sessions() as session:
        tool = submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "ann", utc_now())
        plan = find_plan(session, tool.id, "studio")
        assert plan is not None
        source = sources_of(session, tool.id)[0]
        show(session, source, clause(NO_TRAINING), "first", utc_now())
        judged(session, plan, source, clause(NO_TRAINING), utc_now()).policy = policy
