"""What a listing says of itself in its head: the site's own feeds, its API, its title and language."""

from scraper import urls
from scraper.dom import Tree
from scraper.model import FeedLink

FEED_TYPES = frozenset(("application/atom+xml", "application/rss+xml", "application/feed+json", "application/rdf+xml"))


def feeds(tree: Tree) -> tuple[FeedLink, ...]:
    """The feeds that the page announces (RSS autodiscovery, HTML 4.6.7.1), without those of comments."""
    kept: dict[str, FeedLink] = {}
    for element in tree.document.select("link[rel~=alternate i][href][type], a[type$='+xml' i][href]"):
        kind = (element.attr("type") or "").strip().lower()
        url = urls.absolute(element.attr("href") or "", tree.base)
        title = element.attr("title")
        if kind in FEED_TYPES and url and "comments" not in url:
            kept.setdefault(url, FeedLink(url, kind, title))
    return tuple(kept.values())


def api(tree: Tree) -> str | None:
    """Where the page announces a WordPress REST API (developer.wordpress.org/rest-api, "Discovery")."""
    element = tree.document.select_one("link[rel='https://api.w.org/'][href]")
    url = urls.absolute(element.attr("href") or "", tree.base) if element is not None else None
    return url if url and urls.site(url) == urls.site(tree.url) else None


def site_title(tree: Tree) -> str | None:
    """The site's name as the listing gives it: og:site_name, else the page's title."""
    name = tree.document.select_one("meta[property='og:site_name' i][content]")
    title = tree.document.select_one("head title, title")
    text = (name.attr("content") or "") if name is not None else title.text if title is not None else ""
    return " ".join(text.split()) or None


def language(tree: Tree) -> str | None:
    root = tree.document.root
    return (root.attr("lang") or "").strip() or None if root is not None else None
