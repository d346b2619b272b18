"""One update, top to bottom: due sources → files in out/."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock

from feeds import (
    aftermath,
    changes,
    crew,
    departed,
    job,
    keptpages,
    merging,
    outcome,
    polling,
    publication,
    publish,
    replay,
    report,
    sourcestore,
    succession,
    turns,
)
from feeds.aftermath import Aftermath, Pending
from feeds.archive import Archive
from feeds.circuit import Circuit
from feeds.config import Config, FeedConfig, MergedFeed
from feeds.errors import PublishError, StoreError
from feeds.hurry import Hurried
from feeds.keptpages import KeptPages
from feeds.merging import Merging
from feeds.model import Feed, Lease, Source
from feeds.notify import Notifier
from feeds.outcome import Run
from feeds.publication import Publication
from feeds.recorder import Recorder
from feeds.replay import Replay
from feeds.report import Report
from feeds.secrets import redacted
from feeds.store import Store
from feeds.subscribers import Subscribers
from scraper.fetch import Fetcher
from scraper.model import Problem
from scraper.pipeline import scrape

# A source is ours for this long; whoever is killed meanwhile is followed by another.
LEASE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Updater:
    """Everything that an update needs, built once. `clock` gives the time, aware and in UTC.

    Without an `archive` no page is kept. `accept` says that a person wants what is there now, as it was or not. Once
    `stopping` is set no page is begun any more. `owed` are leases of runs that the store could not save.
    """

    config: Config
    store: Store
    fetcher: Fetcher
    clock: Callable[[], datetime]
    circuit: Circuit = field(default_factory=Circuit)
    archive: Archive | None = None
    unsettled: Event = field(default_factory=Event)
    accept: bool = False
    pending: Pending = field(default_factory=Pending)
    stopping: Event = field(default_factory=Event)
    owed: SimpleQueue[Lease] = field(default_factory=SimpleQueue)
    notifier: Notifier = field(default_factory=Notifier)
    _publishing: dict[str, Lock] = field(default_factory=dict)
    _by_name: dict[str, FeedConfig] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {feed.name: feed for feed in self.config.feeds})

    def sync(self) -> None:
        """Tell the store what is configured. Raises StoreError."""
        now = self.clock()
        self.store.sync([job.configured(feed, now) for feed in self.config.feeds], now, merging.configured(self.config))

    def claim(self, limit: int, names: Sequence[str] | None = None) -> tuple[Lease, ...]:
        """Take what is due, or what is named, due or not. Raises StoreError."""
        now = self.clock()
        return self.store.claim(now, now + LEASE, limit, names)

    def run(self, leases: Iterable[Lease]) -> Iterator[Report]:
        """Update several sources side by side; each report as it is ready."""
        yield from crew.reports(leases, self.config.workers, self.update, self.give_up, self.store.release)

    def update(self, lease: Lease) -> Report:
        """Scrape one source, decide what is new, remember it, and publish. Never raises what is foreseen."""
        settings = self._settings(lease.source.name)
        try:
            learnt = self.learn(lease)
            if learnt.quiet and not lease.source.dirty and self.path(settings).exists():
                return replace(learnt, path=self.path(settings))
            shown = self._publish_if_behind(settings)
        except (StoreError, PublishError) as error:
            self.owed.put(lease)
            return Report(settings.name, error=str(error), advice=error.advice)
        finally:
            self.unsettled.set()
        problems = (*learnt.problems, *shown.problems)
        return replace(learnt, entries=shown.entries, path=shown.path, written=shown.written, problems=problems)

    def learn(self, lease: Lease) -> Report:
        """Scrape one source, decide what is new, and remember it. Raises StoreError."""
        source, now = lease.source, self.clock()
        settings = self._settings(source.name)
        task = job.of(self.store, source, settings, now)
        hurried = Hurried(self.fetcher, self.stopping, now)
        recorder = Recorder(hurried, self.archive, source.id, settings.keep_pages.size, now)
        result = scrape(task, recorder)
        if result.failed and self.stopping.is_set():  # it may have been we who cut it short: it is due still
            self.store.release(lease)
            return Report(settings.name, problems=result.problems, error="Feedwright was told to stop.")
        if heir := succession.heir(self.store, lease, task, result):  # its site is one that we knew at another address
            return self.learn(heir)
        result = replace(result, problems=self._without_secrets(result.problems))
        ruling = outcome.ruling(self.store, source, task, result, accept=self.accept)
        run = Run(source, settings, task, result, ruling)
        if run.withheld:
            brought = outcome.withheld(run, self.circuit)
        else:
            brought = outcome.learnt(run, self.store, self.fetcher, self.circuit)
            kept = keptpages.of_run(self.store, source.id, recorder, result, brought.decisions)
            brought = replace(brought, kept=kept)
        turned = turns.of(source, brought, now, self.config.notify.after)
        brought = replace(brought, requests=recorder.requests, events=(*brought.events, *turned))
        if not self.store.save(lease, brought, now):
            raise StoreError("Another process took over this source meanwhile.")
        if brought.kept and self.archive is not None:
            KeptPages(self.store, self.archive).tidy(source.id, settings.keep_pages.room, now)
        told = replace(report.learnt(settings.name, result, brought), quiet=not sourcestore.visible(lease, brought))
        return replace(told, problems=(*told.problems, *recorder.problems))

    def give_back(self) -> None:
        """Free the sources whose runs the store could not save, so that they are due again. Raises StoreError."""
        while not self.owed.empty():
            lease = self.owed.get()
            try:
                self.store.release(lease)
            except StoreError:
                self.owed.put(lease)
                raise

    def give_up(self, lease: Lease) -> Report:
        """Have a run that does not end count as failed, so that its source is looked at later. Raises StoreError."""
        source, now = lease.source, self.clock()
        reason = f"The update did not end within {crew.HANGS_SECONDS:.0f} seconds, and was given up."
        schedule = polling.of(source, self._settings(source.name).schedule)
        self.store.save(lease, outcome.given_up(source, schedule, reason, now), now)
        return Report(source.name, error=reason)

    def replay(self, name: str, since: datetime | None = None) -> Replay:
        """What the rules of now make of the pages that are kept of a source. Raises ScrapeError and StoreError."""
        settings, source = self._settings(name), publication.source(self.store, name)
        if self.archive is None:
            return Replay(name)
        held = self.store.newest(source.id, publication.MOST_ENTRIES)
        pages = KeptPages(self.store, self.archive)
        found = replay.replay(job.of(self.store, source, settings, self.clock()), source.id, pages, held, since)
        return replace(found, problems=self._without_secrets(found.problems))

    def revise(self, found: Replay, *, bump: bool = False) -> Report:
        """Have entries as they were read again, and publish them. With `bump` readers are told that they are new.

        Raises StoreError and PublishError.
        """
        settings, source = self._settings(found.name), publication.source(self.store, found.name)
        revised, changed = found.revised, None
        if bump and revised:
            revised = changes.bumped(revised, self.store.moments(source.id), self.clock())
            changed = max(one.decision.held.updated for one in revised)
        count = self.store.revise(source.id, revised, changed)
        return replace(self._publish_if_behind(settings), changed=count)

    def maintain(self) -> tuple[Report, ...]:
        """What is done every few hours. Tells whose files could not be removed. Raises StoreError."""
        now = self.clock()
        left = departed.tidy(self.config, self.store, now)
        self.unsettled.set()
        Subscribers(self.store).expire(now)
        self.store.maintenance(now)
        self.store.backup(now)
        if self.archive is not None:
            rooms = {feed.name: feed.keep_pages.room for feed in self.config.feeds}
            by_id = {source.id: rooms[source.name] for source in self.store.sources() if source.name in rooms}
            KeptPages(self.store, self.archive).maintain(by_id, self.config.keep_pages.room.age, now)
        return left

    def settle(self) -> Aftermath:
        """Bring what is made of several feeds up to date, if any was updated meanwhile, and run the user's command.

        Raises StoreError and PublishError.
        """
        if not self.unsettled.is_set():
            return Aftermath()
        self.unsettled.clear()
        return aftermath.settle(self.config, self.store, self.pending, self.clock())

    def notify(self) -> str | None:
        """Tell the user's command what befell the sources. A sentence says why it failed. Raises StoreError."""
        return self.notifier.tell(self.config, self.store, self.clock())

    def refresh(self, names: frozenset[str] | None = None) -> tuple[Report, ...]:
        """Write every feed anew whose file is behind the store or the configuration. One that can't be stops no other.

        With `names` only those are looked at, and none any more once `stopping` is set. Merged feeds follow when it is
        settled. Raises StoreError, and PublishError where nothing can be written at all.
        """
        left = self.tidy()
        feeds = [settings for settings in self.config.feeds if names is None or settings.name in names]
        filled = self.store.filled()
        feeds = [settings for settings in feeds if settings.name in filled or self.path(settings).exists()]
        begun = takewhile(lambda _: not self.stopping.is_set(), feeds)
        reports = (*left, *map(self._refreshed, begun))
        for merged in self.config.merged:
            if names is None or merged.name in names:
                self.pending.put(merged.name)
        self.unsettled.set()
        return reports

    def tidy(self) -> tuple[Report, ...]:
        """Take out of out/ what has no place there: what was half written, and who gave up his name or his place.

        Tells whose files could not be removed. Raises StoreError and PublishError.
        """
        self.unsettled.set()
        publish.remove_leftovers(self.config.out)
        return departed.tidy(self.config, self.store, self.clock())

    def path(self, settings: FeedConfig) -> Path:
        return publication.path(self.config, settings)

    def merged(self, settings: MergedFeed) -> Feed:
        """A merged feed as it is now. Raises StoreError."""
        return Merging.of(self.config, self.store, self.clock(), self.pending.memory).feed(settings)

    def feed(self, settings: FeedConfig) -> tuple[Source, Feed]:
        """A feed as the store has it now, with the source that it is made of. Raises StoreError."""
        source = publication.source(self.store, settings.name)
        return source, Publication(self.config, self.store, settings, source, self.clock()).feed()

    def _refreshed(self, settings: FeedConfig) -> Report:
        try:
            return self._publish(settings)
        except PublishError as error:
            return Report(settings.name, error=str(error), advice=error.advice)

    def _publish(self, settings: FeedConfig) -> Report:
        """Write a feed, unless it never had an entry. Raises StoreError and PublishError."""
        with self._publishing.setdefault(settings.name, Lock()):  # or who read the store first might write last
            source = publication.source(self.store, settings.name)
            written = Publication(self.config, self.store, settings, source, self.clock()).write()
        if written is None:
            return Report(settings.name)
        self.pending.put(settings.name, (*written.archives, *written.paths))
        self.unsettled.set()
        return report.published(settings.name, self.path(settings), written)

    def _publish_if_behind(self, settings: FeedConfig) -> Report:
        if publication.behind(self.config, self.store, settings):
            return self._publish(settings)
        return Report(settings.name, path=self.path(settings))

    def _settings(self, name: str) -> FeedConfig:
        return self._by_name[name]

    def _without_secrets(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """What is told and kept of a problem names an address, and that may hold a secret."""
        return tuple(replace(p, message=redacted(p.message, self.config.secrets)) for p in problems)
