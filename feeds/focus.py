"""One update of a process computes, and the others wait for the network or the disk.

Python lets one thread compute at a time. Where many want to, each is interrupted again and again, also the one that has
the store's write lock, for which all others then wait (python bench/daemon.py).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from scraper import asking
from scraper.model import Access, Getter, Page, Unchanged, Validators

# Nobody is waited for any longer, and that once: rules of a site that do not end keep no other from computing. An
# article of 100 kB takes 30 ms.
PATIENCE_SECONDS = 1.0


class Focus:
    """Had by one thread at a time. One that keeps it too long has lost it: there is another for the others."""

    def __init__(self) -> None:
        self._free = threading.Lock()
        self._turn = 0  # how often it was taken
        self._threads = threading.local()

    @contextmanager
    def had(self) -> Iterator[None]:
        """Wait for it, and have it."""
        self._take()
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Who has it lets others have it meanwhile."""
        if not self._give():
            yield
            return
        try:
            yield
        finally:
            self._take()

    def _take(self) -> None:
        while True:
            free, turn = self._free, self._turn
            if free.acquire(timeout=PATIENCE_SECONDS):
                self._turn += 1
                self._threads.mine = free
                return
            if self._free is free and self._turn == turn:
                self._free = threading.Lock()

    def _give(self) -> bool:
        """False for who does not have it."""
        mine: threading.Lock | None = getattr(self._threads, "mine", None)
        if mine is None:
            return False
        self._threads.mine = None
        mine.release()
        return True


# Of a process there is one, as there is one interpreter.
OURS = Focus()


class Lending:
    """Gets pages, and lends the focus as long as that takes."""

    def __init__(self, getter: Getter, focus: Focus = OURS) -> None:
        self._getter = getter
        self._focus = focus

    def get(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | None:
        return asking.page(self.ask(url, validators, access))

    def ask(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | Unchanged:
        with self._focus.lent():
            return asking.ask(self._getter, url, validators, access)

    def sitemaps(self, url: str, access: Access = Access()) -> tuple[str, ...]:
        with self._focus.lent():
            return self._getter.sitemaps(url, access)
