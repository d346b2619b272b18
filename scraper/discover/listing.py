"""Article-like links on a listing: the group of alike links that looks most like a list of articles."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote, urlsplit

from scraper import dates, urls
from scraper.dom import Element, Node, Tree
from scraper.model import Link

NAME = "listing"
# Parts of a page that hold links, but not the listing's.
ASIDE = (
    "nav, footer:not(article footer), aside:not(:has(h1)), header nav, form, dialog, [role=navigation], "
    "[role=contentinfo], [role=complementary], [role=dialog], [hidden], [aria-hidden=true], #sidebar, .sidebar, "
    ".widget, .widget-area, .pagination, .pager, .breadcrumb"
)
# Addresses of lists, people, files and actions.
NOT_AN_ARTICLE = re.compile(
    r"""/(tags?|categor(y|ies)|topics?|authors?|users?|members?|profile|kategorien?|schlagwort|etiquetas?|series|page
    |search|wp-(login|admin|content))/[^/]+/?$
    |/(search|login|log-in|signin|sign-in|signup|register|account|cart|checkout|feeds?|rss|atom|archives?|about|contact
    |privacy|terms|imprint|impressum|share|print|comments?|index|subscribe|tags?|categor(y|ies)|topics?|authors?)
    (\.\w+|/)?$
    |/archives?/\d{4}(/\d\d)?/?$
    |\.(jpe?g|png|gif|webp|svg|pdf|zip|mp[34]|xml|json|ics|docx?)$""",
    re.IGNORECASE | re.VERBOSE,
)
# A last part of a path that is a title or a number, not a section's name.
SLUG = re.compile(r"[^/]*(-[^/]+-|_[^/]+_|\d{3,})[^/]*$|(?=[^/]{10,}$)[^/]*[-_\d][^/]*$")
DATED_PATH = re.compile(r"/(19|20)\d\d/")
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
TITLE_CHARS = (8, 220)
TITLE_CHARS_CJK = 4
MORE = re.compile(
    r"^(read|continue|view|see|more|full|weiter|mehr|lire|plus|suite|leer|leggi|阅读|閱讀|続き|もっと|اقرأ|→|»|\[…\]|\.\.\.)"
    r"|^\d+ ?(comments?|views?|likes?)$",
    re.IGNORECASE,
)
# What one link is worth, by what it shows. Tuned on listings of real themes of seven engines.
HEADING, SLUGGED, TITLED, DATED, INSIDE = 3.0, 2.0, 1.5, 2.0, 1.0
# A link this strong is an article even where it stands outside the winning group (a lead story).
STRONG = 6.0
FEWEST = 2


@dataclass(slots=True)
class _Candidate:
    """One address with everything that the page shows of it."""

    url: str
    anchors: list[Element] = field(default_factory=list)
    title: str = ""
    shape: tuple[str, ...] = ()
    card: Element | None = None
    heading: bool = False
    published: datetime | None = None
    score: float = 0.0


def links(tree: Tree) -> tuple[Link, ...]:
    """The links to articles, in page order."""
    candidates = [c for c in _candidates(tree) if c.title]
    groups: dict[tuple[str, ...], list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        _judge(candidate)
        groups[candidate.shape].append(candidate)
    best = max(groups.values(), key=lambda group: sum(c.score for c in group), default=[])
    if len(best) < FEWEST or sum(c.score for c in best) / len(best) < HEADING:
        return ()
    chosen = [c for c in candidates if c in best or c.score >= STRONG]
    return tuple(Link(c.url, c.title, c.published, tier=NAME) for c in chosen)


def _candidates(tree: Tree) -> list[_Candidate]:
    """Every address on the site that may be an article's, with its anchors, its card and its title."""
    aside = {a for place in tree.body.select(ASIDE) for a in place.select("a[href]")}
    here, site = urls.key(tree.url), urls.site(tree.url)
    found: dict[str, _Candidate] = {}
    for anchor in tree.body.select("a[href]"):
        url = urls.absolute(anchor.attr("href") or "", tree.base)
        if url is None or anchor in aside or urls.site(url) != site:
            continue
        path = unquote(urlsplit(url).path)
        key = urls.key(url)
        if key != here and path not in ("", "/") and not NOT_AN_ARTICLE.search(path):
            found.setdefault(key, _Candidate(urls.canonical(url))).anchors.append(anchor)
    candidates = list(found.values())
    _find_cards(candidates)
    for candidate in candidates:
        _read(candidate)
    return candidates


def _find_cards(candidates: list[_Candidate]) -> None:
    """A card is the largest element that holds links to no other candidate."""
    inside: dict[Element, set[str]] = defaultdict(set)
    for candidate in candidates:
        for anchor in candidate.anchors:
            for ancestor in (anchor, *anchor.ancestors):
                if isinstance(ancestor, Element):
                    inside[ancestor].add(candidate.url)
    for candidate in candidates:
        for ancestor in (candidate.anchors[0], *candidate.anchors[0].ancestors):
            if not isinstance(ancestor, Element) or len(inside[ancestor]) > 1:
                break
            candidate.card = ancestor


def _read(candidate: _Candidate) -> None:
    """The title: a heading's text before any other, and the shape of the place where it stands."""
    best: tuple[bool, int] = (False, 0)
    for anchor in candidate.anchors:
        heading = _heading(anchor)
        text = _first_line(heading if heading is not None else anchor)
        if not text or MORE.match(text) or len(text) > TITLE_CHARS[1]:
            continue
        if (heading is not None, len(text)) > best:
            best = (heading is not None, len(text))
            candidate.title, candidate.heading, candidate.shape = text, heading is not None, _shape(anchor)
    if not candidate.title and candidate.card is not None:
        heading = candidate.card.select_one("h1, h2, h3, h4, h5, h6")
        if heading is not None and heading.text.strip():
            candidate.title, candidate.heading = " ".join(heading.text.split()), True
            candidate.shape = _shape(candidate.card)
    if not candidate.title:
        anchor = candidate.anchors[0]
        candidate.title = " ".join((anchor.attr("aria-label") or anchor.attr("title") or "").split())
        candidate.shape = _shape(anchor)


def _first_line(element: Element) -> str:
    """What stands first in a card that is one link: its title, before date and summary."""
    return next((line.strip() for line in element.to_text().split("\n") if line.strip()), "")


def _heading(anchor: Element) -> Element | None:
    inner = anchor.select_one("h1, h2, h3, h4, h5, h6")
    if inner is not None:
        return inner
    node: Node | None = anchor.parent
    for _ in range(3):
        if isinstance(node, Element) and node.tag in HEADINGS:
            return anchor
        node = node.parent if node is not None else None
    return None


def _shape(element: Element) -> tuple[str, ...]:
    """The tags down to an element, alike for the cards of one list."""
    return (element.tag, *(a.tag for a in element.ancestors if isinstance(a, Element)))


def _judge(candidate: _Candidate) -> None:
    path = unquote(urlsplit(candidate.url).path)
    shortest = TITLE_CHARS_CJK if not candidate.title.isascii() else TITLE_CHARS[0]
    candidate.published = _date(candidate.card) if candidate.card is not None else None
    candidate.score = (
        HEADING * candidate.heading
        + SLUGGED * bool(SLUG.search(path.rstrip("/")) or DATED_PATH.search(path))
        + TITLED * (len(candidate.title) >= shortest)
        + DATED * (candidate.published is not None)
        + INSIDE * any(a.tag in ("article", "main") for a in candidate.anchors[0].ancestors if isinstance(a, Element))
    )


def _date(card: Element) -> datetime | None:
    for element in card.select("time")[:3]:
        moment = dates.parse(element.attr("datetime") or element.text)
        if moment is not None:
            return moment
    return dates.find(" ".join(card.text.split())[:600])
