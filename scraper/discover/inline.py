"""Whole articles on one page: parts alike, each with a heading and a text, and with no page of their own."""

from collections import defaultdict
from datetime import datetime

from scraper import dates, urls
from scraper.discover import addresses
from scraper.discover.cards import ANY_HEADING, ASIDE, is_more, up
from scraper.dom import Element, Tree
from scraper.model import Found, Given, Link

NAME = "inline"
FEWEST = 3
# A part is an article when it has so much to read.
TEXT_CHARS = 40
# Of the parts so many have to show a date, or the page is one article in chapters.
DATED = 0.6
# Where more of them than this lead on to a page of their own, they are teasers.
TEASERS = 0.3
CONFIDENCE = 0.7
TITLE_CHARS = 220
DATE_CHARS = 200


def find(tree: Tree) -> Found:
    """The parts' own addresses: that of the page, with the part's anchor."""
    found = parts(tree)
    if not found:
        return Found(NAME, reason="no parts alike that each have a heading, a date and a text")
    return Found(
        NAME, tuple(part.link for part in found), CONFIDENCE, f"{len(found)} dated parts with no page of their own"
    )


def parts(tree: Tree) -> tuple[Given, ...]:
    """The articles on the page, in page order; none where their headings lead to pages of their own."""
    aside = {element for place in tree.body.select(ASIDE) for element in place.select(ANY_HEADING)}
    levels: dict[tuple[str, ...], list[Element]] = defaultdict(list)
    for heading in tree.body.select(ANY_HEADING):
        if heading not in aside and not _leads_away(heading, tree):
            levels[(heading.tag, *(a.tag for a in up(heading)))].append(heading)
    for headings in sorted(levels.values(), key=len, reverse=True):
        if len(headings) < FEWEST:
            break
        found = _parts(headings, tree)
        dated = [part for part in found if part.link.published]
        if len(found) >= FEWEST and len(dated) >= DATED * len(found):
            return tuple(found)
    return ()


def _parts(headings: list[Element], tree: Tree) -> list[Given]:
    kept: dict[str, Given] = {}
    insides = _insides(headings)
    titles = [" ".join(heading.text.split())[:TITLE_CHARS] for heading in headings]
    teasers = [any(_leads_on(e, title, tree) for e in inside) for title, inside in zip(titles, insides, strict=True)]
    if sum(teasers) > TEASERS * len(insides):
        return []
    for heading, title, inside in zip(headings, titles, insides, strict=True):
        text = " ".join(" ".join(element.text for element in inside).split())
        if not title or len(text) < TEXT_CHARS:
            continue
        html = "".join(element.html for element in inside)
        url = urls.part(tree.url, _anchor(heading, title), "article")
        moment = _moment(heading, inside, text)
        link = Link(url, title, moment, None, NAME, CONFIDENCE, ("heading", "text", *(("date",) if moment else ())))
        kept.setdefault(url, Given(link, html, whole=True))
    return list(kept.values())


def _insides(headings: list[Element]) -> list[list[Element]]:
    """What belongs to each heading: the part around it that holds no other, or all that follows it up to the next."""
    among = set(headings)
    held: dict[Element, int] = defaultdict(int)
    for heading in headings:
        for element in up(heading):
            held[element] += 1
    found = []
    for heading in headings:
        around = [
            element for element in up(heading) if held[element] == 1 and element.tag not in ("body", "main", "html")
        ]
        if around:
            found.append([around[-1]])
            continue
        following: list[Element] = []
        for sibling in heading.next_siblings:
            if isinstance(sibling, Element):
                if sibling in among:
                    break
                following.append(sibling)
        found.append(following)
    return found


def _leads_away(heading: Element, tree: Tree) -> bool:
    inner = heading.select_one("a[href]")
    anchor = inner if inner is not None else heading.closest("a[href]")
    href = (anchor.attr("href") or "") if anchor is not None else ""
    url = addresses.meant(href, tree) if href and not href.startswith("#") else None
    return url is not None and addresses.key(url) != addresses.key(tree.url)


def _leads_on(element: Element, title: str, tree: Tree) -> bool:
    """Whether a part has a link that says its title, "read more" or nothing: then it is a teaser."""
    anchors = [element] if element.tag == "a" else element.select("a[href]")
    for anchor in anchors:
        said = " ".join(anchor.text.split())
        if not said or title in said or is_more(said):
            url = addresses.meant(anchor.attr("href") or "", tree)
            if url and addresses.key(url) != addresses.key(tree.url) and addresses.may_be_article(url, tree.url):
                return True
    return False


def _anchor(heading: Element, title: str) -> str:
    """The id of the heading or of the part around it, else one made of the title."""
    inner = heading.select_one("[id], a[name]")
    own = heading.attr("id") or (inner is not None and (inner.attr("id") or inner.attr("name")))
    if not own:
        own = next((i for a in up(heading)[:3] if a.tag not in ("main", "body") and (i := a.attr("id"))), None)
    return str(own or "-".join(title.lower().split()))


def _moment(heading: Element, inside: list[Element], text: str) -> datetime | None:
    for element in (heading, *inside):
        time = element if element.tag == "time" else element.select_one("time")
        moment = dates.parse(time.attr("datetime") or time.text) if time is not None else None
        if moment is not None:
            return moment
    return dates.find(" ".join(heading.text.split())) or dates.find(text[:DATE_CHARS])
