"""The links of a page, each with its card: the largest element that leads to nothing else."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from scraper import dates, urls
from scraper.discover import addresses
from scraper.discover.words import MORE, SPONSORED
from scraper.dom import Element, Node, Tree
from scraper.whitespace import flat

# Parts of a page that hold links, but not the listing's.
ASIDE = (
    "nav, footer:not(article footer), aside:not(:has(h1)), form, dialog, [role=navigation], [role=contentinfo], "
    "[role=complementary], [role=dialog], [hidden], [aria-hidden=true], #sidebar, .sidebar, .widget, .widget-area, "
    ".pagination, .pager, .breadcrumb, .breadcrumbs"
)
# Parts of them in which other articles may be named, and those in which never.
NO_BOX = "form, .pagination, .pager, .breadcrumb, .breadcrumbs"
# What a link or its wrapper is called when it leads to a list, to a person or to an action.
BESIDE_THE_POINT = frozenset(
    """tag tags tag-link tag-links tags-links tag-list post-tags post-tag entry-tags tagcloud category categories
    category-link cat-links post-category entry-categories author authors author-name byline vcard avatar share social
    social-links comment comments comments-link comment-link reply breadcrumb breadcrumbs pagination pager page-numbers
    nav-links sponsored advert advertisement promoted p-category p-author skip-link""".split()
)
NO_RELATION = frozenset(("tag", "category", "author", "sponsored", "next", "prev", "license", "me"))
SPONSORED_CLASS = re.compile(r"(^|[-_ ])(sponsor(ed)?|advert(isement)?|promoted)($|[-_ ])", re.IGNORECASE)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
ANY_HEADING = "h1, h2, h3, h4, h5, h6"
TITLE_CLASS = re.compile(
    r"(^|[-_ ])(title|headline|heading|p-name|entry-title|post-title|subject)($|[-_ ])", re.IGNORECASE
)
LONGEST_TITLE = 220
MORE_CHARS = 60
DATE_CHARS = 600
# So many elements up from a link its heading may stand.
CLOSE = 3


@dataclass(slots=True)
class Card:
    """One address with everything that the page shows of it.

    `anchors` are its links amid the page's matter, or all where there are none such; `beside` are those beside it.
    """

    url: str
    anchors: list[Element] = field(default_factory=list)
    beside: list[Element] = field(default_factory=list)
    aside: bool = True
    title: str = ""
    named: str = ""
    shape: tuple[str, ...] = ()
    element: Element | None = None
    published: datetime | None = None


def cards(tree: Tree, *, abroad: bool = False) -> list[Card]:
    """Every address on the site that may be an article's, in page order; with `abroad`, those of other sites."""
    places = tree.body.select(ASIDE)
    asides = {a for place in places for a in place.select("a[href]")} if places else set()
    never = {a for place in tree.body.select(NO_BOX) for a in place.select("a[href]")} if places else set()
    here, site = addresses.key(tree.url), addresses.site(tree.url)
    found: dict[str, Card] = {}
    for anchor in tree.body.select("a[href]"):
        aside = anchor in asides
        if (aside and anchor in never) or _beside_the_point(anchor):
            continue
        url = addresses.meant(anchor.attr("href") or "", tree)
        if url is None or (addresses.site(url) != site) != abroad or not addresses.may_be_article(url, tree.url):
            continue
        key = addresses.key(url)
        if key == here:
            continue
        card = found.get(key)
        if card is None:
            card = found[key] = Card(urls.canonical(url))
        if aside:
            card.beside.append(anchor)
            continue
        if card.aside:  # its place is where it stands amid the matter
            card.aside = False
            found[key] = found.pop(key)
        card.anchors.append(anchor)
    kept = list(found.values())
    for card in kept:
        card.anchors = card.anchors or card.beside
    _bound(kept)
    for card in kept:
        _read(card)
    return [card for card in kept if not _sponsored(card)]


def up(element: Element) -> list[Element]:
    """An element's ancestors, the nearest first."""
    return [a for a in element.ancestors if isinstance(a, Element)]


def _from(element: Element) -> Iterator[Element]:
    """An element and its ancestors, one after the other, for those who seldom ask for all."""
    yield element
    for above in element.ancestors:
        if isinstance(above, Element):
            yield above


def held(links: Iterable[tuple[Element, Card]]) -> dict[Element, Card | None]:
    """What holds a link: for each element the card that all links in it are of, None where they are of several."""
    inside: dict[Element, Card | None] = {}
    for anchor, card in links:
        for element in _from(anchor):
            other = inside.setdefault(element, card)
            if other is None:
                break  # whatever holds this holds several, too
            if other is not card:
                inside[element] = None
    return inside


def classes(element: Element) -> str:
    return element.attr("class") or ""


def _beside_the_point(anchor: Element) -> bool:
    relation = anchor.attr("rel")
    if relation and not NO_RELATION.isdisjoint(relation.lower().split()):
        return True
    if not BESIDE_THE_POINT.isdisjoint(classes(anchor).lower().split()):
        return True
    parent = anchor.parent
    return (
        isinstance(parent, Element)
        and parent.tag in ("span", "li", "ul", "p", "div", "address", "small")
        and not BESIDE_THE_POINT.isdisjoint(classes(parent).lower().split())
    )


def _bound(found: list[Card]) -> None:
    """Give each card its element: the largest that holds links to no other."""
    inside = held((anchor, card) for card in found for anchor in card.anchors)
    for card in found:
        for element in _from(card.anchors[0]):
            if inside[element] is not card:
                break
            card.element = element


def _read(card: Card) -> None:
    """The title: a heading's text before any other, and the shape of the place where it stands."""
    best: tuple[int, int] = (-1, 0)
    for anchor in card.anchors:
        heading, rank = _heading(anchor)
        text = _first_line(heading)
        if not text or len(text) > LONGEST_TITLE or is_more(text):
            continue
        if (rank, len(text)) > best:
            best = (rank, len(text))
            card.title, card.named, card.shape = text, ("", "title", "heading")[rank], _shape(anchor)
    if best[0] <= 0 and card.element is not None and card.element.tag not in ("body", "main"):
        headed = card.element.select_one(ANY_HEADING)
        text = " ".join(headed.text.split()) if headed is not None else ""
        if text and len(text) <= LONGEST_TITLE and not is_more(text):
            card.title, card.named, card.shape = text, "heading", _shape(card.element)
    if not card.title:
        anchor = card.anchors[0]
        said = anchor.attr("aria-label") or anchor.attr("title") or ""
        picture = anchor.select_one("img[alt]") if not said else None
        text = " ".join((said or (picture.attr("alt") or "" if picture is not None else "")).split())
        card.title, card.shape = ("" if is_more(text) else text[:LONGEST_TITLE]), _shape(anchor)


def is_more(text: str) -> bool:
    """Whether a link says no title but "read more", "3 comments" or the like."""
    return len(text) <= MORE_CHARS and MORE.fullmatch(text) is not None


def _first_line(element: Element) -> str:
    """What stands first in a card that is one link: its title, before date and summary."""
    return next((line.strip() for line in element.to_text().split("\n") if line.strip()), "")


def _heading(anchor: Element) -> tuple[Element, int]:
    """Where a link's title is, and how it is marked: 2 as a heading, 1 by its class, 0 not at all."""
    inner = anchor.select_one(ANY_HEADING)
    if inner is not None:
        return inner, 2
    node: Node | None = anchor.parent
    marked = 1 if TITLE_CLASS.search(classes(anchor)) else 0
    for _ in range(CLOSE):
        if not isinstance(node, Element):
            break
        if node.tag in HEADINGS:
            return anchor, 2
        marked = marked or int(TITLE_CLASS.search(classes(node)) is not None)
        node = node.parent
    if not marked:
        titled = anchor.select_one("[class*=title i], [class*=headline i], [itemprop=headline], [itemprop=name]")
        if titled is not None and titled.text.strip():
            return titled, 1
    return anchor, marked


def _shape(element: Element) -> tuple[str, ...]:
    """The tags down to an element, alike for the cards of one list."""
    return (element.tag, *(a.tag for a in up(element)))


def _sponsored(card: Card) -> bool:
    element = card.element
    if element is None or element.tag in ("body", "main", "html"):
        return False
    if SPONSORED_CLASS.search(classes(element)):
        return True
    return any(SPONSORED.fullmatch(flat(part)) for part in element.stripped_strings)


def published(card: Card) -> datetime | None:
    """The date that a card shows."""
    if card.element is None:
        return None
    for element in card.element.select("time")[:3]:
        moment = dates.parse(element.attr("datetime") or element.text)
        if moment is not None:
            return moment
    return dates.find(" ".join(card.element.text[: 2 * DATE_CHARS].split())[:DATE_CHARS])


def grouped(found: list[Card]) -> dict[tuple[str, ...], list[Card]]:
    """The cards by the shape of the place where their titles stand."""
    groups: dict[tuple[str, ...], list[Card]] = defaultdict(list)
    for card in found:
        groups[card.shape].append(card)
    return groups
