"""People of an identity provider at the command line, and links where the pages make none."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from app.clock import utc_now
from app.db import engine_from, sessions_of
from registry.model import Role
from registry.persons import Entered, Return, TurnedAway, Vouched, let_in
from registry.tables import AuditRow
from tests.app.cli.desk import done, refused
from tests.registries import new_registry

KIM = Vouched("https://login.example", "24", ("Kim",), "kim@company.example", Role.REVIEWER)


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = new_registry(tmp_path)
    monkeypatch.setenv("TERMGATE_DATA_DIR", str(tmp_path))
    return url


def come(registry: str, state: str) -> Entered | TurnedAway:
    with sessions_of(engine_from(registry))() as session:
        return let_in(session, KIM, Return(state, datetime(2100, 1, 1, tzinfo=UTC), ""), utc_now())


def test_somebody_is_kept_out_and_let_in_again(registry: str) -> None:
    assert isinstance(come(registry, "first"), Entered)
    assert '"name": "kim"' in done("people", "list", "--json")
    assert "kept out" in done("people", "block", "kim")
    assert come(registry, "second") == TurnedAway("Kim", blocked=True)
    assert "kept out" in refused("sign-in", "kim")
    assert "may sign in again" in done("people", "admit", "kim")
    assert isinstance(come(registry, "third"), Entered)


def test_nobody_is_kept_out_who_never_came(registry: str) -> None:
    assert "termgate people" in refused("people", "block", "robin")


def test_where_links_are_off_one_is_made_for_a_reason_that_goes_on_record(
    registry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "OIDC_ISSUER": "https://login.example",
        "OIDC_CLIENT_ID": "termgate",
        "OIDC_CLIENT_SECRET_FILE": "/nowhere",
        "OIDC_ADMIN_GROUPS": "admins",
        "BASE_URL": "https://gate.example",
        "LOCAL_LINKS": "false",
    }.items():
        monkeypatch.setenv(f"TERMGATE_{name}", value)
    assert "--reason" in refused("sign-in", "ada", "--role", "admin")
    assert "/ui/sign-in?link=" in done(
        "sign-in", "ada", "--role", "admin", "--reason", "the provider is down"
    )
    with sessions_of(engine_from(registry))() as session:
        (made,) = session.exec(select(AuditRow).where(AuditRow.action == "make_sign_in"))
    assert made.detail == {"role": "admin", "reason": "the provider is down"}


def test_settings_that_do_not_fit_each_other_are_told_by_name(
    registry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERMGATE_LOCAL_LINKS", "false")
    said = refused("sign-in", "ada", "--reason", "x")
    assert said.startswith("termgate: TERMGATE_LOCAL_LINKS may only be off")
