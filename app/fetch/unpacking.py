"""Content encodings, undone piece by piece in bounded memory. Pure; knows gzip and deflate.

However small the packed data, no piece that comes out is larger than `PIECE_BYTES`: the caller counts, and
stops a bomb long before it is unpacked.
"""

import zlib
from collections.abc import Iterator

ACCEPTED = "gzip, deflate"
"""What to ask for; everything else is refused below."""
PIECE_BYTES = 1 << 16

_GZIP = 16 + zlib.MAX_WBITS


class UnknownEncodingError(ValueError):
    """The content encoding was not asked for and cannot be undone."""


class DamagedError(ValueError):
    """The packed data is not what its encoding says."""


class CutShortError(ValueError):
    """The packed data ends before its end mark."""


class Unpacker:
    """Undoes one answer's content encoding: `feed` each piece, then `finish`."""

    def __init__(self, content_encoding: str) -> None:
        """From the header's value; UnknownEncodingError for what was not asked for."""
        names = [name.strip().lower() for name in content_encoding.split(",")]
        packed = [name for name in names if name not in ("", "identity")]
        if packed and packed not in (["gzip"], ["x-gzip"], ["deflate"]):
            raise UnknownEncodingError(content_encoding)
        self._encoding = packed[0].removeprefix("x-") if packed else ""
        self._stream = zlib.decompressobj(_GZIP) if self._encoding == "gzip" else None
        self._head = b""

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """The pieces that this piece unpacks to. DamagedError."""
        if not self._encoding:
            yield packed
            return
        if self._stream is None:
            self._head += packed
            if len(self._head) < 2:
                return
            packed = self._head
            self._stream = zlib.decompressobj(_deflate_window(packed))
        while packed and not self._stream.eof:
            piece = self._piece(self._stream, packed)
            packed = self._stream.unconsumed_tail
            if piece:
                yield piece
        if (packed or self._stream.unused_data).strip(b"\0"):
            raise DamagedError(f"{self._encoding}: more data after its end")

    def finish(self) -> Iterator[bytes]:
        """What is left when the last piece was fed. CutShortError, DamagedError."""
        if self._stream is None:
            if self._head:
                raise CutShortError(self._encoding)
            return
        while not self._stream.eof:
            piece = self._piece(self._stream, b"")
            if not piece:
                raise CutShortError(self._encoding)
            yield piece

    def _piece(self, stream: "zlib._Decompress", packed: bytes) -> bytes:
        try:
            return stream.decompress(packed, PIECE_BYTES)
        except zlib.error as error:
            raise DamagedError(f"{self._encoding}: {error}") from error


def _deflate_window(head: bytes) -> int:
    """`deflate` means zlib's format; many servers send the bare stream instead."""
    is_zlib = head[0] & 0x0F == 8 and (head[0] << 8 | head[1]) % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS
