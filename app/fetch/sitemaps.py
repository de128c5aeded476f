"""Sitemaps as they come over the wire: plain or as a gzip file, however large. Pure.

Only the beginning is wanted: a file that is cut off still names pages up to there.
"""

from contextlib import suppress

from app.fetch.unpacking import DamagedError, Unpacker

_GZIP_MARK = b"\x1f\x8b"


def unpacked_start(body: bytes, most: int) -> bytes:
    """The first bytes of a file's content; what a damaged gzip file gave before the damage."""
    if not body.startswith(_GZIP_MARK):
        return body[:most]
    start = bytearray()
    with suppress(DamagedError):
        for piece in Unpacker("gzip").feed(body):
            start += piece[: most - len(start)]
            if len(start) == most:
                break
    return bytes(start)
