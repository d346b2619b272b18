"""When a source is due again, and when a page is worth another look."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import cron, polling
from feeds.model import SeenPage
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
    seen = SeenPage(page, first_seen=NOW - since - age_at_last_look, looked=NOW - since)
    (known,) = polling.known([seen], NOW)
    assert (known.url, known.validators, known.due) == (page.url, page.validators, due)


def test_the_looks_at_a_page_become_seldom() -> None:
    looked, looks = NOW, []
    for hour in range(1, 100):
        now = NOW + hour * HOUR
        (known,) = polling.known([SeenPage(KnownPage("https://club.example/1"), NOW, looked)], now)
        if known.due:
            looked = now
            looks.append(hour)
    assert looks == [1, 2, 4, 8, 16, 32, 64]
