"""Tree → its blocks of text, each with what stands around it: one walk for all that is decided later."""

import re
from collections.abc import Sequence
from functools import lru_cache

from scraper.dom import Element, Node, Text

# Elements that begin a line of their own; everything else belongs to the text that it stands in.
BLOCKS = frozenset(
    """address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul""".split()
)
INLINE = frozenset(
    """abbr b bdi bdo br button cite code del em font i img input ins kbd label mark q s samp small span strike strong
    sub sup svg time tt u var wbr""".split()
)
ANY_BLOCK = ", ".join(sorted(BLOCKS))
# Nesting that no page needs; what is deeper counts as text of the level above.
DEEPEST = 150
# A block with this many characters outside links is running text.
RUNNING_CHARS = 60

# What a class or id says about the part that it names: words that name what stands around an article…
AROUND = frozenset(
    """ad ads advert advertisement aside author banner bio breadcrumb breadcrumbs btn button buttons byline card cards
    carousel categories category comment comments consent cookie copyright credit credits disclaimer discussion disqus
    feed follow foot footer gallery gdpr head header icon icons jp legal like likes link links list listing login
    masthead menu meta modal more most nav navigation newsletter next outbrain overlay pager pagination paywall player
    popular popup prev previous print promo promotion rating read recommend recommended related replies reply respond
    search share sharing sidebar signup slick slider social sponsor sponsored sticky subscribe subscription swiper
    taboola tag tags teaser teasers thumb thumbnail toc tool toolbar tools topic topics trending video widget""".split()
)
# … and patterns that name the article itself.
MATTER = re.compile(
    r"(?:article|story|post|entry|news|blog|page|main|body|text|content|detail)[-_]*"
    r"(?:body|content|text|main|copy|article|detail|inner|entry|wysiwyg|richtext)"
    r"|articlebody|entry|rich-?text|wysiwyg|prose|markdown|hentry"
)
WORD = re.compile(r"[^\W\d_]+")
# Further up than this is no longer near.
FAR = 12
# What an element, or one around it, says by its tag or role; kept as bits.
FLAGS = {
    name: 1 << bit
    for bit, name in enumerate(
        """article main nav footer header aside form list li table figure figcaption blockquote dl section pre td
        address body""".split()
    )
}
TAG_FLAGS = {name: bit for name, bit in FLAGS.items() if name not in ("list", "body")} | {
    "ul": FLAGS["list"], "ol": FLAGS["list"],
}  # fmt: skip
ROLE_FLAGS = {
    "navigation": FLAGS["nav"], "contentinfo": FLAGS["footer"], "banner": FLAGS["header"],
    "complementary": FLAGS["aside"], "main": FLAGS["main"], "article": FLAGS["article"],
}  # fmt: skip


class Place:
    """An element that holds blocks, with what is in it: `chars` of text, `links` of them in links, `running` text."""

    __slots__ = (
        "around",
        "arounds",
        "blocks",
        "chars",
        "depth",
        "element",
        "flags",
        "index",
        "inner",
        "kin",
        "links",
        "matter",
        "matters",
        "nearest",
        "parent",
        "running",
        "tag",
        "twins",
    )

    def __init__(self, element: Element, tag: str, parent: "Place | None", index: int) -> None:
        self.element, self.tag, self.parent, self.index = element, tag, parent, index
        self.depth: int = parent.depth + 1 if parent is not None else 0
        self.chars = self.links = self.running = self.blocks = 0
        name = element.attr("class") or ""
        number = element.attr("id")
        self.around, self.matter = _named(f"{name} {number}" if number else name) if name or number else (False, False)
        # How many of the places from this one up speak of what is around an article, how many of the article, and how
        # far up the nearest of the former is.
        self.arounds: int = self.around + (parent.arounds if parent is not None else 0)
        self.matters: int = self.matter + (parent.matters if parent is not None else 0)
        further = parent.nearest if parent is not None else FAR
        self.nearest: int = 0 if self.around else min(further + 1, FAR)
        self.flags = TAG_FLAGS.get(tag, 0) | (_said(element) if len(element.attrs) else 0)
        self.twins: dict[tuple[str, str], int] = {}
        self.kin = (tag, name)
        self.inner: list[Place] = []
        if parent is not None:
            parent.inner.append(self)
            self.flags |= parent.flags
            parent.twins[self.kin] = parent.twins.get(self.kin, 0) + 1

    def alike(self) -> int:
        """How many children of the parent have the same tag and class: cards of a list have many twins."""
        return self.parent.twins[self.kin] if self.parent is not None else 1


class Block:
    """A line of text: what stands in one block element, or between two. `nodes` are the tree's own."""

    __slots__ = ("chars", "links", "nodes", "place", "text")

    def __init__(self, place: Place, text: str, links: int, nodes: Sequence[Node]) -> None:
        self.place, self.text, self.nodes = place, text, nodes
        self.chars = len(text)
        self.links = min(links, self.chars)


def read(body: Element) -> tuple[list[Block], list[Place]]:
    """The blocks of a page in order, and the places that hold them, each before those inside it."""
    blocks: list[Block] = []
    places: list[Place] = []

    def walk(element: Element, tag: str, parent: Place | None) -> Place:
        place = Place(element, tag, parent, len(places))
        places.append(place)
        run: list[Node] = []
        words: list[str] = []
        links = 0
        for child in element.children:
            if isinstance(child, Text):
                words.append(child.data)
                run.append(child)
                continue
            if not isinstance(child, Element):
                continue
            inner = child.tag
            if place.depth < DEEPEST and (
                inner in BLOCKS or (inner not in INLINE and child.select_one(ANY_BLOCK) is not None)
            ):
                if run:
                    _close(place, words, links, run, blocks)
                    run, words, links = [], [], 0
                held = walk(child, inner, place)
                place.chars += held.chars
                place.links += held.links
                place.running += held.running
                place.blocks += held.blocks
                continue
            run.append(child)
            if inner == "br":
                words.append("\n")
            elif text := child.text:
                words.append(text)
                links += len(text) if inner == "a" else _linked(child)
        if run:
            _close(place, words, links, run, blocks)
        return place

    walk(body, body.tag, None)
    return blocks, places


def _linked(element: Element) -> int:
    """How many characters inside an inline element are links."""
    return sum(len(a.text) for a in element.iter_elements("a")) if len(element) else 0


def _close(place: Place, words: list[str], links: int, nodes: list[Node], blocks: list[Block]) -> None:
    """The run of text that ended, as a block of its place, if there is any text in it."""
    text = " ".join("".join(words).split())
    if text:
        block = Block(place, text, links, nodes)
        blocks.append(block)
        place.chars += block.chars
        place.links += block.links
        place.blocks += 1
        if block.chars - block.links >= RUNNING_CHARS:
            place.running += block.chars - block.links


@lru_cache(8192)
def _named(name: str) -> tuple[bool, bool]:
    """Whether a name speaks of what is around an article, and whether of the article."""
    lower = name.lower()
    return not AROUND.isdisjoint(WORD.findall(lower)), MATTER.search(lower) is not None


def _said(element: Element) -> int:
    flags = 0
    role = element.attr("role")
    if role:
        flags |= ROLE_FLAGS.get(role, 0)
    if "articleBody" in (element.attr("itemprop") or "") or element.attr("data-hook") == "post-description":
        flags |= FLAGS["body"]
    return flags
