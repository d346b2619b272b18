"""Runs that a host's pace broke off: the next one has the list that they had, and uses its turns for the articles.

No worker waits for a host that wants long pauses, and each turn there is one for something new.
"""

import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Lock

from scraper import asking
from scraper.model import Access, Getter, Page, Unchanged, Validators

# A list is as good as new for so long: who may ask once an hour has six articles for each look at it.
LASTS = timedelta(hours=6)
# So many bytes are remembered, packed: some thousand lists. Of other sites they are asked for again.
MOST_BYTES = 32_000_000


@dataclass(frozen=True, slots=True)
class Had:
    """What a run had, all but its articles, since it first asked for any of it."""

    since: datetime
    pages: tuple[Page, ...] = ()

    @property
    def size(self) -> int:
        return sum(len(page.content) for page in self.pages)


NOTHING = Had(datetime.min.replace(tzinfo=UTC))


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


class Unfinished:
    """What runs had that were broken off, by source. Shared by the threads that update.

    It is kept in memory only: who starts anew asks for the list again. So does who has a source after another had it,
    or after a person said what is wanted of it, which the token of its lease tells.
    """

    def __init__(self) -> None:
        self._turn = Lock()
        self._packed: dict[int, tuple[int, Had]] = {}
        self._bytes = 0

    def take(self, source_id: int, token: int, now: datetime) -> Had:
        """What the run before had, if it was broken off, and that lately; `token` is that of this run's lease."""
        with self._turn:
            before, packed = self._out(source_id)
        if before != token - 1 or not timedelta() <= now - packed.since < LASTS:
            return Had(now)
        return _each(packed, zlib.decompress)

    def keep(self, source_id: int, token: int, had: Had) -> None:
        """Remember it, and forget the oldest where it is too much."""
        packed = _each(had, zlib.compress)
        with self._turn:
            self._out(source_id)
            self._packed[source_id] = token, packed
            self._bytes += packed.size
            while self._bytes > MOST_BYTES:
                self._out(next(iter(self._packed)))

    def _out(self, source_id: int) -> tuple[int, Had]:
        token, packed = self._packed.pop(source_id, (0, NOTHING))
        self._bytes -= packed.size
        return token, packed


def _each(had: Had, change: Callable[[bytes], bytes]) -> Had:
    return replace(had, pages=tuple(replace(page, content=change(page.content)) for page in had.pages))
