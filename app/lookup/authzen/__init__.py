"""OpenID AuthZEN, Authorization API 1.0: evaluation, evaluations, search and discovery.

A policy enforcement point asks whether a subject may `use` a resource of the type `tool`; its context says
what the work is. Who asks does not matter to the answer: what is approved is a plan for a kind of work.
"""

from collections.abc import Sequence

from app.lookup.authzen.binding import Binder
from app.lookup.authzen.deciding import Decider
from app.lookup.authzen.discovery import Published, discovery_endpoints
from app.lookup.authzen.evaluation import evaluation_endpoints
from app.lookup.authzen.search import search_endpoints
from app.lookup.exchange import Endpoint
from app.lookup.receipt import Sign

__all__ = ["Published", "authzen_endpoints"]


def authzen_endpoints(
    published: Published, sign: Sign | None = None, bind: Sign | None = None
) -> Sequence[Endpoint]:
    """All of the standard; `published` is what the service says of itself.

    `sign` makes receipts; `bind` signs what proves a denial to the service that takes requests for access,
    which finds our keys through the published address.
    """
    decider = Decider(published.requests_url)
    binder = None
    if bind is not None and published.base_url and published.requests_url:
        binder = Binder(published.base_url, published.requests_url, bind)
    return (
        *evaluation_endpoints(decider, sign, binder),
        *search_endpoints(),
        *discovery_endpoints(published),
    )
