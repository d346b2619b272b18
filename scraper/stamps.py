"""When a page was changed, as its sitemap and its server say it: the last rungs of an article's dates."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from scraper import dates
from scraper.model import Article, Evidence, Link, Page

# How far a day of change is believed, as such and as the day of publication, which was then at the latest.
SITEMAP_CHANGED, SITEMAP_PUBLISHED = 0.4, 0.2
SERVER_CHANGED, SERVER_PUBLISHED = 0.2, 0.1
# A server that makes its pages as they are asked for says that they were changed just now.
SETTLED = timedelta(days=1)
# A day that so great a share of a site's pages gives is that of a move or a rebuild; two may have been written on one.
MOST, FEW = 0.5, 2


def stamped(article: Article, link: Link, page: Page, now: datetime, rebuilt: frozenset[date]) -> Article:
    """The article with what its sitemap and its server say, where neither the page nor the listing says anything.

    `Last-Modified` counts where it is older than a day at `now`, and its day is none on which most of the site's pages
    were written anew (`rebuilt`). Nothing here is later than `now`, and nothing was changed before it was published.
    """
    article = _with(article, link.changed, "sitemap", SITEMAP_PUBLISHED, SITEMAP_CHANGED, now)
    changed = modified(page)
    if changed is None or changed > now - SETTLED or changed.date() in rebuilt:
        return article
    return _with(article, changed, "last-modified", SERVER_PUBLISHED, SERVER_CHANGED, now)


def rebuilt(moments: Iterable[datetime | None]) -> frozenset[date]:
    """The day on which most of a site's pages were changed, if there is one."""
    days = Counter(moment.date() for moment in moments if moment)
    return frozenset(day for day, count in days.items() if count > max(FEW, MOST * days.total()))


def modified(page: Page | None) -> datetime | None:
    """What the server says of when the page was changed."""
    text = page.validators.last_modified if page else None
    return dates.parse(text) if text else None


def _with(
    article: Article, changed: datetime | None, source: str, published: float, updated: float, now: datetime
) -> Article:
    if changed is None or not dates.plausible(changed, now):
        return article
    if article.published is None:
        known = (*article.provenance, Evidence("published", source, published))
        return replace(article, published=changed, provenance=known)
    if article.updated is None and changed > article.published:
        known = (*article.provenance, Evidence("updated", source, updated))
        return replace(article, updated=changed, provenance=known)
    return article
