"""What is learned of blocks, as `weights.json` has it, with where it comes from."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from scraper.clues import WIDEST, Table
from scraper.forest import Forest, grown


@dataclass(frozen=True, slots=True)
class Learned:
    """Weights, in hundredths: of the numbers of both rounds' clues, and of what a place is and how it is named.

    `forest` has the last word on a block that both leave in doubt.
    """

    first: tuple[Table, ...]
    second: tuple[Table, ...]
    flags: tuple[int, ...]
    words: dict[str, int]
    forest: Forest


@cache
def learned() -> Learned:
    data = json.loads((files("scraper") / "weights.json").read_text("utf-8"))
    return Learned(
        _tables(data["first"]),
        _tables(data["second"]),
        _hundredths(data["flags"]),
        dict(zip(data["words"], _hundredths(data["words"].values()), strict=True)),
        grown(data["forest"]),
    )


def _tables(columns: Sequence[Sequence[float]]) -> tuple[Table, ...]:
    return tuple((*_hundredths(column), *[0] * (WIDEST - len(column))) for column in columns)


def _hundredths(weights: Iterable[float]) -> tuple[int, ...]:
    return tuple(round(100 * weight) for weight in weights)
