"""A host is asked by few workers at a time, so that one with many sources does not keep all of them waiting for it."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")

# While one waits for its turn another may be answered: more of one host do nothing but wait.
AT_ONCE = 2


@dataclass(slots=True)
class _Lane(Generic[T]):
    """Of one host: what is being done, by the key of each, and what waits for that."""

    begun: set[int] = field(default_factory=set)
    aside: deque[tuple[int, T]] = field(default_factory=deque)


class Lanes(Generic[T]):
    """What is claimed, in a lane for each host. Safe to share between threads."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._lanes: defaultdict[str, _Lane[T]] = defaultdict(_Lane)

    def enter(self, host: str, key: int, task: T) -> tuple[T, ...]:
        """What can be done now: this task, or nothing while its host has enough of them. `key` is its own."""
        with self._turn:
            lane = self._lanes[host]
            if len(lane.begun) >= AT_ONCE:
                lane.aside.append((key, task))
                return ()
            lane.begun.add(key)
            return (task,)

    def leave(self, host: str, key: int) -> tuple[T, ...]:
        """What can be done now that a task has ended, or was left behind."""
        with self._turn:
            lane = self._lanes.get(host)
            if lane is None or key not in lane.begun:
                return ()
            lane.begun.remove(key)
            if lane.aside:
                key, task = lane.aside.popleft()
                lane.begun.add(key)
                return (task,)
            if not lane.begun:
                del self._lanes[host]
            return ()

    def crowded(self) -> frozenset[str]:
        """The hosts of which more is claimed than can be done now: of these no more is wanted."""
        with self._turn:
            return frozenset(host for host, lane in self._lanes.items() if lane.aside)

    @property
    def aside(self) -> int:
        """How many tasks wait for others of their host."""
        with self._turn:
            return sum(len(lane.aside) for lane in self._lanes.values())

    def withdraw(self) -> tuple[T, ...]:
        """Take back all that waits."""
        with self._turn:
            taken = tuple(task for lane in self._lanes.values() for _, task in lane.aside)
            for lane in self._lanes.values():
                lane.aside.clear()
            return taken
