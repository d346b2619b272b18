"""Facts of a block → numbers → what they are worth: a clue is a few numbers that follow from the same few facts.

The same facts come again on every page, so what they are worth together is kept in mind: that is one look instead of
one a number. Weights are counted in hundredths, so that sums are exact in whatever order they are made.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

# Steps of a share, as both rounds count them.
SHARES = (0.01, 0.03, 0.08, 0.15, 0.3, 0.5, 0.7, 0.9)
# No number is as high as this.
WIDEST = 256
# So many answers of each clue are kept in mind; on the pages of bench/train.py no clue has more that come again.
KEPT = 16384

Table = Sequence[int]
Column = Sequence[int]
Columns = tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Clue:
    """So many numbers, made of a block's facts; a number may join two, as 8 * high + low."""

    count: int
    numbers: Callable[..., tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clue goes by on a page: for each of its facts a sequence, with one item for each block."""

    clue: Clue
    facts: tuple[Sequence[object], ...]


class Worth(dict[tuple[object, ...], int]):
    """What a clue's facts are worth, in hundredths, by the tables of its numbers: counted when first asked for."""

    def __init__(self, clue: Clue, tables: Sequence[Table]) -> None:
        self._clue, self._tables = clue, tables

    def __missing__(self, facts: tuple[object, ...]) -> int:
        if len(self) >= KEPT:
            self.clear()
        numbers = zip(self._tables, self._clue.numbers(*facts), strict=True)
        worth = self[facts] = sum(table[number] for table, number in numbers)
        return worth


def worths(clues: Iterable[Clue], tables: Sequence[Table]) -> tuple[Worth, ...]:
    """For each clue what its facts are worth, by tables that stand in the order of the clues."""
    left = iter(tables)
    found = tuple(Worth(clue, [next(left) for _ in range(clue.count)]) for clue in clues)
    assert next(left, None) is None  # weights of other clues than these
    return found


def summed(worth: Sequence[Worth], page: Sequence[Reading]) -> list[int]:
    """For each block what all clues are worth, in hundredths."""
    facts = [zip(*reading.facts, strict=True) for reading in page]
    looked_up = [map(known.__getitem__, each) for known, each in zip(worth, facts, strict=True)]
    return list(map(sum, zip(*looked_up, strict=True)))


def columns(page: Sequence[Reading]) -> Columns:
    """The numbers themselves, a column each: what weights are learned from."""
    made = (zip(*map(reading.clue.numbers, *reading.facts), strict=True) for reading in page)
    return tuple(column for each in made for column in each)


def as_they_are(*numbers: int) -> tuple[int, ...]:
    """Facts that are numbers themselves."""
    return numbers


def parts(fact: int, count: int) -> tuple[int, ...]:
    """The numbers below 16 that are one fact, four bits each, as that is looked up sooner than a tuple of them."""
    return tuple(fact >> 4 * place & 15 for place in range(count - 1, -1, -1))


def beside(column: Column, distance: int, beyond: int) -> Column:
    """What the blocks so far away have in a column; where there is none, `beyond`."""
    if distance < 0:
        return [*[beyond] * min(-distance, len(column)), *column[:distance]]
    return [*column[distance:], *[beyond] * min(distance, len(column))]
