"""Receipts: what they say, who believes them, and what nobody must believe."""

import base64
import hashlib
import hmac
import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey
from pydantic import SecretStr

from app.lookup.authzen import Published
from app.lookup.endpoints import hot_endpoints
from app.lookup.front import LookupFront
from app.receipts import verifying
from app.receipts.keys import FILE, KeyStore, ReceiptKeyError, rotate
from app.receipts.signing import signer_from
from app.receipts.verifying import ReceiptError, receipt_in, verify_receipt
from app.settings import Settings
from tests.app.lookup.gate import ASKED, EVALUATION, EVALUATIONS, Gate, inner
from tests.app.lookup_rows import HARMLESS, NOW

TARGET = "/v1/tools/acme/scribe/approval?plan=team&" + "&".join(
    f"{name}={value}" for name, value in HARMLESS.items()
)


class Desk(Gate):
    """A gate that signs."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.settings = Settings(data_dir=folder)
        self.keys = KeyStore(self.settings, NOW)
        endpoints = hot_endpoints(Published(""), signer_from(self.keys))
        self.front = LookupFront(inner, self.holder, lambda: self.now, endpoints)

    def ask(self) -> dict[str, Any]:
        found: dict[str, Any] = self.send("GET", TARGET + "&receipt=true").json()
        return found

    def verify(self, receipt: str, **how: Any) -> dict[str, Any]:
        return verify_receipt(receipt, self.keys.current().shown, self.now, **how)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def part(content: Mapping[str, Any] | bytes) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_receipt_says_what_was_asked_and_answered(desk: Desk) -> None:
    answer = desk.send("GET", TARGET + "&receipt=true")
    told = answer.json()
    claims = desk.verify(told.pop("receipt"))
    assert claims["answer"] == told
    assert claims["jti"] == answer.headers["x-decision-id"]
    assert claims["question"] == {"tool": "acme/scribe", "plan": "team", "context": HARMLESS}
    assert claims["caller"] == "gateway"
    assert claims["at"] == NOW.isoformat()
    assert claims["revisions"].keys() == {"registry", "policy", "ruleset"}
    assert claims["decision"] == "decision-on-acme/scribe@team"


def test_a_receipt_is_given_only_where_it_is_asked_for(desk: Desk) -> None:
    assert "receipt" not in desk.send("GET", TARGET).json()
    assert desk.send("GET", TARGET + "&receipt=maybe").status_code == 422


def test_each_answer_gets_a_receipt_of_its_own(desk: Desk) -> None:
    first, second = (desk.verify(desk.ask()["receipt"]) for _ in range(2))
    assert first["jti"] != second["jti"]


def test_an_evaluation_brings_its_receipt_along(desk: Desk) -> None:
    asked = {**ASKED, "context": {**HARMLESS, "receipt": True}}
    context = desk.post(EVALUATION, asked).json()["context"]
    assert desk.verify(context["receipt"])["jti"] == context["evaluation_id"]
    many = desk.post(EVALUATIONS, {**asked, "evaluations": [{}, {}]}).json()["evaluations"]
    for one in many:
        assert desk.verify(one["context"]["receipt"])["jti"] == one["context"]["evaluation_id"]


CHANGED = [
    ("status", "denied"),
    ("plan", "acme/scribe@free"),
    ("valid_until", "2036-01-01T00:00:00Z"),
    ("reasons", []),
]


def test_an_answer_that_says_what_its_receipt_does_not_is_refused(desk: Desk) -> None:
    answer = desk.ask()
    desk.verify(answer["receipt"], beside={**answer, "evidence": []})
    for name, value in (*CHANGED, ("decision", False), ("obligations", [{"obligation": "Nothing."}])):
        with pytest.raises(ReceiptError, match=f"its `{name}` is not what the receipt signs"):
            desk.verify(answer["receipt"], beside={**answer, name: value})


def test_an_evaluation_that_says_what_its_receipt_does_not_is_refused(desk: Desk) -> None:
    asked = {**ASKED, "context": {**HARMLESS, "use_case": "ideation", "receipt": True}}
    answer = desk.post(EVALUATION, asked).json()
    context = answer["context"]
    assert context["obligations"]
    receipt = receipt_in(answer)
    assert receipt is not None
    desk.verify(receipt, beside=answer)
    with pytest.raises(ReceiptError, match="its `decision` is"):
        desk.verify(receipt, beside={**answer, "decision": False})
    other = [{"id": "obligation-1", "type": "custom", "properties": {"statement": "Nothing."}}]
    for name, value in (*CHANGED, ("evaluation_id", "another"), ("obligations", other), ("obligations", [])):
        with pytest.raises(ReceiptError, match=f"its `{name}` is"):
            desk.verify(receipt, beside={**answer, "context": {**context, name: value}})


def test_a_receipt_that_was_tampered_with_is_refused(desk: Desk) -> None:
    header, payload, signature = desk.ask()["receipt"].split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    forged = part({**claims, "caller": "somebody else"})
    with pytest.raises(ReceiptError, match="was changed, or somebody else made it"):
        desk.verify(f"{header}.{forged}.{signature}")


def test_a_receipt_that_has_expired_proves_only_the_past(desk: Desk) -> None:
    receipt = desk.ask()["receipt"]
    desk.now += timedelta(hours=2)
    with pytest.raises(ReceiptError, match="has expired: its answer held until 2026-11-22T"):
        desk.verify(receipt)
    assert desk.verify(receipt, as_proof=True)["answer"]["decision"] is True


def test_a_receipt_from_the_future_is_refused(desk: Desk) -> None:
    receipt = desk.ask()["receipt"]
    desk.now -= timedelta(minutes=5)
    with pytest.raises(ReceiptError, match="from the future"):
        desk.verify(receipt)


def test_a_key_that_is_not_known_is_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    receipt = Desk(tmp_path / "other").ask()["receipt"]
    with pytest.raises(ReceiptError, match="a key that is not known"):
        desk.verify(receipt)


def test_no_other_algorithm_is_accepted(desk: Desk) -> None:
    _, payload, _ = desk.ask()["receipt"].split(".")
    (public,) = desk.keys.current().shown["keys"]
    for algorithm in ("none", "HS256", "EdDSA", None):
        header = part({"alg": algorithm, "kid": public["kid"], "typ": verifying.TYPE})
        # As an attacker would: the public key, known to all, as the shared secret of an HMAC.
        secret = base64.urlsafe_b64decode(public["x"] + "=")
        mac = hmac.digest(secret, f"{header}.{payload}".encode(), hashlib.sha256)
        for signature in (part(mac), ""):
            with pytest.raises(ReceiptError, match="only Ed25519 is accepted"):
                desk.verify(f"{header}.{payload}.{signature}")


def test_a_key_of_another_kind_under_a_good_name_is_refused(desk: Desk) -> None:
    receipt = desk.ask()["receipt"]
    (public,) = desk.keys.current().shown["keys"]
    secret = OctKey.generate_key(256).as_dict(private=True)
    keys = {"keys": [{**secret, "kid": public["kid"]}]}
    with pytest.raises(ReceiptError, match="is no key for Ed25519"):
        verify_receipt(receipt, keys, NOW)


def test_what_the_key_signed_as_something_else_is_no_receipt(desk: Desk) -> None:
    keys = desk.keys.current()
    other = jws.serialize_compact({"alg": "Ed25519", "kid": keys.name}, b"{}", keys.signing, ["Ed25519"])
    with pytest.raises(ReceiptError, match="not as a receipt"):
        desk.verify(other)


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c.d", "....", "é.é.é", "W10.e30.x", "x" * 300_000])
def test_what_is_no_receipt_is_told_so(desk: Desk, text: str) -> None:
    with pytest.raises(ReceiptError, match="this is no receipt"):
        desk.verify(text)


def test_a_new_key_signs_at_once_and_the_old_one_still_verifies(desk: Desk) -> None:
    before = desk.ask()["receipt"]
    name = rotate(desk.settings, NOW)
    after = desk.ask()["receipt"]
    keys = desk.keys.current()
    assert (keys.name, len(keys.public)) == (name, 2)
    assert desk.verify(before)["jti"] != desk.verify(after)["jti"]


def test_private_halves_are_the_owners_alone_and_go_when_a_key_retires(desk: Desk, tmp_path: Path) -> None:
    rotate(desk.settings, NOW)
    path = tmp_path / FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert ["d" in key for key in json.loads(path.read_text())["keys"]] == [True, False]
    assert all("d" not in key for key in desk.keys.current().shown["keys"])


def test_a_key_file_that_others_may_read_is_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / FILE).chmod(0o644)
    with pytest.raises(ReceiptKeyError, match="chmod 600"):
        KeyStore(desk.settings, NOW)


def test_keys_may_stand_in_a_setting_and_are_never_told(tmp_path: Path) -> None:
    key = OKPKey.generate_key("Ed25519").as_dict(private=True)
    given = SecretStr(json.dumps({"keys": [key]}))
    settings = Settings(data_dir=tmp_path, receipt_keys=given)
    keys = KeyStore(settings, NOW).current()
    assert keys.public[0]["x"] == key["x"]
    assert list(tmp_path.iterdir()) == []
    assert str(key["d"]) not in repr(settings)
    broken = settings.model_copy(update={"receipt_keys": SecretStr(str(key["d"]))})
    with pytest.raises(ReceiptKeyError) as refused:
        KeyStore(broken, NOW)
    assert str(key["d"]) not in str(refused.getrepr(style="long"))
    with pytest.raises(ReceiptKeyError, match="put a new one first"):
        rotate(settings, NOW)


def test_the_verifier_stands_alone(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "jwks.json").write_text(json.dumps(desk.keys.current().shown))
    (tmp_path / "verifier.py").write_text(Path(verifying.__file__).read_text())
    code = (
        "import json, sys, datetime, verifier\n"
        "keys = json.load(open('jwks.json'))\n"
        "now = datetime.datetime.fromisoformat(sys.argv[2])\n"
        "print(verifier.verify_receipt(sys.argv[1], keys, now)['caller'])"
    )
    command = [sys.executable, "-c", code, desk.ask()["receipt"], NOW.isoformat()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("gateway\n", "")
