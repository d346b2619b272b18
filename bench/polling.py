"""How long posts wait to be seen, against the requests that takes: `python bench/polling.py [FOLDER] [--seed N …]`.

Replays histories of posts, made here (daily papers, offices, weekly columns, a morning's comic, bursts, holidays, blogs
that die, hobbies, posts at random; each in its own time zone, all read as UTC), and, with FOLDER, those of its
`manifest.jsonl`, whose lines hold `articles` with a `published` time each. Every rule knows what it saw, and what a
first fill shows: the posts before its first look. The rules are ours, fixed intervals, and Miniflux's `entry_frequency`
as its sources have it (`ScheduleNextCheck` in internal/model/feed.go, `WeeklyFeedEntryCount` in
internal/storage/feed.go, with the default bounds of 5 minutes and 24 hours): the week by the number of posts that the
mean gap of the last seven days makes in a week, times a factor; the longest wait where there are not two such posts.

Each table has as many requests a day for every rule: the interval is given, the factor and our price are sought, within
2 %, and our bounds are those of `entry_frequency`. Where that has too few requests with any factor, it has those that
its bounds leave it. The last line is `every: auto` as it is. `each` is the mean over the sources of their own means.
"""

import argparse
import json
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feeds import polling, rhythm
from feeds.model import Posted
from feeds.polling import Bounds, Schedule

SEEDS = (1, 2)  # the numbers of feeds/rhythm.py were chosen on the first
INTERVALS = (30, 60, 240)  # minutes
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BOUNDS = Bounds(5 * MINUTE, DAY)  # Miniflux's defaults
START, DAYS, FILL = datetime(2024, 1, 1, tzinfo=UTC), 150, 60  # FILL: days that are there at the first look
SOURCES = 2  # of each kind
ZONES = (-8, -5, 0, 1, 2, 9)
CLOSE = 0.02


@dataclass(frozen=True, slots=True)
class History:
    """When a source posted, and from when to when it is looked at. `days_only`: its pages tell no times."""

    kind: str
    posts: tuple[datetime, ...]
    start: datetime
    end: datetime
    days_only: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """Delays in minutes, in order; requests of all sources together, and how many days they were watched in all."""

    delays: tuple[float, ...]
    means: tuple[float, ...]
    requests: int
    days: float

    def line(self, name: str) -> str:
        mean, each = sum(self.delays) / len(self.delays), sum(self.means) / len(self.means)
        median, late = (self.delays[int(len(self.delays) * part)] for part in (0.5, 0.9))
        a_day = self.requests / self.days
        return f"{name:<22} {a_day:>7.1f} {mean:>8.1f} {median:>8.1f} {late:>8.1f} {each:>8.1f}"


# Gives the next look, from what was seen, newest last, what its rhythm is, and the time.
Rule = Callable[[Sequence[Posted], rhythm.Rhythm, datetime], datetime]


def fixed(interval: timedelta) -> Rule:
    return lambda _seen, _rhythm, now: now + interval


def entry_frequency(factor: float) -> Rule:
    def rule(seen: Sequence[Posted], _rhythm: rhythm.Rhythm, now: datetime) -> datetime:
        week = []
        for post in reversed(seen):
            if post.published < now - 7 * DAY:
                break
            week.append(post.published)
        if len(week) < 2 or max(week) == min(week):
            return now + BOUNDS.longest
        count = math.ceil(7 * DAY / ((max(week) - min(week)) / (len(week) - 1)))
        return now + min(BOUNDS.longest, max(BOUNDS.shortest, 7 * DAY / (count * factor)))

    return rule


def ours(price: timedelta, bounds: Bounds = BOUNDS) -> Rule:
    def rule(_seen: Sequence[Posted], known: rhythm.Rhythm, now: datetime) -> datetime:
        return now + max(bounds.shortest, rhythm.waited(known, now, price, bounds.longest))

    return rule


def auto(_seen: Sequence[Posted], known: rhythm.Rhythm, now: datetime) -> datetime:
    return polling.foretold(Schedule(polling.AUTO, key=str(known.last)), polling.AUTO, now, known)


def replay(histories: Sequence[History], rule: Rule) -> Score:
    delays: list[float] = []
    means, requests, days = [], 0, 0.0
    for history in histories:
        own, looks = _replay(history, rule)
        delays += own
        requests += looks
        days += (history.end - history.start) / DAY
        if own:
            means.append(sum(own) / len(own))
    return Score(tuple(sorted(delays)), tuple(means), requests, days)


def _replay(history: History, rule: Rule) -> tuple[list[float], int]:
    def seen_at(post: datetime, now: datetime) -> Posted:
        return Posted(post.replace(hour=0, minute=0, second=0, microsecond=0) if history.days_only else post, now)

    seen = [seen_at(post, history.start) for post in history.posts if post <= history.start]
    coming = list(reversed(history.posts[len(seen) :]))
    known, now = rhythm.of(seen, UTC), history.start
    delays, looks = [], 0
    while (now := rule(seen, known, now)) < history.end:
        looks += 1
        new = []
        while coming and coming[-1] <= now:
            post = coming.pop()
            delays.append((now - post) / MINUTE)
            new.append(seen_at(post, now))
        if new:
            seen = [*seen, *new][-rhythm.POSTS :]
            known = rhythm.of(seen, UTC)
    return delays, looks


def sought(histories: Sequence[History], rule: Callable[[float], Rule], low: float, high: float, wanted: int) -> Score:
    """The score with as many requests as wanted, which grow with the number that makes the rule; or nearly so."""
    for _ in range(9):
        middle = math.sqrt(low * high)
        score = replay(histories, rule(middle))
        if abs(score.requests - wanted) <= CLOSE * wanted:
            break
        low, high = (middle, high) if score.requests < wanted else (low, middle)
    return score


def made(seed: int) -> Iterator[History]:
    """Sources of every kind, the same for the same seed."""
    chance = random.Random(seed)

    def times(mean: float) -> int:
        left, count = math.exp(-mean), 0
        while (left := left / max(1e-12, chance.random())) < 1:
            count += 1
        return count

    def on(days: Sequence[int], mean: Callable[[int], float], hour: Callable[[], float]) -> Iterator[datetime]:
        for day in days:
            for _ in range(times(mean((START + day * DAY).weekday()))):
                yield START + day * DAY + (hour() - zone) * HOUR

    for n in range(SOURCES):
        zone, every = chance.choice(ZONES), range(DAYS)
        many, few, rare = chance.uniform(4, 14), chance.uniform(0.2, 0.7), chance.uniform(0.02, 0.1)
        kinds: dict[str, Iterator[datetime]] = {}
        kinds["paper"] = on(every, lambda d, m=many: m if d < 5 else m / 2, lambda: chance.triangular(5.5, 23, 10))
        kinds["office"] = on(every, lambda d, m=few: m if d < 5 else 0, lambda: chance.uniform(9, 17))
        kinds["hobby"] = on(every, lambda d, m=rare: m if d < 5 else 3 * m, lambda: chance.triangular(8, 24, 20))
        kinds["dies"] = on(range(chance.randrange(60, 150)), lambda _, m=few: m, lambda: chance.uniform(8, 22))
        away = {day + k for day in (chance.randrange(DAYS) for _ in range(3)) for k in range(chance.randrange(10, 25))}
        present = [day for day in every if day not in away]
        kinds["holidays"] = on(present, lambda _, m=few: 1.5 * m, lambda: chance.triangular(7, 23, 20))
        weekday, at = chance.randrange(7), chance.uniform(6, 19)
        kinds["column"] = (
            START + day * DAY + (at + chance.gauss(0, 0.4) - zone) * HOUR
            for day in every
            if (START + day * DAY).weekday() == weekday and chance.random() > 0.05
        )
        kinds["comic"] = (
            START + day * DAY + (at + chance.uniform(0, 0.15) - zone) * HOUR
            for day in every
            if (n % 2 or (START + day * DAY).weekday() < 5) and chance.random() > 0.03
        )
        kinds["bursts"] = _bursts(chance)
        kinds["random"] = (START + chance.uniform(0, DAYS) * DAY for _ in range(chance.randrange(15, 300)))
        for kind, posts in kinds.items():
            yield _history(kind, posts, days_only=False)


def _bursts(chance: random.Random) -> Iterator[datetime]:
    day = chance.uniform(0, 8)
    while day < DAYS:
        for _ in range(chance.randrange(4, 14)):
            yield START + day * DAY
            day += chance.expovariate(25)
        day += chance.expovariate(1 / 9)


def _history(kind: str, posts: Iterator[datetime], *, days_only: bool) -> History:
    end = START + DAYS * DAY
    return History(kind, tuple(sorted(post for post in posts if post < end)), START + FILL * DAY, end, days_only)


def told(folder: Path) -> Iterator[History]:
    """Of each site the later half of its posts is waited for, and a week more."""
    for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
        articles = json.loads(line)["articles"]
        posts = sorted(datetime.fromisoformat(a["published"]).astimezone(UTC) for a in articles if a.get("published"))
        if len(posts) > 3:
            yield History("told", tuple(posts), posts[len(posts) // 2] + HOUR, posts[-1] + 7 * DAY)


def table(title: str, histories: Sequence[History], intervals: Sequence[int]) -> None:
    posts = sum(1 for history in histories for post in history.posts if history.start < post < history.end)
    print(f"\n{title}: {len(histories)} sources, {posts} posts")
    print(f"{'rule':<22} {'a day':>7} {'mean':>8} {'median':>8} {'p90':>8} {'each':>8}   delay in minutes")
    for interval in intervals:
        score = replay(histories, fixed(interval * MINUTE))
        print(score.line(f"every {interval}m"))
        print(sought(histories, entry_frequency, 0.3, 100, score.requests).line("  entry_frequency"), flush=True)
        price = sought(histories, lambda x: ours(MINUTE / x), 0.01, 100, score.requests)
        print(price.line("  ours"), flush=True)
    print(replay(histories, auto).line("every: auto"), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--seed", type=int, action="append", dest="seeds")
    parser.add_argument("--interval", type=int, action="append", dest="intervals", help="in minutes")
    options = parser.parse_args()
    intervals = options.intervals or INTERVALS
    for seed in options.seeds or SEEDS:
        histories = list(made(seed))
        table(f"made with seed {seed}", histories, intervals)
        if seed == (options.seeds or SEEDS)[-1]:
            table("the same, days only", [replace(history, days_only=True) for history in histories], intervals)
    if options.folder:
        table(f"of {options.folder.name}", list(told(options.folder)), intervals)


if __name__ == "__main__":
    main()
