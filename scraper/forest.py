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
from itertools import accumulate
from operator import and_
from typing import TypeAlias

# A tree has no more leaves than this: as many as a number of two bytes has bits.
LEAVES = 16
# A leaf is its worth, in hundredths; a fork is a number's place, a threshold, what holds up to it, what holds above it.
Tree: TypeAlias = "int | tuple[int, float, Tree, Tree]"


@dataclass(frozen=True, slots=True)
class Step:
    """What one number rules out: behind so many of its thresholds that it is above, these leaves remain."""

    number: int
    thresholds: tuple[float, ...]
    remaining: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees that are asked at once: for each what its leaves are worth, by their bits; and the bits of every leaf."""

    steps: tuple[Step, ...]
    leaves: tuple[dict[int, int], ...]
    every: int

    def worth(self, numbers: Sequence[float]) -> int:
        """What the numbers are worth, in hundredths."""
        remaining = self.every
        for step in self.steps:
            remaining &= step.remaining[bisect_left(step.thresholds, numbers[step.number])]
        answers = struct.unpack(f"<{len(self.leaves)}H", remaining.to_bytes(2 * len(self.leaves), "little"))
        return sum(worth[answer & -answer] for worth, answer in zip(self.leaves, answers, strict=True))


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
    steps = []
    for number in sorted({fork[0] for fork in forks}):
        own = sorted(fork[1:] for fork in forks if fork[0] == number)
        thresholds = tuple(threshold for threshold, _ in own)
        steps.append(Step(number, thresholds, tuple(accumulate((mask for _, mask in own), and_, initial=-1))))
    return Forest(tuple(steps), tuple(leaves), (1 << LEAVES * len(leaves)) - 1)


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
