"""Runs that a host's pace broke off: the next one has the list that they had, and uses its turns for the articles."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from scraper import asking
from scraper.model import Access, Getter, Page, Unchanged, Validators

# A list is as good as new for so long: who may ask once an hour has six articles for each look at it.
LASTS = timedelta(hours=6)
# So many runs are remembered, each with so many bytes of pages at most: of other sites the list is asked for again.
MOST_RUNS, MOST_BYTES = 50, 500_000


@dataclass(frozen=True, slots=True)
class Had:
    """What a run had, all but its articles, since it first asked for any of it."""

    since: datetime
    pages: tuple[Page, ...] = ()


class Resumed:
    """Gets pages for a run; what one had that was broken off it is not asked for again."""

    def __init__(self, getter: Getter, had: Had) -> None:
        self._getter = getter
        self._since = had.since
        self._before = {page.requested: page for page in had.pages}
        self._pages = dict(self._before)

    def get(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | None:
        return asking.page(self.ask(url, validators, access))

    def ask(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | Unchanged:
        if url in self._before:
            return self._before[url]
        page = asking.ask(self._getter, url, validators, access)
        if isinstance(page, Page):
            self._pages[url] = page
        return page

    def sitemaps(self, url: str, access: Access = Access()) -> tuple[str, ...]:
        return self._getter.sitemaps(url, access)

    def had(self, articles: Collection[str]) -> Had:
        """What the next run is to have, if this one was broken off: all but the pages of these articles."""
        return Had(self._since, tuple(page for url, page in self._pages.items() if url not in articles))


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What runs had that were broken off, by source and its rules. Shared by the threads that update.

    It is kept in memory only: who starts anew asks for the list again.
    """

    _had: dict[tuple[int, str], Had] = field(default_factory=dict)
    _turn: Lock = field(default_factory=Lock)

    def take(self, source_id: int, rules: str, now: datetime) -> Had:
        """What the run before had, if it was broken off, and that lately."""
        with self._turn:
            had = self._had.pop((source_id, rules), None)
        return had if had is not None and timedelta() <= now - had.since < LASTS else Had(now)

    def keep(self, source_id: int, rules: str, had: Had) -> None:
        """Remember it, and forget the oldest where there are too many."""
        if not had.pages or _size(had.pages) > MOST_BYTES:
            return
        with self._turn:
            self._had[source_id, rules] = had
            while len(self._had) > MOST_RUNS:
                del self._had[next(iter(self._had))]


def _size(pages: Iterable[Page]) -> int:
    return sum(len(page.content) for page in pages)
