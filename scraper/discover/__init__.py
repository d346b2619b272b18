"""Tree → links to articles: the tiers in their order, the first that finds any wins."""

from urllib.parse import urlsplit

from scraper import dom
from scraper.discover import feedlinks, listing, schema
from scraper.dom import Tree
from scraper.model import Discovery

# Structured lists are the site's own word; the look of the page is ours.
TIERS = (schema, listing)


# An article links to so many others beside it.
RELATED = 6


def discover(content: bytes, url: str, *, content_type: str | None = None) -> Discovery:
    """What the listing `content`, found at `url`, holds. Raises NotAPage and EmptyPage."""
    return links(dom.parse(content, url, content_type))


def links(tree: Tree) -> Discovery:
    """The articles that a listing links to, in page order, with the site's own feeds and the listing's next page."""
    found = next(((tier.NAME, links) for tier in TIERS if (links := tier.links(tree))), (None, ()))
    if len(found[1]) <= RELATED and _an_article(tree):
        found = (None, ())
    return Discovery(
        links=found[1],
        feeds=feedlinks.feeds(tree),
        next=feedlinks.next_page(tree),
        tier=found[0],
        title=feedlinks.site_title(tree),
        language=feedlinks.language(tree),
    )


def _an_article(tree: Tree) -> bool:
    """Whether a page says that it is one article, and no list of them."""
    said = tree.document.select_one("meta[property='og:type' i][content=article i]")
    return said is not None and urlsplit(tree.url).path not in ("", "/")
