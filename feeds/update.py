"""One update, top to bottom: due sources → files in out/."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from queue import SimpleQueue
from threading import Event

from feeds import (
    aftermath,
    blame,
    crew,
    departed,
    job,
    keptpages,
    merging,
    outcome,
    polling,
    report,
    sourcestore,
    succession,
    turns,
)
from feeds.absence import Rests
from feeds.aftermath import Aftermath, Pending
from feeds.archive import Archive
from feeds.circuit import Circuit
from feeds.configuration import Config, FeedConfig
from feeds.errors import LeaseLost, PublishError, StoreError
from feeds.focus import OURS, Lending
from feeds.hurry import Hurried
from feeds.keptpages import KeptPages
from feeds.model import Lease
from feeds.notify import Notifier
from feeds.outcome import Run
from feeds.publisher import Publisher
from feeds.recorder import Recorder
from feeds.report import Report
from feeds.share import WHOLE, Share
from feeds.store import Store
from feeds.subscribers import Subscribers
from feeds.unfinished import Resumed, Unfinished
from scraper.errors import FeedwrightError
from scraper.fetch import Fetcher
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
    rests: Rests = field(default_factory=Rests)
    unfinished: Unfinished = field(default_factory=Unfinished)
    archive: Archive | None = None
    unsettled: Event = field(default_factory=Event)
    accept: bool = False
    pending: Pending = field(default_factory=Pending)
    stopping: Event = field(default_factory=Event)
    owed: SimpleQueue[Lease] = field(default_factory=SimpleQueue)
    notifier: Notifier = field(default_factory=Notifier)
    publisher: Publisher = field(init=False, repr=False)
    _by_name: dict[str, FeedConfig] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        shared = (self.pending, self.unsettled, self.stopping)
        object.__setattr__(self, "publisher", Publisher(self.config, self.store, self.clock, *shared))
        object.__setattr__(self, "_by_name", {feed.name: feed for feed in self.config.feeds})

    def sync(self) -> None:
        """Tell the store what is configured. Raises StoreError."""
        now = self.clock()
        self.store.sync([job.configured(feed, now) for feed in self.config.feeds], now, merging.configured(self.config))

    def claim(
        self,
        limit: int,
        names: Sequence[str] | None = None,
        share: Share = WHOLE,
        crowded: frozenset[str] = frozenset(),
    ) -> tuple[Lease, ...]:
        """Take what is due, or what is named, due or not; of what is due its share, and nothing of crowded hosts.

        Raises StoreError.
        """
        now = self.clock()
        return self.store.claim(now, now + LEASE, limit, names, share, crowded)

    def run(self, leases: Iterable[Lease]) -> Iterator[Report]:
        """Update several sources side by side; each report as it is ready."""
        yield from crew.reports(leases, self.config.at_once, self.update, self.give_up, self.store.release)

    def update(self, lease: Lease) -> Report:
        """Scrape one source, decide what is new, remember it, and publish. Never raises what is foreseen."""
        with OURS.had():
            return self._updated(lease)

    def _updated(self, lease: Lease) -> Report:
        settings = self.settings(lease.source.name)
        try:
            learnt = self.learn(lease)
            path = self.publisher.path(settings)
            if learnt.quiet and not lease.source.dirty and path.exists():
                return replace(learnt, path=path)
            shown = self.publisher.catch_up(settings)
        except StoreError as error:
            self.owed.put(lease)
            return Report(settings.name, error=str(error), advice=error.advice, unsaved=error)
        except PublishError as error:
            self.owed.put(lease)
            return Report(settings.name, error=str(error), advice=error.advice, unwritten=True)
        finally:
            self.unsettled.set()
        problems = (*learnt.problems, *shown.problems)
        return replace(learnt, entries=shown.entries, path=shown.path, written=shown.written, problems=problems)

    def learn(self, lease: Lease) -> Report:
        """Scrape one source, decide what is new, and remember it. Raises StoreError."""
        source, now = lease.source, self.clock()
        self.rests.begin(source.id, lease.token)
        settings, accept = self.settings(source.name), self.accept or source.accepts
        task = job.of(self.store, source, settings, now)
        getter = Lending(self.fetcher)
        hurried = Hurried(getter, self.stopping, now)
        recorder = Recorder(hurried, self.archive, source.id, settings.keep_pages.size, now)
        resumed = Resumed(recorder, self.unfinished.take(source.id, lease.token, now))
        result = scrape(task, resumed)
        if result.failed and self.stopping.is_set():  # it may have been we who cut it short: it is due still
            self.store.release(lease)
            return Report(settings.name, problems=result.problems, error="Feedwright was told to stop.")
        if heir := succession.heir(self.store, lease, task, result):  # its site is one that we knew at another address
            return self.learn(heir)
        result = replace(result, problems=blame.told(self.config, settings, result.problems))
        ruling = outcome.ruling(self.store, source, task, result, accept=accept)
        run = Run(source, settings, task, result, ruling)
        if run.withheld:
            brought = outcome.withheld(run, self.circuit)
        else:
            brought = outcome.learnt(run, self.store, getter, self.circuit, self.rests)
            kept = keptpages.of_run(self.store, source.id, recorder, result, brought.decisions)
            brought = replace(brought, kept=kept)
        turned = turns.of(source, brought, now, self.config.notify.after)
        brought = replace(brought, requests=recorder.requests, events=(*brought.events, *turned))
        if not self.store.save(lease, brought, now):
            raise LeaseLost("Another has taken over this source meanwhile, or it is to be read in another way by now.")
        if result.come_back is not None and not run.withheld:
            self.unfinished.keep(source.id, lease.token, resumed.had(result.fetched))
        if brought.kept and self.archive is not None:
            KeptPages(self.store, self.archive).tidy(source.id, settings.keep_pages.room, now)
        told = report.learnt(settings.name, result, brought, accept=accept)
        problems, quiet = (*told.problems, *recorder.problems), not sourcestore.visible(lease, brought)
        return replace(told, problems=problems, quiet=quiet)

    def settle(self) -> Aftermath:
        """Bring what is made of several feeds up to date, if any was updated meanwhile, and run the user's command.

        That is run again also where nothing was updated since it failed. Raises StoreError and PublishError.
        """
        if not (self.unsettled.is_set() or self.pending.patience.due):
            return Aftermath(failed=self.pending.patience.why)
        self.unsettled.clear()
        try:
            after = aftermath.settle(self.config, self.store, self.pending, self.clock())
        except FeedwrightError:
            self.unsettled.set()  # it is to be tried again
            raise
        if any(report.unwritten for report in after.merged):
            self.unsettled.set()
        return after

    def write_again(self) -> None:
        """Write the feeds whose files could not be written, until that fails anew. Raises StoreError."""
        self.publisher.write_again()

    def notify(self) -> str | None:
        """Tell the user's command what befell the sources. A sentence says why it failed. Raises StoreError."""
        return self.notifier.tell(self.config, self.store, self.clock())

    def refresh(self, names: frozenset[str] | None = None) -> tuple[Report, ...]:
        """Write anew the feeds, or those of these, whose files are behind. Raises StoreError and PublishError."""
        return self.publisher.refresh(names)

    def tidy(self) -> tuple[Report, ...]:
        """Take out of out/ what has no place there. Raises StoreError and PublishError."""
        return self.publisher.tidy()

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
        schedule = polling.of(source, self.settings(source.name).schedule)
        self.store.save(lease, outcome.given_up(source, schedule, reason, now), now)
        return Report(source.name, error=reason)

    def settings(self, name: str) -> FeedConfig:
        """What is configured of the feed with this name."""
        return self._by_name[name]
