"""What is looked at again where two rounds leave a block in doubt: its numbers, for a forest to tell it by.

The clues of both rounds count by themselves; here they are seen together, and with what only the odds of the whole page
show: how likely the text is that stands in places of the same kind, wherever on the page those are.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from string import ascii_uppercase, digits

from scraper.alone import TAGS, marks, stops
from scraper.blocks import FLAGS, Block, Place
from scraper.company import CHANCES, likely, masses, seeds
from scraper.names import Said

# How many blocks are looked at on each side, and what stands for one where the page has ended.
SIDES, NONE = 4, -900
# How many places, from a block's own up, are looked at by what is in them; and how many by what they are.
LEVELS, WAY = 4, 6
# Two blocks are of a kind when so many of these places are alike.
ALIKE = 3
# What is told by tag or role.
SAID = tuple(FLAGS[name] for name in ("article", "main", "header", "list", "section"))
CAPITAL = re.compile(r"[^\W\d_a-zß-öø-ÿ]")
DIGIT = re.compile(r"\d")
# The same where a text is in ASCII, as most are: what is left without them is told in a tenth of the time.
CAPITALS, DIGITS = ascii_uppercase.encode(), digits.encode()
# Where there is no other text to tell by.
NO_OTHER = -1.0

Way = tuple[tuple[str, str], ...]


class _Kind:
    """Blocks of one kind: how many, their characters, and how many of those are likely to be the article's."""

    __slots__ = ("chars", "count", "mass")

    def __init__(self) -> None:
        self.count = self.chars = 0
        self.mass = 0.0

    def others(self, chars: int, mass: float) -> float:
        """How likely the others' text is."""
        return (self.mass - mass) / (self.chars - chars) if self.chars > chars else NO_OTHER


@dataclass(frozen=True, slots=True)
class _Seed:
    """A place to start from, and how far up each of the places above it is."""

    place: Place
    road: dict[int, int]


def numbers(
    blocks: Sequence[Block],
    places: Sequence[Place],
    said: Sequence[Said],
    first: Sequence[int],
    odds: Sequence[int],
    wanted: Sequence[int],
) -> Iterator[tuple[float, ...]]:
    """For each block that is `wanted` its numbers; `first` and `odds` are all blocks', in hundredths, after a round."""
    if not wanted:
        return
    n = len(blocks)
    chances = list(map(CHANCES.__getitem__, odds))
    kept = [chance * block.chars for chance, block in zip(chances, blocks, strict=True)]
    mass = masses(places, [block.place.index for block in blocks], kept)
    before = [0.0, *accumulate(kept)]
    whole, page = before[-1] or 1.0, places[0]
    probable = likely(blocks, chances, kept)
    start, main = (_seed(blocks[i].place) for i in seeds(blocks, probable, kept))
    kin, alike = _kinds(blocks, kept)
    beside = [*[NONE] * SIDES, *odds, *[NONE] * SIDES]
    for i in wanted:
        block, place, own = blocks[i], blocks[i].place, kept[i]
        chars, name = block.chars, said[place.index]
        siblings, kind = kin[i], alike[i]
        yield (
            odds[i], first[i], *beside[i : i + SIDES], *beside[i + SIDES + 1 : i + 2 * SIDES + 1],
            *_own(block), name.near, name.arounds, name.matters, place.depth,
            *(place.flags & flag for flag in SAID),
            whole, page.chars, page.running, n, i, i / n, before[i] / whole, before[i + 1] / whole,
            i - probable[0], i - probable[-1], place.depth - start.place.depth, place.depth - main.place.depth,
            place.classes == main.place.classes,
            siblings.others(chars, own), siblings.count, kind.others(chars, own), kind.count,
            _same(place, start.place), _same(place, main.place),
            *_joined(place, start, mass, whole), *_joined(place, main, mass, whole),
            *_above(place, chars, own, mass, page),
        )  # fmt: skip


def _own(block: Block) -> tuple[float, ...]:
    """What a block is by itself."""
    text, chars = block.text, block.chars
    return (
        chars, block.links / chars, TAGS.get(block.place.tag, 0), stops(text), marks(text),
        text.count(",") / chars, *(count / chars for count in _signs(text)),
    )  # fmt: skip


def _signs(text: str) -> tuple[int, int]:
    """How many digits a text has, and how many capitals."""
    if not text.isascii():
        return len(DIGIT.findall(text)), len(CAPITAL.findall(text))
    plain = text.encode()
    return len(plain) - len(plain.translate(None, DIGITS)), len(plain) - len(plain.translate(None, CAPITALS))


def _seed(place: Place) -> _Seed:
    road: dict[int, int] = {}
    above: Place | None = place
    while above is not None:
        road[above.index] = len(road)
        above = above.parent
    return _Seed(place, road)


def _way(place: Place | None) -> Way:
    """What a place above a block and those around that are, by tag and classes, as far as two of a kind are alike."""
    way: list[tuple[str, str]] = []
    while place is not None and len(way) < ALIKE - 1:
        way.append((place.tag, place.classes))
        place = place.parent
    return tuple(way)


def _kinds(blocks: Sequence[Block], kept: Sequence[float]) -> tuple[list[_Kind], list[_Kind]]:
    """For each block those of its parent and tag, and those that stand in places like its own."""
    kin: defaultdict[tuple[int, str], _Kind] = defaultdict(_Kind)
    alike: defaultdict[tuple[str, str, int], _Kind] = defaultdict(_Kind)
    ways: dict[Way, int] = {}
    above: dict[int, int] = {}
    mine: list[_Kind] = []
    like: list[_Kind] = []
    for block, mass in zip(blocks, kept, strict=True):
        place, chars = block.place, block.chars
        if (up := place.up) not in above:
            above[up] = ways.setdefault(_way(place.parent), len(ways))
        mine.append(one := kin[up, place.tag])
        like.append(other := alike[place.tag, place.classes, above[up]])
        one.count, one.chars, one.mass = one.count + 1, one.chars + chars, one.mass + mass
        other.count, other.chars, other.mass = other.count + 1, other.chars + chars, other.mass + mass
    return mine, like


def _same(one: Place | None, other: Place | None) -> int:
    """How many places, from the innermost up, are alike by tag and classes; WAY where all are that are looked at."""
    for alike in range(WAY):
        if one is other or one is None or other is None:
            break
        if one.tag != other.tag or one.classes != other.classes:
            return alike
        one, other = one.parent, other.parent
    return WAY


def _joined(place: Place, seed: _Seed, mass: Sequence[float], whole: float) -> tuple[float, ...]:
    """How far up from the block, and from the seed, the place is that holds both; its share of the likely text."""
    up = 0
    while place.index not in seed.road and place.parent is not None:
        place, up = place.parent, up + 1
    return up, seed.road[place.index], mass[place.index] / whole


def _above(place: Place, chars: int, own: float, mass: Sequence[float], page: Place) -> Iterator[float]:
    """Of the places from a block's own up: how likely the other text in it is, and what it holds of the page."""
    for _ in range(LEVELS):
        others = place.chars - chars
        yield (mass[place.index] - own) / others if others > 0 else NO_OTHER
        yield place.chars / page.chars
        yield place.links / (place.chars or 1)
        yield place.blocks
        yield place.running / (page.running or 1)
        place = place.parent or place
