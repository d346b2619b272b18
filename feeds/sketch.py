"""How alike are two texts? By their shingles exactly, by small sketches of these at next to no cost.

A sketch is one permutation hashing with optimal densification (Shrivastava, 2017) cut to one bit a bin (Li and König,
2010): of two texts that share a part J of their shingles, a part (1 + J) / 2 of the bits agrees.
"""

import re
import sys
import unicodedata
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from heapq import nsmallest
from itertools import chain, count, islice, repeat

# Bits of a sketch: with 256, the estimate of J is off by .04 at J = .8 (standard deviation), .06 at most.
BITS = 256
# Words of a shingle. Two are shared by chance, four are lost too soon where a word is put right.
WORDS = 3
# Texts of fewer words say too little to be told apart by them.
FEWEST_WORDS = 30
# Of a longer text so many characters from its start tell what it may be; which it is, all of it does. A sketch of
# 100 kB would take four times as long (python bench/daemon.py --profile).
LONGEST = 16_384
# Scripts without blanks between words: there a character counts as a word.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|[^\W_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
# The same for what is in ASCII alone, five times as fast (python bench/daemon.py --profile): letters and digits as they
# are folded, all else a blank.
_PLAIN = bytes(ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else ord(" ") for code in range(256))
# The sketch of an article that is new is asked for twice in a row, by each worker for its own.
REMEMBERED = 16
# So many bins are reckoned at once that an empty one may borrow from, and remembered: for a text of three words there
# are 65,000 to be asked, a tenth of a second one by one (python -m pytest tests/test_sketch.py --durations 9).
LENDERS = 64
# So many runs are reckoned with at once: what is at hand then fits into the processor's own memory, which saves a sixth
# of the time (python bench/daemon.py --profile).
AT_ONCE = 2048
_MIX, _WHOLE = 0x9E3779B97F4A7C15, (1 << 64) - 1
# More than any shingle.
_NOTHING = _WHOLE + 1


def words(text: str) -> list[str]:
    """The words of a text, folded: case, width, accents' composition and punctuation do not count."""
    if text.isascii():
        return text.encode().translate(_PLAIN).decode().split()
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def shingles(title: str | None, text: str) -> frozenset[int]:
    """All runs of three words, as numbers, those of the title apart from those of the text."""
    return frozenset(_runs(title, text))


def _runs(title: str | None, text: str) -> Sequence[int]:
    found = array("Q")
    sums = chain(_checksums(b"title ", title or ""), _checksums(b" ", text))
    while some := list(islice(sums, AT_ONCE)):
        found += _mixed(some)
    return found


def _checksums(kind: bytes, text: str) -> Iterator[int]:
    """Of each run of three words, with its kind before it; of fewer words they are one run."""
    if text.isascii():
        said = text.encode().translate(_PLAIN).split()
    else:
        said = " ".join(words(text)).encode("utf-8", "replace").split()
    runs = zip(*(said[place:] for place in range(WORDS)), strict=False) if len(said) >= WORDS else filter(None, [said])
    return map(zlib.crc32, map(b" ".join, runs), repeat(zlib.crc32(kind)))


def _mixed(numbers: Sequence[int]) -> "array[int]":
    """Numbers of 32 bits, each as one of 64 whose every bit depends on every bit.

    All at once, as lanes of one big number: each has 128 bits, so that no product of 64 bits and 64 reaches the next.
    One after the other they take ten times as long (python bench/daemon.py --profile).
    """
    lanes = array("Q", bytes(16 * len(numbers)))
    lanes[::2] = array("Q", numbers)
    if sys.byteorder == "big":
        lanes.byteswap()
    low = _low(len(numbers))
    mixed = int.from_bytes(lanes.tobytes(), "little") * _MIX & low
    mixed = (mixed ^ mixed >> 29 & low) * _MIX & low
    mixed ^= mixed >> 32
    found = array("Q", mixed.to_bytes(16 * len(numbers), "little"))
    if sys.byteorder == "big":
        found.byteswap()
    return found[::2]


@lru_cache(maxsize=REMEMBERED)
def _low(lanes: int) -> int:
    """What leaves of each lane the lower half."""
    return int.from_bytes(array("Q", (_WHOLE, 0)).tobytes() * lanes, "little")


def sketch(found: Iterable[int]) -> bytes:
    """The sketch of some shingles; nothing for none."""
    bins = [_NOTHING] * BITS
    for number in found:
        place = number % BITS
        if number < bins[place]:
            bins[place] = number
    if min(bins) == _NOTHING:
        return b""
    bits = 0
    for place, least in enumerate(bins):
        if least == _NOTHING:
            least = next(lent for block in count() for bin in _lenders(place, block) if (lent := bins[bin]) < _NOTHING)
        bits |= (least // BITS & 1) << place
    return bits.to_bytes(BITS // 8, "big")


@cache
def _lenders(place: int, block: int) -> bytes:
    """The bins that an empty one borrows from, if they have something, in turn: the same in every sketch."""
    tries = range(block * LENDERS + 1, (block + 1) * LENDERS + 1)
    return bytes(number % BITS for number in _mixed([zlib.crc32(f"{place} {each}".encode()) for each in tries]))


def likeness(one: int, other: int) -> float:
    """About how much of their shingles two texts share, by their sketches as numbers: 0 to 1."""
    return max(0.0, 1 - 2 * (one ^ other).bit_count() / BITS)


@lru_cache(maxsize=REMEMBERED)
def of(title: str | None, text: str) -> bytes:
    """The sketch of an article."""
    return sketch(_runs(title, text[:LONGEST]))


def closest(wanted: Iterable[bytes], held: Iterable[tuple[int, bytes]], least: float, most: int) -> frozenset[int]:
    """The numbers of those held that look like one that is wanted: for each the `most` likest, the latest first."""
    known = [(number, int.from_bytes(bits)) for number, bits in held if bits]
    found = set[int]()
    for mine in (int.from_bytes(bits) for bits in wanted if bits):
        # The bits that may differ, reckoned once: this line is all that an old article costs.
        bound = int((1 - least) * BITS / 2)
        near = [(differing, -number) for number, theirs in known if (differing := (mine ^ theirs).bit_count()) <= bound]
        found.update(-number for _, number in nsmallest(most, near))
    return frozenset(found)


def shared(one: frozenset[int], other: frozenset[int]) -> float:
    """Which part of their shingles two texts share: 0 to 1."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if one or other else 1.0
