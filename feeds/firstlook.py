"""A first look at an address, before it is followed: nothing is remembered, and no file is written."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from feeds import app, ownfeed
from feeds.configuration import Config
from feeds.model import Held
from feeds.report import Report
from feeds.text import line
from feeds.update import Updater
from scraper import urls
from scraper.errors import FetchError
from scraper.hosts import Hosts
from scraper.model import Article

LOOKED_AT = 5  # articles that are fetched to be shown


@dataclass(frozen=True, slots=True)
class Looked:
    """What a first look at an address brought: a report, the articles that were fetched, and the site's own feed."""

    report: Report
    held: tuple[Held, ...]
    own: ownfeed.Verdict | None


def look(config: Config, hosts: Hosts | None = None) -> Looked:
    """Fetch the last feed's listing, the first of its articles, and the site's own feed. Raises StoreError.

    The pace is that of all who share `hosts`, where there are any.
    """
    feed = config.feeds[-1]
    with app.once(replace(config, feeds=(replace(feed, limit=LOOKED_AT),)), hosts) as updater:
        (lease,) = updater.claim(1, [feed.name])
        report = updater.learn(lease)
        held = updater.store.newest(lease.source.id, LOOKED_AT)
        return Looked(report, held, _own_feed(updater, report, held))


def in_order(looked: Looked) -> list[Article]:
    """The articles as the listing has them."""
    places = {urls.key(link.url): number for number, link in enumerate(looked.report.discovery.links)}
    articles = [held.article for held in looked.held]

    def place(article: Article) -> int:
        return min((places.get(urls.key(url), len(places)) for url in (article.url, *article.addresses)), default=0)

    return sorted(articles, key=place)


def note(looked: Looked) -> str:
    """The comment above the feed: where it came from."""
    found = looked.report.discovery
    how = f"{len(found.links)} articles, found by {found.tier}" if found.tier else "one page, an article itself"
    own = f". {looked.own}" if looked.own else ""
    return f"{line(found.title) or 'A site without a title'}: {how}{own}"


def _own_feed(updater: Updater, report: Report, held: Iterable[Held]) -> ownfeed.Verdict | None:
    """What the first feed that the page announces is worth; None where there is none that can be read."""
    for link in report.discovery.feeds[:1]:
        try:
            page = updater.fetcher.get(link.url, access=updater.config.feeds[0].access)
        except FetchError:
            return None
        return ownfeed.judged(link.url, page.content, [each.article for each in held]) if page else None
    return None
