"""Tree → the article's body: a cascade of named stages, each of which says what it took away and why."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from scraper import blocks, ending, evidence, selectors, template
from scraper.blocks import Block, Place
from scraper.choice import ASIDE, choose
from scraper.dom import Element, Text, Tree
from scraper.errors import CHECK_RULES, NothingFound
from scraper.markers import elsewhere, without_unseen
from scraper.model import SiteTemplate
from scraper.verdicts import Account, Judged, Taken, Verdict, taken_out

# One line of who and when, which an entry says elsewhere: by its name, and no longer than this.
DATELINE = re.compile(
    r"(?:^|[\s_-])(?:byline|dateline|kicker|eyebrow|overline|(?:entry|post|article|artikel|story|news)-?(?:meta|info|date))(?:$|[\s_-])",
    re.IGNORECASE,
)
DATELINE_CHARS = 160
# … and by its parts: somebody, and a moment.
SOMEBODY, MOMENT = "[itemprop=author], [rel=author]", "time, [itemprop^=date]"
# A caption stays with its picture unless much speaks against it.
CAPTION_BAR = -3.5
# Text around a picture that is dropped without the picture: more is a teaser.
BESIDE_PICTURE_CHARS = 300
# What is seen or heard, and stays when the text beside it goes.
MEDIA = ("img", "iframe", "video", "audio")
ANY_MEDIA = ", ".join(MEDIA)
# Elements that are one line of an article, and not the whole of it.
LINES = frozenset(
    ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "tr", "pre", "blockquote", "figcaption", "dd", "dt")
)


@dataclass(frozen=True, slots=True)
class Body:
    """The part of the page that is the article, and the blocks that were judged on the way.

    `stage` chose it; `confidence` is how much of it is likely to be right, 0 to 1: what a site's own rules say is.
    `template` is what is remembered of the site after this page; None where its own rules name the body. `whole` is a
    digest of what was chosen without that memory.
    """

    root: Element
    account: Account = ()
    stage: str = "rules"
    confidence: float = 1.0
    template: SiteTemplate | None = None
    whole: str = ""


@dataclass(slots=True)
class _Cascade:
    """The stages share one tree, which they thin out, and one account of it."""

    tree: Tree
    account: list[Verdict | Judged | Taken] = field(default_factory=list)

    def drop(self, elements: Iterable[Element | Text], stage: str, reason: str) -> None:
        self.account.append(taken_out(elements, stage, reason))


def body(
    tree: Tree,
    *,
    content: str | None = None,
    remove: tuple[str, ...] = (),
    memory: SiteTemplate | None = None,
    stated: str | None = None,
) -> Body:
    """The article's body; `tree` is thinned out on the way. `memory` is of the site's other pages.

    `stated` is the article's text as the page states it to machines.

    `content` and `remove` are a site's own selectors: what they say is not judged again.
    """
    cascade = _Cascade(tree)
    for selector in remove:
        cascade.drop(selectors.select(tree.body, selector, "remove"), "rules", f"remove: {selector}")
    cascade.account.append(without_unseen(tree))
    if content is not None:
        places = selectors.select(tree.body, content, "content")
        if not places:
            missing = f"select.content: {content!r} found nothing on {tree.url}."
            raise NothingFound(missing, about=tree.url, advice=CHECK_RULES)
        return Body(_joined(places), (*cascade.account, _kept(places[0], "rules", f"content: {content}")))
    cascade.drop(elsewhere(tree), "landmarks", "only ways to elsewhere, as the page itself says")
    return _learned(cascade, memory, stated)


def _learned(cascade: _Cascade, memory: SiteTemplate | None, stated: str | None) -> Body:
    """The blocks for which enough speaks, in the innermost element that holds them all; the rest is taken out."""
    held, places = blocks.read(cascade.tree.body)
    odds = evidence.odds(held, places)
    chosen = ending.without_ways(held, ending.ended(held, odds, choose(held, odds), stated), cascade.tree.base)
    why: Sequence[str | None] = [None] * len(held)
    usual, whole = None, ""
    if memory is not None:
        seen = template.impression(cascade.tree.url, held, odds, chosen)
        memory = template.learned(memory, seen)
        judgement = template.judged(memory, seen)
        chosen, why, usual = judgement.chosen, judgement.why, judgement.usual
        whole = template.digest(seen)
    if not held:
        return Body(cascade.tree.body, tuple(cascade.account), "learned", 0.0, memory, whole)
    if not any(chosen):
        return Body(Element("div"), tuple(cascade.account), "learned", 0.0, memory, whole)
    count = counted(held, places, chosen)
    inside = [block.place for block, keep in zip(held, chosen, strict=True) if keep]
    root = _common(places, count)
    last = inside[-1].parent or inside[-1]
    end = next(place for place in reversed(places) if place.up == last.index or place is inside[-1])
    span = (root.index, end.index)
    spared = _pictures(places, count, span)
    _thin_out(places, count, spared, root)
    cascade.account.append(Judged(held, odds, chosen, why))
    for block, keep, z in zip(held, chosen, odds, strict=True):
        if keep:
            continue
        caption = block.place.tag == "figcaption" and block.place.index in spared and z > CAPTION_BAR
        if (count[block.place.index] or block.place.index in spared) and not caption:
            for node in _removable(block):
                node.extract()
    cascade.drop(_datelines(root.element), "dateline", "who and when, which the entry says elsewhere")
    cascade.account.append(_kept(root.element, "learned", f"{sum(chosen)} of {len(held)} blocks"))
    if usual is not None:
        cascade.account.append(_kept(usual.place.element, "template", f"{usual.name}, the article's place {usual.on}"))
    sure = evidence.confidence(held, odds, chosen)
    return Body(root.element, tuple(cascade.account), "learned", sure, memory, whole)


def counted(held: Sequence[Block], places: Sequence[Place], chosen: Sequence[bool]) -> list[int]:
    """For each place how many of the blocks in it were chosen."""
    count = [0] * len(places)
    for block, keep in zip(held, chosen, strict=True):
        count[block.place.index] += keep
    for place in reversed(places):
        if place.parent is not None:
            count[place.parent.index] += count[place.index]
    return count


def _common(places: Sequence[Place], count: Sequence[int]) -> Place:
    """The innermost place that holds all chosen blocks, and more than one line of text."""
    root = places[0]
    for place in places:
        if count[place.index] == count[0]:
            if place.tag in LINES:
                break
            root = place
    return root


def _thin_out(places: Sequence[Place], count: Sequence[int], spared: set[int], root: Place) -> None:
    """Take out the places that hold nothing of the article, each with all that is in it."""
    for place in places:
        alive = place.parent is None or count[place.parent.index] or place.parent.index in spared
        if alive and place.blocks and not count[place.index] and place.index not in spared and place is not root:
            place.element.extract()


def _pictures(places: Sequence[Place], count: Sequence[int], span: tuple[int, int]) -> set[int]:
    """The places of pictures without chosen text: amid the article, and with little text of their own."""
    spared: set[int] = set()
    for place in places:
        within = place.parent is not None and place.parent.index in spared
        if within or (
            count[place.index] == 0
            and place.blocks
            and span[0] < place.index <= span[1]
            and place.chars <= BESIDE_PICTURE_CHARS
            and not place.flags & ASIDE
            and not place.around
            and place.element.select_one(ANY_MEDIA) is not None
        ):
            spared.add(place.index)
    return spared


def _removable(block: Block) -> list[Element | Text]:
    """The nodes of a block that can go: all but pictures and what plays."""
    nodes = [node for node in block.nodes if isinstance(node, Element | Text)]
    return [n for n in nodes if isinstance(n, Text) or (n.tag not in MEDIA and n.select_one(ANY_MEDIA) is None)]


def _datelines(root: Element) -> list[Element]:
    """The lines of who and when, by their names or by their parts."""
    named = [element for element in root.select("[class]") if _who_and_when(element.attr("class") or "")]
    marked = [mark.closest(blocks.ANY_BLOCK) for mark in root.select(SOMEBODY)]
    parted = [line for line in marked if line is not None and line is not root and line.select_one(MOMENT) is not None]
    return [element for element in dict.fromkeys([*named, *parted]) if len(element.text) <= DATELINE_CHARS]


@lru_cache(8192)
def _who_and_when(name: str) -> bool:
    return DATELINE.search(name) is not None


def _kept(element: Element, stage: str, reason: str) -> Verdict:
    return Verdict.on(element, stage, reason, kept=True)


def _joined(places: list[Element]) -> Element:
    if len(places) == 1:
        return places[0]
    joined = Element("div")
    for place in places:
        if not any(place in other.descendants for other in places if other is not place):
            joined.append(place.extract())
    return joined
