"""A page's own list, and what the site says elsewhere: which of the two, or both."""

from dataclasses import replace

from scraper import urls
from scraper.model import Discovery, Found

# A feed is of the same articles as a page when, of its newest, so many are on the page.
SAME = 0.5


def with_feed(page: Discovery, feed: Found) -> Discovery:
    """The page's list with that of the site's own feed before it; the page's alone where the feed is of something else.

    A section of a site often announces the feed of the whole.
    """
    if not feed.links:
        return _asked(page, feed)
    on_page = {urls.key(link.url) for link in page.links}
    newest = feed.links[: len(on_page)]
    same = len([link for link in newest if urls.key(link.url) in on_page])
    if page.links and same < SAME * len(newest):
        reason = f"of its newest {len(newest)} entries {same} are on the page: it is of something else"
        return _asked(page, replace(feed, links=(), confidence=0.0, reason=reason))
    in_feed = {urls.key(link.url) for link in feed.links}
    others = tuple(link for link in page.links if urls.key(link.url) not in in_feed)
    return replace(_asked(page, feed), links=(*feed.links, *others), tier=feed.tier)


def instead(page: Discovery, other: Found) -> Discovery:
    """Another tier's links in place of the page's, where it has any."""
    return replace(_asked(page, other), links=other.links, tier=other.tier) if other.links else _asked(page, other)


def with_older(listing: Discovery, older: Discovery) -> Discovery:
    """The list with the new links of its next page after its own."""
    known = {urls.key(link.url) for link in listing.links}
    more = tuple(link for link in older.links if urls.key(link.url) not in known)
    return replace(listing, links=(*listing.links, *more), next=older.next)


def _asked(page: Discovery, one: Found) -> Discovery:
    return replace(page, found=(*page.found, one))
