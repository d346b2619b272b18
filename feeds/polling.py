"""What is due, when next, where, and how long to back off."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from feeds import rhythm
from feeds.cron import Cron
from feeds.model import Moved, Posted, SeenPage, Source
from feeds.rhythm import Rhythm
from scraper.model import KnownPage, Validators

# However often a source fails, it is tried once a day; whatever a server asks for, it is asked again after a day.
LONGEST_WAIT = timedelta(days=1)
# A cron that fails waits for its own times, and leaves out those that come sooner than this, doubled at each failure …
FIRST_RETRY = timedelta(minutes=1)
# … up to this, so that what fires once a day fires every day.
LONGEST_RETRY = timedelta(hours=12)
# A look is taken once readers have waited for so long in all, as far as can be foretold. With it the looks of `auto`
# are some 60 % of those of every half hour, and posts are seen sooner: `bench/polling.py`.
PRICE = timedelta(seconds=18)
# By so much a foretold look is moved forward, each source by a part of its own: those that posted alike part.
FORWARD = 0.3
# While our own network is down, whether it is up again is tried this often, by each source at its own part of it: so
# some try at any time, and when it is up not all look at once.
NETWORK_DOWN_AT_LEAST, NETWORK_DOWN_AT_MOST = timedelta(minutes=1), timedelta(minutes=5)
# An article is looked at again no sooner than this after it was seen.
SETTLING = timedelta(hours=1)
# A server that has said "not changed" for so long is asked for the page itself: some never say anything else.
VALIDATORS_LAST = timedelta(days=8)
# A redirect that is said to be for good is believed when it was met this often, over at least this long.
MOVES_CONFIRMED, MOVES_LAST = 3, timedelta(days=1)
# A source that fails so often at its new address is looked for at its old one.
MOVE_DOUBTED = 3
NONE = timedelta()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Looks that follow the source: never sooner after one another than `shortest`, nor later than `longest`."""

    shortest: timedelta
    longest: timedelta


AUTO = Bounds(timedelta(minutes=15), timedelta(hours=6))


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a source is to be looked at: so far apart, or by a `cron` instead. `zone` is that of its clock on the wall.

    `key` is whatever is its own for life: from it comes its own part of each interval, the same in every process and
    after a restart, so that sources that were due together do not stay together.
    """

    every: timedelta | Bounds
    cron: Cron | None = None
    zone: tzinfo = UTC
    key: str = ""

    @property
    def follows(self) -> bool:
        """Whether it asks how the source posts."""
        return self.cron is None and isinstance(self.every, Bounds)

    @property
    def longest(self) -> timedelta:
        """How far apart looks are at most, without a cron, while all is well."""
        return self.every.longest if isinstance(self.every, Bounds) else self.every

    @property
    def shortest(self) -> timedelta:
        return self.every.shortest if isinstance(self.every, Bounds) else self.every


def part(key: str) -> float:
    """From 0 to 1, exclusively: the part of an interval that is a source's own; spread evenly over the sources."""
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:6]) / 2**48


def of(source: Source, schedule: Schedule) -> Schedule:
    """The schedule as this source's own."""
    return replace(schedule, key=f"{source.feed_id} {source.created}")


def next_due(
    schedule: Schedule,
    now: datetime,
    failures: int = 0,
    *,
    posts: Sequence[Posted] = (),
    not_before: datetime | None = None,
) -> datetime:
    """When a source is to be looked at again, after `failures` runs in a row that brought nothing.

    `posts` are those that are known, for a schedule that follows them. Each failure doubles the wait, up to a day (or
    the interval, if that is longer). `not_before` is what the server asked for, and counts up to a day too.
    """
    if schedule.cron is not None:
        due = schedule.cron.after(now + min(FIRST_RETRY * 2 ** min(failures, 16) if failures else NONE, LONGEST_RETRY))
    elif failures:
        due = _retry(schedule, now, failures)
    elif isinstance(schedule.every, Bounds):
        due = foretold(schedule, schedule.every, now, rhythm.of(posts, schedule.zone))
    else:
        due = _regular(schedule, schedule.every, now)
    return max(due, min(not_before, now + LONGEST_WAIT)) if not_before is not None else due


def latest(schedule: Schedule, now: datetime, failures: int = 0) -> datetime:
    """The latest moment at which a source can be due that nothing but its own schedule and failures holds back."""
    if schedule.cron is not None:
        return schedule.cron.after(now + (LONGEST_RETRY if failures else NONE))
    return now + (max(LONGEST_WAIT, schedule.longest) if failures else schedule.longest)


def network_down(schedule: Schedule, now: datetime) -> datetime:
    """When a source is looked at again that could not be, for our own network is down."""
    return now + NETWORK_DOWN_AT_LEAST + (NETWORK_DOWN_AT_MOST - NETWORK_DOWN_AT_LEAST) * part(schedule.key)


def _regular(schedule: Schedule, every: timedelta, now: datetime) -> datetime:
    """At the source's own part of every interval: after the first looks exactly so far apart, and never further."""
    due = _slot_before(now + every, every, part(schedule.key))
    # So soon after this look that it would be one too many: halfway to the one after, which is the next but one then.
    return due if (due - now) * 2 >= every else now + (due - now + every) / 2


def foretold(schedule: Schedule, bounds: Bounds, now: datetime, known: Rhythm) -> datetime:
    """The next look within bounds at a source that posts like this."""
    wait = rhythm.waited(known, now, PRICE, bounds.longest)
    return now + max(bounds.shortest, wait * (1 - FORWARD * part(schedule.key)))


def _retry(schedule: Schedule, now: datetime, failures: int) -> datetime:
    """A fifth sooner or later than the doubled wait, at the source's own part: those that fail together part."""
    longest = max(LONGEST_WAIT, schedule.longest)
    wait = min(schedule.shortest * 2 ** min(failures, 16), longest)
    return min(_slot_before(now + wait * 1.2, wait * 0.4, part(schedule.key)), now + longest)


def _slot_before(moment: datetime, length: timedelta, share: float) -> datetime:
    """The last moment until then that lies at this share of a slot of this length, all slots counted from 1970 on."""
    first = EPOCH + length * share
    return first + (moment - first) // length * length


def known(pages: Iterable[SeenPage], now: datetime) -> tuple[KnownPage, ...]:
    """The pages of a source, each with whether it is due for another look.

    One is when the time since the last look is as long as the page was old then: after 1, 2, 4, 8… hours. So a fresh
    article's corrections are seen soon, and old articles cost next to nothing.
    """
    return tuple(
        KnownPage(seen.page.url, fresh(seen.page.validators, seen.full, now), _due(seen, now)) for seen in pages
    )


def fresh(validators: Validators, full: datetime | None, now: datetime) -> Validators:
    """The validators to ask with: none where the page itself was seen too long ago, or by a clock put back since."""
    return validators if full is not None and timedelta() <= now - full < VALIDATORS_LAST else Validators()


def address(source: Source, now: datetime) -> str:
    """Where a source is asked for: where it moved to, once that is certain, as long as it is found there."""
    moved = source.moved
    if moved is None or source.failures >= MOVE_DOUBTED:
        return source.url
    certain = moved.count >= MOVES_CONFIRMED and now - moved.since >= MOVES_LAST
    return moved.url if certain else source.url


def moved(source: Source, asked: str, seen: str | None, now: datetime) -> Moved | None:
    """What is known of a source's move after a run that asked at `asked` and was redirected for good to `seen`."""
    known = source.moved
    if known is not None and asked == known.url:
        return known
    if seen is None:
        return None
    if known is not None and known.url == seen:
        return replace(known, count=known.count + 1, since=min(known.since, now))
    return Moved(seen, 1, now)


def _due(seen: SeenPage, now: datetime) -> bool:
    if seen.looked > now:  # the clock was put back since
        return True
    return now - seen.looked >= max(SETTLING, seen.looked - seen.first_seen)
