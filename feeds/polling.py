"""What is due, when next, and how long to back off."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from feeds.cron import Cron
from feeds.model import SeenPage
from scraper.model import KnownPage

# However often a source fails, it is tried once a day.
LONGEST_WAIT = timedelta(days=1)
# An article is looked at again no sooner than this after it was seen.
SETTLING = timedelta(hours=1)


def next_due(now: datetime, every: timedelta, cron: Cron | None, failures: int) -> datetime:
    """When a source is to be scraped again, after `failures` runs in a row that brought nothing.

    Each failure doubles the wait, up to a day (or the interval, if that is longer). A cron is kept to as it is.
    """
    if cron is not None:
        return cron.after(now)
    wait: timedelta = min(every * 2 ** min(failures, 16), max(LONGEST_WAIT, every))
    return now + wait


def known(pages: Iterable[SeenPage], now: datetime) -> tuple[KnownPage, ...]:
    """The pages of a source, each with whether it is due for another look.

    One is when the time since the last look is as long as the page was old then: after 1, 2, 4, 8… hours. So a fresh
    article's corrections are seen soon, and old articles cost next to nothing.
    """
    return tuple(KnownPage(seen.page.url, seen.page.validators, due=_due(seen, now)) for seen in pages)


def _due(seen: SeenPage, now: datetime) -> bool:
    return now - seen.looked >= max(SETTLING, seen.looked - seen.first_seen)
