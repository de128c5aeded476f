"""Signatures of webhooks: whoever follows the specification verifies them, by the old secret or the new."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from app.clock import utc_now
from app.settings import Settings
from app.webhooks.signing import FILE, SigningKey, signed_headers, signing_key_of

KEY = SigningKey(b"a key of nobody")
BODY = '{"type":"plan.suspended","data":{"plan":"acme/painter@team"}}'


def test_the_example_of_the_specification_is_signed_as_it_says() -> None:
    """The vector that implementations of the specification test themselves with."""
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], at
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_receiver_verifies_with_the_library_of_the_specification() -> None:
    secret = KEY.secret_of("hook_1", 1)
    headers = signed_headers("msg_1", BODY, [secret], utc_now())
    assert Webhook(secret).verify(BODY, headers) == json.loads(BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY.replace("team", "free"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(KEY.secret_of("hook_2", 1)).verify(BODY, headers)


def test_while_a_secret_is_replaced_both_verify() -> None:
    new, old = KEY.secret_of("hook_1", 2), KEY.secret_of("hook_1", 1)
    headers = signed_headers("msg_1", BODY, [new, old], utc_now())
    assert new != old
    for secret in (new, old):
        Webhook(secret).verify(BODY, headers)


def test_a_secret_has_the_form_and_length_that_the_specification_wants() -> None:
    secret = KEY.secret_of("hook_1", 1)
    assert secret.startswith("whsec_")
    assert len(secret) == len("whsec_") + 44


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    first = signing_key_of(settings).secret_of("hook_1", 1)
    assert signing_key_of(settings).secret_of("hook_1", 1) == first
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_a_key_that_could_be_guessed_refuses_the_start() -> None:
    with pytest.raises(ValidationError, match="at least 32 characters"):
        Settings.model_validate({"webhooks_secret": "short"})
