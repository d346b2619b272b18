"""Faults of time: a clock that is set, summer that ends, a machine that slept. No stampede, and no silence."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from feeds import cron
from feeds.claiming import AHEAD
from feeds.configuration import FeedConfig
from feeds.timekeeping import WAKING_SECONDS
from scraper.model import Unchanged
from scraper.policy import Manners
from tests.faults.clock import Asked, Clock, Hand, following
from tests.faults.fronts import POSTS, SOURCES, by, entries, front, show
from tests.world import World

MODES = ("one-off", "daemon")
SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
EVERY = timedelta(minutes=30)
# The minute at which a clock jumps, and the one at which it has been seen what comes of that.
JUMPS, SEEN = 60, 180
FORWARD = {"an hour on": HOUR, "a day on": DAY, "a week of sleep": 7 * DAY}
BACK = {"an hour back": -HOUR, "a day back": -DAY, "a year back": -365 * DAY}


def kept_their_turns(fetched: Sequence[Asked]) -> None:
    """No host was asked sooner after another request than it should be."""
    by_host = defaultdict(list)
    for each in fetched:
        by_host[urlsplit(each.url).hostname].append(each.at)
    gaps = [later - sooner for times in by_host.values() for sooner, later in pairwise(sorted(times))]
    assert min(gaps) >= Manners().delay - 1e-5


@pytest.mark.parametrize("jump", [*FORWARD, *BACK])
@pytest.mark.parametrize("mode", MODES)
def test_34_a_clock_that_jumps_brings_no_silence_and_no_stampede(tmp_path: Path, mode: str, jump: str) -> None:
    clock, world, before = Clock(), show(World()), dict[str, tuple[str, str]]()
    feeds = [FeedConfig(f"site{number}", front(number), every=EVERY) for number in range(SOURCES)]
    with following(feeds, tmp_path, clock, by(world)) as (updater, fetcher):
        daemon = Hand(updater, clock)
        for minute in range(SEEN):
            if minute == JUMPS:
                before = entries(tmp_path)
                clock.wall += {**FORWARD, **BACK}[jump]
                show(world, POSTS + 1)
            if mode == "daemon":
                daemon.tick()
            elif minute % (EVERY // MINUTE) == 0:  # by cron, say
                updater.sync()
                reports = updater.run(updater.claim(SOURCES, [feed.name for feed in feeds]))
                assert [report.error for report in reports] == [None] * SOURCES
            clock.go(MINUTE)
        daemon.end()
        assert not any(source.failures or source.last_error for source in updater.store.sources())
    kept_their_turns(fetcher.asked)
    assert len(before) == SOURCES * POSTS
    after = entries(tmp_path)
    assert before.items() <= after.items() and len(after) == SOURCES * (POSTS + 1)
    looks = {front(number): list[int]() for number in range(SOURCES)}
    for each in fetcher.asked:
        if each.url in looks:
            looks[each.url].append(int(each.at // MINUTE.total_seconds()))
    for mine in looks.values():
        gaps = [later - sooner for sooner, later in pairwise([*mine, SEEN])]
        assert max(gaps) <= 2 * (EVERY // MINUTE), mine
        assert len(mine) <= SEEN // (EVERY // MINUTE) + 3, mine
    if mode == "daemon":  # whoever looks at all at once with a one-off wants that
        together = Counter(minute for mine in looks.values() for minute in mine if minute >= JUMPS)
        if jump in FORWARD:  # all are late then, and are looked at, once
            assert together.pop(JUMPS + 1) == SOURCES and together[JUMPS] == 0
        assert max(together.values()) <= SOURCES // 2, together


@pytest.mark.parametrize(
    ("night", "looked_at"),
    [
        (datetime(2026, 10, 25, tzinfo=UTC), ["00:30"]),  # three becomes two: half past two comes twice
        (datetime(2026, 3, 29, tzinfo=UTC), ["01:30"]),  # two becomes three: half past two does not come
        (datetime(2026, 7, 1, tzinfo=UTC), ["00:30"]),
    ],
)
def test_34_a_night_in_which_summer_begins_or_ends(tmp_path: Path, night: datetime, looked_at: list[str]) -> None:
    clock, world = Clock(night - HOUR), show(World())
    zone = "Europe/Berlin"
    daily = FeedConfig("site0", front(0), cron=cron.parse("30 2 * * *", zone), timezone=zone)
    often = FeedConfig("site1", front(1), cron=cron.parse("*/30 * * * *", zone), timezone=zone)
    interval = FeedConfig("site2", front(2), every=EVERY)
    looks: dict[str, list[str]] = {front(number): [] for number in range(3)}
    with following([daily, often, interval], tmp_path, clock, by(world)) as made:
        daemon = Hand(made[0], clock)
        for _ in range(6 * 60):
            so_far = len(made[1].asked)
            daemon.tick()
            for each in made[1].asked[so_far:]:
                if each.url in looks:
                    looks[each.url].append(f"{clock.wall:%H:%M}")
            clock.go(MINUTE)
        daemon.end()
    first, *rest = looks[front(0)]
    assert (first, rest) == ("23:00", looked_at)
    assert len(looks[front(1)]) == 12
    assert 12 <= len(looks[front(2)]) <= 14


# So many sources wake after a week, and in `make soak` so many. Of ten one shares its host, with nineteen others.
ASLEEP, ALL_ASLEEP, SHARED, SHARERS = 1_000, 10_000, 10, 20


def test_34_a_week_of_sleep_with_thousands_of_sources(
    tmp_path: Path, thorough: bool, caplog: pytest.LogCaptureFixture
) -> None:
    clock, count, most, late = Clock(), ALL_ASLEEP if thorough else ASLEEP, 0, WAKING_SECONDS + SHARERS
    alone = count // SHARED // SHARERS
    hosts = [f"own{n}" if n % SHARED else f"shared{n // SHARED % alone}" for n in range(count)]
    feeds = [FeedConfig(f"n{n}", f"https://{host}.example/{n}", every=HOUR) for n, host in enumerate(hosts)]

    def answer(*_: object) -> Unchanged:
        nonlocal most
        most = max(most, daemon.outstanding)
        return Unchanged()

    with following(feeds, tmp_path, clock, answer) as (updater, fetcher):
        daemon = Hand(updater, clock)
        clock.wall += 7 * DAY
        while clock.counted < late:
            daemon.tick()
            clock.go(SECOND)
        daemon.end()
        sources = updater.store.sources()
    looks = [each for each in fetcher.asked if each.url in {feed.url for feed in feeds}]
    assert Counter(each.url for each in looks) == Counter(feed.url for feed in feeds)  # all of them, and each once
    assert WAKING_SECONDS <= min(each.at for each in fetcher.asked) <= max(each.at for each in looks) <= late
    kept_their_turns(fetcher.asked)
    assert most <= AHEAD * updater.config.at_once
    assert not any(source.failures or source.last_error for source in sources)
    again = Counter((source.next_due - clock.wall) // MINUTE for source in sources if source.next_due)
    assert again.total() == count and max(again.values()) <= count // 10 and max(again) <= HOUR // MINUTE
    assert [record.getMessage() for record in caplog.records] == ["clock jumped seconds=+604800"]
