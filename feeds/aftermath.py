"""What follows when feeds were updated: what is of all of them is brought up to date, and the user's command run."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from feeds import bulletin, front, hook, merging, packing, publication, report
from feeds.configuration import Config, MergedFeed
from feeds.errors import PublishError, StoreError
from feeds.mergeparts import Memory
from feeds.merging import Merging
from feeds.report import Report
from feeds.store import Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What followed: a report of each merged feed that was looked at, and why the user's command failed, if it did."""

    merged: tuple[Report, ...] = ()
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """Names of feeds, and paths of files, that changed."""

    feeds: tuple[str, ...]
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """What was changed and not followed yet: names of feeds, and paths of files; what is known of parts stays."""

    feeds: SimpleQueue[str] = field(default_factory=SimpleQueue)
    paths: SimpleQueue[Path] = field(default_factory=SimpleQueue)
    memory: Memory = field(default_factory=Memory)

    def take(self) -> Changed:
        """All of it, which is pending here no more."""
        return Changed(tuple(_all(self.feeds)), tuple(_all(self.paths)))

    def put(self, name: str, paths: Iterable[Path] = ()) -> None:
        """A feed was published, and these files of it changed."""
        self.add(Changed((name,), tuple(paths)))

    def add(self, changed: Changed) -> None:
        for name in changed.feeds:
            self.feeds.put(name)
        for path in changed.paths:
            self.paths.put(path)


def settle(config: Config, store: Store, pending: Pending, now: datetime) -> Aftermath:
    """Bring up to date what is made of several feeds, and tell the user's command of that and of what changed before.

    What a command failed to take is told again next time, and a merged feed that could not be written is tried again.
    Raises StoreError and PublishError.
    """
    names = frozenset(_all(pending.feeds))
    try:
        merged = _merged(config, store, merging.concerned(config, names), pending, now)
    except StoreError:
        for name in names:
            pending.feeds.put(name)
        raise
    for path in (*front.write(config, store), *bulletin.write(config, store), *_packed(config)):
        pending.paths.put(path)
    paths = tuple(dict.fromkeys(_all(pending.paths)))
    if not paths or config.publish.command is None:
        return Aftermath(merged)
    failed = hook.run(config.publish.command, paths, config.path.absolute().parent, config.publish.timeout)
    if failed:
        for path in paths:
            pending.paths.put(path)
    return Aftermath(merged, failed)


def _merged(
    config: Config, store: Store, feeds: Sequence[MergedFeed], pending: Pending, now: datetime
) -> tuple[Report, ...]:
    """Write merged feeds. One that can't be written stops no other. Raises StoreError."""
    if not feeds:
        return ()
    merging = Merging.of(config, store, now, pending.memory)
    return tuple(_written(merging, feed, pending) for feed in feeds)


def _written(merging: Merging, feed: MergedFeed, pending: Pending) -> Report:
    try:
        written = merging.write(feed)
    except PublishError as error:
        pending.feeds.put(feed.name)
        return Report(feed.name, error=str(error), advice=error.advice)
    if written is None:
        return Report(feed.name)
    for path in written.paths:
        pending.paths.put(path)
    return report.published(feed.name, publication.path(merging.config, feed), written)


def _all(queue: SimpleQueue[T]) -> Iterator[T]:
    return (queue.get() for _ in range(queue.qsize()))


def _packed(config: Config) -> tuple[Path, ...]:
    """The packed copies that changed, now that what they are of is written."""
    return packing.pack(config.out) if config.publish.gzip else packing.remove(config.out)
