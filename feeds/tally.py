"""How the updates of a process ended, counted."""

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Literal

from feeds.report import Report

# Something new was published; there was nothing new; it was too early to ask; the gate kept the run; it failed; it hung
# and was given up; a bug.
Ending = Literal["published", "same", "waits", "held", "failed", "hung", "crashed"]
ENDINGS: tuple[Ending, ...] = ("published", "same", "waits", "held", "failed", "hung", "crashed")


class Tally:
    """Counts from zero when the process begins. Safe to share between threads."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._counted: Counter[Ending] = Counter()

    def count(self, ending: Ending) -> None:
        with self._turn:
            self._counted[ending] += 1

    def add(self, counted: Mapping[Ending, int]) -> None:
        """Count what was counted in another process."""
        with self._turn:
            self._counted.update(counted)

    def take(self) -> Mapping[Ending, int]:
        """What was counted, which is counted here no more."""
        with self._turn:
            taken, self._counted = self._counted, Counter()
            return taken

    def counts(self) -> Mapping[str, int]:
        """How many ended in each way, in the order of ENDINGS."""
        with self._turn:
            return {ending: self._counted[ending] for ending in ENDINGS}


def ending(report: Report) -> Ending:
    if report.waits:
        return "waits"
    if report.error:
        return "held" if report.held else "failed"
    return "published" if report.written else "same"
