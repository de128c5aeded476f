"""One connection to one checked address. The only module that knows httpcore.

The name is resolved once, before; here only the checked addresses are connected to, so that a second answer
of the name server cannot lead elsewhere. The URL keeps its host, and with it the Host header, the TLS server
name and the certificate check. Every wait on the socket ends at the fetch's deadline.
"""

import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

from app.fetch.deadline import Deadline
from app.fetch.target import Route

Transports = Callable[[Route], httpx.BaseTransport]

_HTTPX_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.PoolTimeout: httpx.PoolTimeout,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
}


def pinned_transports(tls: ssl.SSLContext | None = None) -> Transports:
    """What opens a route; certificates are checked against the bundled roots, or those of SSL_CERT_FILE."""
    context = tls or httpx.create_ssl_context()
    return lambda route: PinnedTransport(route, context)


class PinnedTransport(httpx.BaseTransport):
    """Sends one request to the addresses of a route and to no other."""

    def __init__(self, route: Route, tls: ssl.SSLContext) -> None:
        self._backend = _PinnedBackend(route)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=1,
            max_keepalive_connections=0,
            network_backend=self._backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer's head; its body is read from the stream. Its extension `address` tells whose."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        with _httpx_errors():
            response = self._pool.handle_request(
                httpcore.Request(
                    request.method,
                    url,
                    headers=request.headers.raw,
                    content=request.read(),
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions={"address": self._backend.connected},
        )

    def close(self) -> None:
        """Ends the connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _httpx_errors():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _PinnedBackend(httpcore.NetworkBackend):
    def __init__(self, route: Route) -> None:
        self._addresses = route.addresses
        self._deadline = route.deadline
        self._sockets = httpcore.SyncBackend()
        self.connected: str | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Tries one address after the other; those that remain share the time that remains."""
        limit = _until(self._deadline, timeout)
        until = Deadline(self._deadline.monotonic() + limit, self._deadline.monotonic)
        failed: httpcore.ConnectError | httpcore.ConnectTimeout
        failed = httpcore.ConnectTimeout(f"no time left to connect to {host}")
        for tried, address in enumerate(self._addresses):
            share = until.left() / (len(self._addresses) - tried)
            if share <= 0:
                break
            try:
                stream = self._sockets.connect_tcp(str(address), port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
                continue
            self.connected = str(address)
            return _TimedStream(stream, self._deadline)
        raise failed


class _TimedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._left(timeout, httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None, too_late: type[httpcore.TimeoutException]) -> float:
        left = _until(self._deadline, timeout)
        if left <= 0:
            raise too_late("no time left")
        return left


def _until(deadline: Deadline, timeout: float | None) -> float:
    return deadline.left() if timeout is None else min(timeout, deadline.left())


@contextmanager
def _httpx_errors() -> Iterator[None]:
    try:
        yield
    except tuple(_HTTPX_ERRORS) as error:
        raise _HTTPX_ERRORS[type(error)](str(error)) from error
