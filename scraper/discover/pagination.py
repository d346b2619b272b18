"""The next page of a listing: the older posts."""

import re
from urllib.parse import parse_qsl, urlsplit

from scraper import urls
from scraper.discover import addresses
from scraper.discover.words import OLDER
from scraper.dom import Element, Tree

# Classes of links and of their wrappers that say so without words.
NEXT_CLASS = (
    "a.next[href], .next > a[href], a.pagination-next[href], .pagination-next > a[href], .pagination-next a[href], "
    "a.older-posts[href], .nav-previous a[href], a.pagination__next[href], a[aria-label^='next' i][href], "
    "a.next-page[href], .older > a[href], a.older[href], a[data-cursor][href], a.load-more[href]"
)
NUMBER = re.compile(r"\d{1,4}")
# Parameters that hold a page's number or the place to go on from.
PAGES = frozenset(
    ("page", "paged", "p", "pg", "start", "offset", "cursor", "after", "before", "from", "max_id", "until")
)
# What comes before such a number, and after it, in a path: `/page/2/`, `/page2`, `/index2.html`, `/index-2.html`, `/2`.
PATH_NUMBER = re.compile(r"/(?:(?:page|p|index|seite|pagina|side|strona)[/_-]?)?(\d{1,4})(?:\.\w+)?/?$", re.IGNORECASE)
INDEX = re.compile(r"/(?:index(?:\.\w+)?)?$", re.IGNORECASE)
OLDER_CHARS = 60
# A larger number is a year.
EARLIEST_YEAR = 1900


def next_page(tree: Tree) -> str | None:
    """The address of the listing's next page: by its relation, its words, its class, or the number after this one's."""
    anchors = tree.body.select("a[href]")
    announced = tree.document.select("link[rel~=next i][href], a[rel~=next i][href]")
    worded = [anchor for anchor in anchors if _says_older(anchor)]
    for anchor in (*announced, *worded, *tree.body.select(NEXT_CLASS)):
        url = addresses.meant(anchor.attr("href") or "", tree)
        if url is not None and _goes_on(url, tree.url):
            return urls.without_fragment(url)
    return _numbered(anchors, tree)


def _says_older(anchor: Element) -> bool:
    text = anchor.text
    if len(text) > 4 * OLDER_CHARS:
        return False
    said = " ".join(text.split()) or anchor.attr("aria-label") or anchor.attr("title") or ""
    return len(said) <= OLDER_CHARS and OLDER.fullmatch(said) is not None


def _goes_on(url: str, here: str) -> bool:
    """Whether an address can be another page of the same list: at the same site, and not the same page."""
    return (
        urls.origin(url) == urls.origin(here)
        and urls.without_fragment(url) != urls.without_fragment(here)
        and (addresses.key(url) != addresses.key(here))
    )


def _numbered(anchors: list[Element], tree: Tree) -> str | None:
    """The link whose address is this page's with the number that follows."""
    place, number = _place(tree.url)
    for anchor in anchors:
        href = anchor.attr("href") or ""
        if str(number + 1) not in href:
            continue
        url = addresses.meant(href, tree)
        if url is not None and _goes_on(url, tree.url) and _place(url) == (place, number + 1):
            return urls.without_fragment(url)
    return None


def _place(url: str) -> tuple[str, int]:
    """The address of a listing's first page, and which of its pages an address is: 1 where it says nothing."""
    parts = urlsplit(url)
    kept, number = [], 1
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name.lower() in PAGES and NUMBER.fullmatch(value):
            number = int(value)
        else:
            kept.append(f"{name}={value}")
    path = parts.path
    match = PATH_NUMBER.search(path)
    if match and int(match[1]) < EARLIEST_YEAR:
        path, number = path[: match.start()] + "/", int(match[1])
    return f"{INDEX.sub('', path)}?{'&'.join(kept)}", number
