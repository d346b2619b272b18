"""When a source is due again, and when a page is worth another look."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import cron, polling
from feeds.model import Moved, Posted, SeenPage, Source
from feeds.polling import Bounds, Schedule
from scraper.model import KnownPage, Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


HALF_HOURLY = Schedule(30 * MINUTE, key="club")
MORNINGS = Schedule(MINUTE, cron.parse("0 7 * * *", "UTC"))

lengths = st.timedeltas(timedelta(seconds=1), timedelta(days=31))
schedules = st.builds(
    Schedule,
    lengths | st.lists(lengths, min_size=2, max_size=2, unique=True).map(lambda pair: Bounds(*sorted(pair))),
    cron=st.none()
    | st.sampled_from(["*/7 * * * *", "30 2 * * *", "0 9 1 * 1", "@weekly"]).map(
        lambda text: cron.parse(text, "Europe/Berlin")
    ),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]).map(ZoneInfo),
    key=st.text(max_size=5),
)
# Among them the days on which clocks change.
moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)) | st.sampled_from(
    [datetime(2024, 3, 31, 0, 59, 59, tzinfo=UTC), datetime(2024, 10, 27, 0, 30, tzinfo=UTC)]
)
histories = st.lists(st.builds(Posted, moments, moments), max_size=70)


@given(schedules, moments, st.integers(0, 1000), histories, st.none() | moments)
def test_no_source_is_ever_silent_for_longer_than_its_schedule(
    schedule: Schedule, now: datetime, failures: int, posts: list[Posted], asked: datetime | None
) -> None:
    due = polling.next_due(schedule, now, failures, posts=posts, not_before=asked)
    assert now < due <= max(polling.latest(schedule, now, failures), now + DAY if asked else now)
    if schedule.cron is None and not failures:
        soonest = schedule.shortest if schedule.follows else schedule.shortest / 2
        assert due >= now + soonest - timedelta(microseconds=1)


@given(schedules, moments, st.integers(0, 20), histories)
def test_the_order_in_which_posts_are_read_does_not_matter(
    schedule: Schedule, now: datetime, failures: int, posts: list[Posted]
) -> None:
    one, other = (polling.next_due(schedule, now, failures, posts=some) for some in (posts, posts[::-1]))
    assert one == other


def test_another_process_finds_the_same() -> None:
    program = (
        "from datetime import *; from feeds.polling import *;"
        "now, both = datetime(2026, 3, 1, 12, tzinfo=UTC), (AUTO, timedelta(hours=1));"
        "print([next_due(Schedule(every, key='club'), now, n).isoformat() for every in both for n in (0, 3)])"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in (1, 2)
    }
    (once,) = seen
    assert once.count("2026-03-01T") == 4


def test_an_interval_is_kept_to_the_second_once_a_source_has_found_its_own_part_of_it() -> None:
    looks = [NOW]
    for _ in range(6):
        looks.append(polling.next_due(HALF_HOURLY, looks[-1]))
    gaps = [later - sooner for sooner, later in pairwise(looks)]
    assert all(15 * MINUTE <= gap <= 30 * MINUTE for gap in gaps)
    assert gaps[2:] == [30 * MINUTE] * 4


def test_a_look_that_begins_late_delays_no_other() -> None:
    due = polling.next_due(HALF_HOURLY, polling.next_due(HALF_HOURLY, polling.next_due(HALF_HOURLY, NOW)))
    assert polling.next_due(HALF_HOURLY, due + 9 * MINUTE) == due + 30 * MINUTE
    by_hand = due - 9 * MINUTE
    assert polling.next_due(HALF_HOURLY, by_hand) == by_hand + (9 + 30) / 2 * MINUTE


@pytest.mark.parametrize("every", [HOUR, polling.AUTO])
def test_sources_that_were_due_together_part(every: timedelta | Bounds) -> None:
    """As after a week of a laptop's sleep: all are due, once each, and then never again at the same time."""
    schedules = [Schedule(every, key=str(number)) for number in range(600)]
    due = [polling.next_due(schedule, NOW) for schedule in schedules]
    busiest = max(Counter((moment - NOW) // MINUTE for moment in due).values())
    assert busiest < 600 / 10


@pytest.mark.parametrize(
    ("every", "failures", "wait"),
    [
        (30 * MINUTE, 1, HOUR),
        (30 * MINUTE, 2, 2 * HOUR),
        (30 * MINUTE, 5, 16 * HOUR),
        (30 * MINUTE, 6, DAY),
        (30 * MINUTE, 10_000, DAY),
        (timedelta(seconds=1), 3, timedelta(seconds=8)),
        (polling.AUTO, 1, 30 * MINUTE),
        (polling.AUTO, 99, DAY),
        (3 * DAY, 1, 3 * DAY),
        (3 * DAY, 9, 3 * DAY),
    ],
)
@pytest.mark.parametrize("key", ["a", "b", "c"])
def test_each_failure_doubles_the_wait_up_to_a_day(
    every: timedelta | Bounds, failures: int, wait: timedelta, key: str
) -> None:
    due = polling.next_due(Schedule(every, key=key), NOW, failures)
    assert wait * 0.8 <= due - NOW <= min(wait * 1.2, max(DAY, 3 * DAY if every == 3 * DAY else DAY))


def test_after_a_failure_all_is_as_it_was() -> None:
    due = polling.next_due(HALF_HOURLY, NOW)
    assert polling.next_due(HALF_HOURLY, NOW, 5) > due
    assert polling.next_due(HALF_HOURLY, NOW, 0) == due


@pytest.mark.parametrize("failures", [0, 1, 50])
def test_a_cron_keeps_its_times_whatever_fails(failures: int) -> None:
    assert polling.next_due(MORNINGS, NOW, failures) == datetime(2026, 3, 2, 7, tzinfo=UTC)
    at_seven = datetime(2026, 3, 2, 7, 0, 1, tzinfo=UTC)
    assert polling.next_due(MORNINGS, at_seven, failures) == datetime(2026, 3, 3, 7, tzinfo=UTC)


def test_a_cron_that_fires_often_leaves_times_out_while_it_fails() -> None:
    often = Schedule(MINUTE, cron.parse("*/5 * * * *", "UTC"))
    waits = [polling.next_due(often, NOW, failures) - NOW for failures in (0, 1, 4, 20)]
    assert waits == [5 * MINUTE, 5 * MINUTE, 20 * MINUTE, 12 * HOUR + 5 * MINUTE]


def test_a_source_is_looked_at_when_it_posts_and_seldom_when_it_does_not() -> None:
    """Every weekday at nine in Berlin, for twelve weeks."""
    berlin = ZoneInfo("Europe/Berlin")
    days = [datetime(2026, 1, 5, 9, 1, tzinfo=berlin) + n * DAY for n in range(84)]
    posts = [Posted(day, day + 5 * MINUTE) for day in days if day.weekday() < 5]
    schedule = Schedule(polling.AUTO, zone=berlin, key="column")
    now, looks = datetime(2026, 3, 29, 12, tzinfo=berlin), []  # a Sunday, the one on which clocks go forward
    while now < datetime(2026, 3, 31, 12, tzinfo=berlin):
        now = polling.next_due(schedule, now, posts=posts)
        looks.append(now.astimezone(berlin))
        if (now.day, now.hour) == (30, 9) and len(posts) == 60:
            posts.append(Posted(datetime(2026, 3, 30, 9, 1, tzinfo=berlin), now))
    assert len(looks) < 2 * 24
    at_nine = [look for look in looks if 9 * HOUR <= look - look.replace(hour=0, minute=0) <= 9.5 * HOUR]
    assert len(at_nine) >= 2


@pytest.mark.parametrize(
    ("age_at_last_look", "since", "due"),
    [
        (0 * HOUR, HOUR - MINUTE, False),
        (0 * HOUR, HOUR, True),
        (HOUR, HOUR, True),
        (2 * HOUR, 2 * HOUR - MINUTE, False),
        (2 * HOUR, 2 * HOUR, True),
        (30 * DAY, 29 * DAY, False),
        (30 * DAY, 30 * DAY, True),
        (HOUR, -365 * DAY, True),  # it was seen by a clock that was ahead
    ],
)
def test_a_page_is_looked_at_when_it_is_twice_as_old(age_at_last_look: timedelta, since: timedelta, due: bool) -> None:
    page = KnownPage("https://club.example/1", Validators('"1"', "yesterday"))
    seen = SeenPage(page, first_seen=NOW - since - age_at_last_look, looked=NOW - since, full=NOW - DAY)
    (known,) = polling.known([seen], NOW)
    assert (known.url, known.validators, known.due) == (page.url, page.validators, due)


def test_the_looks_at_a_page_become_seldom() -> None:
    looked, looks = NOW, []
    for hour in range(1, 100):
        now = NOW + hour * HOUR
        (known,) = polling.known([SeenPage(KnownPage("https://club.example/1"), NOW, looked, NOW)], now)
        if known.due:
            looked = now
            looks.append(hour)
    assert looks == [1, 2, 4, 8, 16, 32, 64]


def source(**known: Any) -> Source:
    return Source(1, "club", "https://club.example/news", "tag:club.example,2026:1", "rules", **known)


@pytest.mark.parametrize(("days", "asked"), [(0, True), (7, True), (8, False), (90, False), (-365, False)])
def test_validators_are_dropped_after_days_without_the_page_itself(days: int, asked: bool) -> None:
    kept = Validators('"1"')
    assert polling.fresh(kept, NOW - days * DAY, NOW) == (kept if asked else Validators())


def test_while_the_network_is_down_some_sources_try_at_any_time_and_not_all_at_once() -> None:
    """Of a thousand that fail together some try in each minute; when it is up, it takes some until all have looked."""
    up = NOW + HOUR
    tries, looks = Counter[int](), Counter[int]()
    for n in range(1000):
        schedule, now = Schedule(30 * MINUTE, key=f"source {n}"), NOW
        while now < up:
            now = polling.network_down(schedule, now)
            (tries if now < up else looks)[(now - NOW) // MINUTE] += 1
    assert all(tries[minute] for minute in range(1, 60))
    assert sorted(looks) == [60, 61, 62, 63, 64]
    assert max(looks.values()) < 500


def test_a_move_is_believed_after_three_times_over_a_day() -> None:
    there, moved = "https://club.example/blog", None
    for hour, expected in ((0, False), (12, False), (24, True), (36, True)):
        now = NOW + hour * HOUR
        moved = polling.moved(source(moved=moved), "https://club.example/news", there, now)
        assert (polling.address(source(moved=moved), now) == there) is expected, hour
    assert moved is not None
    assert polling.moved(source(moved=moved), there, None, NOW + 2 * DAY) == moved, "the new place is no redirect"


def test_a_move_that_is_not_met_again_is_forgotten() -> None:
    moved = polling.moved(source(), "https://club.example/news", "https://club.example/blog", NOW)
    assert polling.moved(source(moved=moved), "https://club.example/news", None, NOW + DAY) is None
    other = polling.moved(source(moved=moved), "https://club.example/news", "https://club.example/x", NOW + DAY)
    assert other is not None
    assert (other.url, other.count) == ("https://club.example/x", 1)


def test_a_source_that_fails_where_it_moved_to_is_looked_for_at_home() -> None:
    moved = Moved("https://club.example/blog", 9, NOW - 9 * DAY)
    assert polling.address(source(moved=moved), NOW) == moved.url
    assert polling.address(source(moved=moved, failures=3), NOW) == "https://club.example/news"


def test_what_the_server_asks_for_is_kept_to_for_a_day_at_most() -> None:
    schedule = Schedule(HOUR, key="club")
    plain = polling.next_due(schedule, NOW)
    asked = [polling.next_due(schedule, NOW, not_before=NOW + wait) for wait in (MINUTE, 5 * HOUR, 40 * DAY)]
    assert asked == [plain, NOW + 5 * HOUR, NOW + DAY]
