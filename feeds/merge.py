"""Which entries make a feed that is merged of others, and in what order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heapify, heappop, heappush

from feeds import feed, identity
from feeds.document import Entry, Feed, Origin
from feeds.model import Held
from scraper import urls


@dataclass(frozen=True, slots=True)
class Part:
    """A feed of a `site` that is merged. Articles come newest first, as they are asked for, none after `newest`."""

    site: str
    newest: datetime
    articles: Iterator[Held]


@dataclass(frozen=True, slots=True)
class Offered:
    """An article of the part with this number."""

    part: int
    held: Held


def chosen(parts: Sequence[Part], limit: int) -> tuple[Offered, ...]:
    """The newest `limit` articles of the parts, newest first; of those of one moment the ones of an earlier part first.

    An article that several parts have is that of the part of its own site, since pages of others may claim to be it; or
    else of the one where it was first seen. Of a part no more is asked for than it takes: where there are thousands,
    most are not asked at all.
    """
    seen: dict[str, int] = {}
    groups: list[Offered] = []
    for offered in _in_order(parts):
        keys = (offered.held.entry_id, *filter(identity.is_address, offered.held.keys))
        known = next((seen[key] for key in keys if key in seen), len(groups))
        if known == limit:
            break
        if known == len(groups):
            groups.append(offered)
        else:
            groups[known] = min(groups[known], offered, key=lambda one: _claim(parts[one.part], one))
        seen |= dict.fromkeys(keys, known)
    return tuple(sorted(groups, key=lambda one: one.held.published, reverse=True))


def build(
    parts: Sequence[Feed],
    *,
    feed_id: str,
    title: str,
    author: str | None,
    language: str | None,
    site_url: str,
    self_url: str | None,
) -> Feed:
    """The entries of these feeds as one, newest first; each says which feed it is of.

    Ids, dates, authors and texts are those that an entry has in its own feed.
    """
    entries = [_of(part, entry) for part in parts for entry in part.entries]
    entries.sort(key=lambda entry: entry.published, reverse=True)
    return feed.speaking(
        Feed(
            id=feed_id,
            title=title,
            site_url=site_url,
            updated=max((entry.updated for entry in entries), default=feed.NEVER),
            entries=tuple(entries),
            self_url=self_url,
            author=author or title,
        ),
        language,
    )


def _in_order(parts: Sequence[Part]) -> Iterator[Offered]:
    """All articles, newest first. A part is not begun before its turn may have come."""
    waiting: list[tuple[float, int, Held | None]] = [
        (-part.newest.timestamp(), n, None) for n, part in enumerate(parts)
    ]
    heapify(waiting)
    while waiting:
        _, number, held = heappop(waiting)
        if held is not None:
            yield Offered(number, held)
        after = next(parts[number].articles, None)
        if after is not None:
            heappush(waiting, (-after.published.timestamp(), number, after))


def _claim(part: Part, offered: Offered) -> tuple[bool, datetime, int]:
    """The smaller, the better the claim that an article is of this part."""
    return urls.site(offered.held.article.url) != part.site, offered.held.first_seen, offered.part


def _of(part: Feed, entry: Entry) -> Entry:
    # The feed's date is the entry's: with a later one, what is new in a feed would change all that is here of it.
    origin = Origin(part.id, part.title, entry.updated, part.self_url, part.site_url)
    return replace(entry, origin=origin, language=entry.language or part.language)
