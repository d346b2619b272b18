"""What is looked at in a run, how it was before, and whether that is abnormal."""

from collections.abc import Sequence
from dataclasses import dataclass

from feeds.model import Sample

# Most of some, nearly all of them, nearly none.
MOST, NEARLY_ALL, NEARLY_NONE = 0.6, 0.8, 0.2


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that is looked at: how it was, how it is now, and whether that is abnormal.

    `lasting` says that a site may come to be so for good, if it stays so.
    """

    name: str
    before: str
    after: str
    moved: bool = False
    lasting: bool = True

    def __str__(self) -> str:
        return f"{self.name}: {self.before} -> {self.after}"


def share_of(samples: Sequence[Sample], name: str) -> float:
    """How many of them are so: `name` is a field of a sample."""
    return len([one for one in samples if getattr(one, name)]) / max(1, len(samples))
