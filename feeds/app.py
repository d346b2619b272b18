"""The composition root: everything is built once, here."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from threading import Event
from typing import Any

from feeds import presence, recovery, statusrows
from feeds.archive import Archive
from feeds.configuration import Config, FeedConfig
from feeds.hosts import StoredHosts
from feeds.presence import Sole
from feeds.recovery import SetAside
from feeds.store import Store
from feeds.subscribers import Subscribers
from feeds.update import Updater
from feeds.web.hub import Hub
from scraper.callbacks import Caller
from scraper.fetch import Fetcher, Limits
from scraper.hosts import Hosts, LocalHosts
from scraper.policy import Manners

STORE = statusrows.STORE
PAGES = Path(".state") / "pages"
# Where a person waits, a slow host is waited for.
WAITED_FOR = Manners(patience=30.0)
# What is fetched once goes on with nothing later: it waits for a host's own pauses, too.
PATIENT = Manners(patience=30.0, longest=120.0)


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def opened(config: Config, manners: Manners = Manners()) -> Iterator[Updater]:
    """An updater over the configuration's own store. Raises StoreError.

    `manners` say how long turns at a host are waited for. A store that is new begins with what is published.
    """
    fresh = not (config.out / STORE).exists()
    with _synced(config, manners) as updater:
        if fresh:
            recovery.adopt(config, updater.store, now())
        yield updater


def reconfigured(updater: Updater, config: Config) -> Updater:
    """The same over another configuration of the same folder, not yet synced.

    The fetcher before ends with its last run.
    """
    made = fetcher(config, StoredHosts(updater.store), Manners(), updater.stopping)
    return replace(updater, config=config, fetcher=made)


@contextmanager
def joined(config: Config, manners: Manners = Manners()) -> Iterator[Updater]:
    """An updater over a store that was told by somebody else what is configured. Raises StoreError."""
    stopping = Event()
    with Store.open(config.out / STORE) as store, fetcher(config, StoredHosts(store), manners, stopping) as fetches:
        yield Updater(config, store, fetches, now, archive=Archive(config.out / PAGES), stopping=stopping)


@contextmanager
def _synced(config: Config, manners: Manners) -> Iterator[Updater]:
    with joined(config, manners) as updater:
        updater.sync()
        yield updater


def sole(config: Config) -> AbstractContextManager[Sole]:
    """Be the only daemon on the configuration's folder. Raises AlreadyRunning, and StoreError."""
    return presence.sole(config.out / presence.DAEMON)


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of a damaged store, None where it was sound, and how many entries came from the feeds in out/."""

    aside: SetAside | None
    entries: int


def recovered(config: Config) -> Recovered:
    """A store that can be worked with, whatever it was before. Raises StoreError and PublishError."""
    aside = recovery.set_aside(config.out / STORE, now())
    with _synced(config, PATIENT) as updater:
        entries = recovery.adopt(config, updater.store, now())
        updater.refresh()
        return Recovered(aside, entries)


@contextmanager
def remembered(config: Config) -> Iterator[Store | None]:
    """The configuration's own store; None where nothing was ever fetched. Raises StoreError."""
    if not (config.out / STORE).exists():
        yield None
        return
    with Store.open(config.out / STORE) as store:
        yield store


@contextmanager
def hub(config: Config, store: Store | None) -> Iterator[Hub | None]:
    """What pushes; None where nothing is to be pushed."""
    if not config.hubs or store is None:
        yield None
        return
    network = config.network
    caller = Caller(user_agent(config), allow_private=network.allow_private, allow_ports=network.allow_ports)
    with closing(Hub(config, Subscribers(store), caller, now)) as made:
        yield made


@contextmanager
def once(config: Config, hosts: Hosts | None = None) -> Iterator[Updater]:
    """An updater that remembers nothing and writes no file: no feed is merged, whose parts may not be there.

    It has a pace of its own, or that of all who share `hosts`. Raises StoreError where these are stored.
    """
    with Store.open(None) as store, fetcher(config, hosts or LocalHosts(), WAITED_FOR) as fetches:
        updater = Updater(replace(config, merged=()), store, fetches, now)
        updater.sync()
        yield updater


@dataclass(frozen=True, slots=True)
class Opened:
    """What a person opens for one call, that is closed by default."""

    allow_private: bool = False
    ports: tuple[int, ...] = ()
    ignore_robots: bool = False


def one_off(url: str, opened: Opened) -> Config:
    """A configuration of one feed, which is served nowhere."""
    return opened_up(Config((FeedConfig(name="once", url=url, pages=1),), base_url=""), opened)


def opened_up(config: Config, opened: Opened) -> Config:
    """The configuration with what was opened, for all its feeds."""
    changes: dict[str, Any] = {}
    if opened.allow_private:
        changes["allow_private"] = True
    if opened.ignore_robots:
        changes["robots"] = "ignore"
    feeds = tuple(replace(feed, **changes, allow_ports=(*feed.allow_ports, *opened.ports)) for feed in config.feeds)
    return replace(config, feeds=feeds)


def fetcher(config: Config, hosts: Hosts, manners: Manners, stopping: Event | None = None) -> Fetcher:
    """A fetcher as the configuration wants it, to be closed. Once `stopping` is set it waits for no host any more.

    The pause between two requests is the configuration's, whatever the `manners` are else.
    """
    return Fetcher(
        user_agent(config),
        limits=Limits(config.fetch.connect_timeout, config.fetch.timeout, config.fetch.max_bytes),
        manners=replace(manners, delay=config.fetch.delay),
        allow_private=config.network.allow_private,
        hosts=hosts,
        sleep=time.sleep if stopping is None else stopping.wait,
    )


def user_agent(config: Config) -> str:
    """Who we are, and where a site's owner finds whom to ask."""
    contact = config.fetch.contact or config.base_url
    return f"Feedwright/{version('feedwright')}" + (f" (+{contact})" if contact else "")


def on_port(config: Config, port: int) -> Config:
    """The configuration with another port to serve on: a base_url on this machine follows it."""
    old = f"http://127.0.0.1:{config.web.port}"
    base_url = f"http://127.0.0.1:{port}" if config.base_url == old else config.base_url
    return replace(config, base_url=base_url, web=replace(config.web, port=port))
