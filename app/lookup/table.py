"""Which endpoint answers at an address. Only this module knows how paths are compared.

A whole path belongs to the hot path with every method, so a wrong one is told so. A path with a `*` may be a
part of the application's own, so other methods are passed on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from app.lookup.exchange import ANYTHING, Endpoint, Reply, problem
from app.problems import METHOD_NOT_ALLOWED


class Table:
    """All endpoints; built once."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        whole: dict[bytes, dict[str, Endpoint]] = defaultdict(dict)
        parted: list[tuple[bytes, bytes, str, Endpoint]] = []
        for endpoint in endpoints:
            for method in (endpoint.method, "HEAD") if endpoint.method == "GET" else (endpoint.method,):
                if ANYTHING in endpoint.path:
                    prefix, _, suffix = endpoint.path.partition(ANYTHING)
                    parted.append((prefix, suffix, method, endpoint))
                else:
                    whole[endpoint.path][method] = endpoint
        self._whole: Mapping[bytes, Mapping[str, Endpoint]] = dict(whole)
        self._refusals = {path: _wrong_method(methods) for path, methods in whole.items()}
        self._parted = tuple(parted)

    def find(self, method: str, path: bytes) -> Endpoint | Reply | None:
        """Give the endpoint, the refusal of a wrong method, or `None` for what is no address of ours."""
        methods = self._whole.get(path)
        if methods is not None:
            return methods.get(method) or self._refusals[path]
        for prefix, suffix, taken, endpoint in self._parted:
            if (
                method == taken
                and path.startswith(prefix)
                and path.endswith(suffix)
                and len(path) > len(prefix) + len(suffix)
            ):
                return endpoint
        return None


def _wrong_method(methods: Iterable[str]) -> Reply:
    allowed = ", ".join(sorted(methods))
    return problem(METHOD_NOT_ALLOWED, f"this address takes {allowed}", allow=allowed)
