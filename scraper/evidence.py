"""What speaks for a block being the article: its features, and the odds that learned weights give them.

Two rounds. In the first a block is judged by itself, its place and its neighbours; in the second also by what the first
round made of the blocks around it. A weight is a log-odds: above 0 it speaks for the article. The weights stand in
`weights.json`, with where they come from.
"""

import json
import math
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate

from scraper.blocks import FLAGS, Block, Place

LENGTHS = (6, 12, 20, 35, 60, 100, 160, 260, 420)
DENSITIES = (0.001, 0.1, 0.25, 0.5, 0.75, 0.95)
SHARES = (0.01, 0.03, 0.08, 0.15, 0.3, 0.5, 0.7, 0.9)
POSITIONS = (0.02, 0.06, 0.12, 0.25, 0.4, 0.6, 0.75, 0.88, 0.95)
TWINS = (2, 3, 4, 6, 12)
ODDS = (-5.0, -3.5, -2.5, -1.6, -0.8, -0.3, 0.3, 0.8, 1.6, 2.5, 3.5, 5.0)
CHANCES = (0.0, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95)
MASSES = (1, 200, 500, 1000, 2000, 4000)
PORTIONS = (0.01, 0.2, 0.4, 0.6, 0.8, 0.95)
TOTALS = (200, 600, 1500, 4000)
TAGS = {
    tag: number
    for number, tag in enumerate(
        """p div li h1 h2 h3 h4 h5 h6 td pre blockquote figcaption section article dd dt th body main header footer
        aside""".split(),
        1,
    )
}
NO_CLUE = ("p", "h2", "h3", "li", "tr", "td")  # tags that repeat within an article too
SENTENCE_END = re.compile(r"[.!?…。！？；;:»”\"'’)\]]\s*$")
SENTENCES = re.compile(r"[.!?。！？]['”\"’)\]]?(?:\s|$)|[。！？]")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# How many places from a block's own up are looked at for twins.
ABOVE = 6
# A block that is likely enough, and long enough, to start from.
LIKELY, LONG = 0.6, 80
NEIGHBOURS = (-2, -1, 1, 2)
NEIGHBOURS_JUDGED = (-3, -2, -1, 1, 2, 3)


def odds(blocks: Sequence[Block], places: Sequence[Place]) -> list[float]:
    """For each block how much speaks for it, as log-odds."""
    if not blocks:
        return []
    first, second = _weights()
    judged = [sum(map(first, features)) for features in first_round(blocks, places[0])]
    return [sum(map(second, features)) for features in second_round(blocks, places, judged)]


@cache
def _weights() -> tuple[Callable[[int], float], Callable[[int], float]]:
    """The weight of a feature, for each round; 0 for one that was never seen."""
    data = json.loads((files("scraper") / "weights.json").read_text("utf-8"))
    tables = [defaultdict(float, {int(k): float(v) for k, v in data[name].items()}) for name in ("first", "second")]
    return tables[0].__getitem__, tables[1].__getitem__


def bucket(value: float, edges: Sequence[float]) -> int:
    """How many of the edges are not above the value."""
    return bisect_right(edges, value)


# A feature is a number: its kind times this, and what it found.
KIND = 4096


def first_round(blocks: Sequence[Block], page: Place) -> list[list[int]]:
    """For each block the features that it has by itself, by its place and by its neighbours."""
    n, running = len(blocks), max(1, page.running)
    lengths = [bucket(b.chars, LENGTHS) for b in blocks]
    links = [bucket(b.links / b.chars, DENSITIES) for b in blocks]
    tags = [TAGS.get(b.place.tag, 0) for b in blocks]
    kinds = [length // 2 * 4 + link // 2 for length, link in zip(lengths, links, strict=True)]
    before = [0, *accumulate(b.chars for b in blocks)]
    total = max(1, before[-1])
    heading = next((i for i, tag in enumerate(tags) if tag == TAGS["h1"]), None)
    known: dict[int, tuple[list[int], int, int, int]] = {}
    found = []
    for i, block in enumerate(blocks):
        place, text, length, link, tag = block.place, block.text, lengths[i], links[i], tags[i]
        half = length // 2
        around = known.get(place.index)
        if around is None:
            around = known[place.index] = _surroundings(place, running)
        shared, own, above, twins = around
        end = SENTENCE_END.search(text) is not None
        features = [
            0,
            1 * KIND + length, 2 * KIND + link, 3 * KIND + length * 8 + link, 4 * KIND + tag, 5 * KIND + tag * 8 + half,
            6 * KIND + length * 2 + end, 7 * KIND + min(len(SENTENCES.findall(text)), 4),
            8 * KIND + bucket(before[i] / total, POSITIONS), 9 * KIND + _from_heading(i, heading),
            10 * KIND + own * 8 + half, 11 * KIND + above * 8 + half, 12 * KIND + twins * 8 + half,
        ]  # fmt: skip
        features += shared
        for number, distance in enumerate(NEIGHBOURS):
            j = i + distance
            if 0 <= j < n:
                features.append((20 + number) * KIND + kinds[j])
                features.append((25 + number) * KIND + tags[j])
                features.append((30 + number) * KIND + (blocks[j].place.parent is place.parent))
            else:
                features.append((30 + number) * KIND + 2)
        if "©" in text:
            features.append(13 * KIND)
        if "|" in text:
            features.append(14 * KIND)
        if YEAR.search(text):
            features.append(15 * KIND)
        found.append(features)
    return found


def _from_heading(i: int, heading: int | None) -> int:
    if heading is None:
        return 0
    away = i - heading
    return 1 if away < 0 else 2 if away == 0 else 3 if away <= 2 else 4 if away < 8 else 5


def _surroundings(place: Place, running: int) -> tuple[list[int], int, int, int]:
    """What all blocks of a place have in common: features, and three buckets to be joined with a block's length."""
    twins = 0
    chain: list[Place] = []
    above: Place | None = place
    while above is not None and len(chain) < ABOVE:
        chain.append(above)
        if above.tag not in NO_CLUE:
            twins = max(twins, above.alike())
        above = above.parent
    features = [40 * KIND + bit for bit in range(len(FLAGS)) if place.flags >> bit & 1]
    features += (
        41 * KIND + min(place.arounds, 4),
        42 * KIND + min(place.matters, 3),
        43 * KIND + min(place.nearest, 5),
    )
    last = len(chain) - 1
    shares = []
    for number, level in enumerate((0 if place.blocks > 1 else 1, 2, 3)):
        held = chain[min(level, last)]
        chars = max(1, held.chars)
        shares.append(bucket(held.running / running, SHARES))
        features.append((44 + number) * KIND + shares[-1])
        features.append((48 + number) * KIND + bucket(held.links / chars, DENSITIES))
        features.append((52 + number) * KIND + bucket(held.running / chars, SHARES))
    repeated = bucket(twins, TWINS)
    features.append(56 * KIND + repeated)
    return features, shares[0], shares[1], repeated


def second_round(blocks: Sequence[Block], places: Sequence[Place], judged: Sequence[float]) -> list[list[int]]:
    """For each block the features that follow from the first round's odds: its own, and those of what is around it."""
    n = len(blocks)
    chances = [1 / (1 + math.exp(-max(-30.0, min(30.0, z)))) for z in judged]
    kept = [chance * block.chars for chance, block in zip(chances, blocks, strict=True)]
    mass = _masses(blocks, places, kept)
    whole = max(mass[0], 1.0)
    total = bucket(whole, TOTALS)
    fine = [bucket(z, ODDS) for z in judged]
    coarse = [z // 2 for z in fine]
    likely = [i for i in range(n) if chances[i] > LIKELY and blocks[i].chars >= LONG]
    likely = likely or [max(range(n), key=lambda i: kept[i])]
    seeds = [_Seed(blocks, mass, whole, seed) for seed in _seeds(blocks, likely, kept)]
    articles, count = _articles(places)
    sums = [0.0, *accumulate(chances)]
    found = []
    for i, block in enumerate(blocks):
        z, place = coarse[i], block.place
        features = [0, 60 * KIND + fine[i], 61 * KIND + total * 8 + z]
        for number, seed in enumerate(seeds):
            join, low, share = seed.joins(place)
            side, near = i > seed.block, min(join, 4)
            features.append((62 + number) * KIND + min(join, 6) * 2 + side)
            features.append((64 + number) * KIND + near * 8 + low)
            features.append((66 + number) * KIND + low * 8 + share)
            features.append((68 + number) * KIND + low * 8 + z)
            features.append((70 + number) * KIND + (near * 8 + z) * 2 + side)
        article = (min(articles[place.index], 2) + 1) * 4 + min(count, 3)
        features.append(72 * KIND + article)
        features.append(73 * KIND + article * 8 + z)
        branch = seeds[-1].branch(place)
        if branch is not None:
            features.append(74 * KIND + _chance(branch, block, kept[i], mass) * 8 + z)
            features.append(75 * KIND + bucket(mass[branch.index] / whole, SHARES) * 8 + z)
        above: Place = place
        for level in range(4):
            chance = _chance(above, block, kept[i], mass)
            features.append((76 + level) * KIND + chance)
            if level in (1, 2):
                features.append((80 + level) * KIND + chance * 8 + z)
            above = above.parent or above
        for number, distance in enumerate(NEIGHBOURS_JUDGED):
            j = i + distance
            features.append((84 + number) * KIND + (coarse[j] if 0 <= j < n else 7))
        early, late = max(0, i - 4), min(n, i + 5)
        ahead = (sums[i] - sums[early]) / (i - early) if i > early else 0.0
        behind = (sums[late] - sums[i + 1]) / (late - i - 1) if late > i + 1 else 0.0
        features.append(91 * KIND + bucket(ahead, CHANCES) * 16 + bucket(behind, CHANCES))
        part = 0 if i < likely[0] else 2 if i > likely[-1] else 1
        features.append(92 * KIND + part)
        features.append(93 * KIND + part * 8 + z)
        if part == 0:
            features.append(94 * KIND + min(6, likely[0] - i))
        if part == 2:
            features.append(95 * KIND + min(6, i - likely[-1]))
        found.append(features)
    return found


def _masses(blocks: Sequence[Block], places: Sequence[Place], kept: Sequence[float]) -> list[float]:
    """For each place how many characters in it are likely to be the article's."""
    mass = [0.0] * len(places)
    for block, chars in zip(blocks, kept, strict=True):
        mass[block.place.index] += chars
    for place in reversed(places):
        if place.parent is not None:
            mass[place.parent.index] += mass[place.index]
    return mass


def _chance(place: Place, block: Block, kept: float, mass: Sequence[float]) -> int:
    """How likely what stands in a place beside the block is, in a bucket; 0 where there is nothing."""
    others = place.chars - block.chars
    return 1 + bucket((mass[place.index] - kept) / others, CHANCES[1:]) if others > 0 else 0


def _seeds(blocks: Sequence[Block], likely: Sequence[int], kept: Sequence[float]) -> tuple[int, int]:
    """Two blocks to start from: the first likely one after the heading, and the first of the largest group."""
    heading = next((i for i, block in enumerate(blocks) if block.place.tag == "h1"), -1)
    first = next((i for i in likely if i > heading), likely[0])
    groups: dict[int, float] = {}
    for i in likely:
        group = (blocks[i].place.parent or blocks[i].place).index
        groups[group] = groups.get(group, 0.0) + kept[i]
    largest = max(groups, key=lambda group: groups[group])
    return first, next(i for i in likely if (blocks[i].place.parent or blocks[i].place).index == largest)


class _Seed:
    """How near to a block others stand: by how many places one must go up from it to have both inside."""

    def __init__(self, blocks: Sequence[Block], mass: Sequence[float], whole: float, block: int) -> None:
        self.block = block
        place = blocks[block].place
        chain = []
        above: Place | None = place.parent or place
        while above is not None:
            chain.append(above)
            above = above.parent
        self._levels = {held.index: level for level, held in enumerate(chain)}
        nearer = [0.0, *(mass[held.index] for held in chain)]
        self._buckets = [(bucket(m, MASSES), bucket(m / whole, PORTIONS)) for m in nearer]
        self._branches: dict[int, Place | None] = {}

    def joins(self, place: Place) -> tuple[int, int, int]:
        """The level at which a place joins, and buckets of the mass that is inside the level below it."""
        level = self._level(place)
        return (level, *self._buckets[level])

    def branch(self, place: Place) -> Place | None:
        """The outermost place around `place` that does not hold the seed; None for one that does."""
        self._level(place)
        return self._branches[place.index]

    def _level(self, place: Place) -> int:
        level = self._levels.get(place.index)
        if level is None:
            assert place.parent is not None  # the root holds every seed
            level = self._levels[place.index] = self._level(place.parent)
            self._branches[place.index] = self._branches[place.parent.index] or place
        else:
            self._branches.setdefault(place.index, None)
        return level


def _articles(places: Sequence[Place]) -> tuple[list[int], int]:
    """For each place the number of the outermost <article> that it is in, -1 for none; and how many there are."""
    number, count = [-1] * len(places), 0
    for place in places:
        above = number[place.parent.index] if place.parent is not None else -1
        if above < 0 and place.tag == "article":
            number[place.index] = count
            count += 1
        else:
            number[place.index] = above
    return number, count
