from datetime import UTC, datetime, timedelta

import pytest

from feeds.cron import SHORTHANDS, parse

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


def fires(text: str, count: int, timezone: str = "UTC", start: datetime = MONDAY) -> list[datetime]:
    cron, found = parse(text, timezone), [start]
    for _ in range(count):
        found.append(cron.after(found[-1]))
    return found[1:]


def days(text: str, count: int) -> str:
    return " ".join(f"{fire:%a%d}" for fire in fires(text, count)).lower()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 6 * * 0", "sun07 sun14"),
        ("0 6 * * 7", "sun07 sun14"),
        ("0 6 * * SUN", "sun07 sun14"),
        ("0 6 * * 1-5", "mon01 tue02 wed03 thu04 fri05 mon08"),
        ("0 6 * * mon-fri", "mon01 tue02 wed03 thu04 fri05 mon08"),
        ("0 6 * * fri-mon", "mon01 fri05 sat06 sun07 mon08"),
        ("0 6 * * 5-7", "fri05 sat06 sun07 fri12"),
        ("0 6 * * 0-7", "mon01 tue02 wed03 thu04 fri05 sat06 sun07 mon08"),
        ("0 6 * * 7-1", "mon01 sun07 mon08"),
        ("0 6 * * tue,sat", "tue02 sat06 tue09"),
        ("0 6 10-14/2 * *", "wed10 fri12 sun14 sat10"),
        ("0 6 30-2 * *", "mon01 tue02 tue30 wed31 thu01"),
        ("0 6 20/5 * *", "sat20 thu25 tue30 tue20"),
        ("0 6 13 * 5", "fri05 fri12 sat13 fri19"),  # both are restricted: either will do
        ("0 6 */2 * 1", "mon01 mon15 mon29 mon05"),  # one begins with a star: both must fit
        ("0 6 13 * */6", "sat13 sat13 sat13"),
        ("0 0 29 2 *", "thu29 tue29"),
        ("0 0 31 2 mon", "mon05 mon12"),
    ],
)
def test_days(text: str, expected: str) -> None:
    assert days(text, len(expected.split())) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*/20 * * * *", ["00:20", "00:40", "01:00"]),
        ("5,35 8-9 * * *", ["08:05", "08:35", "09:05", "09:35", "08:05"]),
        ("0 22-2 * * *", ["01:00", "02:00", "22:00", "23:00", "00:00"]),
        ("0 22-2/2 * * *", ["02:00", "22:00", "00:00", "02:00"]),
        ("55/2 7 * * *", ["07:55", "07:57", "07:59", "07:55"]),
    ],
)
def test_times(text: str, expected: list[str]) -> None:
    assert [f"{fire:%H:%M}" for fire in fires(text, len(expected))] == expected


def test_months_may_wrap() -> None:
    assert [fire.month for fire in fires("0 0 1 nov-feb *", 5)] == [2, 11, 12, 1, 2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@hourly", datetime(2024, 1, 1, 1, tzinfo=UTC)),
        ("@daily", datetime(2024, 1, 2, tzinfo=UTC)),
        ("@midnight", datetime(2024, 1, 2, tzinfo=UTC)),
        ("@weekly", datetime(2024, 1, 7, tzinfo=UTC)),
        ("@monthly", datetime(2024, 2, 1, tzinfo=UTC)),
        ("@yearly", datetime(2025, 1, 1, tzinfo=UTC)),
        ("@Annually", datetime(2025, 1, 1, tzinfo=UTC)),
    ],
)
def test_shorthands(text: str, expected: datetime) -> None:
    assert parse(text, "UTC").after(MONDAY) == expected


def test_after_is_strict_and_in_utc() -> None:
    cron = parse("30 9 * * *", "Asia/Kolkata")
    fire = cron.after(MONDAY)
    assert (fire, fire.tzinfo) == (datetime(2024, 1, 1, 4, tzinfo=UTC), UTC)
    assert cron.after(fire - timedelta(microseconds=1)) == fire
    assert cron.after(fire) == fire + timedelta(days=1)


SPRING, AUTUMN = datetime(2024, 3, 30, 22, tzinfo=UTC), datetime(2024, 10, 26, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("30 2 * * *", SPRING, ["31 01:30", "01 00:30"]),  # 02:30 is not on the clock: at 03:30
        ("30 2,3 * * *", SPRING, ["31 01:30", "01 00:30"]),  # both are the same moment
        ("*/30 * * * *", SPRING + timedelta(hours=2), ["31 00:30", "31 01:00", "31 01:30", "31 02:00"]),
        ("30 2 * * *", AUTUMN, ["27 00:30", "28 01:30"]),  # 02:30 comes twice: the first
        ("0 2-3 * * *", AUTUMN, ["27 00:00", "27 02:00"]),
        ("30 * * * *", AUTUMN, ["26 22:30", "26 23:30", "27 00:30", "27 01:30", "27 02:30"]),
        ("0 0 * * *", SPRING, ["30 23:00", "31 22:00"]),
    ],
)
def test_a_change_of_the_clocks(text: str, start: datetime, expected: list[str]) -> None:
    assert [f"{fire:%d %H:%M}" for fire in fires(text, len(expected), "Europe/Berlin", start)] == expected


@pytest.mark.parametrize("minute", range(0, 60, 7))
def test_a_skipped_time_is_still_ahead_when_asked_after_the_change(minute: int) -> None:
    asked = datetime(2024, 3, 31, 1, minute, tzinfo=UTC)  # 03:xx in Berlin; 02:59 is due at 03:59
    assert parse("59 2 * * *", "Europe/Berlin").after(asked) == datetime(2024, 3, 31, 1, 59, tzinfo=UTC)


FIVE_FIELDS = f"expected five fields (minute, hour, day, month, weekday) or one of {', '.join(SHORTHANDS)}"
MINUTE, HOUR = "expected a minute from 0 to 59", "expected an hour from 0 to 23"
DAY, MONTH = "expected a day of the month from 1 to 31", "expected a month from 1 to 12 or jan to dec"
WEEKDAY = "expected a weekday from 0 to 7 or sun to sat"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", FIVE_FIELDS),
        ("0 6 * *", FIVE_FIELDS),
        ("0 0 6 * * *", FIVE_FIELDS),
        ("@reboot", FIVE_FIELDS),
        ("60 * * * *", MINUTE),
        ("x * * * *", MINUTE),
        ("-1 * * * *", MINUTE),
        ("1, * * * *", MINUTE),
        ("*/0 * * * *", "expected a step from 1 to 60 after the /"),
        ("*/61 * * * *", "expected a step from 1 to 60 after the /"),
        ("5-9/x * * * *", "expected a step from 1 to 60 after the /"),
        ("0 0-12/ * * *", "expected a step from 1 to 24 after the /"),
        ("0 0 */32 * *", "expected a step from 1 to 31 after the /"),
        ("*-5/2 * * * *", MINUTE),
        ("60/0 * * * *", "expected a step from 1 to 60 after the /"),
        ("*-5 * * * *", MINUTE),
        ("٣ * * * *", MINUTE),
        ("0 24 * * *", HOUR),
        ("0 1-24 * * *", HOUR),
        ("0 0 0 * *", DAY),
        ("0 0 32 * *", DAY),
        ("0 0 L * *", DAY),
        ("0 0 1 13 *", MONTH),
        ("0 0 1 mon *", MONTH),
        ("0 0 * * 8", WEEKDAY),
        ("0 0 * * 1#1", WEEKDAY),
        ("0 0 31 2 *", "expected a day that exists in one of its months"),
        ("0 0 31 4,6,9,11 *", "expected a day that exists in one of its months"),
        ("0 0 30-31 feb */2", "expected a day that exists in one of its months"),
    ],
)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError) as refusal:
        parse(text, "UTC")
    assert str(refusal.value) == message


@pytest.mark.parametrize("timezone", ["Mars/Base", "", "Europe", "../etc/passwd", "/etc/passwd", "a\0b"])
def test_refused_time_zone(timezone: str) -> None:
    with pytest.raises(ValueError) as refusal:
        parse("@daily", timezone)
    assert str(refusal.value) == "expected a time zone such as UTC or Europe/Berlin"
