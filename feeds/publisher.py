"""The files of feeds, brought to what the store and the configuration say, one hand at a time."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from threading import Event

from feeds import departed, imprint, output, publication, publish, report, writers
from feeds.aftermath import Pending
from feeds.configuration import Config, FeedConfig, MergedFeed
from feeds.document import Feed
from feeds.errors import PublishError
from feeds.merging import Merging
from feeds.model import Shown, Source
from feeds.publication import Publication
from feeds.report import Report
from feeds.store import Store


@dataclass(frozen=True, slots=True)
class Publisher:
    """What changes is told to `pending` and sets `unsettled`; once `stopping` is set no file is begun any more.

    `clock` gives the time, aware and in UTC.
    """

    config: Config
    store: Store
    clock: Callable[[], datetime]
    pending: Pending
    unsettled: Event
    stopping: Event

    def path(self, settings: FeedConfig) -> Path:
        return publication.path(self.config, settings)

    def feed(self, settings: FeedConfig) -> tuple[Source, Feed]:
        """A feed as the store has it now, with the source that it is made of. Raises StoreError."""
        source = publication.source(self.store, settings.name)
        return source, Publication(self.config, self.store, settings, source, self.clock()).feed()

    def merged(self, settings: MergedFeed) -> Feed:
        """A merged feed as it is now. Raises StoreError."""
        return Merging.of(self.config, self.store, self.clock(), self.pending.memory).feed(settings)

    def publish(self, settings: FeedConfig) -> Report:
        """Write a feed, unless it never had an entry. Raises StoreError and PublishError."""
        with self._alone(settings):
            return self._published(settings, publication.source(self.store, settings.name))

    def catch_up(self, settings: FeedConfig) -> Report:
        """Write a feed whose files are behind the store. Raises StoreError and PublishError."""
        with self._alone(settings):
            source = self.store.source(settings.name)
            if source is not None and (source.dirty or not self.path(settings).exists()):
                return self._published(settings, source)
            return Report(settings.name, path=self.path(settings))

    @contextmanager
    def _alone(self, settings: FeedConfig) -> Iterator[None]:
        """Nobody else writes a feed's files from when its source is read."""
        try:
            with writers.alone(self.config.out, settings.name):
                yield
        except PublishError as error:
            self.pending.failed(settings.name, error)
            raise

    def _published(self, settings: FeedConfig, source: Source) -> Report:
        written = Publication(self.config, self.store, settings, source, self.clock()).write()
        if written is None:
            return Report(settings.name)
        shown = Shown(source.name, source.feed_id, source.version)
        if made := imprint.of(self.config, settings, shown):
            made.put()
        behind = settings.name in self.pending.unwritten  # some were written then, and nobody was told
        told = output.standing(self.config.folder(settings), settings.name) if behind else ()
        self.pending.put(settings.name, (*told, *written.archives, *written.paths))
        self.unsettled.set()
        return report.published(settings.name, self.path(settings), written)

    def write_again(self) -> None:
        """Write what could not be written, until that fails anew. Merged feeds follow when it is settled.

        Raises StoreError.
        """
        by_name = {settings.name: settings for settings in self.config.published}
        for name in tuple(self.pending.unwritten):
            settings = by_name.get(name)
            if settings is None:  # it was removed meanwhile
                self.pending.unwritten.pop(name, None)
            elif isinstance(settings, FeedConfig) and self._refreshed(settings, None).unwritten:
                break

    def refresh(self, names: frozenset[str] | None = None) -> tuple[Report, ...]:
        """Write every feed anew whose file is behind the store or the configuration. One that can't be stops no other.

        Whose files stand as they were written, of the same, is not read. With `names` only those are looked at. Merged
        feeds follow when it is settled. Raises StoreError, and PublishError where nothing can be written at all.
        """
        left = self.tidy()
        feeds = [settings for settings in self.config.feeds if names is None or settings.name in names]
        filled = self.store.filled()
        feeds = [settings for settings in feeds if settings.name in filled or self.path(settings).exists()]
        begun = takewhile(lambda _: not self.stopping.is_set(), feeds)
        shown = {one.name: one for one in self.store.shown()}
        reports = (*left, *(self._refreshed(settings, shown.get(settings.name)) for settings in begun))
        imprint.tidy(self.config)
        self.follow_up(names)
        return reports

    def tell_again(self, names: Sequence[str]) -> None:
        """Have the files of these feeds count as changed: it is not sure that anybody was told."""
        for settings in self.config.feeds:
            if settings.name in names:
                self.pending.put(settings.name, output.standing(self.config.folder(settings), settings.name))

    def follow_up(self, names: frozenset[str] | None = None) -> None:
        """Have all merged feeds, or those of these, looked at when it is settled."""
        for merged in self.config.merged:
            if names is None or merged.name in names:
                self.pending.put(merged.name)
        self.unsettled.set()

    def tidy(self) -> tuple[Report, ...]:
        """Take out of out/ what has no place there: what was half written, and who gave up his name or his place.

        Tells whose files could not be removed. Raises StoreError and PublishError.
        """
        self.unsettled.set()
        publish.remove_leftovers(self.config.out)
        return departed.tidy(self.config, self.store, self.clock())

    def _refreshed(self, settings: FeedConfig, shown: Shown | None) -> Report:
        made = imprint.of(self.config, settings, shown) if shown else None
        if made is not None and made.stands():
            return Report(settings.name, path=self.path(settings))
        try:
            return self.publish(settings)
        except PublishError as error:
            return Report(settings.name, error=str(error), advice=error.advice, unwritten=True)
