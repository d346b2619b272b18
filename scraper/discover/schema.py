"""The list of articles that a page gives in JSON-LD or microdata."""

from scraper import dates, urls
from scraper.dom import Tree
from scraper.model import Link
from scraper.structured import ARTICLE_TYPES, LIST_TYPES, Item, items

NAME = "schema"
# Fewer than this may be "related articles" rather than the listing.
FEWEST = 3
MEMBERS = ("itemListElement", "blogPost", "blogPosts", "hasPart", "mainEntity")


def links(tree: Tree) -> tuple[Link, ...]:
    """The members of the page's lists, and the articles that it describes one by one."""
    kept: dict[str, Link] = {}
    for item in items(tree):
        members = [m for name in MEMBERS for m in item.items(name)] if item.types & LIST_TYPES else []
        for member in [*members, *([item] if item.types & ARTICLE_TYPES else [])]:
            link = _link(member, tree)
            if link is not None and urls.key(link.url) != urls.key(tree.url):
                kept.setdefault(urls.key(link.url), link)
    return tuple(kept.values()) if len(kept) >= FEWEST else ()


def _link(member: Item, tree: Tree) -> Link | None:
    if "ListItem" in member.types:
        inner = member.items("item")
        if inner:
            return _link(inner[0], tree)
        address = member.text("url") or member.text("item")
    elif member.types & ARTICLE_TYPES:
        pages = member.items("mainEntityOfPage")
        address = member.text("url") or member.text("mainEntityOfPage") or (pages[0].text("@id") if pages else None)
    else:
        return None
    url = urls.absolute(address, tree.base) if address else None
    if url is None or urls.site(url) != urls.site(tree.url):
        return None
    date = member.text("datePublished")
    return Link(
        urls.canonical(url),
        member.text("headline") or member.text("name"),
        dates.parse(date) if date else None,
        member.text("description"),
        NAME,
    )
