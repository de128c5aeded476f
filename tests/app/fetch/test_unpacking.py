import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fetch.unpacking import PIECE_BYTES, CutShortError, DamagedError, UnknownEncodingError, Unpacker

TEXT = b"We keep your content for thirty days. " * 500
PACKED = gzip.compress(TEXT, mtime=0)
"""The same in every process: tests are named after it."""


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "DEFLATE": bare,
}


def unpacked(encoding: str, chunks: list[bytes]) -> bytes:
    unpacker = Unpacker(encoding)
    pieces = [piece for chunk in chunks for piece in unpacker.feed(chunk)]
    return b"".join([*pieces, *unpacker.finish()])


@given(st.binary(max_size=3000), st.integers(1, 50), st.sampled_from(sorted(PACKINGS)))
def test_what_was_packed_comes_back_however_it_is_cut(data: bytes, size: int, encoding: str) -> None:
    packed = PACKINGS[encoding](data)
    assert unpacked(encoding, [packed[i : i + size] for i in range(0, len(packed), size)]) == data


@pytest.mark.parametrize("encoding", ["", "identity"])
def test_unpacked_data_passes_as_it_is(encoding: str) -> None:
    assert unpacked(encoding, [b"plain", b" text"]) == b"plain text"


def test_no_piece_is_large_however_small_the_packed_data() -> None:
    bomb = gzip.compress(bytes(8 << 20))
    assert max(len(piece) for piece in Unpacker("gzip").feed(bomb)) <= PIECE_BYTES


@pytest.mark.parametrize("encoding", sorted(PACKINGS))
def test_a_missing_end_is_noticed(encoding: str) -> None:
    with pytest.raises(CutShortError):
        unpacked(encoding, [PACKINGS[encoding](TEXT)[:-9]])


def test_a_single_byte_of_deflate_is_cut_short() -> None:
    with pytest.raises(CutShortError):
        unpacked("deflate", [b"\x78"])


@pytest.mark.parametrize("packed", [b"<html>not packed</html>", PACKED[:40] + b"\xff" * 60, PACKED * 2])
def test_data_that_is_not_what_it_says_is_damaged(packed: bytes) -> None:
    with pytest.raises(DamagedError):
        unpacked("gzip", [packed])


def test_padding_after_the_end_is_no_damage() -> None:
    assert unpacked("gzip", [gzip.compress(TEXT) + bytes(20), bytes(20)]) == TEXT


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "gzip, br", "compress"])
def test_encodings_that_were_not_asked_for_are_refused(encoding: str) -> None:
    with pytest.raises(UnknownEncodingError):
        Unpacker(encoding)
