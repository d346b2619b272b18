"""Article-like links on a listing: the group of alike cards that looks most like a list of articles."""

from dataclasses import dataclass

from scraper.discover import addresses, beside
from scraper.discover.cards import Card, cards, grouped, published, up
from scraper.dom import Tree
from scraper.model import Found, Link

NAME = "listing"
# A title has so many characters at least; of a script of words in one sign, fewer.
TITLE_LEAST, TITLE_LEAST_CJK = 8, 4
# What one card is worth, by what it shows. Tuned on listings of real themes of seven engines.
HEADING, MARKED, SLUGGED, TITLED, DATED, INSIDE, PICTURED = 3.0, 1.5, 2.0, 1.5, 2.0, 1.0, 0.5
WHOLE = HEADING + SLUGGED + TITLED + DATED + INSIDE
# The cards of a list are worth this much on average, those of other sites more: anybody links there.
LEAST, LEAST_ABROAD = 3.0, 5.0
# A card this strong is an article even where it stands outside the winning group (a lead story).
STRONG = 6.0
# Outside the group, and with an address of the same form, this is enough.
ALIKE = 3.5
FEWEST, FEWEST_ABROAD = 2, 4
# What stands beside the list is believed less, and what stands without a list the least.
BESIDE, BOXED = 0.8, 0.5
GROUPS_TOLD = 8


@dataclass(slots=True)
class _Judged:
    """A card with what it is worth, and why."""

    card: Card
    score: float
    evidence: tuple[str, ...]

    def link(self, confidence: float) -> Link:
        card = self.card
        return Link(card.url, card.title, card.published, None, NAME, confidence, self.evidence)


def find(tree: Tree) -> Found:
    """The links to articles: those of the list in page order, then those of boxes beside it."""
    own = cards(tree)
    found = _best(own, tree, FEWEST, LEAST)
    if not found.links and (boxed := beside.recent(own)):
        reason = f"{len(boxed)} links in a box of recent articles, and no list beside it"
        links = tuple(Link(c.url, c.title, tier=NAME, confidence=BOXED, evidence=("recent",)) for c in boxed)
        return Found(NAME, links, BOXED, reason, found.seen)
    if not found.links:
        link_blog = _best(cards(tree, abroad=True), tree, FEWEST_ABROAD, LEAST_ABROAD)
        return link_blog if link_blog.links else found
    return found


def _best(found: list[Card], tree: Tree, fewest: int, least: float) -> Found:
    """The best group, with the cards outside it that are as good."""
    matter = [card for card in found if not card.aside and card.title]
    groups = sorted(([_judged(card) for card in group] for group in grouped(matter).values()), key=_total, reverse=True)
    seen = tuple(map(_told, groups[:GROUPS_TOLD]))
    if not groups:
        return Found(NAME, reason="no link on the page could be an article's")
    best, others = groups[0], [one for group in groups[1:] for one in group]
    mean = _total(best) / len(best)
    if len(best) < fewest:
        return Found(NAME, reason="no two links on the page are alike", seen=seen)
    if mean < least:
        return Found(NAME, reason=f"the best cards are worth {mean:.1f} each, and {least:.1f} is needed", seen=seen)
    form = addresses.form(one.card.url for one in best)
    alike = form if form and form.telling else None
    best += [o for o in others if o.score >= STRONG or (alike and alike.fits(o.card.url) and o.score >= ALIKE)]
    chosen = {one.card.url: one for one in best}
    confidence = min(0.95, mean / WHOLE)
    links = [chosen[card.url].link(confidence) for card in matter if card.url in chosen]
    boxed = beside.alike(found, frozenset(chosen), form, tree)
    links += [
        Link(card.url, card.title, tier=NAME, confidence=confidence * BESIDE, evidence=("beside the list",))
        for card in boxed
    ]
    beside_it = f", and {len(boxed)} links beside them" if boxed else ""
    return Found(NAME, tuple(links), confidence, f"{len(chosen)} cards worth {mean:.1f} each{beside_it}", seen)


def _judged(card: Card) -> _Judged:
    shortest = TITLE_LEAST if card.title.isascii() else TITLE_LEAST_CJK
    card.published = published(card)
    signs = (
        (HEADING, "heading", card.named == "heading"),
        (MARKED, "title", card.named == "title"),
        (SLUGGED, "address", addresses.titled(card.url)),
        (TITLED, "words", len(card.title) >= shortest),
        (DATED, "date", card.published is not None),
        (INSIDE, "article", any(a.tag in ("article", "main") for a in up(card.anchors[0]))),
        (PICTURED, "picture", card.element is not None and card.element.select_one("img") is not None),
    )
    shown = [(worth, name) for worth, name, there in signs if there]
    return _Judged(card, sum(worth for worth, _ in shown), tuple(name for _, name in shown))


def _total(group: list[_Judged]) -> float:
    return sum(one.score for one in group)


def _told(group: list[_Judged]) -> str:
    first = group[0]
    place = " > ".join(reversed(first.card.shape[:4]))
    worth = f"{_total(group) / len(group):.1f} each ({', '.join(first.evidence)})"
    return f"{len(group)} × {place}, {worth}: {first.card.title}"
