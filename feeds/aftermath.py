"""What follows when feeds were updated: what is of all of them is brought up to date, and the user's command run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from feeds import bulletin, front, hook, merging, packing, publication, report, writers
from feeds.configuration import Config, MergedFeed
from feeds.errors import PublishError, StoreError
from feeds.mergeparts import Memory
from feeds.merging import Merging
from feeds.patience import Patience
from feeds.report import Report
from feeds.store import Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What followed: a report of each merged feed that was looked at, and why the user's command fails, if it does."""

    merged: tuple[Report, ...] = ()
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """Names of feeds, and paths of files, that changed; and of feeds whose files could not be written, with why."""

    feeds: tuple[str, ...] = ()
    paths: tuple[Path, ...] = ()
    unwritten: Mapping[str, PublishError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pending:
    """What was changed and not followed yet, each once and in its order; what is known of parts stays."""

    feeds: dict[str, None] = field(default_factory=dict)
    paths: dict[Path, None] = field(default_factory=dict)
    unwritten: dict[str, PublishError] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    patience: Patience = field(default_factory=Patience)

    def take(self) -> Changed:
        """All of it, which is pending here no more."""
        unwritten = {name: why for name in tuple(self.unwritten) if (why := self.unwritten.pop(name, None))}
        return Changed(tuple(_all(self.feeds)), tuple(_all(self.paths)), unwritten)

    def put(self, name: str, paths: Iterable[Path] = ()) -> None:
        """A feed was published, and these files of it changed."""
        self.add(Changed((name,), tuple(paths)))

    def failed(self, name: str, error: PublishError) -> None:
        """A feed could not be written, and is the last to be tried again."""
        self.add(Changed(unwritten={name: error}))

    def add(self, changed: Changed) -> None:
        for name in changed.feeds:
            self.feeds[name] = None
        for path in changed.paths:
            self.paths[path] = None
        for name in (*changed.feeds, *changed.unwritten):
            self.unwritten.pop(name, None)
        self.unwritten.update(changed.unwritten)


def settle(config: Config, store: Store, pending: Pending, now: datetime) -> Aftermath:
    """Bring up to date what is made of several feeds, and tell the user's command of that and of what changed before.

    What a command failed to take is told again later, and a merged feed that could not be written is tried again.
    Raises StoreError and PublishError.
    """
    names = frozenset(_all(pending.feeds))
    try:
        merged = _merged(config, store, merging.concerned(config, names), pending, now)
    except StoreError:
        pending.add(Changed(tuple(names)))
        raise
    for path in _of_all(config, store):
        pending.add(Changed(paths=(path,)))
    return Aftermath(merged, _run(config, pending))


def _run(config: Config, pending: Pending) -> str | None:
    """Tell the user's command what changed, unless it failed just now. A sentence says why it fails, if it does."""
    paths, command, patience = tuple(_all(pending.paths)), config.publish.command, pending.patience
    if not paths or command is None:
        patience.ended((), None)
    elif patience.waits_for(command):
        pending.add(Changed(paths=paths))
    else:
        patience.ended(command, hook.run(command, paths, config.path.absolute().parent, config.publish.timeout))
        if patience.why:
            pending.add(Changed(paths=paths))
    return patience.why


def _merged(
    config: Config, store: Store, feeds: Sequence[MergedFeed], pending: Pending, now: datetime
) -> tuple[Report, ...]:
    """Write merged feeds. One that can't be written stops no other. Raises StoreError.

    What they are made of is read when nobody else writes them: or who read first might write last.
    """
    if not feeds:
        return ()
    try:
        with writers.alone(config.out, *(feed.name for feed in feeds)):
            merging = Merging.of(config, store, now, pending.memory)
            return tuple(_written(merging, feed, pending) for feed in feeds)
    except PublishError as error:
        return tuple(_unwritten(feed, pending, error) for feed in feeds)


def _written(merging: Merging, feed: MergedFeed, pending: Pending) -> Report:
    try:
        written = merging.write(feed)
    except PublishError as error:
        return _unwritten(feed, pending, error)
    pending.unwritten.pop(feed.name, None)
    if written is None:
        return Report(feed.name)
    pending.add(Changed(paths=written.paths))
    return report.published(feed.name, publication.path(merging.config, feed), written)


def _unwritten(feed: MergedFeed, pending: Pending, error: PublishError) -> Report:
    pending.add(Changed((feed.name,)))
    pending.failed(feed.name, error)
    return Report(feed.name, error=str(error), advice=error.advice, unwritten=True)


def _all(pending: dict[T, None]) -> Iterator[T]:
    """What is there by now, taken out; others may add to it meanwhile."""
    for each in tuple(pending):
        del pending[each]
        yield each


def _of_all(config: Config, store: Store) -> Iterator[Path]:
    """Bring up to date what is of all feeds, packed copies last: what changed, each as soon as it is written.

    What comes after one may fail, and it is not written again then. Raises StoreError and PublishError.
    """
    yield from front.write(config, store)
    yield from bulletin.write(config, store)
    yield from packing.pack(config.out) if config.publish.gzip else packing.remove(config.out)
