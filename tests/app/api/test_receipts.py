"""The keys of receipts for everybody, and a receipt verified for who asks."""

from registry.model import Role
from tests.app.api.office import Office


def test_the_public_keys_are_there_without_a_key(office: Office) -> None:
    assert office.ask("GET", "/.well-known/jwks.json", None).json() == {"keys": []}


def test_what_proves_nothing_is_told_with_its_reason(office: Office) -> None:
    answer = office.ask("POST", "/v1/receipts:verify", Role.LOOKUP, json={"receipt": "a.b.c"})
    assert answer.status_code == 200
    assert answer.json()["valid"] is False
    assert "this is no receipt" in answer.json()["reason"]
