"""One update, top to bottom: due sources → files in out/."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Event

from feeds import (
    bulletin,
    changes,
    departed,
    feed,
    filters,
    freshness,
    front,
    gate,
    holding,
    hook,
    identity,
    keeping,
    ledger,
    output,
    packing,
    polling,
    publish,
    replay,
    rhythm,
    store,
    turns,
)
from feeds.archive import Archive
from feeds.circuit import Circuit
from feeds.config import Config, FeedConfig
from feeds.cron import zone
from feeds.errors import PublishError, StoreError
from feeds.holding import Ruling
from feeds.hurry import Hurried
from feeds.keptpages import KeptPages
from feeds.model import Configured, Decision, Feed, Held, Kept, Lease, Outcome, Posted, Source
from feeds.notify import Notifier
from feeds.output import Written
from feeds.polling import Schedule
from feeds.recorder import Recorder
from feeds.replay import Replay
from feeds.sealing import Sealing
from feeds.secrets import redacted
from feeds.store import Store
from feeds.subscribers import Subscribers
from scraper import urls, watch
from scraper.fetch import Fetcher
from scraper.model import Discovery, Job, KnownPage, Problem, ScrapeResult, Validators
from scraper.pipeline import scrape

# A source is ours for this long; whoever is killed meanwhile is followed by another.
LEASE = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
# The ends of the files that hubs push.
PUSHED = frozenset((".atom", ".rss", ".json"))
# What a person can do about a run that was held.
HELD = (
    "The feed stays as it was. `feedwright explain NAME` shows the page as it is; `feedwright fetch NAME --accept` "
    "publishes what is there now."
)
# The status with which a server says that a page has ended.
GONE = 410
# A feed has no more entries than this: older ones are not read again.
MOST_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class Report:
    """What one update did, for people. `error` is why nothing was learnt, if so; `held` says that it is the gate's.

    A `quiet` one brought nothing that readers could see.
    """

    name: str
    new: int = 0
    changed: int = 0
    entries: int = 0
    path: Path | None = None
    written: bool = False
    unchanged: bool = False
    problems: tuple[Problem, ...] = ()
    discovery: Discovery = Discovery()
    error: str | None = None
    advice: str = ""
    held: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Updater:
    """Everything that an update needs, built once. `clock` gives the time, aware and in UTC.

    Without an `archive` no page is kept. `accept` says that a person wants what is there now, as it was or not. Once
    `stopping` is set no page is begun any more.
    """

    config: Config
    store: Store
    fetcher: Fetcher
    clock: Callable[[], datetime]
    circuit: Circuit = field(default_factory=Circuit)
    archive: Archive | None = None
    unsettled: Event = field(default_factory=Event)
    accept: bool = False
    written: SimpleQueue[Path] = field(default_factory=SimpleQueue)
    stopping: Event = field(default_factory=Event)
    notifier: Notifier = field(default_factory=Notifier)
    _by_name: dict[str, FeedConfig] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {feed.name: feed for feed in self.config.feeds})

    def sync(self) -> None:
        """Tell the store what is configured. Raises StoreError."""
        now = self.clock()
        configured = [
            Configured(
                feed.name,
                feed.url,
                feed.digest,
                identity.feed_id(feed.name, feed.url),
                feed.paused,
                latest=polling.latest(feed.schedule, now),
                latest_failing=polling.latest(feed.schedule, now, failures=1),
            )
            for feed in self.config.feeds
        ]
        self.store.sync(configured, now)

    def claim(self, limit: int, names: Sequence[str] | None = None) -> tuple[Lease, ...]:
        """Take what is due, or what is named, due or not. Raises StoreError."""
        now = self.clock()
        return self.store.claim(now, now + LEASE, limit, names)

    def run(self, leases: Iterable[Lease]) -> Iterator[Report]:
        """Update several sources side by side; each report as it is ready."""
        pool = ThreadPoolExecutor(self.config.workers, thread_name_prefix="update")
        running = {pool.submit(self.update, lease): lease for lease in leases}
        try:
            bugs = []
            for done in as_completed(running):
                del running[done]
                bug = done.exception()
                if bug is None:
                    yield done.result()
                else:
                    bugs.append(bug)
            if bugs:  # a bug is told, when the others have been served
                raise bugs[0]
        finally:  # also when we are told to stop: then nothing more is begun, and what runs is not waited for
            pool.shutdown(wait=False, cancel_futures=True)
            for lease in running.values():
                self.store.release(lease)

    def update(self, lease: Lease) -> Report:
        """Scrape one source, decide what is new, remember it, and publish. Never raises what is foreseen."""
        settings = self._settings(lease.source.name)
        try:
            learnt = self.learn(lease)
            if learnt.quiet and not lease.source.dirty and self.path(settings).exists():
                return replace(learnt, path=self.path(settings))
            shown = self._publish_if_behind(settings)
        except (StoreError, PublishError) as error:
            return Report(settings.name, error=str(error), advice=error.advice)
        finally:
            self.unsettled.set()
        problems = (*learnt.problems, *shown.problems)
        return replace(learnt, entries=shown.entries, path=shown.path, written=shown.written, problems=problems)

    def learn(self, lease: Lease) -> Report:
        """Scrape one source, decide what is new, and remember it. Raises StoreError."""
        settings = self._settings(lease.source.name)
        now = self.clock()
        job = self._job(lease.source, settings, now)
        hurried = Hurried(self.fetcher, self.stopping, now)
        recorder = Recorder(hurried, self.archive, lease.source.id, settings.keep_pages.size, now)
        result = scrape(job, recorder)
        if result.failed and self.stopping.is_set():  # it may have been we who cut it short: it is due still
            self.store.release(lease)
            return Report(settings.name, problems=result.problems, error="Feedwright was told to stop.")
        result = replace(result, problems=self._without_secrets(result.problems))
        ruling = self._ruling(lease.source, job, result, now)
        if ruling.hold is not None and not _no_page(lease.source, result):
            outcome = self._withheld(lease, settings, job, ruling, now)
        else:
            outcome = self._outcome(lease, settings, job, result, ruling, now)
            outcome = replace(outcome, kept=self._kept(lease.source.id, recorder, result, outcome))
        turned = turns.of(lease.source, outcome, now, self.config.notify.after)
        outcome = replace(outcome, requests=recorder.requests, events=(*outcome.events, *turned))
        if not self.store.save(lease, outcome, now):
            raise StoreError("Another process took over this source meanwhile.")
        if outcome.kept and self.archive is not None:
            KeptPages(self.store, self.archive).tidy(lease.source.id, settings.keep_pages.room, now)
        told = replace(_told(settings.name, result, outcome), quiet=not store.visible(lease, outcome))
        return replace(told, problems=(*told.problems, *recorder.problems))

    def give_up(self, lease: Lease, reason: str) -> None:
        """Have a run that does not end count as failed, so that its source is looked at later. Raises StoreError."""
        source, now = lease.source, self.clock()
        schedule = polling.of(source, self._settings(source.name).schedule)
        outcome = Outcome(
            error=reason,
            failed=True,
            moved=source.moved,
            next_due=polling.next_due(schedule, now, source.failures + 1),
            url=source.url,
            hold=source.hold,
            place=source.place,
        )
        self.store.save(lease, outcome, now)

    def replay(self, name: str, since: datetime | None = None) -> Replay:
        """What the rules of now make of the pages that are kept of a source. Raises ScrapeError and StoreError."""
        settings, source = self._settings(name), self._source(name)
        if self.archive is None:
            return Replay(name)
        held = self.store.newest(source.id, MOST_ENTRIES)
        pages = KeptPages(self.store, self.archive)
        found = replay.replay(self._job(source, settings, self.clock()), source.id, pages, held, since)
        return replace(found, problems=self._without_secrets(found.problems))

    def revise(self, found: Replay, *, bump: bool = False) -> Report:
        """Have entries as they were read again, and publish them. With `bump` readers are told that they are new.

        Raises StoreError and PublishError.
        """
        settings, source = self._settings(found.name), self._source(found.name)
        revised, changed = found.revised, None
        if bump and revised:
            revised = changes.bumped(revised, self.store.moments(source.id), self.clock())
            changed = max(one.decision.held.updated for one in revised)
        count = self.store.revise(source.id, revised, changed)
        return replace(self._publish_if_behind(settings), changed=count)

    def maintain(self) -> None:
        """What is done every few hours. Raises StoreError and PublishError."""
        now = self.clock()
        departed.tidy(self.config, self.store, now)
        self.unsettled.set()
        Subscribers(self.store).expire(now)
        self.store.maintenance(now)
        self.store.backup(now)
        if self.archive is not None:
            rooms = {feed.name: feed.keep_pages.room for feed in self.config.feeds}
            by_id = {source.id: rooms[source.name] for source in self.store.sources() if source.name in rooms}
            KeptPages(self.store, self.archive).maintain(by_id, self.config.keep_pages.room.age, now)

    def settle(self) -> str | None:
        """Bring what is of all feeds up to date, if any was updated meanwhile, and run the user's command after it.

        A sentence says why the command failed; what it was to be told of is told again next time. Raises StoreError and
        PublishError.
        """
        if not self.unsettled.is_set():
            return None
        self.unsettled.clear()
        for path in (*front.write(self.config, self.store), *bulletin.write(self.config, self.store), *self._packed()):
            self.written.put(path)
        paths = tuple(dict.fromkeys(self.written.get() for _ in range(self.written.qsize())))
        if not paths or self.config.publish.command is None:
            return None
        folder = self.config.path.absolute().parent
        failed = hook.run(self.config.publish.command, paths, folder, self.config.publish.timeout)
        if failed:
            for path in paths:
                self.written.put(path)
        return failed

    def _packed(self) -> tuple[Path, ...]:
        """The packed copies that changed, now that what they are of is written."""
        return packing.pack(self.config.out) if self.config.publish.gzip else packing.remove(self.config.out)

    def notify(self) -> str | None:
        """Tell the user's command what befell the sources. A sentence says why it failed. Raises StoreError."""
        return self.notifier.tell(self.config, self.store, self.clock())

    def _ruling(self, source: Source, job: Job, result: ScrapeResult, now: datetime) -> Ruling:
        """Whether the run is fit to publish. One for which no page came says nothing of the source."""
        if _no_page(source, result):
            return Ruling(source.baseline, source.hold, place=source.place)
        known = [urls.part_key(page.url) for page in job.known]
        return holding.rule(source, result, known, now, accept=self.accept or source.accepts)

    def _withheld(self, lease: Lease, settings: FeedConfig, job: Job, ruling: Ruling, now: datetime) -> Outcome:
        """Of a run that is held nothing is kept but that it was."""
        assert ruling.hold is not None  # or there would be nothing to hold
        source = lease.source
        self.circuit.note(urls.host(job.url), None)
        return Outcome(
            error=ruling.hold.reason,
            failed=True,
            moved=source.moved,
            next_due=polling.next_due(polling.of(source, settings.schedule), now, source.failures + 1),
            url=job.url,
            hold=ruling.hold,
            events=ruling.events,
            place=ruling.place,
        )

    def refresh(self, names: frozenset[str] | None = None) -> frozenset[str]:
        """Write every feed anew whose file is behind the store or the configuration; give the names of those.

        With `names` only those are looked at.
        """
        self.unsettled.set()
        publish.remove_leftovers(self.config.out)
        departed.tidy(self.config, self.store, self.clock())
        feeds = [settings for settings in self.config.feeds if names is None or settings.name in names]
        return frozenset(settings.name for settings in feeds if self._publish(settings).written)

    def _publish_if_behind(self, settings: FeedConfig) -> Report:
        source = self.store.source(settings.name)
        path = self.path(settings)
        if source is not None and (source.dirty or not path.exists()):
            return self._publish(settings)
        return Report(settings.name, path=path)

    def _publish(self, settings: FeedConfig) -> Report:
        """Write a feed, unless it never had an entry. Raises StoreError and PublishError."""
        source, built = self.feed(settings)
        if not built.entries and not self.path(settings).exists():
            return Report(settings.name)
        archives, written = self._written(source, settings, built)
        self.store.mark_published(source.id, source.version)
        for path in (*archives, *written.paths):
            self.written.put(path)
        if written.paths and self.config.hubs and not settings.token:
            there = (path for path in written.paths if path.suffix in PUSHED and path.exists())
            topics = [f"{self.config.base_url}/{path.name}" for path in there]
            Subscribers(self.store).announce(topics, self.config.other_hubs, self.clock())
        return Report(
            settings.name,
            entries=written.entries,
            path=self.path(settings),
            written=bool(written.paths),
            problems=written.problems,
        )

    def _written(self, source: Source, settings: FeedConfig, built: Feed) -> tuple[tuple[Path, ...], Written]:
        """The files of a feed, those of its archives first: it names none that is not there."""
        folder, name = self.config.folder(settings), settings.name
        archives = self._archives(source, settings)
        changed = archives.mend()
        made = output.draft(folder, name, archives.named(built), settings.formats, settings.max_size)
        if sealed := archives.seal(made.feed.entries):
            made = output.draft(folder, name, archives.named(built), settings.formats, settings.max_size)
        return (*changed, *sealed), output.put(folder, name, made)

    def _archives(self, source: Source, settings: FeedConfig) -> Sealing:
        return Sealing(
            self.store,
            source,
            self.config.folder(settings),
            settings.name,
            self.config.base_url,
            build=partial(self._built, source, settings),
            takes=partial(self._takes, settings),
            size=max(1, settings.limit // 2),
            max_size=settings.max_size,
        )

    def path(self, settings: FeedConfig) -> Path:
        return self.config.folder(settings) / f"{settings.name}.atom"

    def feed(self, settings: FeedConfig) -> tuple[Source, Feed]:
        """A feed as the store has it now, with the source that it is made of. Raises StoreError."""
        source = self._source(settings.name)
        built = self._built(source, settings, self._taken(source, settings)[: settings.limit])
        every = None if settings.cron else settings.schedule.shortest
        hubs = () if settings.token else self.config.hubs
        return source, replace(built, ttl=freshness.max_age(every) // MINUTE, hubs=hubs)

    def _built(self, source: Source, settings: FeedConfig, held: Sequence[Held]) -> Feed:
        return feed.build(
            source,
            held,
            title=settings.title,
            author=settings.author,
            language=settings.language,
            limit=len(held),
            self_url=f"{self.config.base_url}/{settings.name}.atom" if self.config.base_url else None,
            differences=settings.updates == "diff",
        )

    def _source(self, name: str) -> Source:
        source = self.store.source(name)
        if source is None:
            raise StoreError(f"{name} is not in the store.", advice="Was another config.yaml used meanwhile?")
        return source

    def _taken(self, source: Source, settings: FeedConfig) -> tuple[Held, ...]:
        """The newest articles that the feed takes."""
        if not (settings.include.filter or settings.exclude.filter or settings.max_age):
            return self.store.newest(source.id, settings.limit)
        return self._takes(settings, self.store.newest(source.id, MOST_ENTRIES))

    def _takes(self, settings: FeedConfig, articles: Sequence[Held]) -> tuple[Held, ...]:
        """Those of the articles that the feed takes; `max_age` counts from now, that is from when it is written."""
        include, exclude = settings.include.filter, settings.exclude.filter
        since = None if settings.max_age is None else self.clock() - settings.max_age
        return tuple(
            held
            for held in articles
            if (since is None or held.published >= since) and filters.takes(held.article, include, exclude)
        )

    def _settings(self, name: str) -> FeedConfig:
        return self._by_name[name]

    def _job(self, source: Source, settings: FeedConfig, now: datetime) -> Job:
        url = polling.address(source, now)
        home = urls.site(url) == urls.site(settings.url)
        return Job(
            source=settings.name,
            url=url,
            now=now,
            rules=settings.rules,
            listing=polling.fresh(source.listing, source.listing_full, now),
            known=self._known(source.id, now),
            limit=settings.limit,
            access=settings.access if home else settings.access.abroad(),
            find=settings.find,
            pages=settings.pages,
            before=self._before(source.id, settings),
            template=self.store.template(url),
            zone=zone(settings.timezone),
            expected=source.baseline.listed,
            place=source.place,
        )

    def _known(self, source_id: int, now: datetime) -> tuple[KnownPage, ...]:
        """The pages that we had. Of one that is not believed the bytes are wanted, to see whether it has calmed."""
        restless = self.store.restless(source_id)
        known = polling.known(self.store.pages(source_id), now)
        return tuple(replace(p, validators=Validators()) if urls.part_key(p.url) in restless else p for p in known)

    def _before(self, source_id: int, settings: FeedConfig) -> str | None:
        """The text of a watched page as it was last."""
        if settings.find != watch.NAME:
            return None
        held = self.store.held(source_id, [urls.key(settings.url)])
        return held[0].article.text if held else None

    def _without_secrets(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """What is told and kept of a problem names an address, and that may hold a secret."""
        return tuple(replace(p, message=redacted(p.message, self.config.secrets)) for p in problems)

    def _outcome(
        self, lease: Lease, settings: FeedConfig, job: Job, result: ScrapeResult, ruling: Ruling, now: datetime
    ) -> Outcome:
        source = lease.source
        moments = self.store.moments(source.id) if result.articles else frozenset[datetime]()
        decisions = self._decisions(lease, settings, job, result, moments) if result.articles else ()
        problem = result.problems[0] if result.failed else None
        down = self.circuit.note(urls.host(job.url), problem.kind if problem else None)
        blamed = problem is not None and not down and problem.kind != "not-yet"
        return Outcome(
            decisions=decisions,
            # Where no article could be read, all are to be looked at again.
            pages=() if problem else result.pages,
            fetched=result.fetched,
            calm=_calm(result),
            sightings=ledger.sightings(self.store, self.fetcher, source.id, job, result),
            listing=Validators() if _to_be_seen_again(result) else result.listing,
            listing_fetched=not result.unchanged and problem is None,
            title=result.discovery.title,
            language=result.discovery.language,
            error=_why(result) if problem else None,
            failed=blamed,
            gone=problem is not None and problem.status == GONE,
            moved=polling.moved(source, job.url, result.moved, now),
            asked_until=_asked_until(result, now),
            next_due=now + polling.NETWORK_DOWN
            if down and problem
            else _next_due(
                polling.of(source, settings.schedule),
                self.posts(source.id, settings, decisions),
                result,
                now,
                source.failures + 1 if blamed else 0,
            ),
            changed=changes.moved(max(filter(None, (source.changed, *moments)), default=None), decisions, now),
            url=job.url,
            template=result.template,
            baseline=ruling.baseline,
            hold=ruling.hold,
            events=ruling.events,
            place=ruling.place,
        )

    def _kept(self, source_id: int, recorder: Recorder, result: ScrapeResult, outcome: Outcome) -> tuple[Kept, ...]:
        """The pages that came, each with the entry that is made of it."""
        kept = recorder.kept(result.fetched)
        if not kept:
            return ()
        alone = not result.discovery.links
        return keeping.attributed(kept, outcome.decisions, self.store.kept(source_id), alone=alone)

    def posts(self, source_id: int, settings: FeedConfig, decisions: Sequence[Decision] = ()) -> tuple[Posted, ...]:
        """When the articles of a source came, with those that are not stored yet, if its schedule asks."""
        if not settings.schedule.follows:
            return ()
        new = [Posted(d.held.published, d.held.first_seen) for d in decisions if d.kind == "new"]
        return (*self.store.posted(source_id, rhythm.POSTS), *new)

    def _decisions(
        self, lease: Lease, settings: FeedConfig, job: Job, result: ScrapeResult, moments: frozenset[datetime]
    ) -> tuple[Decision, ...]:
        source_id = lease.source.id
        how = changes.How(
            listed=ledger.listed(job, result),
            reread=self.store.reread(source_id, result.fetched),
            updates=settings.updates,
            exact=settings.find == watch.NAME,
        )
        return changes.decide(
            ledger.recognised(self.store, self.fetcher, source_id, job, result),
            now=job.now,
            ids=self.store.ids(source_id),
            moments=moments,
            first=not moments,
            how=how,
        )


def _next_due(
    schedule: Schedule, posts: Sequence[Posted], result: ScrapeResult, now: datetime, failures: int
) -> datetime:
    if result.come_back is not None and not failures:
        return result.come_back  # what is left over waits for nothing else
    return polling.next_due(schedule, now, failures, posts=posts, not_before=_asked_until(result, now))


def _asked_until(result: ScrapeResult, now: datetime) -> datetime | None:
    """Until when the server said that it need not be asked, or wants not to be; None where it said nothing."""
    stale = now + result.fresh_for
    asked = max(stale, result.come_back or stale)
    return asked if asked > now else None


def _to_be_seen_again(result: ScrapeResult) -> bool:
    """Whether a page on the listing failed that may be there next time: a 304 would hide it."""
    return not result.unchanged and not all(problem.permanent for problem in result.problems)


def _calm(result: ScrapeResult) -> tuple[str, ...]:
    """The keys of the pages that had not changed."""
    told = {*result.fetched, *(problem.url for problem in result.problems)}
    return tuple(urls.part_key(page.url) for page in result.pages if page.url not in told)


def _why(result: ScrapeResult) -> str:
    """What failed: the listing, or everything on it."""
    first = result.problems[0]
    if not result.discovery.links or first.url not in {link.url for link in result.discovery.links}:
        return first.message
    return f"none of the {len(result.discovery.links)} articles that it lists could be read. {first.message}"


def _no_page(source: Source, result: ScrapeResult) -> bool:
    """Whether a run failed on its way, and not for what stood in place of a list that we know."""
    if not result.failed:
        return False
    instead = result.problems[0].kind in gate.INSTEAD and not result.discovery.links
    return not (instead and source.baseline.listed)


def _told(name: str, result: ScrapeResult, outcome: Outcome) -> Report:
    if outcome.hold is not None and outcome.error == outcome.hold.reason:
        held = Report(name, problems=result.problems, discovery=result.discovery, error=outcome.error, held=True)
        return replace(held, advice=(result.problems[0].advice if result.failed else "") or HELD.replace("NAME", name))
    kinds = [decision.kind for decision in outcome.decisions]
    failed = result.problems[0] if result.failed else None
    return Report(
        name,
        new=kinds.count("new"),
        changed=kinds.count("changed"),
        unchanged=result.unchanged,
        problems=result.problems,
        discovery=result.discovery,
        error=_why(result) if failed else None,
        advice=failed.advice if failed else "",
    )
