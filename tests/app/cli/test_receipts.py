"""`termgate verify` and `termgate receipts`."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import application
from app.clock import utc_now
from app.receipts.keys import KeyStore
from app.receipts.signing import signer_from
from app.settings import Settings


def run(*words: str, sent: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(application(words), words, input=sent)
    return done.exit_code, done.output


@pytest.fixture
def receipt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TERMGATE_DATA_DIR", str(tmp_path))
    now = utc_now()
    sign = signer_from(KeyStore(Settings(), now))
    ends = now + timedelta(minutes=5)
    return sign(
        {
            "iat": int(now.timestamp()),
            "exp": int(ends.timestamp()),
            "caller": "gateway",
            "answer": {"decision": True},
        }
    )


def test_a_receipt_is_verified_from_a_file_or_the_answer_itself(tmp_path: Path, receipt: str) -> None:
    (tmp_path / "receipt").write_text(receipt + "\n")
    assert run("verify", str(tmp_path / "receipt"))[0] == 0
    status, shown = run("verify", "-", sent=json.dumps({"decision": True, "receipt": receipt}))
    assert (status, json.loads(shown)["caller"]) == (0, "gateway")


def test_the_key_set_alone_is_enough(tmp_path: Path, receipt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, keys = run("receipts", "keys", "--json")
    (tmp_path / "jwks.json").write_text(keys)
    monkeypatch.setenv("TERMGATE_DATA_DIR", str(tmp_path / "elsewhere"))
    assert run("verify", "-", "--keys", str(tmp_path / "jwks.json"), sent=receipt)[0] == 0


def test_what_was_changed_is_refused_with_a_reason(receipt: str) -> None:
    header, payload, signature = receipt.split(".")
    status, told = run("verify", "-", sent=f"{header}.{payload[:-4]}AAAA.{signature}")
    assert status == 3
    assert "was changed" in told


def test_an_answer_that_was_changed_beside_its_receipt_is_refused(receipt: str) -> None:
    status, told = run("verify", "-", sent=json.dumps({"decision": False, "receipt": receipt}))
    assert status == 3
    assert "its `decision` is not what the receipt signs" in told


def test_what_a_receipt_says_is_printed_on_one_line_for_programs(receipt: str) -> None:
    status, told = run("verify", "-", "--json", sent=receipt)
    assert (status, told.count("\n")) == (0, 1)
    assert json.loads(told)["answer"] == {"decision": True}


def test_receipts_from_before_a_rotation_stay_good(receipt: str) -> None:
    assert run("receipts", "rotate")[0] == 0
    assert run("verify", "-", sent=receipt)[0] == 0


@pytest.mark.parametrize(
    "answer", ["{}", '{"context": []}', '{"context": {"receipt": 7}}', '{"receipt": {}}']
)
def test_an_answer_without_a_receipt_is_bad_usage(answer: str) -> None:
    status, told = run("verify", "-", sent=answer)
    assert status == 2
    assert "holds no receipt" in told


def test_a_file_that_is_not_there_is_bad_usage() -> None:
    assert run("verify", "nowhere")[0] == 2
