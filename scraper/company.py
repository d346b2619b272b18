"""What speaks for a block by what the first round made of it and of those around it: the clues of the second round."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from scraper.blocks import Block, Place
from scraper.clues import SHARES, Clue, Column, Reading, as_they_are, beside, parts

ODDS = (-500, -350, -250, -160, -80, -30, 30, 80, 160, 250, 350, 500)  # in hundredths
SOME_CHANCES = (0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95)
ANY_CHANCES = (0.0, *SOME_CHANCES)
MASSES = (1, 200, 500, 1000, 2000, 4000)
PORTIONS = (0.01, 0.2, 0.4, 0.6, 0.8, 0.95)
TOTALS = (200, 600, 1500, 4000)
# How near a place is to the seed, in four bits each. Of the place that holds both: how far up from the seed, at most 6;
# how much likely text is nearer, and its share of all. Of the part of that one that the place is in: its share of all
# likely text, and how likely its own text is; 0 and 0 on the way up from the seed itself.
Near = int
# A block that is likely enough, and long enough, to start from.
LIKELY, LONG = 0.6, 80
NEIGHBOURS = (-3, -2, -1, 1, 2, 3)


def _itself(odds: int, total: int, article: int) -> tuple[int, ...]:
    return odds, total * 8 + odds // 2, article * 8 + odds // 2


def _from_there(near: Near, behind: bool, odds: int) -> tuple[int, ...]:
    up, low, share, part, chance = parts(near, 5)
    short = min(up, 4)
    return (
        up * 8 + behind, short * 8 + low, low * 8 + share, low * 8 + odds, (short * 2 + behind) * 8 + odds,
        part * 8 + odds, chance * 8 + odds,
    )  # fmt: skip


def _company(own: int, one: int, two: int, three: int, odds: int) -> tuple[int, ...]:
    return own, one * 8 + odds, two * 8 + odds, three


def _stretched(stretch: int, ahead: int, after: int, odds: int) -> tuple[int, ...]:
    part = 0 if ahead else 2 if after else 1
    return stretch, part * 8 + odds, ahead * 8 + after


CLUES = (
    Clue(3, _itself),
    *[Clue(7, _from_there)] * 2,
    Clue(4, _company),
    Clue(3, as_they_are),
    Clue(3, as_they_are),
    Clue(3, _stretched),
)


class Chances(dict[int, float]):
    """Log-odds, in hundredths, as a chance, 0 to 1: counted when first asked for, and weights allow some thousands."""

    def __missing__(self, z: int) -> float:
        found = self[z] = 1 / (1 + math.exp(-max(-30.0, min(30.0, z / 100))))
        return found


CHANCES = Chances()


def readings(blocks: Sequence[Block], places: Sequence[Place], judged: Sequence[int]) -> list[Reading]:
    """What the clues go by that follow from the first round's odds: a block's own, and those of what is around it."""
    n = len(blocks)
    at = [b.place.index for b in blocks]
    chances = list(map(CHANCES.__getitem__, judged))
    kept = [chance * block.chars for chance, block in zip(chances, blocks, strict=True)]
    mass = masses(places, at, kept)
    fine = [bisect_right(ODDS, z) for z in judged]
    coarse = [z // 2 for z in fine]
    probable = likely(blocks, chances, kept)
    near = [beside(coarse, distance, 7) for distance in NEIGHBOURS]
    start, main = seeds(blocks, probable, kept)
    from_start = _from_seed(start, blocks, places, mass, coarse)
    from_main = _from_seed(main, blocks, places, mass, coarse) if main != start else from_start
    page: tuple[tuple[Sequence[object], ...], ...] = (
        (fine, [bisect_right(TOTALS, max(mass[0], 1.0))] * n, _articles(places, at)),
        from_start,
        from_main,
        (*_around(blocks, mass, kept), coarse),
        (*near[:3],),
        (*near[3:],),
        (_stretches(chances), *_ends(probable, n), coarse),
    )
    return [Reading(clue, facts) for clue, facts in zip(CLUES, page, strict=True)]


def likely(blocks: Sequence[Block], chances: Sequence[float], kept: Sequence[float]) -> list[int]:
    """The blocks to start from: those likely and long enough, or else the one with the most likely text."""
    found = [i for i, block in enumerate(blocks) if chances[i] > LIKELY and block.chars >= LONG]
    return found or [max(range(len(blocks)), key=kept.__getitem__)]


def masses(places: Sequence[Place], at: Column, kept: Sequence[float]) -> list[float]:
    """For each place how many characters in it are likely to be the article's."""
    mass = [0.0] * len(places)
    for place, chars in zip(at, kept, strict=True):
        mass[place] += chars
    for i in range(len(places) - 1, 0, -1):
        if mass[i]:
            mass[places[i].up] += mass[i]
    return mass


def seeds(blocks: Sequence[Block], probable: Sequence[int], kept: Sequence[float]) -> tuple[int, int]:
    """Two blocks to start from: the first likely one after the heading, and the first of the largest group."""
    heading = next((i for i, block in enumerate(blocks) if block.place.tag == "h1"), -1)
    first = next((i for i in probable if i > heading), probable[0])
    groups: dict[int, float] = {}
    for i in probable:
        group = blocks[i].place.up
        groups[group] = groups.get(group, 0.0) + kept[i]
    largest = max(groups, key=lambda group: groups[group])
    return first, next(i for i in probable if blocks[i].place.up == largest)


def _from_seed(
    seed: int, blocks: Sequence[Block], places: Sequence[Place], mass: Sequence[float], coarse: Column
) -> tuple[Sequence[object], ...]:
    """How near to the seed each block stands, and whether behind it."""
    whole = max(mass[0], 1.0)
    start = blocks[seed].place
    way: dict[int, Near] = {}
    nearer = 0.0
    above: Place | None = start.parent or start
    while above is not None:
        low, share = bisect_right(MASSES, nearer), bisect_right(PORTIONS, nearer / whole)
        way[above.index] = min(len(way), 6) << 16 | low << 12 | share << 8
        nearer = mass[above.index]
        above = above.parent
    near: list[Near] = []
    for place, within in zip(places, mass, strict=True):
        up = place.up
        if place.index in way:
            near.append(way[place.index])
        elif up in way and place.blocks:
            part = 1 + bisect_right(SHARES, within / whole)
            near.append(way[up] | part << 4 | 2 + bisect_right(ANY_CHANCES, within / (place.chars or 1)))
        else:
            near.append(near[up])
    return [near[block.place.index] for block in blocks], [i > seed for i in range(len(blocks))], coarse


def _articles(places: Sequence[Place], at: Column) -> Column:
    """Which of the page's outermost <article>s a block is in, and of how many."""
    number: list[int] = []
    count = 0
    for place in places:
        inside = number[place.up] if place.parent is not None else 0
        if not inside and place.tag == "article":
            inside = count = count + 1
        number.append(inside)
    total = min(count, 3)
    told = [total + 4 * min(n, 3) for n in range(count + 1)]
    return [told[number[place]] for place in at]


def _around(blocks: Sequence[Block], mass: Sequence[float], kept: Sequence[float]) -> Iterator[Column]:
    """How likely what stands beside a block is, in its own place and in those around it; 0 where there is nothing."""
    around = [b.place for b in blocks]
    for _ in range(4):
        yield [
            1 + bisect_right(ANY_CHANCES, (mass[place.index] - own) / others)
            if (others := place.chars - block.chars) > 0
            else 0
            for place, block, own in zip(around, blocks, kept, strict=True)
        ]
        around = [place.parent or place for place in around]


def _stretches(chances: Sequence[float]) -> Column:
    """How likely the four blocks ahead of a block are, and the four behind it."""
    n = len(chances)
    sums = [0.0, *accumulate(chances)]
    fours = []  # those that end at each block, and go on over the page's end
    for end in range(n + 5):
        first, last = end - 4 if end > 4 else 0, end if end < n else n
        fours.append(bisect_right(SOME_CHANCES, (sums[last] - sums[first]) / (last - first)) if last > first else 0)
    return [ahead * 8 + behind for ahead, behind in zip(fours[:n], fours[5:], strict=True)]


def _ends(likely: Sequence[int], n: int) -> tuple[Column, Column]:
    """How far a block stands ahead of all that is likely, and how far after it; up to 6."""
    first, last = likely[0], likely[-1]
    ahead = [min(6, first - i) for i in range(first)]
    after = [min(6, i - last) for i in range(last + 1, n)]
    return [*ahead, *[0] * (n - first)], [*[0] * (last + 1), *after]
