"""What speaks for a block being the article: its features, and the odds that learned weights give them.

Two rounds. In the first a block is judged by itself, its place and its neighbours; in the second also by what the first
round made of the blocks around it. A feature is a column: a small number for each block of the page, and many a number
joins two, as 8 * high + low. A weight is the log-odds that such a number is worth: above 0 it speaks for the article.
The weights stand in `weights.json`, with where they come from.
"""

import json
import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate

from scraper.blocks import Block, Place, spoken, words

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
NO_CLUE = frozenset(("p", "h2", "h3", "li", "tr", "td"))  # tags that repeat within an article too
ENDS = frozenset(".!?…。！？；;:»”\"'’)]")
# Where sentences end, as far as counting them goes.
STOPS = (". ", "! ", "? ", "。", "！", "？")
# Texts up to here are looked at for a year, a copyright sign and bars; longer ones have them by chance.
SHORT = 160
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# A block that is likely enough, and long enough, to start from.
LIKELY, LONG = 0.6, 80
NEIGHBOURS = (-2, -1, 1, 2)
NEIGHBOURS_JUDGED = (-3, -2, -1, 1, 2, 3)
# How many blocks behind the heading is right below it, near, and far.
BEHIND = (0, 1, 3, 8)
# So far up no name speaks of what is around an article.
FAR = 12
# No column holds a number as high as this.
WIDEST = 256

Column = Sequence[int]
Columns = tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """What is learned: weights of the columns of both rounds, and of what a place is and how it is named."""

    first: tuple[tuple[float, ...], ...]
    second: tuple[tuple[float, ...], ...]
    flags: tuple[float, ...]
    words: dict[str, float]


@cache
def learned() -> Learned:
    data = json.loads((files("scraper") / "weights.json").read_text("utf-8"))
    first, second = (tuple((*c, *[0.0] * (WIDEST - len(c))) for c in data[name]) for name in ("first", "second"))
    return Learned(first, second, tuple(data["flags"]), data["words"])


def odds(blocks: Sequence[Block], places: Sequence[Place]) -> list[float]:
    """For each block how much speaks for it, as log-odds."""
    if not blocks:
        return []
    weights = learned()
    standing = _standing(places)
    alone = _summed(weights.first, first_round(blocks, places))
    judged = [z + standing[block.place.index] for z, block in zip(alone, blocks, strict=True)]
    return _summed(weights.second, second_round(blocks, places, judged))


def confidence(blocks: Sequence[Block], judged: Sequence[float], chosen: Sequence[bool]) -> float:
    """The F1 by characters that the chosen blocks will have, if the odds are right; 0 to 1.

    Over labelled pages it lay within .03 of the true mean wherever it was above .5 (bench/train.py).
    """
    chances = [1 / (1 + math.exp(-max(-30.0, min(30.0, z)))) for z in judged]
    expected = sum(chance * block.chars for chance, block in zip(chances, blocks, strict=True))
    kept = sum(block.chars for block, keep in zip(blocks, chosen, strict=True) if keep)
    right = sum(p * block.chars for p, block, keep in zip(chances, blocks, chosen, strict=True) if keep)
    return 2 * right / (kept + expected) if kept else 0.0


def _summed(weights: Sequence[Sequence[float]], columns: Columns) -> list[float]:
    looked_up = [map(table.__getitem__, column) for table, column in zip(weights, columns, strict=True)]
    return list(map(sum, zip(*looked_up, strict=True)))


def _standing(places: Sequence[Place]) -> list[float]:
    """For each place what is said of it by the names, tags and roles from it up, as log-odds; a word counts once."""
    known = learned().words
    nothing: frozenset[str] = frozenset()
    said: list[frozenset[str]] = []
    standing: list[float] = []
    for place in places:
        above = said[place.up] if place.parent is not None else nothing
        worth = standing[place.up] if place.parent is not None else 0.0
        new = telling(place.name) - above if place.name else nothing
        said.append(above | new if new else above)
        standing.append(worth + sum(map(known.__getitem__, sorted(new))) if new else worth)
    return [z + _flagged(place.flags) for z, place in zip(standing, places, strict=True)]


@lru_cache(8192)
def telling(name: str) -> frozenset[str]:
    """The words of a name that have a weight."""
    return words(name) & learned().words.keys()


@lru_cache(1024)
def _flagged(flags: int) -> float:
    return sum(weight for bit, weight in enumerate(learned().flags) if flags >> bit & 1)


def first_round(blocks: Sequence[Block], places: Sequence[Place]) -> Columns:
    """The features that a block has by itself, by its place and by its neighbours."""
    texts = [b.text for b in blocks]
    lengths = [bisect_right(LENGTHS, b.chars) for b in blocks]
    links = [bisect_right(DENSITIES, b.links / b.chars) if b.links else 0 for b in blocks]
    tags = [TAGS.get(b.place.tag, 0) for b in blocks]
    halves = [length // 2 for length in lengths]
    kinds = [half * 4 + link // 2 for half, link in zip(halves, links, strict=True)]
    columns = [
        [length * 8 + link for length, link in zip(lengths, links, strict=True)],
        [tag * 8 + half for tag, half in zip(tags, halves, strict=True)],
        [length * 8 + (text[-1] in ENDS) for length, text in zip(lengths, texts, strict=True)],
        [min(sum(map(text.count, STOPS)), 4) for text in texts],
        [_marks(text) for text in texts],
        _positions(blocks),
        _from_heading(tags),
        *_surroundings(blocks, places, halves),
    ]
    ups = [b.place.up for b in blocks]
    for distance in NEIGHBOURS:
        columns.append(_beside(kinds, distance, 30))
        columns.append(_beside(tags, distance, 30))
        columns.append(
            [(up == other) + 2 * (other == -2) for up, other in zip(ups, _beside(ups, distance, -2), strict=True)]
        )
    return tuple(columns)


def _marks(text: str) -> int:
    """What stands in short lines about a page, in bits: a copyright sign, bars, a year."""
    return ("©" in text) + 2 * ("|" in text) + 4 * (YEAR.search(text) is not None) if len(text) <= SHORT else 0


def _positions(blocks: Sequence[Block]) -> Column:
    before = list(accumulate((b.chars for b in blocks), initial=0))
    total = before.pop()
    return [bisect_right(POSITIONS, chars / total) for chars in before]


def _from_heading(tags: Column) -> Column:
    """How far behind the first heading, if there is one."""
    if TAGS["h1"] not in tags:
        return [0] * len(tags)
    heading = tags.index(TAGS["h1"])
    return [1 + bisect_right(BEHIND, i - heading) for i in range(len(tags))]


def _beside(column: Column, distance: int, beyond: int) -> Column:
    """What the blocks so far away have in a column; where there is none, `beyond`."""
    if distance < 0:
        return [*[beyond] * min(-distance, len(column)), *column[:distance]]
    return [*column[distance:], *[beyond] * min(distance, len(column))]


def _surroundings(blocks: Sequence[Block], places: Sequence[Place], halves: Column) -> list[Column]:
    """What the places of a block say, from its own up: by name, by their share of the page, by how alike they are."""
    running = max(1, places[0].running)
    up = [max(0, place.up) for place in places]
    share: list[int] = []
    link: list[int] = []
    dense: list[int] = []
    twins: list[int] = []
    names: list[tuple[int, int, int]] = []
    alike = Counter((place.up, place.tag, place.classes) for place in places if place.tag not in NO_CLUE)
    for place in places:
        chars = place.chars or 1
        share.append(bisect_right(SHARES, place.running / running) if place.running else 0)
        dense.append(bisect_right(SHARES, place.running / chars) if place.running else 0)
        link.append(bisect_right(DENSITIES, place.links / chars) if place.links else 0)
        near, arounds, matters = names[place.up] if place.parent is not None else (FAR, 0, 0)
        around, matter = spoken(place.name) if place.name else (False, False)
        names.append((0 if around else near + 1, arounds + around, matters + matter))
        above = twins[place.up] if place.parent is not None else 1
        twins.append(max(above, alike[place.up, place.tag, place.classes]) if place.tag not in NO_CLUE else above)
    at = [b.place.index for b in blocks]
    one = [up[place] for place in at]
    two = [up[place] for place in one]
    three = [up[place] for place in two]
    first = [place if places[place].blocks > 1 else above for place, above in zip(at, one, strict=True)]
    repeated = [bisect_right(TWINS, twins[place]) for place in at]
    said = [names[place] for place in at]
    return [
        [share[place] * 8 + half for place, half in zip(first, halves, strict=True)],
        [share[place] * 8 + half for place, half in zip(two, halves, strict=True)],
        [share[place] for place in three],
        *([table[place] for place in level] for table in (link, dense) for level in (first, two, three)),
        [twin * 8 + half for twin, half in zip(repeated, halves, strict=True)],
        [min(near, 5) for near, _, _ in said],
        [min(arounds, 4) for _, arounds, _ in said],
        [min(matters, 3) for _, _, matters in said],
    ]


def second_round(blocks: Sequence[Block], places: Sequence[Place], judged: Sequence[float]) -> Columns:
    """The features that follow from the first round's odds: a block's own, and those of what is around it."""
    n = len(blocks)
    chances = [1 / (1 + math.exp(-max(-30.0, min(30.0, z)))) for z in judged]
    kept = [chance * block.chars for chance, block in zip(chances, blocks, strict=True)]
    mass = _masses(blocks, places, kept)
    whole = max(mass[0], 1.0)
    total = bisect_right(TOTALS, whole) * 8
    fine = [bisect_right(ODDS, z) for z in judged]
    coarse = [z // 2 for z in fine]
    likely = [i for i in range(n) if chances[i] > LIKELY and blocks[i].chars >= LONG]
    likely = likely or [max(range(n), key=kept.__getitem__)]
    columns: list[Column] = [fine, [total + z for z in coarse]]
    at = [b.place.index for b in blocks]
    for seed in _seeds(blocks, likely, kept):
        columns += _from_seed(seed, blocks, places, mass, coarse)
    columns += _articles(places, at, coarse)
    columns += _company(blocks, places, mass, kept, coarse)
    columns += [_beside(coarse, distance, 7) for distance in NEIGHBOURS_JUDGED]
    columns.append(_stretches(chances))
    part = [0 if i < likely[0] else 2 if i > likely[-1] else 1 for i in range(n)]
    columns.append([p * 8 + z for p, z in zip(part, coarse, strict=True)])
    columns.append([min(6, max(0, likely[0] - i)) * 8 + min(6, max(0, i - likely[-1])) for i in range(n)])
    return tuple(columns)


def _masses(blocks: Sequence[Block], places: Sequence[Place], kept: Sequence[float]) -> list[float]:
    """For each place how many characters in it are likely to be the article's."""
    mass = [0.0] * len(places)
    for block, chars in zip(blocks, kept, strict=True):
        mass[block.place.index] += chars
    for place in reversed(places):
        if place.parent is not None:
            mass[place.up] += mass[place.index]
    return mass


def _seeds(blocks: Sequence[Block], likely: Sequence[int], kept: Sequence[float]) -> tuple[int, int]:
    """Two blocks to start from: the first likely one after the heading, and the first of the largest group."""
    heading = next((i for i, block in enumerate(blocks) if block.place.tag == "h1"), -1)
    first = next((i for i in likely if i > heading), likely[0])
    groups: dict[int, float] = {}
    for i in likely:
        group = blocks[i].place.up
        groups[group] = groups.get(group, 0.0) + kept[i]
    largest = max(groups, key=lambda group: groups[group])
    return first, next(i for i in likely if blocks[i].place.up == largest)


def _from_seed(
    seed: int, blocks: Sequence[Block], places: Sequence[Place], mass: Sequence[float], coarse: Column
) -> list[Column]:
    """How near to the seed a block stands: by how many places one must go up from it to have both inside, and by how
    much likely text is nearer."""
    start = blocks[seed].place
    level: list[int] = [-1] * len(places)
    nearer = [0.0]
    above: Place | None = start.parent or start
    while above is not None:
        level[above.index] = len(nearer) - 1
        nearer.append(mass[above.index])
        above = above.parent
    branch = [0] * len(places)
    for place in places:
        if level[place.index] < 0:
            level[place.index] = level[place.up]
            branch[place.index] = branch[place.up] or place.index
    whole = max(mass[0], 1.0)
    low = [bisect_right(MASSES, m) for m in nearer]
    share = [bisect_right(PORTIONS, m / whole) for m in nearer]
    joins = [level[b.place.index] for b in blocks]
    behind = [i > seed for i in range(len(blocks))]
    branches = [branch[b.place.index] for b in blocks]
    return [
        [min(join, 6) * 8 + side for join, side in zip(joins, behind, strict=True)],
        [min(join, 4) * 8 + low[join] for join in joins],
        [low[join] * 8 + share[join] for join in joins],
        [low[join] * 8 + z for join, z in zip(joins, coarse, strict=True)],
        [(min(join, 4) * 2 + side) * 8 + z for join, z, side in zip(joins, coarse, behind, strict=True)],
        [
            (1 + bisect_right(SHARES, mass[place] / whole)) * 8 + z if place else z
            for place, z in zip(branches, coarse, strict=True)
        ],
        [
            (2 + bisect_right(CHANCES, mass[place] / (places[place].chars or 1))) * 8 + z if place else z
            for place, z in zip(branches, coarse, strict=True)
        ],
    ]


def _articles(places: Sequence[Place], at: Column, coarse: Column) -> list[Column]:
    """Which of the page's outermost <article>s a block is in, and of how many."""
    number, count = [-1] * len(places), 0
    for place in places:
        above = number[place.up] if place.parent is not None else -1
        if above < 0 and place.tag == "article":
            above, count = count, count + 1
        number[place.index] = above
    articles = [(min(number[place], 2) + 1) * 4 + min(count, 3) for place in at]
    return [[article * 8 + z for article, z in zip(articles, coarse, strict=True)]]


def _company(
    blocks: Sequence[Block], places: Sequence[Place], mass: Sequence[float], kept: Sequence[float], coarse: Column
) -> list[Column]:
    """How likely what stands beside a block is, in its own place and in those around it; 0 where there is nothing."""
    columns: list[Column] = []
    around = [b.place for b in blocks]
    for level in range(4):
        chances = []
        for place, block, own in zip(around, blocks, kept, strict=True):
            others = place.chars - block.chars
            chances.append(1 + bisect_right(CHANCES, (mass[place.index] - own) / others) if others > 0 else 0)
        columns.append(
            [chance * 8 + z for chance, z in zip(chances, coarse, strict=True)] if level in (1, 2) else chances
        )
        around = [place.parent or place for place in around]
    return columns


def _stretches(chances: Sequence[float]) -> Column:
    """How likely the four blocks ahead of a block are, and the four behind it."""
    n = len(chances)
    sums = [0.0, *accumulate(chances)]
    column = []
    for i in range(n):
        early, late = max(0, i - 4), min(n, i + 5)
        ahead = (sums[i] - sums[early]) / (i - early) if i > early else 0.0
        behind = (sums[late] - sums[i + 1]) / (late - i - 1) if late > i + 1 else 0.0
        column.append(bisect_right(CHANCES[1:], ahead) * 8 + bisect_right(CHANCES[1:], behind))
    return column
