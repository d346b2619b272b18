"""Which of the pages that came are kept, for how long, and which entry is made of which."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feeds.model import Decision, Kept
from scraper import urls


@dataclass(frozen=True, slots=True)
class Room:
    """How much is kept of one source: bytes as they are packed, versions of one page, and for how long.

    The time does not count for a page that an entry is made of; with no `size` nothing is kept.
    """

    size: int
    versions: int
    age: timedelta


def surplus(kept: Iterable[Kept], room: Room, now: datetime) -> tuple[Kept, ...]:
    """What is to go: versions that are too many, then pages that are too old, then what there is no room for.

    Of each entry the page that it was last made of stays, as long as there is room.
    """
    newest_first = sorted(kept, key=lambda one: (one.fetched, one.requested, one.digest), reverse=True)
    source_pages = frozenset(made_of(newest_first).values())
    versions: Counter[str] = Counter()
    gone: list[Kept] = []
    left: list[Kept] = []
    for one in newest_first:
        versions[one.requested] += 1
        spare = versions[one.requested] > room.versions or one.fetched < now - room.age
        (gone if spare and one not in source_pages else left).append(one)
    size = sum(one.packed for one in left)
    left.reverse()  # the oldest first
    for one in sorted(left, key=lambda one: one in source_pages):
        if size <= room.size:
            break
        size -= one.packed
        gone.append(one)
    return tuple(gone)


def made_of(kept: Iterable[Kept]) -> dict[str, Kept]:
    """The page that each entry was last made of, by the entry's id."""
    newest_last = sorted(kept, key=lambda one: (one.fetched, one.requested, one.digest))
    return {one.entry_id: one for one in newest_last if one.entry_id is not None}


def attributed(
    kept: Iterable[Kept], decisions: Sequence[Decision], known: Iterable[Kept], *, alone: bool
) -> tuple[Kept, ...]:
    """The pages of a run, each with the entry that is made of it, if one is.

    One is made of its page when it is new or changed, and also when no page of it is known yet. `alone` says that the
    listing is itself the one article.
    """
    have = made_of(known)
    by_key = {
        key: decision.held.entry_id
        for decision in decisions
        if decision.kind != "same" or decision.held.entry_id not in have
        for key in decision.held.keys
    }
    return tuple(
        replace(one, entry_id=by_key.get(urls.part_key(one.requested)) or by_key.get(urls.part_key(one.url)))
        if one.kind == "article" or alone
        else one
        for one in kept
    )
