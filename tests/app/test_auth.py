"""Keys to callers, and what each role may do."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app.auth import FIRST_KEY, Caller, KeyRefusedError, Keyring, first_key
from app.db import Sessions, engine_from, sessions_of
from registry.keys import create_key, list_keys, revoke_key
from registry.model import Role

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def sessions(registry_url: str) -> Iterator[Sessions]:
    engine = engine_from(registry_url)
    yield sessions_of(engine)
    engine.dispose()


@pytest.mark.parametrize("role", Role)
def test_a_role_may_what_it_and_all_before_it_may(role: Role) -> None:
    order = [Role.LOOKUP, Role.MANAGER, Role.REVIEWER, Role.ADMIN]
    assert [needed for needed in order if Caller("kim", role).may(needed)] == order[: order.index(role) + 1]


def test_a_key_tells_its_holder(sessions: Sessions) -> None:
    with sessions() as session:
        key = create_key(session, "gateway", Role.LOOKUP, "kim", NOW)
    assert Keyring(sessions).caller(key) == Caller("gateway", Role.LOOKUP)


def test_a_revoked_key_tells_nobody(sessions: Sessions) -> None:
    with sessions() as session:
        key = create_key(session, "gateway", Role.LOOKUP, "kim", NOW)
        revoke_key(session, "gateway", "kim", NOW)
    with pytest.raises(KeyRefusedError, match="unknown or revoked"):
        Keyring(sessions).caller(key)


@pytest.mark.parametrize("key", ["tg_guess", "é", "\x00", "x" * 100_000])
def test_a_guessed_key_tells_nobody_and_is_not_repeated(sessions: Sessions, key: str) -> None:
    with pytest.raises(KeyRefusedError) as refused:
        Keyring(sessions).caller(key)
    assert key not in str(refused.value)


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_the_refusal_says_how_to_send_one(sessions: Sessions, key: str | None) -> None:
    with pytest.raises(KeyRefusedError, match=r"X-API-Key: KEY"):
        Keyring(sessions).caller(key)


def test_the_first_key_is_an_administrators(sessions: Sessions) -> None:
    with sessions() as session:
        key = first_key(session, NOW)
    assert Keyring(sessions).caller(key) == Caller(FIRST_KEY, Role.ADMIN)


def test_the_first_key_is_made_once_even_after_it_was_revoked(sessions: Sessions) -> None:
    with sessions() as session:
        first_key(session, NOW)
        revoke_key(session, FIRST_KEY, "kim", NOW)
        assert first_key(session, NOW) is None
        assert len(list_keys(session)) == 1
