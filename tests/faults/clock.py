"""The clocks of a machine in a test's hands, and what goes by them: a daemon, and hosts that are asked in turn."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feeds import app
from feeds.configuration import Config, FeedConfig
from feeds.daemon import Daemon
from feeds.hosts import StoredHosts
from feeds.store import Store
from feeds.update import Updater
from scraper.fetch import Fetcher
from scraper.hosts import Hosts
from scraper.model import Access, Page, Unchanged, Validators
from tests.program import PATIENCE

# What a site answers, at an address and to who has that of it.
Answer = Callable[[str, Validators], Page | Unchanged]
# An hour before the clocks of Europe are put back.
WALL = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)


@dataclass
class Clock:
    """The clock on the wall, which may be set, and the one that counts seconds while the machine is awake."""

    wall: datetime = WALL
    counted: float = 0.0

    def now(self) -> datetime:
        return self.wall

    def go(self, by: timedelta) -> None:
        self.wall += by
        self.counted += by.total_seconds()


class Hand(Daemon):
    """A daemon that ticks when it is told to, by clocks that a test sets."""

    def __init__(self, updater: Updater, clock: Clock) -> None:
        super().__init__(updater, counted=lambda: clock.counted)

    def tick(self) -> None:
        """One tick, and all that it begins."""
        self._tick()
        assert self._claimer._workers.drain(PATIENCE) == ()
        if self._settling is not None:
            wait([self._settling], PATIENCE)

    @property
    def outstanding(self) -> int:
        return self._claimer._workers.outstanding

    def end(self) -> None:
        self._claimer._workers.drain(PATIENCE)
        self._settler.shutdown()
        self._refresher.shutdown()


@dataclass(frozen=True, slots=True)
class Asked:
    """A page that was asked for, when the clock that counts showed so many seconds."""

    url: str
    at: float


class InTurn(Fetcher):
    """Gets pages from no network, each when it is its host's turn: who waits for that goes ahead of the clock."""

    def __init__(self, hosts: Hosts, clock: Clock, answer: Answer) -> None:
        self._clock, self._answer = clock, answer
        self._waited = threading.local()
        self.asked: list[Asked] = []
        super().__init__(hosts=hosts, now=self._time, sleep=self._wait)

    def ask(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | Unchanged:
        self._waited.seconds = 0.0
        self.policy.permit(url, access)
        self.asked.append(Asked(url, self._clock.counted + self._waited.seconds))
        return self._answer(url, validators)

    def _robots(self, url: str, access: Access) -> tuple[int, bytes]:
        self.asked.append(Asked(url, self._clock.counted + self._waited.seconds))
        return 404, b""

    def _time(self) -> datetime:
        return self._clock.wall + timedelta(seconds=self._waited.seconds)

    def _wait(self, seconds: float) -> None:
        self._waited.seconds += seconds


@contextmanager
def following(feeds: Sequence[FeedConfig], out: Path, clock: Clock, answer: Answer) -> Iterator[tuple[Updater, InTurn]]:
    """What updates these feeds into `out`, and what it asks."""
    with Store.open(out / app.STORE) as store, InTurn(StoredHosts(store), clock, answer) as fetcher:
        updater = Updater(Config(tuple(feeds), out=out), store, fetcher, clock.now)
        updater.sync()
        yield updater, fetcher
