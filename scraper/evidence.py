"""What speaks for a block being the article: its clues, and the odds that learned weights give them.

Two rounds. In the first a block is judged by itself, its place and its neighbours; in the second also by what the first
round made of the blocks around it. A weight is the log-odds that a clue's number is worth, in hundredths: above 0 it
speaks for the article. The weights stand in `weights.json`, with where they come from.
"""

import json
import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate

from scraper.blocks import Block, Place, spoken, words
from scraper.clues import WIDEST, Clue, Column, Reading, Table, Worth, summed, worths

LENGTHS = (6, 12, 20, 35, 60, 100, 160, 260, 420)
DENSITIES = (0.001, 0.1, 0.25, 0.5, 0.75, 0.95)
SHARES = (0.01, 0.03, 0.08, 0.15, 0.3, 0.5, 0.7, 0.9)
POSITIONS = (0.02, 0.06, 0.12, 0.25, 0.4, 0.6, 0.75, 0.88, 0.95)
TWINS = (2, 3, 4, 6, 12)
ODDS = (-500, -350, -250, -160, -80, -30, 30, 80, 160, 250, 350, 500)  # in hundredths
SOME_CHANCES = (0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95)
CHANCES = (0.0, *SOME_CHANCES)
MASSES = (1, 200, 500, 1000, 2000, 4000)
PORTIONS = (0.01, 0.2, 0.4, 0.6, 0.8, 0.95)
TOTALS = (200, 600, 1500, 4000)
# Of a place: its share of the page's running text, how much of it is links, how much of it is running text.
Level = tuple[int, int, int]
# Of a place that holds the seed: how far up from it, at most 6; how much likely text is nearer, and its share of all.
Join = tuple[int, int, int]
# Of the part of such a place that holds a block: its share of all likely text, and how likely its own text is.
Branch = tuple[int, int]
# On the way up from the seed itself.
TRUNK = (0, 0)
# No place is there.
NONE = -2
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
ASCII_STOPS = (". ", "! ", "? ")
STOPS = (*ASCII_STOPS, "。", "！", "？")
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


def _itself(length: int, link: int, tag: int, ends: bool) -> tuple[int, ...]:
    return length * 8 + link, tag * 8 + length // 2, length * 8 + ends


def _line(stops: int, marks: int, position: int, behind: int) -> tuple[int, ...]:
    return stops, marks, position, behind


def _inside(level: Level, length: int) -> tuple[int, ...]:
    share, link, dense = level
    return share * 8 + length // 2, link, dense


def _repeated(twins: int, length: int) -> tuple[int, ...]:
    return (twins * 8 + length // 2,)


def _named(said: "Said") -> tuple[int, ...]:
    return min(said.near, 5), min(said.arounds, 4), min(said.matters, 3)


def _as_they_are(*numbers: int) -> tuple[int, ...]:
    return numbers


def _nearby(kind: int, side: int) -> tuple[int, ...]:
    return *divmod(kind, 32), side


FIRST = (
    Clue(3, _itself),
    Clue(4, _line),
    Clue(3, _inside),
    Clue(3, _inside),
    Clue(3, _as_they_are),
    Clue(1, _repeated),
    Clue(3, _named),
    *[Clue(3, _nearby)] * len(NEIGHBOURS),
)


def _alone(odds: int, total: int) -> tuple[int, ...]:
    return odds, total * 8 + odds // 2


def _joined(join: Join, behind: bool, odds: int) -> tuple[int, ...]:
    up, low, share = join
    short = min(up, 4)
    return up * 8 + behind, short * 8 + low, low * 8 + share, low * 8 + odds, (short * 2 + behind) * 8 + odds


def _branched(branch: Branch, odds: int) -> tuple[int, ...]:
    share, chance = branch
    return share * 8 + odds, chance * 8 + odds


def _amid(article: int, odds: int) -> tuple[int, ...]:
    return (article * 8 + odds,)


def _company(own: int, one: int, two: int, three: int, odds: int) -> tuple[int, ...]:
    return own, one * 8 + odds, two * 8 + odds, three


def _stretched(stretch: int, ahead: int, after: int, odds: int) -> tuple[int, ...]:
    part = 0 if ahead else 2 if after else 1
    return stretch, part * 8 + odds, ahead * 8 + after


SECOND = (
    Clue(2, _alone),
    *(Clue(5, _joined), Clue(2, _branched)) * 2,
    Clue(1, _amid),
    Clue(4, _company),
    Clue(3, _as_they_are),
    Clue(3, _as_they_are),
    Clue(3, _stretched),
)


@dataclass(frozen=True, slots=True)
class Learned:
    """What is learned, in hundredths: of the clues of both rounds, and of what a place is and how it is named."""

    first: tuple[Worth, ...]
    second: tuple[Worth, ...]
    flags: tuple[int, ...]
    words: dict[str, int]


@cache
def learned() -> Learned:
    data = json.loads((files("scraper") / "weights.json").read_text("utf-8"))
    return Learned(
        worths(FIRST, _tables(data["first"])),
        worths(SECOND, _tables(data["second"])),
        _hundredths(data["flags"]),
        dict(zip(data["words"], _hundredths(data["words"].values()), strict=True)),
    )


def _tables(columns: Sequence[Sequence[float]]) -> list[Table]:
    return [(*_hundredths(column), *[0] * (WIDEST - len(column))) for column in columns]


def _hundredths(weights: Iterable[float]) -> tuple[int, ...]:
    return tuple(round(100 * weight) for weight in weights)


def odds(blocks: Sequence[Block], places: Sequence[Place]) -> list[float]:
    """For each block how much speaks for it, as log-odds."""
    if not blocks:
        return []
    said = names(places)
    alone = summed(learned().first, first_round(blocks, places, said))
    flagged = [_flagged(block.place.flags) for block in blocks]
    named = [said[block.place.index].worth for block in blocks]
    judged = list(map(sum, zip(alone, flagged, named, strict=True)))
    return [z / 100 for z in summed(learned().second, second_round(blocks, places, judged))]


def confidence(blocks: Sequence[Block], judged: Sequence[float], chosen: Sequence[bool]) -> float:
    """The F1 by characters that the chosen blocks will have, if the odds are right; 0 to 1.

    Over labelled pages it lay within .03 of the true mean wherever it was above .5 (bench/train.py).
    """
    expected = right = 0.0
    kept = 0
    for block, z, keep in zip(blocks, judged, chosen, strict=True):
        likely = _chance(z) * block.chars
        expected += likely
        if keep:
            kept += block.chars
            right += likely
    return 2 * right / (kept + expected) if kept else 0.0


@lru_cache(8192)
def _chance(z: float) -> float:
    """Log-odds as a chance, 0 to 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What the names say from a place up: their words, each once, and how near and how many speak of what is around."""

    words: frozenset[str] = frozenset()
    worth: int = 0
    near: int = FAR
    arounds: int = 0
    matters: int = 0


NOTHING = Said()


def names(places: Sequence[Place]) -> list[Said]:
    """For each place what is said of it by the names from it up."""
    said: list[Said] = []
    for place in places:
        said.append(_said(said[place.up] if said else NOTHING, place.name))
    return said


@lru_cache(8192)
def _said(above: Said, name: str) -> Said:
    """The same places lead to the articles of a site, so that each is looked at once."""
    around, matter = spoken(name)
    known = learned().words
    new = sorted(word for word in words(name) if word in known and word not in above.words)
    return Said(
        above.words.union(new) if new else above.words,
        above.worth + sum(map(known.__getitem__, new)),
        0 if around else above.near + 1,
        above.arounds + around,
        above.matters + matter,
    )


@lru_cache(1024)
def _flagged(flags: int) -> int:
    return sum(weight for bit, weight in enumerate(learned().flags) if flags >> bit & 1)


def first_round(blocks: Sequence[Block], places: Sequence[Place], said: Sequence[Said]) -> list[Reading]:
    """What the clues go by that a block has by itself, by its place and by its neighbours."""
    lengths = [bisect_right(LENGTHS, b.chars) for b in blocks]
    links = [bisect_right(DENSITIES, b.links / b.chars) if b.links else 0 for b in blocks]
    tags = [TAGS.get(b.place.tag, 0) for b in blocks]
    at = [b.place.index for b in blocks]
    ups = [b.place.up for b in blocks]
    one = [max(0, up) for up in ups]
    first = [place if places[place].blocks > 1 else above for place, above in zip(at, one, strict=True)]
    two = [max(0, places[place].up) for place in one]
    three = [max(0, places[place].up) for place in two]
    levels = _levels(places, {*first, *two, *three})
    twins = _twins(places)
    page = (
        (lengths, links, tags, [b.text[-1] in ENDS for b in blocks]),
        ([_stops(b.text) for b in blocks], [_marks(b.text) for b in blocks], _positions(blocks), _from_heading(tags)),
        ([levels[place] for place in first], lengths),
        ([levels[place] for place in two], lengths),
        tuple(zip(*(levels[place] for place in three), strict=True)),
        ([bisect_right(TWINS, twins[place]) for place in at], lengths),
        ([said[place] for place in at],),
        *_neighbours(lengths, links, tags, ups),
    )
    return [Reading(clue, facts) for clue, facts in zip(FIRST, page, strict=True)]


def _stops(text: str) -> int:
    """How many sentences end in a text, up to four."""
    return min(sum(map(text.count, ASCII_STOPS if text.isascii() else STOPS)), 4)


def _marks(text: str) -> int:
    """What stands in short lines about a page, in bits: a copyright sign, bars, a year."""
    if len(text) > SHORT:
        return 0
    year = ("19" in text or "20" in text) and YEAR.search(text) is not None
    return ("©" in text) + 2 * ("|" in text) + 4 * year


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


def _neighbours(lengths: Column, links: Column, tags: Column, ups: Column) -> Iterator[tuple[Column, Column]]:
    """What the blocks beside a block are, by length, links and tag, and whether they stand in the same place."""
    kinds = [(length // 2 * 4 + link // 2) * 32 + tag for length, link, tag in zip(lengths, links, tags, strict=True)]
    for distance in NEIGHBOURS:
        others = _beside(ups, distance, NONE)
        sides = [2 if other == NONE else up == other for up, other in zip(ups, others, strict=True)]
        yield _beside(kinds, distance, 30 * 32 + 30), sides


def _beside(column: Column, distance: int, beyond: int) -> Column:
    """What the blocks so far away have in a column; where there is none, `beyond`."""
    if distance < 0:
        return [*[beyond] * min(-distance, len(column)), *column[:distance]]
    return [*column[distance:], *[beyond] * min(distance, len(column))]


def _levels(places: Sequence[Place], wanted: Iterable[int]) -> dict[int, Level]:
    """What these places hold: how much of the page's running text, how much in links, how much of theirs is running."""
    running = max(1, places[0].running)
    found = {}
    for place in map(places.__getitem__, wanted):
        chars = place.chars or 1
        found[place.index] = (
            bisect_right(SHARES, place.running / running) if place.running else 0,
            bisect_right(DENSITIES, place.links / chars) if place.links else 0,
            bisect_right(SHARES, place.running / chars) if place.running else 0,
        )
    return found


def _twins(places: Sequence[Place]) -> list[int]:
    """For each place how many there are of its kind beside it, or of a place around it if those are more."""
    kinds = [None if place.tag in NO_CLUE else (place.up, place.tag, place.classes) for place in places]
    alike = Counter(kinds)
    alike[None] = 1
    twins = [1]  # around the page itself
    for place, kind in zip(places, kinds, strict=True):
        above, here = twins[place.up + 1], alike[kind]
        twins.append(here if here > above else above)
    return twins[1:]


def second_round(blocks: Sequence[Block], places: Sequence[Place], judged: Sequence[int]) -> list[Reading]:
    """What the clues go by that follow from the first round's odds: a block's own, and those of what is around it."""
    n = len(blocks)
    at = [b.place.index for b in blocks]
    chances = [_chance(z / 100) for z in judged]
    kept = [chance * block.chars for chance, block in zip(chances, blocks, strict=True)]
    mass = _masses(places, at, kept)
    fine = [bisect_right(ODDS, z) for z in judged]
    coarse = [z // 2 for z in fine]
    likely = [i for i in range(n) if chances[i] > LIKELY and blocks[i].chars >= LONG]
    likely = likely or [max(range(n), key=kept.__getitem__)]
    beside = [_beside(coarse, distance, 7) for distance in NEIGHBOURS_JUDGED]
    page: tuple[tuple[Sequence[object], ...], ...] = (
        (fine, [bisect_right(TOTALS, max(mass[0], 1.0))] * n),
        *(
            reading
            for seed in _seeds(blocks, likely, kept)
            for reading in _from_seed(seed, blocks, places, mass, coarse)
        ),
        (_articles(places, at), coarse),
        (*_around(blocks, mass, kept), coarse),
        (*beside[:3],),
        (*beside[3:],),
        (_stretches(chances), *_ends(likely, n), coarse),
    )
    return [Reading(clue, facts) for clue, facts in zip(SECOND, page, strict=True)]


def _masses(places: Sequence[Place], at: Column, kept: Sequence[float]) -> list[float]:
    """For each place how many characters in it are likely to be the article's."""
    mass = [0.0] * len(places)
    for place, chars in zip(at, kept, strict=True):
        mass[place] += chars
    for i in range(len(places) - 1, 0, -1):
        if mass[i]:
            mass[places[i].up] += mass[i]
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
) -> tuple[tuple[Sequence[object], ...], tuple[Sequence[object], ...]]:
    """How near to the seed a block stands: by how many places one must go up from it to have both inside, and by how
    much likely text is nearer; and what the part is that the block is in there."""
    whole = max(mass[0], 1.0)
    start = blocks[seed].place
    joins: dict[int, Join] = {}
    nearer = 0.0
    above: Place | None = start.parent or start
    while above is not None:
        joins[above.index] = (min(len(joins), 6), bisect_right(MASSES, nearer), bisect_right(PORTIONS, nearer / whole))
        nearer = mass[above.index]
        above = above.parent
    near: list[tuple[Join, Branch]] = []
    for place in places:
        join = joins.get(place.index)
        if join is not None:
            near.append((join, TRUNK))
            continue
        found = near[place.up]
        if place.up in joins and place.blocks:
            within = mass[place.index]
            share = 1 + bisect_right(SHARES, within / whole)
            found = (found[0], (share, 2 + bisect_right(CHANCES, within / (place.chars or 1))))
        near.append(found)
    here = [near[block.place.index] for block in blocks]
    behind = [i > seed for i in range(len(blocks))]
    return ([join for join, _ in here], behind, coarse), ([branch for _, branch in here], coarse)


def _articles(places: Sequence[Place], at: Column) -> Column:
    """Which of the page's outermost <article>s a block is in, and of how many."""
    number, count = [-1] * len(places), 0
    if not any(place.tag == "article" for place in places):
        return [0] * len(at)
    for place in places:
        above = number[place.up] if place.parent is not None else -1
        if above < 0 and place.tag == "article":
            above, count = count, count + 1
        number[place.index] = above
    return [(min(number[place], 2) + 1) * 4 + min(count, 3) for place in at]


def _around(blocks: Sequence[Block], mass: Sequence[float], kept: Sequence[float]) -> Iterator[Column]:
    """How likely what stands beside a block is, in its own place and in those around it; 0 where there is nothing."""
    around = [b.place for b in blocks]
    for _ in range(4):
        chances = []
        for place, block, own in zip(around, blocks, kept, strict=True):
            others = place.chars - block.chars
            chances.append(1 + bisect_right(CHANCES, (mass[place.index] - own) / others) if others > 0 else 0)
        yield chances
        around = [place.parent or place for place in around]


def _stretches(chances: Sequence[float]) -> Column:
    """How likely the four blocks ahead of a block are, and the four behind it."""
    n = len(chances)
    sums = [0.0, *accumulate(chances)]
    column = []
    for i in range(n):
        early, late = max(0, i - 4), min(n, i + 5)
        ahead = (sums[i] - sums[early]) / (i - early) if i > early else 0.0
        behind = (sums[late] - sums[i + 1]) / (late - i - 1) if late > i + 1 else 0.0
        column.append(bisect_right(SOME_CHANCES, ahead) * 8 + bisect_right(SOME_CHANCES, behind))
    return column


def _ends(likely: Sequence[int], n: int) -> tuple[Column, Column]:
    """How far a block stands ahead of all that is likely, and how far after it; up to 6."""
    first, last = likely[0], likely[-1]
    ahead = [min(6, first - i) for i in range(first)]
    after = [min(6, i - last) for i in range(last + 1, n)]
    return [*ahead, *[0] * (n - first)], [*[0] * (last + 1), *after]
