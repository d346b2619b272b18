"""One update, top to bottom: due sources → files in out/."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from feeds import atom, changes, feed, identity, polling, publish
from feeds.config import Config, FeedConfig
from feeds.errors import PublishError, StoreError
from feeds.model import Configured, Decision, Feed, Lease, Outcome, Source
from feeds.store import Store
from scraper.fetch import Fetcher
from scraper.model import Discovery, Job, Problem, ScrapeResult
from scraper.pipeline import scrape

# A source is ours for this long; whoever is killed meanwhile is followed by another.
LEASE = timedelta(minutes=15)
# How many of a feed's newest entries must not share a second with a new one.
NEIGHBOURS = 200


@dataclass(frozen=True, slots=True)
class Report:
    """What one update did, for people. `error` is the reason why nothing was learnt, if so."""

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


@dataclass(frozen=True, slots=True)
class Updater:
    """Everything that an update needs, built once. `clock` gives the time, aware and in UTC."""

    config: Config
    store: Store
    fetcher: Fetcher
    clock: Callable[[], datetime]

    def sync(self) -> None:
        """Tell the store what is configured. Raises StoreError."""
        configured = [
            Configured(f.name, f.url, f.digest, identity.feed_id(f.name, f.url), f.paused) for f in self.config.feeds
        ]
        self.store.sync(configured, self.clock())

    def claim(self, limit: int, names: Sequence[str] | None = None) -> tuple[Lease, ...]:
        """Take what is due, or what is named, due or not. Raises StoreError."""
        now = self.clock()
        return self.store.claim(now, now + LEASE, limit, names)

    def run(self, leases: Iterable[Lease]) -> Iterator[Report]:
        """Update several sources side by side; each report as it is ready."""
        with ThreadPoolExecutor(self.config.workers, thread_name_prefix="update") as pool:
            for done in as_completed([pool.submit(self.update, lease) for lease in leases]):
                yield done.result()

    def update(self, lease: Lease) -> Report:
        """Scrape one source, decide what is new, remember it, and publish. Never raises what is foreseen."""
        settings = self._settings(lease.source.name)
        now = self.clock()
        try:
            result = scrape(self._job(lease, settings, now), self.fetcher)
            outcome = self._outcome(lease, settings, result, now)
            if not self.store.save(lease, outcome, now):
                return Report(settings.name, error="another process took over this source meanwhile")
            report = self._publish_if_behind(settings)
        except (StoreError, PublishError) as error:
            return Report(settings.name, error=str(error), advice=error.advice)
        return _told(report, result, outcome)

    def refresh(self) -> None:
        """Write every feed anew whose file is not what the store and the configuration make of it now."""
        publish.remove_leftovers(self.config.out)
        for settings in self.config.feeds:
            self._publish(settings)

    def _publish_if_behind(self, settings: FeedConfig) -> Report:
        source = self.store.source(settings.name)
        path = self.path(settings)
        if source is not None and (source.dirty or not path.exists()):
            return self._publish(settings)
        return Report(settings.name, path=path)

    def _publish(self, settings: FeedConfig) -> Report:
        """Write a feed, unless it never had an entry. Raises StoreError and PublishError."""
        source, built = self.feed(settings)
        if not built.entries:
            return Report(settings.name)
        path = self.path(settings)
        written = publish.write(path, atom.render(built))
        self.store.mark_published(source.id, source.version)
        return Report(settings.name, entries=len(built.entries), path=path, written=written)

    def path(self, settings: FeedConfig) -> Path:
        return self.config.out / f"{settings.name}.atom"

    def feed(self, settings: FeedConfig) -> tuple[Source, Feed]:
        """A feed as the store has it now, with the source that it is made of. Raises StoreError."""
        source = self.store.source(settings.name)
        if source is None:
            raise StoreError(f"{settings.name} is not in the store.", advice="Was another config.yaml used meanwhile?")
        return source, feed.build(
            source,
            self.store.newest(source.id, settings.limit),
            title=settings.title,
            author=settings.author,
            language=settings.language,
            limit=settings.limit,
            self_url=f"{self.config.base_url}/{settings.name}.atom" if self.config.base_url else None,
        )

    def _settings(self, name: str) -> FeedConfig:
        return next(settings for settings in self.config.feeds if settings.name == name)

    def _job(self, lease: Lease, settings: FeedConfig, now: datetime) -> Job:
        return Job(
            source=settings.name,
            url=settings.url,
            now=now,
            rules=settings.rules,
            listing=lease.source.listing,
            known=polling.known(self.store.pages(lease.source.id), now),
            limit=settings.limit,
            headers=tuple(settings.headers.items()),
        )

    def _outcome(self, lease: Lease, settings: FeedConfig, result: ScrapeResult, now: datetime) -> Outcome:
        source = lease.source
        decisions = self._decisions(source.id, result, now)
        first = not self.store.newest(source.id, 1)
        failures = source.failures + 1 if result.failed else 0
        return Outcome(
            decisions=decisions,
            pages=result.pages,
            listing=result.listing,
            title=result.discovery.title,
            language=result.discovery.language,
            error=result.problems[0].message if result.failed else None,
            next_due=polling.next_due(now, settings.every, settings.cron, failures),
            changed=changes.moved(source.changed, decisions, now, first=first),
        )

    def _decisions(self, source_id: int, result: ScrapeResult, now: datetime) -> tuple[Decision, ...]:
        articles = identity.distinct(result.articles)
        if not articles:
            return ()
        held = self.store.held(source_id, [key for article in articles for key in identity.keys(article)])
        newest = self.store.newest(source_id, NEIGHBOURS)
        return changes.decide(
            identity.recognise(articles, held),
            now=now,
            ids=self.store.ids(source_id),
            moments=[one.updated for one in newest],
            first=not newest,
        )


def _told(report: Report, result: ScrapeResult, outcome: Outcome) -> Report:
    kinds = [decision.kind for decision in outcome.decisions]
    failed = result.problems[0] if result.failed else None
    return Report(
        report.name,
        new=kinds.count("new"),
        changed=kinds.count("changed"),
        entries=report.entries,
        path=report.path,
        written=report.written,
        unchanged=result.unchanged,
        problems=result.problems,
        discovery=result.discovery,
        error=failed.message if failed else None,
        advice=failed.advice if failed else "",
    )
