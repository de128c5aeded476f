"""What every endpoint works with: built once at the edge, reached through one dependency.

An endpoint opens its transaction itself, in the thread it runs in. A session handed in by a dependency would
be opened in one thread and wait for a free one to go on: under load all threads wait for a lock whose holder
waits for a thread. It also makes the order plain: commit, then hand over the work, then answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import Depends, Request

from app.db import Session, Sessions
from app.jobs import Ticket
from app.openid.door import OpenId
from registry.adoptions import policy_in_force
from registry.model import Policy
from registry.webhooks import SecretOf

LookUp = Callable[[str, Sequence[tuple[str, str]]], tuple[int, Mapping[str, str], bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The registry, the queue, the policy and the clock. Whoever builds one says all of it."""

    sessions: Sessions
    """Transactions that may write."""
    readings: Sessions
    """Transactions that only read."""
    enqueue: Callable[[Ticket], None]
    """Hands a committed pass to the worker; never raises for a queue out of reach."""
    policy: Policy
    """In force until another is adopted; ask `policy_in` for the one that is."""
    now: Callable[[], datetime]
    any_port: bool
    """Whether sources may stand on ports that no public site uses: where private networks are allowed."""
    look_up: LookUp
    """Answers a look-up from memory: tool and parameters in, status, headers and body out."""
    is_ready: Callable[[], bool]
    """Whether the registry answers, has the schema that this code expects, and is in memory."""
    receipt_keys: Callable[[], Mapping[str, Any]]
    """The public keys of receipts, as a JWK set."""
    enqueue_search: Callable[[str], None]
    """Hands a committed search to the worker, as `enqueue` does a pass."""
    address: str
    """Where people and systems reach the service; empty where that is not known."""
    failing_after: int
    """Failed looks in a row after which a source counts as failing."""
    recrawl_cron: str
    """When sources that are due are looked for, in UTC."""
    webhook_secret: SecretOf
    """The secret of a webhook, by its name and the secret's number."""
    count_dropped: Callable[[], int]
    """How many answers to look-ups could not be put on record since this process began."""
    openid: OpenId | None
    """Signing in with an identity provider; none where none is set up."""
    local_links: bool
    """Whether administrators make sign-in links on the pages."""

    def policy_in(self, session: Session) -> Policy:
        """The policy in force, as this transaction sees it."""
        return policy_in_force(session, self.policy)


async def _house(request: Request) -> House:
    return cast(House, request.app.state.house)


Here = Annotated[House, Depends(_house)]
