"""An identity provider of our own: describes itself, signs people in, redeems codes, has real keys.

It stands in memory, or on the loopback interface with `served`. A test changes what it says through `twist`
(the token), `described` (its description of itself), `listed` (its keys) and `down`.
"""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from app.openid.model import ProviderError, Reply, Trouble

ISSUER: Final = "https://login.company.example/realm"
CLIENT_ID: Final = "termgate-pages"
SECRET: Final = "a client's secret: ~+/%"
RSA: Final = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})
EC: Final = ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig"})
OTHER: Final = RSAKey.generate_key(2048, {"kid": "rsa-2", "use": "sig"})
ENCRYPTING: Final = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "enc"})

Claims = dict[str, Any]


@dataclass
class Grant:
    """A code that was given out."""

    nonce: str
    challenge: str
    redirect_uri: str


@dataclass
class InventedProvider:
    """Signs in whoever is `person`."""

    now: Callable[[], datetime]
    issuer: str = ISSUER
    person: Claims = field(
        default_factory=lambda: {
            "sub": "248289761001",
            "preferred_username": "Kim.Lee@company.example",
            "email": "kim.lee@company.example",
            "email_verified": True,
            "groups": ["everybody", "tool-reviewers"],
        }
    )
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "rsa-1"})
    key: Any = field(default_factory=lambda: RSA)
    listed: list[Any] = field(default_factory=lambda: [ENCRYPTING, RSA, EC])
    described: dict[str, Any] = field(default_factory=dict)
    twist: Callable[[Claims], object] = lambda _claims: None
    signed: Callable[[str], str] = lambda token: token
    down: bool = False
    forgetful: bool = False
    """Whether it takes a code more than once, as a careless one does."""
    asked: list[str] = field(default_factory=list)
    grants: dict[str, Grant] = field(default_factory=dict)

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/logout",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            **self.described,
        }

    def sign_in(self, url: str) -> dict[str, str]:
        """What a browser brings back that was sent to this address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(self.description()["authorization_endpoint"])
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.grants[code] = Grant(asked["nonce"], asked["code_challenge"], asked["redirect_uri"])
        return {"state": asked["state"], "code": code}

    def ask(self, url: str, headers: Mapping[str, str], form: bytes | None) -> Reply:
        self.asked.append(url)
        if self.down:
            raise ProviderError(Trouble.UNREACHABLE, "10.1.2.3 did not answer in time")
        place = url.removeprefix(self.issuer)
        if place == "/.well-known/openid-configuration":
            return _json(self.description())
        if place == "/keys":
            return _json({"keys": [key.as_dict(private=False) for key in self.listed]})
        if place == "/token" and form is not None:
            return self._redeemed(headers, {name: one[0] for name, one in parse_qs(form.decode()).items()})
        return Reply(404, b"")

    def id_token(self, nonce: str, access_token: str) -> str:
        at = int(self.now().timestamp())
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        claims: Claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": at,
            "exp": at + 300,
            "nonce": nonce,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
            **self.person,
        }
        self.twist(claims)
        return self.signed(jwt.encode(self.header, claims, self.key))

    def _redeemed(self, headers: Mapping[str, str], form: Mapping[str, str]) -> Reply:
        proof = (
            "Basic " + base64.b64encode(urlencode({CLIENT_ID: SECRET}).replace("=", ":", 1).encode()).decode()
        )
        if headers.get("Authorization") != proof:
            return _json({"error": "invalid_client"}, 401)
        grant = self.grants.get(form["code"]) if self.forgetful else self.grants.pop(form["code"], None)
        verified = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(verified).rstrip(b"=").decode()
        if grant is None or (grant.challenge, grant.redirect_uri) != (challenge, form["redirect_uri"]):
            return _json({"error": "invalid_grant"}, 400)
        access_token = secrets.token_urlsafe(12)
        told = {"access_token": access_token, "token_type": "Bearer"}
        return _json({**told, "id_token": self.id_token(grant.nonce, access_token)})


@contextmanager
def served(provider: InventedProvider) -> Iterator[None]:
    """Let the provider answer on the loopback interface; its issuer becomes that address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["content-length"])))

        def _answer(self, form: bytes | None) -> None:
            reply = provider.ask(f"{provider.issuer}{self.path}", dict(self.headers.items()), form)
            self.send_response(reply.status)
            self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_request(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _json(told: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(told).encode())
