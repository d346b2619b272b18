"""What speaks for a block by itself, by its place and by its neighbours: the clues of the first round."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from operator import eq

from scraper.blocks import Block, Place
from scraper.clues import SHARES, Clue, Column, Reading, beside, parts
from scraper.names import Said

LENGTHS = (6, 12, 20, 35, 60, 100, 160, 260, 420)
DENSITIES = (0.001, 0.1, 0.25, 0.5, 0.75, 0.95)
POSITIONS = (0.02, 0.06, 0.12, 0.25, 0.4, 0.6, 0.75, 0.88, 0.95)
TWINS = (2, 3, 4, 6, 12)
# Of a place, in four bits each: its share of the page's running text, how much of it is links, how much of it is
# running text.
Level = int
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
# How many sentences are counted, and where those end that have characters of their own for it.
SENTENCES, WIDE_STOPS = 4, ("。", "！", "？")
# Texts up to here are looked at for a year, a copyright sign and bars; longer ones have them by chance.
SHORT = 160
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
NEIGHBOURS = (-2, -1, 1, 2)
# How many blocks behind the heading is right below it, near, and far.
BEHIND = (0, 1, 3, 8)


def _itself(length: int, link: int, tag: int, ends: bool) -> tuple[int, ...]:
    return length * 8 + link, tag * 8 + length // 2, length * 8 + ends


def _line(stops: int, marks: int, position: int, behind: int) -> tuple[int, ...]:
    return stops, marks, position, behind


def _inside(level: Level, length: int) -> tuple[int, ...]:
    share, link, dense = parts(level, 3)
    return share * 8 + length // 2, link, dense


def _repeated(twins: int, length: int) -> tuple[int, ...]:
    return (twins * 8 + length // 2,)


def _all_of(fact: int) -> tuple[int, ...]:
    return parts(fact, 3)


def _nearby(kind: int, side: int) -> tuple[int, ...]:
    return *divmod(kind, 32), side


CLUES = (
    Clue(3, _itself),
    Clue(4, _line),
    Clue(3, _inside),
    Clue(3, _inside),
    Clue(3, _all_of),
    Clue(1, _repeated),
    Clue(3, _all_of),
    *[Clue(3, _nearby)] * len(NEIGHBOURS),
)


def readings(blocks: Sequence[Block], places: Sequence[Place], said: Sequence[Said]) -> list[Reading]:
    """What the clues go by that a block has by itself, by its place and by its neighbours."""
    around = [b.place for b in blocks]
    lengths = [bisect_right(LENGTHS, b.chars) for b in blocks]
    links = [bisect_right(DENSITIES, b.links / b.chars) if b.links else 0 for b in blocks]
    tags = [TAGS.get(place.tag, 0) for place in around]
    at = [place.index for place in around]
    ups = [place.up for place in around]
    one, two, three = _above(places, ups)
    first = [place.index if place.blocks > 1 else above for place, above in zip(around, one, strict=True)]
    levels = _levels(places, {*first, *two, *three})
    twins = _twins(places)
    page = (
        (lengths, links, tags, [b.text[-1] in ENDS for b in blocks]),
        ([stops(b.text) for b in blocks], [marks(b.text) for b in blocks], _positions(blocks), _from_heading(tags)),
        ([levels[place] for place in first], lengths),
        ([levels[place] for place in two], lengths),
        ([levels[place] for place in three],),
        ([bisect_right(TWINS, twins[place]) for place in at], lengths),
        ([said[place].fact for place in at],),
        *_neighbours(lengths, links, tags, ups),
    )
    return [Reading(clue, facts) for clue, facts in zip(CLUES, page, strict=True)]


def _above(places: Sequence[Place], ups: Column) -> tuple[Column, Column, Column]:
    """The places one, two and three up from each block's own, or the page where those end."""
    one = [up if up > 0 else 0 for up in ups]
    two = [up if (up := places[place].up) > 0 else 0 for place in one]
    three = [up if (up := places[place].up) > 0 else 0 for place in two]
    return one, two, three


def stops(text: str) -> int:
    """How many sentences end in a text, up to so many."""
    count = len(text.rsplit(". ", SENTENCES)) - 1  # half the time of counting, or less
    if count < SENTENCES and ("!" in text or "?" in text):
        count += text.count("! ") + text.count("? ")
    if count < SENTENCES and not text.isascii():
        count += sum(map(text.count, WIDE_STOPS))
    return min(count, SENTENCES)


def marks(text: str) -> int:
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
    """What the blocks beside a block are, by length, links and tag, and whether they stand in the same place (0 or 1).

    Where the page has ended, that is 2.
    """
    kinds = [(length // 2 * 4 + link // 2) * 32 + tag for length, link, tag in zip(lengths, links, tags, strict=True)]
    for distance in NEIGHBOURS:
        far = abs(distance)
        alike, beyond = map(eq, ups, ups[far:]), [2] * min(far, len(ups))
        yield beside(kinds, distance, 30 * 32 + 30), [*beyond, *alike] if distance < 0 else [*alike, *beyond]


def _levels(places: Sequence[Place], wanted: Iterable[int]) -> dict[int, Level]:
    """What these places hold: how much of the page's running text, how much in links, how much of theirs is running."""
    running = max(1, places[0].running)
    found = {}
    for place in map(places.__getitem__, wanted):
        chars = place.chars or 1
        share = bisect_right(SHARES, place.running / running) if place.running else 0
        link = bisect_right(DENSITIES, place.links / chars) if place.links else 0
        dense = bisect_right(SHARES, place.running / chars) if place.running else 0
        found[place.index] = share << 8 | link << 4 | dense
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
