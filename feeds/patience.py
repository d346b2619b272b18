"""A command that fails is run again ever later, until it goes well: asking more often mends nothing."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

# Seconds between two tries: the first time, and at most.
FIRST, LATEST = 30.0, 600.0


@dataclass(slots=True)
class Patience:
    """With one command, whose successor is another matter. `why` it failed last, None where it did not.

    `counted` counts seconds.
    """

    counted: Callable[[], float] = time.monotonic
    why: str | None = field(default=None, init=False)
    _command: tuple[str, ...] = field(default=(), init=False)
    _pause: float = field(default=FIRST, init=False)
    _until: float = field(default=0.0, init=False)

    @property
    def due(self) -> bool:
        """Whether it is time to try again what failed."""
        return self.why is not None and self.counted() >= self._until

    def waits_for(self, command: Sequence[str]) -> bool:
        """Whether this command failed, and it is too early to try it again."""
        return self.why is not None and self._command == tuple(command) and self.counted() < self._until

    def ended(self, command: Sequence[str], why: str | None) -> None:
        """This command was run."""
        again = self.why is not None and self._command == tuple(command)
        self._pause = min(2 * self._pause, LATEST) if again else FIRST
        self._command, self.why = tuple(command), why
        self._until = self.counted() + self._pause
