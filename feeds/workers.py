"""A bounded pool of threads: what is handed in is begun in turn, and what hangs is left behind."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

log = logging.getLogger("feedwright")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Begun(Generic[T]):
    task: T
    at: float


class Workers(Generic[T]):
    """Does `work` for each task, `size` of them at a time. `clock` counts seconds and never goes back.

    The threads end with the process, whatever they do: Python can't end one that hangs, and must not wait for it.
    """

    def __init__(self, size: int, work: Callable[[T], None], clock: Callable[[], float] = time.monotonic) -> None:
        self.size = size
        self._work = work
        self._clock = clock
        self._changed = threading.Condition()
        self._waiting: deque[T] = deque()
        self._busy: dict[threading.Thread, _Begun[T]] = {}
        self._idle = 0
        self._lost = 0
        self._over = False
        self._refused = False  # whether the machine had no thread left for us

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def outstanding(self) -> int:
        """How many tasks wait or are being done."""
        return len(self._waiting) + len(self._busy)

    @property
    def manned(self) -> bool:
        """Whether there is any thread: a machine may have none left for us."""
        return bool(self._busy) or self._idle > 0

    @property
    def lost(self) -> int:
        """How many threads were left behind and hang still."""
        return self._lost

    def submit(self, tasks: Iterable[T]) -> None:
        with self._changed:
            self._waiting.extend(tasks)
            self._man()

    def resize(self, size: int) -> None:
        """Do so many at a time from now on; what is begun is not broken off."""
        with self._changed:
            self.size = size
            self._man()

    def withdraw(self) -> tuple[T, ...]:
        """Take back what was not begun."""
        with self._changed:
            taken = tuple(self._waiting)
            self._waiting.clear()
            self._changed.notify_all()
            return taken

    def leave_behind(self, seconds: float) -> tuple[T, ...]:
        """Count the tasks that were begun longer ago than that as done, and others in their place."""
        with self._changed:
            late = [thread for thread, begun in self._busy.items() if self._clock() - begun.at > seconds]
            tasks = tuple(self._busy.pop(thread).task for thread in late)
            self._lost += len(late)
            self._man()
            return tasks

    def drain(self, seconds: float) -> tuple[T, ...]:
        """Wait until all is done, so long at most, and give what is not."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting and not self._busy, timeout=seconds)
            return tuple(begun.task for begun in self._busy.values())

    def dismiss(self) -> None:
        """Let the threads go, each when it has done what it does."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _man(self) -> None:
        """Have enough threads for what waits."""
        free = self.size - len(self._busy) - self._idle
        for _ in range(min(free, len(self._waiting) - self._idle)):
            try:
                threading.Thread(target=self._run, name="update", daemon=True).start()
            except RuntimeError as error:  # those that are there go on, and it is tried again at the next look
                if not self._refused:
                    log.error("no more threads: fewer updates at a time reason=%r", str(error))
                self._refused = True
                break
            self._idle += 1
            self._refused = False
        self._changed.notify_all()

    def _run(self) -> None:
        me = threading.current_thread()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._over or (self._waiting and len(self._busy) < self.size))
                self._idle -= 1
                if self._over:
                    return
                task = self._waiting.popleft()
                self._busy[me] = _Begun(task, self._clock())
            try:
                self._work(task)
            except Exception:  # its task is lost, and the thread is not
                log.exception("work failed")
            with self._changed:
                if self._busy.pop(me, None) is None:  # another has its place
                    self._lost -= 1
                    return
                self._idle += 1
                self._changed.notify_all()
