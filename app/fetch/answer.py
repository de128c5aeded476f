"""One answer, read piece by piece: what bounds its size and its time, on the wire and unpacked."""

import io
from collections.abc import Iterator
from contextlib import suppress

import httpx

from app.fetch.classify import REDIRECT_STATUSES, network_failure
from app.fetch.model import Asked, FetchError, FetchLimits
from app.fetch.target import Redirect, Route
from app.fetch.unpacking import CutShortError, DamagedError, UnknownEncodingError, Unpacker
from extractors.model import Failure


class Answer:
    """The head of an answer, and its body while the connection is open."""

    def __init__(
        self, response: httpx.Response, route: Route, limits: FetchLimits, asked: Asked | None = None
    ) -> None:
        self._response = response
        self._deadline = route.deadline
        self._limits = limits
        self.url = route.target.url
        self.asked = asked
        self.status = response.status_code
        self.headers: tuple[tuple[str, str], ...] = tuple(response.headers.multi_items())
        """In order, names in lower case."""

    @property
    def redirect(self) -> Redirect | None:
        """Where it leads instead of answering; None where it answers."""
        location = self.header("location")
        return Redirect(location, self.status) if self.status in REDIRECT_STATUSES and location else None

    def header(self, name: str) -> str:
        """A header's value, empty where it is absent; repeated ones are joined by commas."""
        value: str = self._response.headers.get(name, "")
        return value

    def fail(self, failure: Failure, detail: str, retry_after_s: int | None = None) -> FetchError:
        """The error that this answer is."""
        return FetchError(failure, detail, self.url, self.status, retry_after_s)

    def body(self) -> bytes:
        """The whole body, unpacked. FetchError: `too_large`, `truncated`, `timed_out` …"""
        if self._declared_length() > self._limits.max_wire_bytes:
            raise self._too_large(self._limits.max_wire_bytes, "")
        # Its value shares the buffer: a page of the largest size is held once, not twice.
        whole = io.BytesIO()
        for piece in self._pieces():
            if whole.tell() + len(piece) > self._limits.max_unpacked_bytes:
                raise self._too_large(self._limits.max_unpacked_bytes, " unpacked")
            whole.write(piece)
        return whole.getvalue()

    def start(self, most: int) -> bytes:
        """No more than the first bytes of the body, unpacked. FetchError as `body`, without `too_large`."""
        start = bytearray()
        for piece in self._pieces():
            start += piece[: most - len(start)]
            if len(start) == most:
                break
        return bytes(start)

    def start_if_any(self, most: int) -> bytes:
        """As `start`, for answers that have failed anyhow: what goes wrong now is no news."""
        with suppress(FetchError):
            return self.start(most)
        return b""

    def _pieces(self) -> Iterator[bytes]:
        unpacker = self._unpacker()
        try:
            for packed in self._wire():
                yield from unpacker.feed(packed)
            yield from unpacker.finish()
        except CutShortError as error:
            raise self.fail(Failure.TRUNCATED, f"The packed answer ({error}) ends too early.") from error
        except DamagedError as error:
            detail = f"The answer cannot be unpacked ({error}): a page can be opened and uploaded by hand."
            raise self.fail(Failure.BROKEN_FILE, detail) from error

    def _unpacker(self) -> Unpacker:
        try:
            return Unpacker(self.header("content-encoding"))
        except UnknownEncodingError as error:
            detail = f"The answer came packed as {error}, which was not asked for and cannot be unpacked."
            raise self.fail(Failure.NOT_TEXT, detail) from error

    def _wire(self) -> Iterator[bytes]:
        """Pieces as they come, counted and timed."""
        received = 0
        try:
            for packed in self._response.iter_raw():
                received += len(packed)
                if received > self._limits.max_wire_bytes:
                    raise self._too_large(self._limits.max_wire_bytes, "")
                yield packed
                if self._deadline.passed:
                    raise httpx.ReadTimeout("no time left")
        except httpx.RequestError as error:
            failure, what = network_failure(error, answered=True)
            detail = f"The answer {what} ({received} bytes had come)."
            raise self.fail(failure, detail) from error
        if received < self._declared_length():
            missing = f"{received} of {self._declared_length()} bytes came"
            raise self.fail(
                Failure.TRUNCATED, f"The answer broke off: {missing}. It will be tried again later."
            )

    def _declared_length(self) -> int:
        length = self.header("content-length")
        return int(length) if length.isascii() and length.isdigit() and len(length) < 19 else 0

    def _too_large(self, most: int, how: str) -> FetchError:
        size = f"{most / (1 << 20):g} MiB{how}"
        detail = f"The answer is larger than {size}, and terms are not: check the address."
        return self.fail(Failure.TOO_LARGE, detail)
