"""The files of names that no feed has any more: they say so for a while, and then they go."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from feeds import atomfile, farewell, feed, output, publish, sealing
from feeds.configuration import PRIVATE, Config
from feeds.document import Feed, Paging
from feeds.errors import PublishError
from feeds.model import Slug
from feeds.report import Report
from feeds.store import Store

# The ends of a feed's files in out/.
ENDS = ("atom", "rss", "json", "html")


def tidy(config: Config, store: Store, now: datetime) -> tuple[Report, ...]:
    """Bring what stands in out/ under names that were given up to what it has to be, and tell where that failed.

    So with what stands in public of a feed that has a token, or in private of one that has none any more.
    Raises StoreError.
    """
    failed = []
    for name, tidied in _tidying(config, store, now):
        try:
            tidied()
        except PublishError as error:
            failed.append(Report(name, error=str(error), advice=error.advice))
    return tuple(failed)


def _tidying(config: Config, store: Store, now: datetime) -> Iterator[tuple[str, Callable[[], None]]]:
    """What is to be done, name by name."""
    for settings in config.published:
        elsewhere = config.out if settings.token else config.out / PRIVATE
        yield settings.name, partial(_remove, elsewhere, settings.name)
    names = {settings.name for settings in config.published}
    for slug in store.given_up():
        if slug.name not in names:
            yield slug.name, partial(_depart, config, store, slug, now)


def _depart(config: Config, store: Store, slug: Slug, now: datetime) -> None:
    _remove(config.out / PRIVATE, slug.name)
    if slug.given_up is None or now >= slug.given_up + farewell.SAID_FOR:
        _remove(config.out, slug.name)
    else:
        _say(config, store, slug, slug.given_up)


def _say(config: Config, store: Store, slug: Slug, given_up: datetime) -> None:
    forms = [end for end in ENDS if (config.out / f"{slug.name}.{end}").is_file()]
    if "atom" not in forms:
        return
    built = _as_it_was(config, slug) if slug.source_id is None else _feed(config, store, slug, slug.source_id)
    if built is not None:
        now_at = f"{config.base_url}/{slug.now}.atom" if slug.now else None
        output.write(config.out, slug.name, farewell.last(built, given_up, now_at), forms)


def _feed(config: Config, store: Store, slug: Slug, source_id: int) -> Feed | None:
    source = store.former(source_id)
    if source is None:
        return None
    settings = next((settings for settings in config.feeds if settings.name == slug.now), None)
    limit = settings.limit if settings else config.limit
    built = feed.build(
        source,
        store.newest(source.id, limit),
        title=settings.title if settings else None,
        author=settings.author if settings else None,
        language=settings.language if settings else None,
        limit=limit,
        self_url=f"{config.base_url}/{slug.name}.atom",
    )
    archive = sealing.file(slug.name, store.archives(source.id))
    there = (config.out / archive).is_file()
    return replace(built, paging=Paging(previous=f"{config.base_url}/{archive}")) if there else built


def _as_it_was(config: Config, slug: Slug) -> Feed | None:
    """A merged feed as it stands in out/, without last words; None where another hand has put something else there."""
    path = config.out / f"{slug.name}.atom"
    try:
        built = atomfile.read(path.read_bytes())
    except atomfile.NotOurs:
        return None
    except OSError as error:
        raise PublishError(f"{path} could not be read ({error.strerror or error}).") from error
    return replace(built, entries=tuple(entry for entry in built.entries if not farewell.is_last(built, entry)))


def _files(folder: Path, name: str) -> list[Path]:
    """All that is published under a name, archives included."""
    own = [path for end in ENDS if (path := folder / f"{name}.{end}").is_file()]
    archives = folder / name
    return own + sorted(archives.iterdir()) if archives.is_dir() and not archives.is_symlink() else own


def _remove(folder: Path, name: str) -> None:
    for path in _files(folder, name):
        publish.remove(path)
