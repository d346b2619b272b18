"""Tree → links to articles: the tiers in their order, the first that finds any wins."""

from scraper import dom
from scraper.discover import feedlinks, listing, schema
from scraper.dom import Tree
from scraper.model import Discovery

# Structured lists are the site's own word; the look of the page is ours.
TIERS = (schema, listing)


def discover(content: bytes, url: str, *, content_type: str | None = None) -> Discovery:
    """What the listing `content`, found at `url`, holds. Raises NotAPage and EmptyPage."""
    return links(dom.parse(content, url, content_type))


def links(tree: Tree) -> Discovery:
    """The articles that a listing links to, in page order, with the site's own feeds and the listing's next page."""
    found = next(((tier.NAME, links) for tier in TIERS if (links := tier.links(tree))), (None, ()))
    return Discovery(
        links=found[1],
        feeds=feedlinks.feeds(tree),
        next=feedlinks.next_page(tree),
        tier=found[0],
        title=feedlinks.site_title(tree),
        language=feedlinks.language(tree),
    )
