"""A process that does nothing any more ends, and says why: whoever keeps it running starts another."""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

log = logging.getLogger("feedwright")

# How often the watchdog looks, in seconds, and at how many looks in a row it must have seen no beat. A tick may wait
# half a minute for the store that another program has locked, and twice that behind a thread that waits too.
LOOK_SECONDS, SILENT_LOOKS = 1.0, 180
# The exit status of a process that was ended so.
ENDED = 1


def end(reason: str) -> None:
    """End this process at once, whatever its threads do. The store and the files are such that they bear that."""
    log.critical("watchdog: the process ends reason=%r", reason)
    logging.shutdown()
    os._exit(ENDED)


@dataclass(slots=True)
class Heartbeat:
    """Told by whoever must go on that he does. Looks are counted, not time: a process that was stopped, and its
    machine asleep, did not hang.

    `hangs` gives the reason for which the process has to end though the heart beats, if there is one.
    """

    hangs: Callable[[], str] = lambda: ""
    end: Callable[[str], None] = end
    alive: Callable[[], None] = lambda: None
    _beats: int = 0
    _seen: int = -1
    _silent: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    def beat(self) -> None:
        self._beats += 1

    @property
    def silent(self) -> float:
        """For how many seconds it has not been heard."""
        return self._silent * LOOK_SECONDS

    def look(self) -> None:
        """Whether it has beaten since the last look. `alive` is told when it has, `end` when it has not for long."""
        if self._seen != self._beats:
            self._seen, self._silent = self._beats, 0
            self.alive()
        else:
            self._silent += 1
        reason = self.hangs()
        if self._silent >= SILENT_LOOKS:
            reason = f"nothing was begun for {self.silent:.0f} seconds: the scheduler hangs"
        if reason:
            self.end(reason)

    def watch(self) -> None:
        """Have a thread of its own look at it until it is left."""
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def leave(self) -> None:
        self._over.set()

    def __enter__(self) -> "Heartbeat":
        self.watch()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self.look()
