"""Kept pages are read again by the rules of now, and what that changes is published."""

from dataclasses import replace
from datetime import datetime

from feeds import blame, changes, job, publication, replay
from feeds.keptpages import KeptPages
from feeds.replay import Replay
from feeds.report import Report
from feeds.update import Updater


def reread(updater: Updater, name: str, since: datetime | None = None) -> Replay:
    """What the rules of now make of the pages that are kept of a source. Raises ScrapeError and StoreError."""
    store, settings = updater.store, updater.settings(name)
    source = publication.source(store, name)
    if updater.archive is None:
        return Replay(name)
    held = store.newest(source.id, publication.MOST_ENTRIES)
    pages = KeptPages(store, updater.archive)
    found = replay.replay(job.of(store, source, settings, updater.clock()), source.id, pages, held, since)
    return replace(found, problems=blame.told(updater.config, settings, found.problems))


def revise(updater: Updater, found: Replay, *, bump: bool = False) -> Report:
    """Have entries as they were read again, and publish them. With `bump` readers are told that they are new.

    Raises StoreError and PublishError.
    """
    store, settings = updater.store, updater.settings(found.name)
    source = publication.source(store, found.name)
    revised, changed = found.revised, None
    if bump and revised:
        revised = changes.bumped(revised, store.issued(source.id).moments, updater.clock())
        changed = max(one.decision.held.updated for one in revised)
    count = store.revise(source.id, revised, changed)
    return replace(updater.publisher.catch_up(settings), changed=count)
