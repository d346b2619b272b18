"""The entries of a page that is marked up as a feed: microformats' h-feed and h-entry, and hAtom before them."""

from scraper import dates, urls
from scraper.discover import addresses
from scraper.dom import Element, Tree
from scraper.model import Found, Link

NAME = "microformats"
ENTRIES = ".h-entry, .hentry"
# Where an entry's own address is, the surest first (microformats.org/wiki/h-entry).
ADDRESS = (
    "a.u-url[href]",
    ".u-url a[href]",
    "a.u-uid[href]",
    ".p-name a[href]",
    ".entry-title a[href]",
    "a[rel~=bookmark][href]",
)
TITLE, DATE, SUMMARY = (
    ".p-name, .entry-title",
    ".dt-published, time.published, abbr.published",
    ".p-summary, .entry-summary",
)
FEWEST = 2
CONFIDENCE = 0.9
TITLE_CHARS = 220


def find(tree: Tree) -> Found:
    """The addresses of the page's entries, in page order."""
    entries = tree.body.select(ENTRIES)
    kept: dict[str, Link] = {}
    for entry in entries:
        link = _link(entry, tree)
        if link is not None and addresses.key(link.url) != addresses.key(tree.url):
            kept.setdefault(addresses.key(link.url), link)
    if len(kept) < max(FEWEST, len(entries) / 2):
        return Found(NAME, reason=f"{len(entries)} entries are marked, {len(kept)} of them with an address")
    return Found(NAME, tuple(kept.values()), CONFIDENCE, f"{len(kept)} entries are marked")


def _link(entry: Element, tree: Tree) -> Link | None:
    anchor = next((found for place in ADDRESS if (found := entry.select_one(place)) is not None), None)
    url = addresses.meant(anchor.attr("href") or "", tree) if anchor is not None else None
    if url is None or addresses.site(url) != addresses.site(tree.url) or not addresses.may_be_article(url, tree.url):
        return None
    date = entry.select_one(DATE)
    moment = dates.parse(date.attr("datetime") or date.attr("title") or date.text) if date is not None else None
    title, summary = _text(entry, TITLE), _text(entry, SUMMARY)
    # A note has no name of its own, and its whole text stands for one.
    title = title if title and len(title) <= TITLE_CHARS else None
    return Link(urls.canonical(url), title, moment, summary, NAME, CONFIDENCE, ("h-entry",))


def _text(entry: Element, place: str) -> str | None:
    found = entry.select_one(place)
    return " ".join(found.text.split()) or None if found is not None else None
