"""The door to the database: what keeps it from being used is told in a line, without a password."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.db import UnusableDatabaseError, engine_from, is_current, readings_of, sessions_of, telling_troubles
from app.migrate import migrate


def trouble_with(url: str) -> str:
    """What is told where a transaction on this database cannot be had."""
    with pytest.raises(UnusableDatabaseError) as told, sessions_of(engine_from(url))() as session:
        session.connection()
    return str(told.value)


def test_a_damaged_file_asks_for_a_backup(tmp_path: Path) -> None:
    (tmp_path / "registry.db").write_bytes(b"no database, whatever its name says" * 100)
    said = trouble_with(f"sqlite:///{tmp_path / 'registry.db'}")
    assert "registry.db cannot be used (file is not a database)" in said
    assert "restore it from a backup" in said


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    said = trouble_with(f"sqlite:///{tmp_path / 'taken' / 'registry.db'}")
    assert said.startswith(f"{tmp_path / 'taken'} cannot be made (File exists)")


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("nonsense:secret", "no SQLAlchemy URL"),
        ("sqlite+nonsense:///secret", "no SQLAlchemy URL"),
        ("mysql://user:secret@db/registry", "use sqlite or postgresql"),
        ("postgresql+psycopg://user:secret@127.0.0.1:1/registry", "cannot be used"),
        ("postgresql+psycopg://127.0.0.1:1/registry?user=kim&password=secret", "cannot be used"),
        ("postgresql+psycopg://user:secret@db:none/registry", "no SQLAlchemy URL"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_and_keeps_its_password(url: str, meant: str) -> None:
    said = trouble_with(url)
    assert meant in said
    assert "secret" not in said


def test_a_fault_of_ours_is_no_trouble_with_the_database() -> None:
    url = engine_from("sqlite://").url
    with pytest.raises(ProgrammingError), telling_troubles(url):
        raise ProgrammingError("SELEKT", {}, sqlite3.ProgrammingError("syntax"))
    with pytest.raises(UnusableDatabaseError), telling_troubles(url):
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))


def test_readers_wait_for_no_writer(tmp_path: Path) -> None:
    engine = engine_from(f"sqlite:///{tmp_path / 'registry.db'}")
    migrate(engine)
    with closing(sqlite3.connect(tmp_path / "registry.db", isolation_level=None, timeout=0)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with readings_of(engine)() as session:
            assert session.connection().execute(text("SELECT 1")).scalar() == 1
        assert is_current(engine)
    engine.dispose()


def test_what_the_database_refuses_is_told_without_the_values() -> None:
    engine = engine_from("sqlite://")
    query, values = text("SELECT * FROM nowhere WHERE token = :token"), {"token": "a secret of the house"}
    with engine.connect() as connection, pytest.raises(OperationalError) as refused:
        connection.execute(query, values)
    engine.dispose()
    assert "nowhere" in str(refused.value)
    assert "a secret of the house" not in str(refused.value)
