"""The feeds that are merged of others, as the store has those now → their files in out/.

They have no archives: what there is no more room for is in those of the feeds that it comes from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, takewhile
from typing import Self

from feeds import identity, merge, output, publication
from feeds.configuration import Config, MergedFeed
from feeds.document import Feed
from feeds.errors import StoreError
from feeds.merge import Part
from feeds.mergeparts import Memory
from feeds.model import ConfiguredMerged, Held, Source
from feeds.output import Written
from feeds.publication import MINUTE, Publication
from feeds.settings import of_merged
from feeds.store import Store
from scraper import urls


@dataclass(frozen=True, slots=True)
class Merging:
    """The merged feeds of a configuration as of `now`. `sources` are those of which anything is held, by name.

    `newest` is when the newest article of each was published, by the number of the source.
    """

    config: Config
    store: Store
    now: datetime
    sources: Mapping[str, Source]
    newest: Mapping[int, datetime]
    memory: Memory

    @classmethod
    def of(cls, config: Config, store: Store, now: datetime, memory: Memory) -> Self:
        """Raises StoreError."""
        newest = {shelf.source_id: shelf.newest for shelf in store.shelves()}
        sources = {source.name: source for source in store.sources() if source.id in newest}
        return cls(config, store, now, sources, newest, memory)

    def feed(self, settings: MergedFeed) -> Feed:
        """A feed as it is now. Raises StoreError."""
        feed_id = self.store.merged_id(settings.name)
        if feed_id is None:
            raise StoreError(f"{settings.name} is not in the store.", advice="Was another config.yaml used meanwhile?")
        built = merge.build(
            self._parts(settings),
            feed_id=feed_id,
            title=settings.title or settings.name,
            author=settings.author,
            language=settings.language,
            site_url=of_merged(settings, self.config).url,
            self_url=f"{self.config.base_url}/{settings.name}.atom",
        )
        hubs = () if settings.token else self.config.hubs
        return replace(built, ttl=self.config.fresh_for(settings) // MINUTE, hubs=hubs)

    def write(self, settings: MergedFeed) -> Written | None:
        """Bring its files up to date; None for one that never had an entry. Raises StoreError and PublishError.

        Nobody else writes them from when `of` was asked.
        """
        folder, built = self.config.folder(settings), self.feed(settings)
        if not built.entries and not publication.path(self.config, settings).exists():
            return None
        written = output.write(folder, settings.name, built, settings.formats, settings.max_size)
        publication.announce(self.config, self.store, settings, written, self.now)
        return written

    def _parts(self, settings: MergedFeed) -> tuple[Feed, ...]:
        """Of each feed the entries that are in this one, by the order of the feeds."""
        publications = [
            Publication(self.config, self.store, part, source, self.now)
            for part in self.config.parts(settings)
            if (source := self.sources.get(part.name))
        ]
        parts = [
            Part(urls.site(one.source.url), self.newest[one.source.id], self._articles(one, settings))
            for one in publications
        ]
        chosen = sorted(merge.chosen(parts, settings.limit), key=lambda one: one.part)
        self.memory.forget(settings)
        return tuple(
            self._part(publications[number], [one.held.entry_id for one in some])
            for number, some in groupby(chosen, key=lambda one: one.part)
        )

    def _part(self, part: Publication, ids: Sequence[str]) -> Feed:
        return part.built(self.store.entries(part.source.id, ids))

    def _articles(self, part: Publication, settings: MergedFeed) -> Iterator[Held]:
        """What one part takes and this feed takes as well, newest first."""
        ages = [age for age in (part.settings.max_age, settings.max_age) if age is not None]
        since = self.now - min(ages) if ages else None
        articles = self.memory.articles(self.store, settings, part.settings, part.source)
        return articles if since is None else takewhile(lambda held: held.published >= since, articles)


def configured(config: Config) -> tuple[ConfiguredMerged, ...]:
    """The merged feeds as the store is told of them."""
    return tuple(
        ConfiguredMerged(feed.name, config.merged_of(feed.name), identity.merged_id(feed.name, config.base_url))
        for feed in config.merged
    )


def concerned(config: Config, names: frozenset[str]) -> tuple[MergedFeed, ...]:
    """Those of the merged feeds that are named, or made of one that is."""
    return tuple(
        feed for feed in config.merged if feed.name in names or names & {part.name for part in config.parts(feed)}
    )
