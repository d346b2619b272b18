"""Where the articles of a list are now: the region of a changed page that holds the titles and links that we know.

A list is told from others that hold known links too: it has the newest of them, most of them, in their order, and
little else. Boxes of popular and of related articles have others, or few; navigation has none.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scraper import overlap, urls
from scraper.discover import addresses, cards
from scraper.discover.words import OTHERS
from scraper.dom import Element, SelectorSyntaxError, Tree
from scraper.model import Link, Listed, Place, Rules
from scraper.overlap import Overlap

# A region is believed with so many of the links that should be on it, and these in order.
AGREEMENT, IN_ORDER = 0.6, 0.7
# It has so many links, and so much of the length of the last list: a theme that shows fewer shows half, a box a third.
FEWEST, SHORTEST = 3, 0.4
# …and so much of it is known: the rest is new.
KNOWN = 0.5
# So far above a link its item may be, and so many rules are tried, the likeliest first.
ABOVE, TRIED = 6, 40
# Names that people give; those that programs make have digits, and change at every turn.
NAME = re.compile(r"[A-Za-z_][\w-]*")
MADE = re.compile(r"\d")
# Where in an item its link is, where it is not the first: in a heading, or in what is called title.
HEADS = ("h1 a", "h2 a", "h3 a", "h4 a", "[class*=title i] a", "a[class*=title i]")
TITLES = ("h1", "h2", "h3", "h4", "[class*=title i]")
# So many boxes around a list may say what it is.
AROUND = 3


@dataclass(frozen=True, slots=True)
class _Tried:
    """A rule with what it finds."""

    place: Place
    measured: Overlap
    items: tuple[Element, ...]

    @property
    def worth(self) -> tuple[int, int, int, int, bool, bool, int]:
        """What should be there comes first; then one box, little else, whole items, and names: given ones, and few."""
        rule, measured = self.place.item, self.measured
        box, depth = len(_around(self.items)), len(cards.up(self.items[0]))
        named = "." in rule, not MADE.search(rule), -len(rule)
        return measured.kept, box, measured.known - measured.found, -depth, *named


def find(tree: Tree, last: Sequence[Listed]) -> Place | None:
    """The rules for the region of the page that goes on with the `last` list, or None where there is none."""
    known = _known(tree, last)
    tried = []
    for rule in _rules(known):
        items = _select(tree.body, rule)
        for link in (None, *HEADS):
            place = Place(rule, link)
            measured = overlap.measure(_links(items, link, tree), last)
            if _agrees(measured) and not _beside(items):
                tried.append(_Tried(place, measured, tuple(items)))
                break
    best = max(tried, key=lambda one: one.worth, default=None)
    if best is None:
        return None
    title = _title(_select(tree.body, best.place.item), best.place.link, last, tree)
    return replace(best.place, title=title, kept=best.measured.kept, expected=best.measured.expected)


def mended(rules: Rules, place: Place) -> Rules:
    """A source's rules with the new place in them. What the old ones said within an item is found without them."""
    return replace(rules, item=place.item, link=place.link, title=place.title, date=None, summary=None)


def _agrees(measured: Overlap) -> bool:
    return (
        measured.found >= max(FEWEST, SHORTEST * measured.last)
        and measured.expected >= FEWEST
        and measured.share >= AGREEMENT
        and measured.known >= KNOWN * measured.found
        and measured.ordered >= IN_ORDER
    )


def _known(tree: Tree, last: Sequence[Listed]) -> dict[Element, int]:
    """The links on the page that we know, amid its matter, with their place on the last list."""
    places: dict[str, int] = {}
    for place, one in enumerate(last):
        places.setdefault(urls.part_key(one.url), place)
        if words := overlap.telling(one.title):
            places.setdefault(words, place)
    asides = {anchor for box in tree.body.select(cards.ASIDE) for anchor in box.select("a[href]")}
    found = {}
    for anchor in tree.body.select("a[href]"):
        if anchor in asides:
            continue
        url = addresses.meant(anchor.attr("href") or "", tree)
        by_address = places.get(urls.part_key(url)) if url else None
        here = by_address if by_address is not None else places.get(overlap.telling(anchor.text))
        if here is not None:
            found[anchor] = here
    return found


def _rules(known: dict[Element, int]) -> Iterator[str]:
    """Rules for the items of a list, those that many known links lead to first."""
    inside: dict[Element, set[int]] = defaultdict(set)
    for anchor, place in known.items():
        for element in (anchor, *cards.up(anchor)[:ABOVE]):
            inside[element].add(place)
    votes: Counter[str] = Counter()
    counted: set[tuple[str, int]] = set()
    for anchor, place in known.items():
        for element in (anchor, *cards.up(anchor)[:ABOVE]):
            if len(inside[element]) > 1 or element.tag in ("body", "main", "html"):
                break
            for rule in _named(element):
                if (rule, place) not in counted:
                    counted.add((rule, place))
                    votes[rule] += 1
    for rule, count in sorted(votes.items(), key=lambda pair: (-pair[1], len(pair[0]), pair[0]))[:TRIED]:
        if count >= FEWEST:
            yield rule


def _named(element: Element) -> Iterator[str]:
    """What an element can be called: by its classes, and by those of what is around it."""
    own = [element.tag, *_marks(element)]
    yield from own[1:]
    for level, above in enumerate(cards.up(element)[:AROUND]):
        if above.tag == "html":
            break
        joint = " > " if level == 0 else " "
        for mark in _marks(above) or ([above.tag] if above.tag in ("main", "section") else []):
            yield from (f"{mark}{joint}{name}" for name in own[:2])


def _marks(element: Element) -> list[str]:
    found = [f"{element.tag}.{name}" for name in cards.classes(element).split()[:AROUND] if NAME.fullmatch(name)]
    identity = element.attr("id") or ""
    return found + ([f"#{identity}"] if NAME.fullmatch(identity) else [])


def _select(where: Element, rule: str) -> list[Element]:
    try:
        return list(where.select(rule))
    except SelectorSyntaxError:  # a name that a page gives and no rule can say
        return []


def _anchor(item: Element, link: str | None) -> Element | None:
    if link is None:
        return item if item.tag == "a" else item.select_one("a[href]")
    return item.select_one(link)


def _links(items: Sequence[Element], link: str | None, tree: Tree) -> tuple[Link, ...]:
    """What a rule finds, each address once, as a recipe finds it."""
    found: dict[str, Link] = {}
    for item in items:
        anchor = _anchor(item, link)
        url = addresses.meant(anchor.attr("href") or "", tree) if anchor is not None else None
        if url is not None and anchor is not None:
            found.setdefault(urls.part_key(url), Link(url, " ".join(anchor.text.split())))
    return tuple(found.values())


def _around(items: Sequence[Element]) -> list[Element]:
    """The boxes that hold all the items, the smallest first."""
    last = set(cards.up(items[-1]))
    return [box for box in cards.up(items[0]) if box in last]


def _beside(items: Sequence[Element]) -> bool:
    """Whether a box around the items, or the heading above them, says that they are no list of what is new."""
    boxes = _around(items)
    first = next((inner for inner in reversed(cards.up(items[0])) if inner not in boxes), items[0])
    for box in (first, *boxes[: AROUND + 1]):
        if box.tag == "body":
            return False
        named = f"{cards.classes(box)} {box.attr('id') or ''} {box.attr('aria-label') or ''}"
        if box is not first and OTHERS.search(re.sub(r"[-_]", " ", named)):
            return True
        elements = (one for one in box.previous_siblings if isinstance(one, Element))
        heading = next((one for one in elements if one.tag in cards.HEADINGS), None)
        if heading is not None:
            return OTHERS.search(heading.text) is not None
    return False


def _title(items: Sequence[Element], link: str | None, last: Sequence[Listed], tree: Tree) -> str | None:
    """The rule for the title within an item, where it is not what the link says."""
    titles = {urls.part_key(one.url): overlap.telling(one.title) for one in last}

    def right(rule: str | None) -> int:
        count = 0
        for item in items:
            anchor = _anchor(item, link)
            url = addresses.meant(anchor.attr("href") or "", tree) if anchor is not None else None
            said = anchor if rule is None else item.select_one(rule)
            wanted = titles.get(urls.part_key(url)) if url else None
            count += bool(wanted and said is not None and overlap.telling(said.text) == wanted)
        return count

    best = max((None, *TITLES), key=right)
    return best if right(best) > right(None) else None
