"""A forest of small trees, as `weights.json` has it: numbers → what they are worth together.

Every tree asks whether numbers are above thresholds, and ends in one of its leaves. All trees are asked at once: a leaf
is a bit, a threshold that is passed rules out the leaves on the other side of it, and of the leaves that remain the
first is the tree's answer (QuickScorer: Lucchese et al., SIGIR 2015). So a look costs one step a number, not one a
threshold.
"""

import struct
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from operator import and_, getitem
from typing import TypeAlias

# A tree has no more leaves than this: as many as a number of two bytes has bits.
LEAVES = 16
# A leaf is its worth, in hundredths; a fork is a number's place, a threshold, what holds up to it, what holds above it.
Tree: TypeAlias = "int | tuple[int, float, Tree, Tree]"


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees that are asked at once.

    Item by item: `asked` is a number's place, `thresholds` are its thresholds, and `remaining` the leaves that remain
    behind so many of them that it is above. `leaves` are for each tree what they are worth, by their bits; `every` has
    the bits of all leaves, `firsts` that of each tree's first.
    """

    asked: tuple[int, ...]
    thresholds: tuple[tuple[float, ...], ...]
    remaining: tuple[tuple[int, ...], ...]
    leaves: tuple[dict[int, int], ...]
    every: int
    firsts: int

    def worth(self, numbers: Sequence[float]) -> int:
        """What the numbers are worth, in hundredths."""
        passed = map(bisect_left, self.thresholds, map(numbers.__getitem__, self.asked))
        remaining = reduce(and_, map(getitem, self.remaining, passed), self.every)
        # The lowest bit of each tree: none is empty, so that nothing is borrowed from the next.
        answers = remaining & ~(remaining - self.firsts)
        told = struct.unpack(f"<{len(self.leaves)}H", answers.to_bytes(2 * len(self.leaves), "little"))
        return sum(map(getitem, self.leaves, told))


def grown(trees: Sequence[Tree]) -> Forest:
    """The forest of these trees. Raises ValueError for one with too many leaves."""
    forks: list[tuple[int, float, int]] = []
    leaves = []
    for at, tree in enumerate(trees):
        ends: list[int] = []
        _grow(tree, at * LEAVES, ends, forks)
        if len(ends) > LEAVES:
            raise ValueError(f"tree {at} has {len(ends)} leaves, more than {LEAVES}")
        leaves.append({1 << bit: worth for bit, worth in enumerate(ends)})
    asked = tuple(sorted({fork[0] for fork in forks}))
    steps = [sorted(fork[1:] for fork in forks if fork[0] == number) for number in asked]
    return Forest(
        asked,
        tuple(tuple(threshold for threshold, _ in step) for step in steps),
        tuple(tuple(accumulate((mask for _, mask in step), and_, initial=-1)) for step in steps),
        tuple(leaves),
        (1 << LEAVES * len(leaves)) - 1,
        sum(1 << LEAVES * at for at in range(len(leaves))),
    )


def _grow(tree: Tree, start: int, ends: list[int], forks: list[tuple[int, float, int]]) -> None:
    if isinstance(tree, int):
        ends.append(tree)
        return
    number, threshold, below, above = tree
    first = len(ends)
    _grow(below, start, ends, forks)
    ruled_out = ((1 << len(ends) - first) - 1) << start + first
    forks.append((number, threshold, ~ruled_out))
    _grow(above, start, ends, forks)
