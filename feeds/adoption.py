"""A feed that was published → what we hold: its entries keep their ids and dates where the store was lost."""

from collections.abc import Iterable
from datetime import datetime

from feeds import changes, identity
from feeds.document import Entry, Feed
from feeds.model import Held
from scraper import dom, lines
from scraper.model import Article, Evidence


def adopted(feed: Feed, held: Iterable[Held], now: datetime) -> tuple[Held, ...]:
    """The entries of the feed that are not held, or of which readers have a later state than is held.

    `held` may be older than the feed, as that of a backup is. Of entries of one time the upper one was seen later, as
    in the feed.
    """
    known = {one.entry_id: one for one in held}
    found = []
    for place, entry in enumerate(feed.entries):
        before = known.get(entry.id)
        if before is None or before.updated.replace(microsecond=0) < entry.updated:
            found.append(_held(entry, feed.language, before, now - place * datetime.resolution))
    return tuple(found)


def _held(entry: Entry, language: str | None, before: Held | None, now: datetime) -> Held:
    article = Article(
        url=entry.url,
        title=entry.title,
        html=entry.html,
        text=lines.text(dom.fragment(entry.html)),
        authors=entry.authors,
        published=entry.published,
        updated=entry.updated,
        language=entry.language or language,
        image=entry.image,
        tags=entry.tags,
        summary=entry.summary,
        enclosures=entry.enclosures,
        addresses=(entry.url,),
        provenance=(Evidence("published", "the published feed"),),
    )
    keys = identity.keys(article)
    return Held(
        entry_id=entry.id,
        article=article,
        published=before.published if before else entry.published,
        updated=entry.updated,
        first_seen=before.first_seen if before else now,
        digest=changes.digest(article),
        revision=before.revision + 1 if before else 1,
        keys=tuple(dict.fromkeys((*(before.keys if before else ()), *keys))),
    )
