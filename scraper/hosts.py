"""What is known of each host: when it may be asked again, and its robots.txt."""

import threading
from datetime import datetime, timedelta
from typing import Protocol

from scraper.robots import RobotsFile


class Hosts(Protocol):
    """Shared by all who fetch, however many threads or processes they are. A host is `name` or `name:port`."""

    def reserve(self, host: str, delay: timedelta, now: datetime, patience: timedelta) -> datetime:
        """Take the host's next turn, and leave it alone for `delay` after that. Gives the turn's time.

        A turn that is further away than `patience` is not taken. A host that asked to be left alone has none before
        that is over.
        """
        ...

    def hold(self, host: str, until: datetime) -> None:
        """Leave the host alone until then: it asked for that."""
        ...

    def held_beyond(self, host: str, turn: datetime) -> bool:
        """Whether the host asked to be left alone for longer, after that turn was taken too."""
        ...

    def robots(self, origin: str, now: datetime) -> RobotsFile | None:
        """The robots.txt of `https://host`, if it was read and is not too old."""
        ...

    def claim_robots(self, origin: str, now: datetime, until: datetime) -> bool:
        """Whether it is for us to ask for the robots.txt: nobody else does before `until`, unless it is kept sooner."""
        ...

    def unclaim_robots(self, origin: str) -> None:
        """Let others ask: we did not."""
        ...

    def keep_robots(self, origin: str, file: RobotsFile) -> None: ...


class LocalHosts:
    """Known to this process only, and forgotten with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: dict[str, datetime] = {}
        self._held: dict[str, datetime] = {}
        self._robots: dict[str, RobotsFile] = {}
        self._asking: dict[str, datetime] = {}

    def reserve(self, host: str, delay: timedelta, now: datetime, patience: timedelta) -> datetime:
        with self._lock:
            turn = max(self._next.get(host, now), now)
            if turn - now <= patience:
                self._next[host] = turn + delay
            return turn

    def hold(self, host: str, until: datetime) -> None:
        with self._lock:
            for moments in (self._next, self._held):
                moments[host] = max(moments.get(host, until), until)

    def held_beyond(self, host: str, turn: datetime) -> bool:
        with self._lock:
            return self._held.get(host, turn) > turn

    def robots(self, origin: str, now: datetime) -> RobotsFile | None:
        with self._lock:
            file = self._robots.get(origin)
            return file if file is not None and now < file.until else None

    def claim_robots(self, origin: str, now: datetime, until: datetime) -> bool:
        with self._lock:
            free = self._asking.get(origin, now) <= now
            if free:
                self._asking[origin] = until
            return free

    def unclaim_robots(self, origin: str) -> None:
        with self._lock:
            self._asking.pop(origin, None)

    def keep_robots(self, origin: str, file: RobotsFile) -> None:
        with self._lock:
            self._robots[origin] = file
            self._asking.pop(origin, None)
