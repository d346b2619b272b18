"""Articles that a page names beside its list: in a sidebar of recent posts, in a table of contents."""

import re
from dataclasses import dataclass, field

from scraper.discover import addresses
from scraper.discover.addresses import Form
from scraper.discover.cards import ANY_HEADING, Card, classes, held, up
from scraper.discover.words import OTHERS, RECENT
from scraper.dom import Element, Tree

# The name of a box stands on it, or on so many elements around it.
AROUND = 3
NAME_CHARS = 60
# A box is one of articles when it has so many links, and so many of those that tell are articles' for certain.
FEWEST, MOST = 3, 0.5
# Of those in it that could be articles so many have to have a title for an address.
SLUGGED = 0.6


@dataclass(slots=True)
class _Box:
    """An element beside the page's matter, with the cards in it."""

    place: Element
    cards: list[Card] = field(default_factory=list)


def alike(found: list[Card], listed: frozenset[str], form: Form | None, tree: Tree) -> tuple[Card, ...]:
    """The cards outside the list that are articles of the same kind, by their box and their address.

    Only on a page that stands for all of a site or of a room of it: elsewhere a box names what is off the subject.
    """
    if form is None or not _whole(tree, form):
        return ()
    kept: dict[str, Card] = {}
    for box in _boxes(found):
        fitting = [card for card in box.cards if form.fits(card.url)]
        fresh = [card for card in fitting if card.url not in listed and card.title]
        if not fresh or len(fitting) < max(2, MOST * len(box.cards)):
            continue
        words = _words(box.place)
        known = len(fitting) - len([card for card in fitting if card.url not in listed])
        titled = len([card for card in fresh if addresses.titled(card.url)])
        told = form.telling or known >= FEWEST or RECENT.search(words) is not None
        if told and titled >= SLUGGED * len(fresh) and not OTHERS.search(words):
            kept |= {card.url: card for card in fresh}
    return tuple(kept.values())


def recent(found: list[Card]) -> tuple[Card, ...]:
    """The cards of the boxes that are called recent, on a page that has no list."""
    kept: dict[str, Card] = {}
    for box in _boxes(found):
        words = _words(box.place)
        titled = [card for card in box.cards if card.title and addresses.titled(card.url)]
        if RECENT.search(words) and not OTHERS.search(words) and len(titled) >= max(2, SLUGGED * len(box.cards)):
            kept |= {card.url: card for card in titled}
    return tuple(kept.values())


def _boxes(found: list[Card]) -> list[_Box]:
    """The links beside the matter, by the nearest element that holds several of them."""
    inside = held((anchor, card) for card in found for anchor in card.beside)
    boxes: dict[Element, _Box] = {}
    for card in found:
        for anchor in card.beside[:1]:
            place = next((e for e in up(anchor) if inside.get(e) is None), None)
            if place is not None:
                boxes.setdefault(place, _Box(place)).cards.append(card)
    return list(boxes.values())


def _whole(tree: Tree, form: Form) -> bool:
    """Whether the page is the site's first, or stands above all of the list's addresses."""
    here = tuple(part for part in addresses.path(tree.url).split("/") if part)
    return not here or here == form.parts[: len(here)]


def _words(place: Element) -> str:
    """What a box is called: by the classes, ids and labels around it, and by its heading."""
    words = []
    for element in (place, *up(place)[:AROUND]):
        if element.tag in ("body", "main"):
            break
        words += [classes(element), element.attr("id") or "", element.attr("aria-label") or ""]
    for element in (place, *up(place)[:AROUND]):
        heading = element.select_one(f"{ANY_HEADING}, [class*=title i], [class*=header i] , summary, legend, strong")
        if heading is not None and heading.select_one("a[href]") is None:
            words.append(" ".join(heading.text.split())[:NAME_CHARS])
            break
    return re.sub(r"[-_]", " ", " ".join(words))
