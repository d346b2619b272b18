"""What a page says of itself in a machine's words: its meta tags, and the structured data that is about it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

from scraper import urls
from scraper.dom import Tree
from scraper.model import Evidence
from scraper.regions import Regions
from scraper.structured import ARTICLE_TYPES, Item, json_items, microdata_items

T = TypeVar("T")
# The rungs from which a field is read, best first: the source's name, how far it is to be believed, and how to look.
Ladder = Iterator[tuple[str, float, Callable[[], T | None]]]

# What may stand on an article's page beside the article: a film, a review of what it is about, a date to come, steps
# to take.
BESIDE = frozenset(("VideoObject", "AudioObject", "Event", "Review", "HowTo"))
PAGE_TYPES = frozenset(("WebPage", "ItemPage", "AboutPage", "QAPage", "MedicalWebPage", "ProfilePage"))
# No value that says something of an article is longer.
LONGEST, LONGEST_NAME = 20_000, 100
# An honest page has a <meta> for each tag, or each author.
MOST_OF_A_NAME = 60


@dataclass(frozen=True, slots=True)
class Claims:
    """A page, and what it claims of itself. `page` is what it says of itself as a page, where it is no article."""

    tree: Tree
    meta: Mapping[str, tuple[str, ...]]
    article: Item | None
    page: Item | None
    canonical: str | None
    site_name: str | None
    regions: Regions
    language: str | None = None
    provenance: list[Evidence] = field(default_factory=list)

    def said(self, *names: str) -> str | None:
        """The first content of the first of these <meta>s that there is."""
        return next((self.meta[name][0] for name in names if name in self.meta), None)

    def first(self, name: str, ladder: Iterable[tuple[str, float, Callable[[], T | None]]]) -> T | None:
        """What the first rung gives that gives anything; its source is put down."""
        for source, confidence, look in ladder:
            value = look()
            if value is not None and value != () and value != "":
                self.provenance.append(Evidence(name, source, confidence))
                return value
        return None


def read(tree: Tree) -> Claims:
    """The claims of a page. Where it describes several articles, only one that it calls its own counts."""
    meta = _meta_tags(tree)
    canonical = _canonical(tree)
    found = json_items(tree)
    article = _own(found, tree, meta, canonical)
    if article is None and not any(item.types & ARTICLE_TYPES for item in found):
        found = found + microdata_items(tree)
        article = _own(found, tree, meta, canonical)
    page = next((item for item in found if item.types & PAGE_TYPES), None)
    site = next((item.text("name") for item in found if "WebSite" in item.types and item.text("name")), None)
    name = meta.get("og:site_name", (site,))[0]
    tag = tree.document.select_one("title")
    called = (*meta.get("og:title", ()), tag.text if tag is not None else "")
    return Claims(tree, meta, article, page, canonical, name, Regions.of(tree, called))


def _meta_tags(tree: Tree) -> dict[str, tuple[str, ...]]:
    """The contents of the <meta>s, by name or property in lower case."""
    meta: dict[str, tuple[str, ...]] = {}
    for element in tree.document.select("meta"):
        name = element.attr("property") or element.attr("name") or element.attr("itemprop")
        content = " ".join((element.attr("content") or element.attr("value") or "")[:LONGEST].split())
        if name and content and len(name) <= LONGEST_NAME:
            key = name.strip().lower()
            known = meta.get(key, ())
            if len(known) < MOST_OF_A_NAME:
                meta[key] = (*known, content)
    return meta


def _canonical(tree: Tree) -> str | None:
    """The address that the page calls its own; a front page as the canonical of everything is a mistake."""
    for element in tree.document.select("link[rel~=canonical i][href]"):
        url = urls.absolute(element.attr("href") or "", tree.base)
        if url and (urlsplit(url).path.strip("/") or not urlsplit(tree.url).path.strip("/")):
            return urls.canonical(url)
    return None


def _own(found: list[Item], tree: Tree, meta: Mapping[str, tuple[str, ...]], canonical: str | None) -> Item | None:
    """The article that the page is about; one that stands beside another kind is not it."""
    articles = [item for item in found if item.types & ARTICLE_TYPES]
    articles = [item for item in articles if not item.types & BESIDE] or articles
    if len(articles) == 1 or len({_headline(item) for item in articles}) == 1:
        return articles[0]
    here = {urls.key(tree.url), urls.key(canonical or tree.url)}
    for item in articles:
        named = [*item.texts("url"), *item.texts("@id"), *item.texts("mainEntityOfPage")]
        named += [page.text("@id") or page.text("url") or "" for page in item.items("mainEntityOfPage")]
        if any(urls.key(urls.absolute(url, tree.base) or "") in here for url in named if url):
            return item
    called = meta.get("og:title", ("",))[0].casefold()
    return next((item for item in articles if called and (_headline(item) or "").casefold() == called), None)


def _headline(item: Item) -> str | None:
    return item.text("headline") or item.text("name")
