"""How often a source posts, when, and how long readers wait."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feeds import rhythm
from feeds.model import Posted

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 2, 2, tzinfo=BERLIN)


def posted(*moments: datetime) -> list[Posted]:
    return [Posted(moment, moment + 10 * MINUTE) for moment in moments]


EVEN = posted(*(MONDAY + n * timedelta(hours=13) for n in range(60)))
MORNINGS = posted(*(MONDAY + n * DAY + 9 * HOUR for n in range(50) if n % 7 < 5))
COLUMN = posted(*(MONDAY + n * 7 * DAY + 9 * HOUR for n in range(20)))
BURSTS = posted(*(MONDAY + n * 10 * DAY + k * 20 * MINUTE + n * 5 * HOUR for n in range(6) for k in range(10)))


def waits(posts: list[Posted], now: datetime, price: timedelta = MINUTE) -> timedelta:
    return rhythm.waited(rhythm.of(posts, BERLIN), now, price, DAY)


def test_nothing_known_is_some_posts_a_week() -> None:
    assert rhythm.of([], UTC).a_week == 2
    assert HOUR < waits([], MONDAY) < 3 * HOUR


def test_where_posts_come_evenly_the_wait_is_that_of_the_square_root() -> None:
    """price = rate · wait² / 2"""
    now = EVEN[-1].published + 6 * HOUR
    assert waits(EVEN, now, 4 * MINUTE) / waits(EVEN, now, MINUTE) == pytest.approx(2, rel=0.25)
    assert waits(EVEN, now) == pytest.approx((2 * 13 * 60) ** 0.5 * MINUTE, rel=0.4)


def test_looks_come_when_posts_do() -> None:
    week = MONDAY + 49 * DAY
    assert waits(MORNINGS, week + 8.9 * HOUR) < 40 * MINUTE
    assert waits(MORNINGS, week + 13 * HOUR) > 3 * HOUR
    assert waits(MORNINGS, week + 5 * DAY + 8.9 * HOUR) > 1.5 * waits(MORNINGS, week + 8.9 * HOUR), "on a Saturday"


def test_a_weekly_column_is_expected_on_its_day() -> None:
    week = MONDAY + 20 * 7 * DAY
    assert waits(COLUMN, week + 8.9 * HOUR) < 40 * MINUTE
    assert waits(COLUMN, week - 4 * DAY + 8.9 * HOUR) > 2 * waits(COLUMN, week + 8.9 * HOUR)


def test_in_a_burst_the_next_post_is_near() -> None:
    last = BURSTS[-1].published
    assert waits(BURSTS, last + 5 * MINUTE) < 0.3 * waits(BURSTS, last + 3 * DAY)


def test_whoever_has_been_silent_for_long_is_expected_less_and_less() -> None:
    last = EVEN[-1].published
    waited = [waits(EVEN, last + days * DAY) for days in (1, 10, 40, 400)]
    assert waited == sorted(waited)
    assert waited[-1] > 5 * waited[0]


def test_one_post_ends_a_silence() -> None:
    """Whatever comes back is believed to be back at once: its next age is a young one."""
    back = EVEN[-1].published + 200 * DAY
    assert waits([*EVEN, *posted(back)], back + HOUR) < 0.5 * waits(EVEN, back)


def test_no_wait_is_longer_than_the_longest() -> None:
    assert rhythm.waited(rhythm.of(COLUMN, BERLIN), MONDAY + 9000 * DAY, 9 * HOUR, 6 * HOUR) == 6 * HOUR


def test_of_a_day_without_a_time_the_hour_is_that_of_its_being_seen() -> None:
    """A site that says days only: one that is seen soon tells the hour, an old one of the first fill does not."""
    days = [MONDAY + n * DAY for n in range(40)]
    live = [Posted(day, day + 15 * HOUR) for day in days]
    filled = [Posted(day, MONDAY + 50 * DAY) for day in days]
    afternoon = MONDAY + 40 * DAY + 14.9 * HOUR
    assert waits(live, afternoon) < 0.5 * waits(filled, afternoon)
    by_hour = rhythm.of(filled, BERLIN).week
    assert by_hour[rhythm.DAY // 2] == pytest.approx(by_hour[rhythm.DAY] / 2), "no hour is likelier than another"


def test_a_change_of_the_clocks_moves_no_habit() -> None:
    summer = datetime(2026, 6, 1, tzinfo=BERLIN)
    winter_posts = posted(*(datetime(2026, 1, 5, 9, tzinfo=BERLIN) + n * DAY for n in range(60)))
    assert waits(winter_posts, summer + 8.9 * HOUR) < 0.3 * waits(winter_posts, summer + 12 * HOUR)


def test_posts_of_tomorrow_and_of_one_moment_are_borne() -> None:
    same = posted(*[MONDAY] * 60)
    assert MINUTE <= waits(same, MONDAY + HOUR) <= DAY
    assert timedelta() < waits(posted(MONDAY + 900 * DAY), MONDAY) <= DAY


@pytest.mark.parametrize(
    ("posts", "days", "expected"),
    [
        (MORNINGS, 50, "posts about 5 a week, mostly on weekday mornings"),
        (COLUMN, 134, "posts about 1 a week, mostly on Monday mornings"),
        (EVEN, 33, "posts about 2 a day"),
        (EVEN, 90, "has posted nothing for 58 days"),
        (EVEN[:3], 3, "has posted too little to tell when it will again"),
        ([], 3, "has posted too little to tell when it will again"),
    ],
)
def test_a_rhythm_is_told_in_a_line(posts: list[Posted], days: int, expected: str) -> None:
    assert rhythm.told(rhythm.of(posts, BERLIN), MONDAY + days * DAY) == expected
