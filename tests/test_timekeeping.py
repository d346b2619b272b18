"""A clock that goes on, one that is set, and a machine that slept; and the daemon, which goes by it."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest

from feeds.configuration import Config, FeedConfig
from feeds.daemon import Daemon
from feeds.store import Store
from feeds.timekeeping import Moment, jump
from feeds.update import Updater
from scraper.fetch import Fetcher
from tests.program import until
from tests.test_moves import listing, page, piece
from tests.world import World

WALL, DAY = datetime(2026, 10, 25, 0, 59, tzinfo=UTC), timedelta(days=1)


@pytest.mark.parametrize(
    ("wall", "counted", "told"),
    [
        (1.0, 1.0, None),
        (4.0, 1.0, None),  # corrected a little
        (3600.0, 3600.0, None),  # a tick that was late: nobody set a clock
        (7201.0, 1.0, 7200.0),
        (-3599.0, 1.0, -3600.0),
        (7 * 86400 + 1.0, 1.0, 7 * 86400.0),  # a week of sleep, which is not counted
        (1.0, 3600.0, -3599.0),
    ],
)
def test_a_jump(wall: float, counted: float, told: float | None) -> None:
    later = Moment(WALL + timedelta(seconds=wall), 100.0 + counted)
    assert jump(Moment(WALL, 100.0), later) == (None if told is None else timedelta(seconds=told))


SOURCES, EVERY, MINUTE = 8, timedelta(minutes=30), timedelta(minutes=1)


@dataclass
class Clock:
    """The clock on the wall, which may be set, and the one that counts."""

    wall: datetime = WALL
    counted: float = 0.0

    def go(self) -> None:
        self.wall += MINUTE
        self.counted += MINUTE.total_seconds()


class Hand(Daemon):
    """A daemon that ticks when it is told to, by clocks that a test sets."""

    def __init__(self, updater: Updater, clock: Clock) -> None:
        self._clock = clock
        super().__init__(updater)

    def _moment(self) -> Moment:
        return Moment(self._clock.wall, self._clock.counted)

    def tick(self) -> None:
        """One tick, and all that it begins."""
        self._tick()
        until(lambda: self._workers.outstanding == 0)

    def end(self) -> None:
        self._workers.drain(60)
        self._settler.shutdown()
        self._refresher.shutdown()


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=365)], ids=["an hour", "a year"])
def test_a_clock_that_is_put_back_brings_no_silence_and_no_stampede(tmp_path: Path, back: timedelta) -> None:
    clock, world = Clock(), World()
    for n in range(SOURCES):
        links = [(f"https://site{n}.example/news/{each.slug}", each) for each in map(piece, range(3))]
        world.pages |= {f"https://site{n}.example/": listing(links)} | {url: page(each) for url, each in links}
    feeds = tuple(FeedConfig(f"site{n}", f"https://site{n}.example/", every=EVERY) for n in range(SOURCES))
    with Store.open(None) as store:
        updater = Updater(Config(feeds, out=tmp_path), store, cast(Fetcher, world), lambda: clock.wall)
        updater.sync()
        daemon = Hand(updater, clock)
        looks: list[tuple[int, str]] = []  # the minute that the counting clock had, and the front page
        for minute in range(180):
            if minute == 60:
                clock.wall -= back
            asked = len(world.asked)
            daemon.tick()
            looks += [(minute, url) for url in world.asked[asked:] if url.endswith(".example/")]
            clock.go()
        daemon.end()
    for n in range(SOURCES):
        mine = [minute for minute, url in looks if url == f"https://site{n}.example/"]
        gaps = [later - sooner for sooner, later in pairwise([*mine, 180])]
        assert max(gaps) <= 2 * (EVERY // MINUTE), mine
        assert len(mine) <= 180 // (EVERY // MINUTE) + 3, mine
    after = Counter(minute for minute, _ in looks if minute >= 60)
    assert max(after.values()) <= SOURCES // 2, after
