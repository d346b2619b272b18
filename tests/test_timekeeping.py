"""A clock that goes on, one that is set, and a machine that slept."""

from datetime import UTC, datetime, timedelta

import pytest

from feeds.timekeeping import Moment, jump

WALL = datetime(2026, 10, 25, 0, 59, tzinfo=UTC)


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
