"""Cron expressions as crontab(5) means them: when does this fire next?

APScheduler counts 0 as Monday, takes no 7, no @daily and no range that wraps, and fires on a day only when it
fits both the day of the month and the weekday. So the expression is read here, and its trigger gets lists of
plain numbers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

SHORTHANDS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
PART = re.compile(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>[0-9]{1,4}))?", re.ASCII)
# How far from a change of the clocks a wall time can still be moved by it.
NEAR = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Field:
    """One of the five fields: the numbers it counts in a circle, and the names that stand for them."""

    expected: str
    low: int
    size: int
    names: Sequence[str] = ()
    high: int = 0  # the largest number that may be written; 7 is Sunday too

    def numbers(self, text: str) -> list[int]:
        """All that the field's text allows. Raises ValueError."""
        allowed = {number for part in text.split(",") for number in self._part(part)}
        return sorted(allowed)

    def _part(self, part: str) -> list[int]:
        match = PART.fullmatch(part)
        numbers, slash, _ = part.partition("/")
        step = int(match["step"] or 1) if match else 0
        if slash and PART.fullmatch(numbers) and not 1 <= step <= self.size:
            raise ValueError(f"expected a step from 1 to {self.size} after the /")
        if match is None:
            raise ValueError(f"expected {self.expected}")
        last_of_all = self.low + self.size - 1
        first = self._number(match["first"]) if match["first"] else self.low
        if match["last"]:
            last = self._number(match["last"])
        else:
            last = first if match["first"] and not match["step"] else max(first, last_of_all)
        if first > last:  # fri-mon, 22-2: on past the end, and round
            last += self.size
        return [self.low + (number - self.low) % self.size for number in range(first, last + 1, step)]

    def _number(self, text: str) -> int:
        if text.lower() in self.names:
            return self.low + self.names.index(text.lower())
        if text.isdecimal() and len(text) <= 2 and self.low <= int(text) <= self.high:
            return int(text)
        raise ValueError(f"expected {self.expected}")


MINUTE = Field("a minute from 0 to 59", 0, 60, high=59)
HOUR = Field("an hour from 0 to 23", 0, 24, high=23)
DAY = Field("a day of the month from 1 to 31", 1, 31, high=31)
MONTH = Field("a month from 1 to 12 or jan to dec", 1, 12, MONTHS, high=12)
WEEKDAY = Field("a weekday from 0 to 7 or sun to sat", 0, 7, WEEKDAYS, high=7)


@dataclass(frozen=True, slots=True)
class Cron:
    """A schedule by the clock on the wall in `timezone`.

    A time that the clocks skip fires once, an hour later. One that they show twice fires the first time only,
    unless every hour is meant.
    """

    text: str
    timezone: str
    every_hour: bool = field(repr=False)
    trigger: BaseTrigger = field(repr=False, compare=False)

    def after(self, moment: datetime) -> datetime:
        """The next time to fire, strictly after an aware `moment`; in UTC."""
        local_zone = zone(self.timezone)
        near = [(moment + shift).astimezone(local_zone).utcoffset() for shift in (-NEAR, timedelta(), NEAR)]
        offsets = [offset for offset in near if offset is not None]
        change = max(offsets) - min(offsets)  # nothing, but around a change of the clocks

        now = moment.astimezone(local_zone).replace(tzinfo=None)
        wall = now - change
        fires: list[datetime] = []
        while not fires or wall <= now + change:
            wall = self._next_on_the_wall(wall)
            fires += [fire for fire in self._moments(wall, local_zone) if fire > moment]
        return min(fires)

    def _next_on_the_wall(self, wall: datetime) -> datetime:
        start = wall.replace(tzinfo=UTC) + timedelta(microseconds=1)
        fire: datetime | None = self.trigger.get_next_fire_time(None, start)
        assert fire is not None, "parse refuses what never fires"
        return fire.replace(tzinfo=None)

    def _moments(self, wall: datetime, local_zone: ZoneInfo) -> list[datetime]:
        first, second = (wall.replace(tzinfo=local_zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        return [first, second] if self.every_hour and first < second else [first]


def parse(text: str, timezone: str) -> Cron:
    """Five fields or a shorthand, and an IANA time zone. Raises ValueError, which says what was expected."""
    zone(timezone)
    fields = SHORTHANDS.get(text.strip().lower(), text).split()
    if len(fields) != 5:
        raise ValueError(f"expected five fields (minute, hour, day, month, weekday) or one of {', '.join(SHORTHANDS)}")
    hours, months, days = HOUR.numbers(fields[1]), MONTH.numbers(fields[3]), DAY.numbers(fields[2])
    times = {"minute": MINUTE.numbers(fields[0]), "hour": hours, "month": months}
    # APScheduler's week begins with Monday as 0.
    weekdays = sorted((number - 1) % 7 for number in WEEKDAY.numbers(fields[4]))

    trigger: BaseTrigger
    if fields[2].startswith("*") or fields[4].startswith("*"):
        if all(days[0] > LONGEST_MONTH[month - 1] for month in months):
            raise ValueError("expected a day that exists in one of its months")
        trigger = _trigger(**times, day=days, day_of_week=weekdays)
    else:
        trigger = OrTrigger([_trigger(**times, day=days), _trigger(**times, day_of_week=weekdays)])
    return Cron(text, timezone, every_hour=len(hours) == HOUR.size, trigger=trigger)


def zone(name: str) -> ZoneInfo:
    """The time zone of that name. Raises ValueError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("expected a time zone such as UTC or Europe/Berlin") from error


def _trigger(**numbers: list[int]) -> BaseTrigger:
    # It runs on the wall clock taken for UTC, which has no change of the clocks to stumble over.
    lists = {name: ",".join(map(str, allowed)) for name, allowed in numbers.items()}
    return CronTrigger(**lists, second="0", timezone=UTC)
