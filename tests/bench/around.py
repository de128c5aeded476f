"""What is around the tools of a large registry: people, searches, webhooks. Nothing is measured here."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from extractors.model import Audience, DocumentKind, TermsType
from registry.proposals import Found, Proposal, found_to_json
from tests.bench.sizes import SIZES, ago

_PAGES: Final = 20
_FOUND: Final = "'{}'".format(
    json.dumps(
        found_to_json(
            Found(
                proposals=tuple(
                    Proposal(
                        url=f"https://vendor.example/legal/terms-{at}",
                        terms_type=TermsType.TERMS_OF_SERVICE,
                        kind=DocumentKind.TERMS_OF_SERVICE,
                        audience=Audience.ALL,
                        plans=(),
                        reasons=(),
                        score=0.5,
                        title=f"Terms No. {at}",
                    )
                    for at in range(_PAGES)
                ),
                troubles=(),
                requests=_PAGES,
                complete=True,
            )
        )
    )
)
"""What each search came to."""


def around() -> Iterator[tuple[str, Mapping[str, str], int]]:
    """Tables with their columns, each an expression in `n`, and how many rows they have."""
    yield from _searches()
    yield from _people()
    yield from _telling()


def _searches() -> Iterator[tuple[str, Mapping[str, str], int]]:
    yield (
        "discoveries",
        {
            "key": "'discovery:' || n", "site": "'https://vendor-' || n || '.example/'",
            "tool_id": "CASE WHEN n % 2 = 0 THEN n END",
            "state": "'done'", "found": _FOUND,
            "requested_by": "'person-' || (n % 40)", "queued_at": ago("n * 50"),
            "finished_at": ago("n * 50"),
        },
        SIZES["tools"],
    )  # fmt: skip


def _people() -> Iterator[tuple[str, Mapping[str, str], int]]:
    yield (
        "visits",
        {
            "sha256": "'v' || n", "name": "'person-' || (n % 40)", "role": "'manager'",
            "began_at": ago("n * 10"),
            "expires_at": ago("n * 10 - 720"),
        },
        20_000,
    )  # fmt: skip
    yield (
        "persons",
        {
            "issuer": "'https://login.example'", "subject": "'s' || n", "name": "'person-' || n",
            "mail": "'person-' || n || '@company.example'", "role": "'manager'",
            "made_at": ago("n * 100"), "seen_at": ago("n * 10"),
            "blocked_at": f"CASE WHEN n % 50 = 0 THEN {ago('n')} END",
        },
        2_000,
    )  # fmt: skip


def _telling() -> Iterator[tuple[str, Mapping[str, str], int]]:
    hooks = 20
    yield (
        "webhooks",
        {
            "public_id": "'hook-' || n", "url": "'https://gateway-' || n || '.company.example/told'",
            "kinds": "'[]'", "secret_number": "1", "secret_sha256": "'s' || n",
            "created_by": "'person-1'", "created_at": ago("50000"),
        },
        hooks,
    )  # fmt: skip
    waiting = "n % 100 = 0"
    yield (
        "webhook_deliveries",
        {
            "webhook_id": f"n % {hooks} + 1", "message_id": f"'msg_' || (n / {hooks})",
            "kind": "'approval.suspended'", "data": "'{}'", "path": "'/v1/tools/vendor-1/tool-1'",
            "at": ago("n / 2"), "tries": "1", "next_at": f"CASE WHEN {waiting} THEN {ago('-600')} END",
            "state": f"CASE WHEN {waiting} THEN 'waiting' ELSE 'delivered' END",
            "tried_at": ago("n / 2"), "http_status": f"CASE WHEN {waiting} THEN 503 ELSE 204 END",
        },
        100_000,
    )  # fmt: skip
