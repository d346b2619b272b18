"""When a source is due again, and when a page is worth another look."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import cron, polling
from feeds.model import Moved, SeenPage, Source
from scraper.model import KnownPage, Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("every", "failures", "wait"),
    [
        (30 * MINUTE, 0, 30 * MINUTE),
        (30 * MINUTE, 1, HOUR),
        (30 * MINUTE, 2, 2 * HOUR),
        (30 * MINUTE, 5, 16 * HOUR),
        (30 * MINUTE, 6, DAY),
        (30 * MINUTE, 10_000, DAY),
        (timedelta(seconds=1), 3, timedelta(seconds=8)),
        (3 * DAY, 0, 3 * DAY),
        (3 * DAY, 9, 3 * DAY),
    ],
)
def test_each_failure_doubles_the_wait_up_to_a_day(every: timedelta, failures: int, wait: timedelta) -> None:
    assert polling.next_due(NOW, every, None, failures) == NOW + wait


@pytest.mark.parametrize("failures", [0, 1, 50])
def test_a_cron_is_kept_to_whatever_fails(failures: int) -> None:
    seven = cron.parse("0 7 * * *", "UTC")
    assert polling.next_due(NOW, MINUTE, seven, failures) == datetime(2026, 3, 2, 7, tzinfo=UTC)


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=31)), st.integers(0, 100))
def test_a_wait_is_never_shorter_after_one_more_failure(every: timedelta, failures: int) -> None:
    sooner, later = (polling.next_due(NOW, every, None, count) for count in (failures, failures + 1))
    assert NOW + every <= sooner <= later <= NOW + max(DAY, every)


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


@pytest.mark.parametrize(("days", "asked"), [(0, True), (7, True), (8, False), (90, False)])
def test_validators_are_dropped_after_days_without_the_page_itself(days: int, asked: bool) -> None:
    kept = Validators('"1"')
    assert polling.fresh(kept, NOW - days * DAY, NOW) == (kept if asked else Validators())


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
    asked = [polling.next_due(NOW, HOUR, None, 0, not_before=NOW + wait) for wait in (MINUTE, 5 * HOUR, 40 * DAY)]
    assert asked == [NOW + HOUR, NOW + 5 * HOUR, NOW + DAY]
