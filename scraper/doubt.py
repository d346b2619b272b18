"""What is looked at again where two rounds leave a block in doubt: its numbers, for a forest to tell it by.

The clues of both rounds count by themselves; here they are seen together, and with what only the odds of the whole page
show: how likely the text is that stands in places of the same kind, wherever on the page those are.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

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
    """A place to start from, with what the places above it are, and how far up each of them is."""

    place: Place
    way: Way
    road: dict[int, int]


def numbers(
    blocks: Sequence[Block],
    places: Sequence[Place],
    said: Sequence[Said],
    first: Sequence[int],
    odds: Sequence[int],
    wanted: Iterable[int],
) -> Iterator[tuple[float, ...]]:
    """For each block that is `wanted` its numbers; `first` and `odds` are all blocks', in hundredths, after a round."""
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
        chars, way, name = block.chars, _way(place, WAY), said[place.index]
        siblings, kind = kin[i], alike[i]
        yield (
            odds[i], first[i], *beside[i : i + SIDES], *beside[i + SIDES + 1 : i + 2 * SIDES + 1],
            *_own(block), name.near, name.arounds, name.matters, place.depth,
            *(place.flags & flag for flag in SAID),
            whole, page.chars, page.running, n, i, i / n, before[i] / whole, before[i + 1] / whole,
            i - probable[0], i - probable[-1], place.depth - start.place.depth, place.depth - main.place.depth,
            place.classes == main.place.classes,
            siblings.others(chars, own), siblings.count, kind.others(chars, own), kind.count,
            _same(way, start.way), _same(way, main.way),
            *_joined(place, start, mass, whole), *_joined(place, main, mass, whole),
            *_above(place, chars, own, mass, page),
        )  # fmt: skip


def _own(block: Block) -> tuple[float, ...]:
    """What a block is by itself."""
    text, chars = block.text, block.chars
    return (
        chars, block.links / chars, TAGS.get(block.place.tag, 0), stops(text), marks(text),
        text.count(",") / chars, len(DIGIT.findall(text)) / chars, len(CAPITAL.findall(text)) / chars,
    )  # fmt: skip


def _seed(place: Place) -> _Seed:
    return _Seed(place, _way(place, WAY), {above.index: up for up, above in enumerate(_up(place))})


def _up(place: Place | None) -> Iterator[Place]:
    while place is not None:
        yield place
        place = place.parent


def _way(place: Place | None, length: int) -> Way:
    """What a place and those above it are, by tag and classes."""
    return tuple((above.tag, above.classes) for above in islice(_up(place), length))


def _kinds(blocks: Sequence[Block], kept: Sequence[float]) -> tuple[list[_Kind], list[_Kind]]:
    """For each block those of its parent and tag, and those that stand in places like its own."""
    kin: defaultdict[tuple[int, str], _Kind] = defaultdict(_Kind)
    alike: defaultdict[tuple[str, str, Way], _Kind] = defaultdict(_Kind)
    above: dict[int, Way] = {}
    of: list[tuple[_Kind, _Kind]] = []
    for block, mass in zip(blocks, kept, strict=True):
        place = block.place
        if place.up not in above:
            above[place.up] = _way(place.parent, ALIKE - 1)
        kinds = kin[place.up, place.tag], alike[place.tag, place.classes, above[place.up]]
        for kind in kinds:
            kind.count += 1
            kind.chars += block.chars
            kind.mass += mass
        of.append(kinds)
    return [one for one, _ in of], [other for _, other in of]


def _same(one: Way, other: Way) -> int:
    """How many places, from the innermost up, are alike."""
    return next((i for i, (mine, its) in enumerate(zip(one, other, strict=False)) if mine != its), WAY)


def _joined(place: Place, seed: _Seed, mass: Sequence[float], whole: float) -> tuple[float, ...]:
    """How far up from the block, and from the seed, the place is that holds both; its share of the likely text."""
    up, above = next((up, above) for up, above in enumerate(_up(place)) if above.index in seed.road)
    return up, seed.road[above.index], mass[above.index] / whole


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
