"""The list of articles that a page gives in JSON-LD or microdata."""

from scraper import dates, urls
from scraper.discover import addresses
from scraper.dom import Tree
from scraper.model import Found, Link
from scraper.structured import ARTICLE_TYPES, LIST_TYPES, Item, items

NAME = "schema"
# Fewer than this may be "related articles" rather than the listing.
FEWEST = 3
# The site's own word.
CONFIDENCE = 0.95
MEMBERS = ("itemListElement", "blogPost", "blogPosts", "hasPart", "mainEntity")


def find(tree: Tree) -> Found:
    """The members of the page's lists, and the articles that it describes one by one."""
    kept: dict[str, Link] = {}
    described = items(tree)
    for item in described:
        members = [m for name in MEMBERS for m in item.items(name)] if item.types & LIST_TYPES else []
        for member in [*members, *([item] if item.types & ARTICLE_TYPES else [])]:
            link = _link(member, tree)
            if link is not None and addresses.key(link.url) != addresses.key(tree.url):
                kept.setdefault(addresses.key(link.url), link)
    if len(kept) < FEWEST:
        many = f"only {len(kept)} of them" if kept else "none"
        return Found(NAME, reason=f"{len(described)} things are described, and {many} is an article elsewhere")
    return Found(NAME, tuple(kept.values()), CONFIDENCE, f"{len(kept)} articles are described")


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
    url = addresses.meant(address, tree) if address else None
    if url is None or addresses.site(url) != addresses.site(tree.url) or not addresses.may_be_article(url, tree.url):
        return None
    date = member.text("datePublished")
    return Link(
        urls.canonical(url),
        member.text("headline") or member.text("name"),
        dates.parse(date) if date else None,
        member.text("description"),
        NAME,
        CONFIDENCE,
        (member.source,),
    )
