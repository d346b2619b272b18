"""What speaks for a block being the article: the odds that learned weights give to its clues.

Two rounds. In the first a block is judged by itself, its place and its neighbours (`alone`), and by what the places
around it are called (`names`); in the second also by what the first made of the blocks around it (`company`). A weight
is the log-odds that a clue's number is worth, in hundredths: above 0 it speaks for the article. What both leave in
doubt is looked at again, all of its numbers together (`doubt`, `forest`).
"""

from collections.abc import Sequence
from functools import cache
from itertools import compress

from scraper import alone, company, doubt, names
from scraper.blocks import Block, Place
from scraper.clues import Worth, summed, worths
from scraper.weights import learned

# A block is in doubt while less than this, in hundredths, speaks for it or against it: one of six is. Asking the forest
# of all others too made nothing better (bench/train.py).
DOUBT = 100


def odds(blocks: Sequence[Block], places: Sequence[Place]) -> list[float]:
    """For each block how much speaks for it, as log-odds."""
    if not blocks:
        return []
    first, second = _worths()
    said = names.called(places)
    own = summed(first, alone.readings(blocks, places, said))
    flagged = [names.flagged(block.place.flags) for block in blocks]
    named = [said[block.place.index].worth for block in blocks]
    judged = list(map(sum, zip(own, flagged, named, strict=True)))
    found = summed(second, company.readings(blocks, places, judged))
    doubted = [i for i, z in enumerate(found) if -DOUBT < z < DOUBT]
    again = [*map(learned().forest.worth, doubt.numbers(blocks, places, said, judged, found, doubted))]
    for i, z in zip(doubted, again, strict=True):
        found[i] = z
    return [z / 100 for z in found]


@cache
def _worths() -> tuple[tuple[Worth, ...], tuple[Worth, ...]]:
    """What the clues of the two rounds are worth."""
    return worths(alone.CLUES, learned().first), worths(company.CLUES, learned().second)


def confidence(blocks: Sequence[Block], judged: Sequence[float], chosen: Sequence[bool]) -> float:
    """The F1 by characters that the chosen blocks will have, if the odds are right; 0 to 1.

    Over labelled pages it lay within .03 of the true mean wherever it was above .5 (bench/train.py).
    """
    chars = [block.chars for block in blocks]
    likely = [company.CHANCES[round(100 * z)] * count for z, count in zip(judged, chars, strict=True)]
    kept = sum(compress(chars, chosen))
    return 2 * sum(compress(likely, chosen)) / (kept + sum(likely)) if kept else 0.0
