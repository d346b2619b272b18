"""A store that is damaged or lost: set aside when its owner says so, made anew of a copy and of what is published."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from feeds import adoption, atomfile, backups, database
from feeds.configuration import Config, FeedConfig
from feeds.document import Feed
from feeds.errors import StoreDamaged, StoreError
from feeds.presence import Presence
from feeds.store import Store
from scraper import urls

# Of what is held so much is compared with what is published: a feed has no more entries.
MOST_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class SetAside:
    """Where a damaged store is now, and the copy that stands in its place, if there was a sound one."""

    path: Path
    copy: Path | None


def set_aside(path: Path, now: datetime) -> SetAside | None:
    """Put the newest sound copy in the place of a damaged store, or nothing; None where it is not damaged.

    Raises StoreError, also while another process works with the store.
    """
    if not path.exists():
        return None
    try:
        Store.open(path).close()
    except StoreDamaged:
        with database.told(path):
            presence = Presence(path.with_name(f"{path.name}.lock"))
            try:
                if not presence.alone():
                    raise StoreError(f"Another process works with {path}.", advice="Stop it first.")
                return SetAside(backups.set_aside(path, now), backups.restore(path))
            finally:
                presence.leave()
    return None


def adopt(config: Config, store: Store, now: datetime) -> int:
    """Hold again what is published and not held any more, with the ids and dates that it has, and count it.

    Raises StoreError.
    """
    count = 0
    for settings in config.feeds:
        feed = _published(config, settings)
        source = store.source(settings.name) if feed else None
        if source is None or feed is None:
            continue
        held = adoption.adopted(feed, store.newest(source.id, MOST_ENTRIES), now)
        if held:
            store.adopt(source.id, feed, held, now)
            count += len(held)
    return count


def _published(config: Config, settings: FeedConfig) -> Feed | None:
    """The feed in out/; None where there is none, or one of another site."""
    path = config.folder(settings) / f"{settings.name}.atom"
    try:
        feed = atomfile.read(path.read_bytes())
    except (OSError, atomfile.NotOurs):
        return None
    return feed if urls.site(feed.site_url) == urls.site(settings.url) else None
