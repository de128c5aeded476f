"""What is answered on the hot path: the one list of its endpoints. A further one is a line here."""

from collections.abc import Sequence

from app.lookup.approval import approval_endpoint
from app.lookup.authzen import Published, authzen_endpoints
from app.lookup.exchange import Endpoint
from app.lookup.receipt import Sign
from app.lookup.several import several_endpoints


def hot_endpoints(
    published: Published, sign: Sign | None = None, bind: Sign | None = None
) -> Sequence[Endpoint]:
    """All endpoints, each with a memory of its own; `published` is what the service says of itself.

    `sign` makes receipts, `bind` what proves a denial to others; without them none are given.
    """
    return (approval_endpoint(sign), *several_endpoints(), *authzen_endpoints(published, sign, bind))
