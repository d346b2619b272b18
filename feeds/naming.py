"""What a site calls itself, and in which language: another name is believed when it stays.

The page that stands in place of a list for an hour, and a title that counts or tells the day, name no feed anew.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feeds.model import Baseline, Called, Source
from scraper.model import ScrapeResult

# So many looks in a row, over so long, as for everything that a site changes for good.
TIMES, LASTING = 3, timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Named:
    """What a source is called after a run, and what it may be called once that has stayed."""

    title: str | None
    language: str | None
    called: Called | None = None


def named(source: Source, learnt: Baseline, result: ScrapeResult, now: datetime) -> Named:
    """`learnt` is the baseline after this run: what it is learnt from alone is believed at once."""
    found = result.discovery
    title, language = found.title or source.title, found.language or source.language
    if result.unchanged or result.failed:
        return Named(source.title, source.language, learnt.called)
    if learnt.runs <= 1 or source.title is None or (title, language) == (source.title, source.language):
        return Named(title, language)
    called, before = Called(title, language, now), learnt.called
    if before is not None and (before.title, before.language) == (title, language):
        called = replace(before, times=before.times + 1, since=min(before.since, now))
    if called.times >= TIMES and now - called.since >= LASTING:
        return Named(title, language)
    return Named(source.title, source.language, called)
