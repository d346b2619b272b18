"""A clue is worth what the tables say, however often it is asked for, and training sees the same numbers."""

from scraper import clues
from scraper.clues import Clue, Reading, Worth


def pair(high: int, low: int) -> tuple[int, ...]:
    return high * 8 + low, low


TABLES = (tuple(range(100)), (1000, 2000, 3000))
PAGE = [Reading(Clue(2, pair), ([0, 1, 1], [2, 0, 0])), Reading(Clue(1, lambda n: (n,)), ([5, 6, 7],))]


def test_what_the_numbers_of_all_clues_are_worth_is_added_up() -> None:
    worth = clues.worths([reading.clue for reading in PAGE], (*TABLES, tuple(range(0, -10, -1))))
    assert clues.summed(worth, PAGE) == [3002 - 5, 1008 - 6, 1008 - 7]
    assert clues.summed(worth, PAGE) == [3002 - 5, 1008 - 6, 1008 - 7]


def test_the_columns_are_the_numbers_themselves() -> None:
    assert clues.columns(PAGE) == ((2, 8, 8), (2, 0, 0), (5, 6, 7))


def test_what_is_kept_in_mind_has_a_limit() -> None:
    worth = Worth(Clue(1, lambda n: (n % 3,)), [(1, 2, 3)])
    assert [worth[n,] for n in range(clues.KEPT + 2)][:4] == [1, 2, 3, 1]
    assert len(worth) == 2
