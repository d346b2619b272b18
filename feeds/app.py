"""The composition root: everything is built once, here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from feeds.config import Config, FeedConfig, Network
from feeds.store import Store
from feeds.update import Updater
from scraper.fetch import Fetcher, Limits

STORE = Path(".state") / "feedwright.db"


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def opened(config: Config) -> Iterator[Updater]:
    """An updater over the configuration's own store. Raises StoreError."""
    with Store.open(config.out / STORE) as store, fetcher(config) as fetches:
        updater = Updater(config, store, fetches, now)
        updater.sync()
        yield updater


@contextmanager
def once(url: str, *, allow_private: bool) -> Iterator[Updater]:
    """An updater for one address, which remembers nothing and writes no file."""
    settings = FeedConfig(name="once", url=url)
    config = Config((settings,), base_url="", network=Network(allow_private=allow_private))
    with Store.open(None) as store, fetcher(config) as fetches:
        updater = Updater(config, store, fetches, now)
        updater.sync()
        yield updater


def fetcher(config: Config) -> Fetcher:
    return Fetcher(
        user_agent=user_agent(config),
        limits=Limits(config.fetch.connect_timeout, config.fetch.timeout, config.fetch.max_bytes),
        allow_private=config.network.allow_private,
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
