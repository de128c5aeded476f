"""Files with secrets: made once, for their owner alone."""

from pathlib import Path

import pytest

from app.secret_files import SecretFileError, read_secret, write_secret


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert read_secret(path, lambda: b"first") == read_secret(path, lambda: b"second") == b"first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["key"]


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_secret(path, b"word", replace=False)
    path.chmod(0o640)
    with pytest.raises(SecretFileError, match="chmod 600"):
        read_secret(path, lambda: b"")


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(SecretFileError, match="cannot be used"):
        read_secret(tmp_path / "none" / "key", lambda: b"")
