"""How a source posts: how often, at which hours and on which weekdays, and how soon after its last post."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import accumulate, pairwise
from math import log

from feeds.model import Posted

# The numbers below were chosen on the histories of `bench/polling.py --seed 1`, and hold on others: it prints both.

# So many of the newest posts tell how it posts now; what was HALF posts ago counts half.
POSTS, HALF = 60, 25
# A day is looked at in slots of a quarter of an hour.
SLOT = timedelta(minutes=15)
DAY = timedelta(days=1) // SLOT
WEEK = 7 * DAY
# How far around the time of day of a post others are expected, in slots. The width is taken that would best have
# foretold each post from the others; none of them where no hour is likelier than another.
WIDTHS = (1, 4, 12)
# Posts that are imagined beside those that there were: all over the day, on each weekday, at each age of the last one,
# and in how much of a week. They keep a habit of few posts from being believed too far.
EVEN_DAY, EVEN_WEEKDAY, EVEN_AGE = 1.0, 0.5, 1.5
IMAGINED, IMAGINED_WEEKS = 0.5, 0.25
# Ages of the last post, in slots, between which the next one is as likely: in a burst, the same day, a day later, some
# days, a week, two, and long after.
AGES = tuple(hours * 4 for hours in (0.5, 2, 6, 14, 22, 26, 46, 80, 150, 186, 400, 1000))
# A page that says a day and no time is taken for a post of the time it was first seen, if that was so soon after.
SEEN_SOON = timedelta(hours=36)
# What is told to people: from so many posts on; a habit that so large a share of the posts keeps to (five days in seven
# are a share of their own); a silence of so many days in which so many posts were expected.
TELLING, MOSTLY, MOSTLY_WEEKDAYS, SILENT, SILENT_POSTS = 5, 0.6, 0.88, 30, 6
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PARTS = ("night", "morning", "afternoon", "evening")
MONDAY = datetime(1970, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a source posts, by the clock on the wall in `zone`.

    `a_week` is how many posts come in a week. `week` is what share of them has come by each slot of it, from Monday's
    midnight on: 673 numbers from 0 to 1. `came` are the posts at each age of the one before, and `expected` how many
    would have come then by the week alone; `last` is the newest post. `known` is how many posts tell all this.
    """

    a_week: float
    week: tuple[float, ...]
    came: tuple[float, ...]
    expected: tuple[float, ...]
    last: datetime | None
    known: int
    zone: tzinfo


def of(posts: Sequence[Posted], zone: tzinfo) -> Rhythm:
    """The rhythm of a source that posted like this, in any order."""
    moments = sorted(_moment(post, zone) for post in posts)[-POSTS:]
    times = [_wall(moment, zone) for moment, _ in moments]
    hours = _hours([int(time) % DAY for time, (_, timed) in zip(times, moments, strict=True) if timed])
    weekdays = [EVEN_WEEKDAY] * 7
    for time in times:
        weekdays[int(time) % WEEK // DAY] += 1
    whole = sum(weekdays)
    week = tuple(accumulate((day / whole * hour for day in weekdays for hour in hours), initial=0.0))

    gaps = list(pairwise(times))
    weights = [0.5 ** (i / HALF) for i in reversed(range(len(gaps)))]
    weeks = sum((end - start) / WEEK * weight for (start, end), weight in zip(gaps, weights, strict=True))
    a_week = (sum(weights) + IMAGINED) / (weeks + IMAGINED_WEEKS)

    came, expected = [EVEN_AGE] * (len(AGES) + 1), [EVEN_AGE] * (len(AGES) + 1)
    for (start, end), weight in zip(gaps, weights, strict=True):
        came[bisect_right(AGES, end - start)] += weight
        for age, share in _shares(week, start, end):
            expected[age] += share * a_week * weight
    last = moments[-1][0] if moments else None
    return Rhythm(a_week, week, tuple(came), tuple(expected), last, len(times), zone)


def waited(rhythm: Rhythm, now: datetime, price: timedelta, longest: timedelta) -> timedelta:
    """How long after a look at `now` readers will have waited for `price` in all, as far as can be foretold.

    Two posts that wait for five minutes each make ten. Where posts come evenly, looks at these moments are those that
    have the least waiting for their number. At most `longest`.
    """
    factors = _factors(rhythm, now)
    start = at = _wall(now, rhythm.zone)
    last = _wall(rhythm.last, rhythm.zone) if rhythm.last else at - AGES[-1]
    waits, posts = 0.0, 0.0  # slots of waiting, and posts that wait
    while at - start < longest / SLOT:
        slot, step = int(at) % WEEK, int(at) + 1 - at
        rate = rhythm.a_week * (rhythm.week[slot + 1] - rhythm.week[slot]) * factors[bisect_right(AGES, at - last)]
        more = posts * step + rate * step**2 / 2
        left = price / SLOT - waits
        if more >= left:  # within this slot: left = posts · t + rate · t² / 2
            at += 2 * left / (posts + (posts**2 + 2 * rate * left) ** 0.5)
            break
        waits, posts, at = waits + more, posts + rate * step, at + step
    return min(longest, (at - start) * SLOT)


def told(rhythm: Rhythm, now: datetime) -> str:
    """How it posts, for people: "posts about 3 a week, mostly on weekday mornings"."""
    if rhythm.known < TELLING or rhythm.last is None:
        return "has posted too little to tell when it will again"
    silent = (now - rhythm.last) // timedelta(days=1)
    if silent > SILENT and silent * rhythm.a_week / 7 > SILENT_POSTS:
        return f"has posted nothing for {silent} days"
    count, length = rhythm.a_week / 7, "day"
    if count < 1:
        count, length = (rhythm.a_week, "week") if rhythm.a_week >= 1 else (rhythm.a_week * 52 / 12, "month")
    often = f"posts about {count:.0f} a {length}" if count >= 1 else "posts less than once a month"
    days, part = _weekdays(rhythm), _part_of_day(rhythm)
    if days:
        return f"{often}, mostly on {days} {part}s" if part else f"{often}, mostly on {days}s"
    return f"{often}, mostly in the {part}s" if part else often


def _weekdays(rhythm: Rhythm) -> str:
    shares = [rhythm.week[(day + 1) * DAY] - rhythm.week[day * DAY] for day in range(7)]
    most = max(range(7), key=lambda day: shares[day])
    if shares[most] > MOSTLY:
        return WEEKDAYS[most]
    return "weekday" if sum(shares[:5]) > MOSTLY_WEEKDAYS else "weekend" if sum(shares[5:]) > MOSTLY else ""


def _part_of_day(rhythm: Rhythm) -> str:
    quarters = [
        sum(rhythm.week[at + (part + 1) * DAY // 4] - rhythm.week[at + part * DAY // 4] for at in range(0, WEEK, DAY))
        for part in range(4)
    ]
    return next((name for name, share in zip(PARTS, quarters, strict=True) if share > MOSTLY), "")


def _factors(rhythm: Rhythm, now: datetime) -> list[float]:
    """How much likelier the next post is at each age of the last one than by the week alone.

    A source that has been silent for long was expected for long, and is so less and less.
    """
    expected = list(rhythm.expected)
    if rhythm.last is not None and rhythm.last < now:
        for age, share in _shares(rhythm.week, _wall(rhythm.last, rhythm.zone), _wall(now, rhythm.zone)):
            expected[age] += share * rhythm.a_week
    return [came / foreseen for came, foreseen in zip(rhythm.came, expected, strict=True)]


def _shares(week: Sequence[float], start: float, end: float) -> Iterator[tuple[int, float]]:
    """How much of a week's posts falls between two times, by their age after the first one."""
    before = _weeks(week, start)
    for age, edge in enumerate((*AGES, end - start)):
        until = _weeks(week, min(end, start + edge))
        yield age, until - before
        if start + edge >= end:
            return
        before = until


def _weeks(week: Sequence[float], time: float) -> float:
    """The weeks until a time, their parts counted by the posts that come in them."""
    whole, rest = divmod(time, WEEK)
    slot = int(rest)
    return whole + week[slot] + (week[slot + 1] - week[slot]) * (rest - slot)


def _wall(moment: datetime, zone: tzinfo) -> float:
    """The time on the wall in a zone, in slots since a Monday's midnight."""
    return (moment.astimezone(zone).replace(tzinfo=UTC) - MONDAY) / SLOT


def _moment(post: Posted, zone: tzinfo) -> tuple[datetime, bool]:
    """When a post came, and whether the time of day is known."""
    local = post.published.astimezone(zone)
    if not _midnight(local) and not _midnight(post.published):
        return post.published, True
    soon = post.first_seen - post.published < SEEN_SOON
    return (post.first_seen, True) if soon else (post.published, False)


def _midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second) == (0, 0, 0)


def _hours(slots: Sequence[int]) -> list[float]:
    """What share of a day's posts comes in each of its slots."""
    best, best_score = [1 / DAY] * DAY, -len(slots) * log(DAY)
    for width in WIDTHS:
        kernel = [(width + 1 - abs(away)) / (width + 1) ** 2 for away in range(-width, width + 1)]
        found = [EVEN_DAY / DAY] * DAY
        for slot in slots:
            for away, share in enumerate(kernel, slot - width):
                found[away % DAY] += share
        others = len(slots) - 1 + EVEN_DAY
        score = sum(log((found[slot] - kernel[width]) / others) for slot in slots)
        if score > best_score:
            best, best_score = [share / (others + 1) for share in found], score
    return best
