"""What a run gets is kept as it came, while it runs."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from feeds.archive import Archive
from feeds.model import Kept
from scraper import asking, urls
from scraper.model import Access, Getter, Page, Problem, Unchanged, Validators


class Recorder:
    """Gets pages for one run of a source, and keeps each: content, address and type, and nothing of the request.

    `requests` counts the pages that were asked for.

    The run goes on where a page can't be kept. Of one run no more is kept than `most` bytes, packed, and without an
    `archive` nothing.
    """

    def __init__(self, getter: Getter, archive: Archive | None, source_id: int, most: int, now: datetime) -> None:
        self._getter = getter
        self._archive = archive
        self._source_id = source_id
        self._left = most
        self._now = now
        self._kept: dict[tuple[str, str], Kept] = {}
        self._problem: Problem | None = None
        self.requests = 0

    def get(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | None:
        return asking.page(self.ask(url, validators, access))

    def ask(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | Unchanged:
        self.requests += 1
        page = asking.ask(self._getter, url, validators, access)
        if isinstance(page, Page) and self._archive is not None and self._left > 0 and self._problem is None:
            self._keep(page, self._archive)
        return page

    def sitemaps(self, url: str, access: Access = Access()) -> tuple[str, ...]:
        return self._getter.sitemaps(url, access)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What stood in the way of keeping."""
        return (self._problem,) if self._problem else ()

    def kept(self, articles: Collection[str]) -> tuple[Kept, ...]:
        """The pages, in the order in which they came. Those at the addresses `articles` are pages of articles."""
        asked = {urls.key(address) for address in articles}
        return tuple(
            replace(one, kind="article") if urls.key(one.requested) in asked else one for one in self._kept.values()
        )

    def _keep(self, page: Page, archive: Archive) -> None:
        try:
            packed = archive.put(self._source_id, page.content)
        except OSError as error:
            reason = error.strerror or error
            message = f"Pages can't be kept in {archive.folder} ({reason}); the feed does without."
            self._problem = Problem(page.url, "not-kept", message)
            return
        self._left -= packed.packed
        self._kept[page.requested, packed.digest] = Kept(
            page.requested,
            page.url,
            page.content_type,
            "listing",
            packed.digest,
            packed.size,
            packed.packed,
            self._now,
        )
