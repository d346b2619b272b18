"""Unpacking: what comes out is what was packed, in however many pieces it came, or it is an error."""

import gzip
import zlib
from collections.abc import Callable
from itertools import pairwise

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import decode
from scraper.decode import STEP, Broken, TooMuch, beginning, decoded

MOST = 10_000_000
Pack = Callable[[bytes], bytes]


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def members(data: bytes) -> bytes:
    """A gzip in several parts, as log files have them."""
    third = len(data) // 3
    return b"".join(map(gzip.compress, (data[:third], b"", data[third:])))


def brotli_packed(data: bytes) -> bytes:
    return bytes(brotli.compress(data))


PACKS: dict[str, tuple[str, Pack]] = {
    "gzip": ("gzip", gzip.compress),
    "members": ("gzip", members),
    "zlib": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", brotli_packed),
    "twice": ("gzip, br", lambda data: brotli_packed(gzip.compress(data))),
    "not at all": ("", bytes),
}
EACH = pytest.mark.parametrize(("encoding", "pack"), PACKS.values(), ids=PACKS)
PACKED = pytest.mark.parametrize(
    ("encoding", "pack"),
    [p for n, p in PACKS.items() if n != "not at all"],
    ids=[n for n in PACKS if n != "not at all"],
)
# Some that can't be packed, and some that can.
BODY = st.binary(max_size=400) | st.tuples(st.binary(max_size=20), st.integers(0, 200)).map(lambda t: t[0] * t[1])
CUTS = st.lists(st.integers(0, 3000), max_size=12)


def in_pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(c % (len(data) + 1) for c in cuts)})
    return [data[a:b] for a, b in pairwise(places)]


@EACH
@given(BODY, CUTS)
def test_round_trip_in_any_pieces(encoding: str, pack: Pack, body: bytes, cuts: list[int]) -> None:
    assert decoded(in_pieces(pack(body), cuts), encoding, MOST) == body


@EACH
@given(BODY)
def test_round_trip_byte_by_byte(encoding: str, pack: Pack, body: bytes) -> None:
    packed = pack(body)
    assert decoded((packed[i : i + 1] for i in range(len(packed))), encoding, MOST) == body


@PACKED
@given(st.binary(max_size=200), st.integers(1), CUTS)
def test_cut_off_anywhere(encoding: str, pack: Pack, body: bytes, cut: int, cuts: list[int]) -> None:
    packed = pack(body)
    short = packed[: cut % len(packed)]
    if not short:
        assert decoded([short], encoding, MOST) == b""
    elif pack is not members:
        with pytest.raises(Broken):
            decoded(in_pieces(short, cuts), encoding, MOST)


@pytest.mark.parametrize("cut", range(1, 3 * len(gzip.compress(b"one"))))
def test_members_cut_off_between_two_can_not_be_told(cut: int) -> None:
    part = gzip.compress(b"one")
    if cut % len(part):
        with pytest.raises(Broken):
            decoded([(part * 3)[:cut]], "gzip", MOST)
    else:
        assert decoded([(part * 3)[:cut]], "gzip", MOST) == b"one" * (cut // len(part))


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "gzip, gzip", "br, deflate"]), CUTS)
def test_garbage_is_broken_or_something(data: bytes, encoding: str, cuts: list[int]) -> None:
    try:
        decoded(in_pieces(data, cuts), encoding, 100_000)
    except (Broken, TooMuch):
        pass


@EACH
@pytest.mark.parametrize(
    "size", [*range(STEP - 2, STEP + 3), STEP + 21, STEP + 257, STEP + 258, 2 * STEP, 2 * STEP + 64]
)
def test_sizes_about_a_step(encoding: str, pack: Pack, size: int) -> None:
    assert len(decoded([pack(bytes(size))], encoding, MOST)) == size


@EACH
@pytest.mark.parametrize("size", [0, 1, 1000, STEP, STEP + 1])
def test_the_limit_to_the_byte(encoding: str, pack: Pack, size: int) -> None:
    if pack is bytes or size >= STEP:  # what is small is larger when packed, and that counts too
        assert len(decoded([pack(bytes(size))], encoding, size)) == size
        with pytest.raises(TooMuch):
            decoded([pack(bytes(size + 1))], encoding, size)


@EACH
def test_what_is_taken_from_the_wire_is_limited(encoding: str, pack: Pack) -> None:
    taken = 0

    def wire() -> bytes:
        nonlocal taken
        taken += 1
        return gzip.compress(b"") if encoding == "gzip" else b"x" * 1000

    with pytest.raises((TooMuch, Broken)):
        decoded(iter(wire, None), encoding, 50_000)
    assert taken <= 50_000 // 20 + 2


def test_a_layer_in_between_is_limited_too() -> None:
    nothing = gzip.compress(gzip.compress(b"") * 2000)
    assert len(nothing) < 1000
    with pytest.raises(TooMuch):
        decoded([nothing], "gzip, gzip", 1000)


def test_parts_without_end() -> None:
    with pytest.raises(Broken, match="more than 10,000 parts"):
        decoded([gzip.compress(b"")] * (decode.MOST_MEMBERS + 1), "gzip", MOST)
    assert decoded([gzip.compress(b"a")] * decode.MOST_MEMBERS, "gzip", MOST) == b"a" * decode.MOST_MEMBERS


@pytest.mark.parametrize(
    "encoding", ["gzip", "GZIP", " gzip ", "x-gzip", "X-GZip", "gzip, identity", "identity,gzip", ",gzip,,"]
)
def test_names_of_gzip(encoding: str) -> None:
    assert decoded([gzip.compress(b"hello")], encoding, MOST) == b"hello"


@pytest.mark.parametrize("encoding", ["", "identity", " , ", "Identity"])
def test_not_packed(encoding: str) -> None:
    assert decoded([b"hel", b"", b"lo"], encoding, MOST) == b"hello"


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("zstd", "zstd, which was not asked for"),
        ("compress", "compress, which"),
        ("gzip, zstd", "zstd"),
        ("gzip, gzip, gzip", "3 times"),
        ("br, deflate, gzip, br", "4 times"),
        ("x" * 1000, "x" * 20 + ", which"),
    ],
)
def test_what_was_not_asked_for(encoding: str, words: str) -> None:
    with pytest.raises(Broken, match=words):
        decoded([b"hello"], encoding, MOST)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, br"])
@pytest.mark.parametrize("chunks", [[], [b""], [b"", b""]])
def test_nothing_at_all_is_empty(encoding: str, chunks: list[bytes]) -> None:
    assert decoded(chunks, encoding, MOST) == b""


@pytest.mark.parametrize("chunks", [[b"\0" * 20], [b"\0"] * 20])
def test_padding_after_gzip(chunks: list[bytes]) -> None:
    assert decoded([gzip.compress(b"hello"), *chunks], "gzip", MOST) == b"hello"
    assert decoded([gzip.compress(b"hello"), *chunks, gzip.compress(b"!")], "gzip", MOST) == b"hello!"


@pytest.mark.parametrize("split", [True, False])
def test_something_else_after_the_end(split: bool) -> None:
    for name, (encoding, pack) in PACKS.items():
        chunks = [pack(b"hello"), b"<!-- else -->"] if split else [pack(b"hello") + b"<!-- else -->"]
        if encoding == "deflate":
            assert decoded(chunks, encoding, MOST) == b"hello"
        elif name != "not at all":
            with pytest.raises(Broken):
                decoded(chunks, encoding, MOST)


@EACH
@given(BODY, st.integers(0, 500), CUTS)
def test_the_beginning(encoding: str, pack: Pack, body: bytes, limit: int, cuts: list[int]) -> None:
    packed = pack(body)
    got = beginning(in_pieces(packed, cuts), encoding, limit)
    assert body.startswith(got)
    assert len(got) <= limit
    if len(packed) <= limit and encoding != "gzip, br":
        assert got == body[:limit]
