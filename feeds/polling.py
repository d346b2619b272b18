"""What is due, when next, where, and how long to back off."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from feeds.cron import Cron
from feeds.model import Moved, SeenPage, Source
from scraper.model import KnownPage, Validators

# However often a source fails, it is tried once a day.
LONGEST_WAIT = timedelta(days=1)
# While our own network is down, whether it is up again is tried this often.
NETWORK_DOWN = timedelta(minutes=1)
# An article is looked at again no sooner than this after it was seen.
SETTLING = timedelta(hours=1)
# A server that has said "not changed" for so long is asked for the page itself: some never say anything else.
VALIDATORS_LAST = timedelta(days=8)
# A redirect that is said to be for good is believed when it was met this often, over at least this long.
MOVES_CONFIRMED, MOVES_LAST = 3, timedelta(days=1)
# A source that fails so often at its new address is looked for at its old one.
MOVE_DOUBTED = 3


def next_due(
    now: datetime, every: timedelta, cron: Cron | None, failures: int, *, not_before: datetime | None = None
) -> datetime:
    """When a source is to be scraped again, after `failures` runs in a row that brought nothing.

    Each failure doubles the wait, up to a day (or the interval, if that is longer). A cron is kept to as it is.
    `not_before` is what the server asked for, and counts up to a day too.
    """
    wait: timedelta = min(every * 2 ** min(failures, 16), max(LONGEST_WAIT, every))
    due = cron.after(now) if cron is not None else now + wait
    return max(due, min(not_before, now + LONGEST_WAIT)) if not_before is not None else due


def known(pages: Iterable[SeenPage], now: datetime) -> tuple[KnownPage, ...]:
    """The pages of a source, each with whether it is due for another look.

    One is when the time since the last look is as long as the page was old then: after 1, 2, 4, 8… hours. So a fresh
    article's corrections are seen soon, and old articles cost next to nothing.
    """
    return tuple(
        replace(seen.page, validators=fresh(seen.page.validators, seen.full, now), due=_due(seen, now))
        for seen in pages
    )


def fresh(validators: Validators, full: datetime | None, now: datetime) -> Validators:
    """The validators to ask with: none where the page itself was last seen too long ago."""
    return validators if full is not None and now - full < VALIDATORS_LAST else Validators()


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
        return replace(known, count=known.count + 1)
    return Moved(seen, 1, now)


def _due(seen: SeenPage, now: datetime) -> bool:
    return now - seen.looked >= max(SETTLING, seen.looked - seen.first_seen)
