"""A feed as the store has it now → its files in out/, and the news of them to those who push it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from feeds import feed, filters, output
from feeds.configuration import Config, FeedConfig, MergedFeed
from feeds.document import Feed
from feeds.errors import StoreError
from feeds.model import Held, Source
from feeds.output import Written
from feeds.sealing import Sealing
from feeds.store import Store
from feeds.subscribers import Subscribers

MINUTE = timedelta(minutes=1)
# The ends of the files that hubs push.
PUSHED = frozenset((".atom", ".rss", ".json"))
# A feed has no more entries than this: older ones are not read again.
MOST_ENTRIES = 1000


def path(config: Config, settings: FeedConfig | MergedFeed) -> Path:
    return config.folder(settings) / f"{settings.name}.atom"


def source(store: Store, name: str) -> Source:
    """The source of a feed. Raises StoreError."""
    found = store.source(name)
    if found is None:
        raise StoreError(f"{name} is not in the store.", advice="Was another config.yaml used meanwhile?")
    return found


@dataclass(frozen=True, slots=True)
class Publication:
    """A feed that is to be published as of `now`."""

    config: Config
    store: Store
    settings: FeedConfig
    source: Source
    now: datetime

    def feed(self) -> Feed:
        """The feed as it is now. Raises StoreError."""
        settings = self.settings
        hubs = () if settings.token else self.config.hubs
        built = self.built(self._taken()[: settings.limit])
        return replace(built, ttl=self.config.fresh_for(settings) // MINUTE, hubs=hubs)

    def write(self) -> Written | None:
        """Bring its files up to date; None for one that never had an entry. Raises StoreError and PublishError."""
        built, settings = self.feed(), self.settings
        unread = self.source.last_ok is None  # a file that is there is of the address that the feed had before
        if not built.entries and (unread or not path(self.config, settings).exists()):
            return None
        archives, written = self._written(built)
        self.store.mark_published(self.source.id, self.source.version)
        announce(self.config, self.store, settings, written, self.now)
        return replace(written, archives=archives)

    def _written(self, built: Feed) -> tuple[tuple[Path, ...], Written]:
        """The files of a feed, those of its archives first: it names none that is not there."""
        folder, settings = self.config.folder(self.settings), self.settings
        archives = self._archives(folder)
        changed = archives.mend()
        made = output.draft(folder, settings.name, archives.named(built), settings.formats, settings.max_size)
        if sealed := archives.seal(made.feed.entries):
            made = output.draft(folder, settings.name, archives.named(built), settings.formats, settings.max_size)
        return (*changed, *sealed), output.put(folder, settings.name, made)

    def _archives(self, folder: Path) -> Sealing:
        return Sealing(
            self.store,
            self.source,
            folder,
            self.settings.name,
            self.config.base_url,
            build=self.built,
            takes=self.takes,
            size=max(1, self.settings.limit // 2),
            max_size=self.settings.max_size,
        )

    def built(self, held: Sequence[Held]) -> Feed:
        """The feed with these of its articles."""
        settings = self.settings
        return feed.build(
            self.source,
            held,
            title=settings.title,
            author=settings.author,
            language=settings.language,
            limit=len(held),
            self_url=f"{self.config.base_url}/{settings.name}.atom" if self.config.base_url else None,
            differences=settings.updates == "diff",
        )

    def _taken(self) -> tuple[Held, ...]:
        """The newest articles that the feed takes."""
        settings = self.settings
        if not (settings.include.filter or settings.exclude.filter or settings.max_age):
            return self.store.newest(self.source.id, settings.limit)
        return self.takes(self.store.newest(self.source.id, MOST_ENTRIES))

    def takes(self, articles: Sequence[Held]) -> tuple[Held, ...]:
        """Those of the articles that the feed takes; `max_age` counts from now, that is from when it is written."""
        settings = self.settings
        include, exclude = settings.include.filter, settings.exclude.filter
        since = None if settings.max_age is None else self.now - settings.max_age
        return tuple(
            held
            for held in articles
            if (since is None or held.published >= since) and filters.takes(held.article, include, exclude)
        )


def announce(config: Config, store: Store, settings: FeedConfig | MergedFeed, written: Written, now: datetime) -> None:
    """Have hubs told of the files of a feed that changed. One with a token is pushed to nobody. Raises StoreError."""
    if written.paths and config.hubs and not settings.token:
        there = (path for path in written.paths if path.suffix in PUSHED and path.exists())
        Subscribers(store).announce([f"{config.base_url}/{path.name}" for path in there], config.other_hubs, now)
