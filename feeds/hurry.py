"""One run of a source has its time, and the next page is not begun after it: what is left waits for the next run."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

from scraper import asking
from scraper.errors import NotYet
from scraper.model import Access, Getter, Page, Unchanged, Validators

# How long a run may begin new pages, in seconds, and how long the rest waits then. Fifty pages that take six seconds
# each come in one run; a source that takes longer has half of a worker's time at most.
RUN_SECONDS, REST = 300.0, timedelta(minutes=5)


class Hurried:
    """Gets pages for one run that began at `now`.

    Once `stopping` is set none is begun either, and the rest is due at once.
    """

    def __init__(
        self, getter: Getter, stopping: Event, now: datetime, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._getter = getter
        self._stopping = stopping
        self._now = now
        self._clock = clock
        self._ends = clock() + RUN_SECONDS

    def get(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | None:
        return asking.page(self.ask(url, validators, access))

    def ask(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | Unchanged:
        if self._stopping.is_set():
            raise NotYet(f"{url} waits: Feedwright was told to stop.", about=url, until=self._now)
        if self._clock() > self._ends:
            took = f"{RUN_SECONDS:.0f} seconds"
            raise NotYet(f"{url} waits: this run took {took} already.", about=url, until=self._now + REST)
        return asking.ask(self._getter, url, validators, access)

    def sitemaps(self, url: str, access: Access = Access()) -> tuple[str, ...]:
        return self._getter.sitemaps(url, access)
