"""What proves a denial to a service that takes requests for access, as the working group's draft has it."""

import json
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from app.lookup.authzen import Published
from app.lookup.endpoints import hot_endpoints
from app.receipts.keys import KeyStore
from app.receipts.signing import DENIAL, signer_from
from app.receipts.verifying import ALGORITHM, ReceiptError, verify_receipt
from app.settings import Settings
from tests.app.lookup.gate import ALICE, ASKED, EVALUATIONS, SCRIBE, USE, Gate
from tests.app.lookup_rows import HARMLESS, NOW

ISSUER = "https://gate.example"
DESK = "https://desk.example/requests"
WORK = {"data_class": "sensitive", "hurry": "yes"}
"""What asks for a person, and a field that the policy does not know."""


class Binding(Gate):
    """A gate whose denials are proved."""

    def __init__(self, folder: Path, published: Published) -> None:
        super().__init__()
        self.keys = KeyStore(Settings(data_dir=folder), NOW)
        signs = signer_from(self.keys), signer_from(self.keys, DENIAL)
        self.endpoints = (*hot_endpoints(published, *signs),)
        self.front = self.front_with(lambda *_: None)

    def claims(self, context: dict[str, Any]) -> dict[str, Any]:
        """What the token of a denial says, verified as any service could."""
        token = context["access_request"]["binding_token"]
        public = self.keys.current().shown["keys"][0]
        read = jws.deserialize_compact(token, OKPKey.import_key(public), algorithms=[ALGORITHM])
        assert read.headers()["kid"] == public["kid"]
        found: dict[str, Any] = json.loads(read.payload)
        return found


@pytest.fixture
def gate(tmp_path: Path) -> Binding:
    return Binding(tmp_path, Published(ISSUER, DESK))


def test_a_denial_that_people_can_lift_is_bound_to_its_question(gate: Binding) -> None:
    context = gate.evaluate(context=WORK)["context"]
    claims = gate.claims(context)
    assert (claims["iss"], claims["aud"]) == (ISSUER, DESK)
    assert claims["jti"] == claims["evaluation_id"] == context["evaluation_id"]
    assert claims["denial_expires_at"] == context["access_request"]["expires_at"]
    assert claims["iat"] == int(NOW.timestamp()) < claims["exp"] <= claims["iat"] + 3600
    assert {part: claims[part] for part in ("subject", "action", "resource")} == {
        "subject": ALICE,
        "action": USE,
        "resource": SCRIBE,
    }


def test_of_the_context_only_what_the_policy_judges_by_is_bound(gate: Binding) -> None:
    claims = gate.claims(gate.evaluate(context=WORK)["context"])
    assert claims["binding_context_members"] == ["data_class"]
    assert claims["context"] == {"data_class": "sensitive"}
    silent = gate.claims(gate.evaluate(context=None)["context"])
    assert (silent["binding_context_members"], silent["context"]) == ([], {})


def test_each_denial_has_a_token_of_its_own_also_where_the_question_is_the_same(gate: Binding) -> None:
    first, second = (gate.evaluate(context=WORK)["context"] for _ in range(2))
    assert gate.claims(first)["jti"] != gate.claims(second)["jti"] == second["evaluation_id"]


def test_a_denial_in_a_batch_is_bound_to_its_own_question(gate: Binding) -> None:
    items = [{}, {"context": WORK}, {"resource": {"id": "nobody/nothing"}}]
    answers = gate.post(EVALUATIONS, {**ASKED, "evaluations": items}).json()["evaluations"]
    assert "access_request" not in answers[0]["context"]
    for answer, resource in zip(answers[1:], (SCRIBE, {"type": "tool", "id": "nobody/nothing"}), strict=True):
        claims = gate.claims(answer["context"])
        assert claims["evaluation_id"] == answer["context"]["evaluation_id"]
        assert (claims["subject"], claims["resource"]) == (ALICE, resource)


def test_a_token_is_no_receipt(gate: Binding) -> None:
    token = gate.evaluate(context=WORK)["context"]["access_request"]["binding_token"]
    with pytest.raises(ReceiptError, match="not as a receipt"):
        verify_receipt(token, gate.keys.current().shown, NOW)


def test_a_question_too_long_for_a_token_is_bound_by_its_id_alone(gate: Binding) -> None:
    context = gate.evaluate(context=WORK, subject={**ALICE, "properties": {"x": "x" * 5000}})["context"]
    assert "binding_token" not in context["access_request"]
    assert context["evaluation_id"]


@pytest.mark.parametrize("published", [Published(ISSUER), Published("", DESK)])
def test_no_token_is_given_where_nobody_takes_requests_or_could_find_the_keys(
    tmp_path: Path, published: Published
) -> None:
    context = Binding(tmp_path, published).evaluate(context=WORK)["context"]
    assert "binding_token" not in context.get("access_request", {})


def test_an_allow_carries_no_token(gate: Binding) -> None:
    assert "access_request" not in gate.evaluate(context=HARMLESS)["context"]


def test_the_keys_are_published_with_the_address_that_takes_requests(gate: Binding) -> None:
    document = gate.send("GET", "/.well-known/authzen-configuration").json()
    assert document["jwks_uri"] == f"{ISSUER}/.well-known/jwks.json"
