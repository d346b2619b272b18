"""The ids by which a site's own system knows the article on a page, where the page tells them."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from scraper.claims import Claims
from scraper.dom import Element

# What builders write before an article's number, in `id`, `class` and query: WordPress, its themes, Drupal, Joomla.
NUMBERED = re.compile(
    r"^(?:post|postid|node|page-node|entry|article|story|item|content)[-_]?(\d{1,18})$", re.IGNORECASE
)
# The parameters of an address that name an article by its number.
NUMBER_PARAMETERS = frozenset(
    ("p", "page_id", "post_id", "postid", "article_id", "articleid", "node", "nid", "story_id")
)
# Attributes that hold an article's id: of the body, or of the one element around the page's title.
ATTRIBUTES = ("data-post-id", "data-article-id", "data-entry-id", "data-content-id", "data-history-node-id", "data-nid")
# A <meta> whose name ends so names the article: `article:id`, `content_id`, `parsely-post-id`, `cXenseParse:articleid`.
META = re.compile(r"(?:^|[:._-])(?:article|post|content|story|node|document|page)[:._-]?id$")
ID = re.compile(r"^[\w.:/-]{1,80}$")
# An id in a feed may be an address, or any text.
LONGEST_GUID = 500
# So many elements around a title are looked at.
DEEPEST = 12


def read(said: Claims) -> tuple[str, ...]:
    """Each id as `kind value`, in the order of how sure the signs are; none is to be trusted alone.

    A template may bear the same id on every page, and a page those of its neighbours.
    """
    found = (*_shortlinks(said), *_marked(said), *_metas(said), *_stated(said))
    return tuple(dict.fromkeys(f"{kind} {value}" for kind, value in found if ID.match(value)))


def of_entry(guid: str) -> tuple[str, ...]:
    """The id that a site's own feed gives an entry, and the number in it, as WordPress writes it: `?p=1234`."""
    guid = " ".join(guid.split())
    if not guid or len(guid) > LONGEST_GUID:
        return ()
    return (*(f"{kind} {value}" for kind, value in _numbered_address(guid)), f"guid {guid}")


def _shortlinks(said: Claims) -> Iterator[tuple[str, str]]:
    for link in said.tree.document.select("link[rel~=shortlink i][href]"):
        yield from _numbered_address(link.attr("href") or "")


def _numbered_address(address: str) -> Iterator[tuple[str, str]]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return
    for name, value in parse_qsl(parts.query):
        if name.lower() in NUMBER_PARAMETERS and value.isdigit():
            yield "post", value
    node = re.search(r"/node/(\d{1,18})/?$", parts.path)
    if node:
        yield "post", node[1]


def _marked(said: Claims) -> Iterator[tuple[str, str]]:
    """What the body says, and the elements around the title; of other elements, only one that stands alone."""
    around = [said.tree.body, *_around_title(said)]
    for element in around:
        yield from _marks(element)
    articles = said.tree.document.select("article")
    if len(articles) == 1 and articles[0] not in around:
        yield from _marks(articles[0])


def _marks(element: Element) -> Iterator[tuple[str, str]]:
    for word in (element.attr("id") or "", *(element.attr("class") or "").split()):
        match = NUMBERED.match(word)
        if match:
            yield "post", match[1]
    for name in ATTRIBUTES:
        value = (element.attr(name) or "").strip()
        if value:
            yield "post" if value.isdigit() else "data", value


def _around_title(said: Claims) -> list[Element]:
    titles = said.tree.document.select("h1")
    if len(titles) != 1:
        return []
    found: list[Element] = []
    element = titles[0].parent
    while isinstance(element, Element) and element.tag != "body" and len(found) < DEEPEST:
        found.append(element)
        element = element.parent
    return found


def _metas(said: Claims) -> Iterator[tuple[str, str]]:
    for name, contents in said.meta.items():
        if META.search(name) and len(contents) == 1:
            yield "meta", contents[0]


def _stated(said: Claims) -> Iterator[tuple[str, str]]:
    """The `identifier` of the article in structured data, and an `@id` that is more than its address."""
    if said.article is None:
        return
    for value in said.article.texts("identifier"):
        yield "schema", value
    for item in said.article.items("identifier"):
        yield "schema", item.text("value") or ""
    for value in said.article.texts("@id"):
        yield from _numbered_address(value)
        if value.startswith(("urn:", "tag:")):
            yield "schema", value
