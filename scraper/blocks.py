"""Tree → its blocks of text, each with what stands around it: one walk for all that is decided later."""

import re
from collections.abc import Sequence
from functools import lru_cache

from scraper.dom import Element, Node, Text
from scraper.whitespace import flat

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
# A name says what it has to say within so many characters; thousands are kept in mind, and a page may make them long.
NAME_CHARS = 400
# The words in a name: post-meta, postMeta and POST_META have two. Nearly all are in ASCII, where what is no letter is
# made white space: that is twice as fast.
WORD = re.compile(r"[^\W\d_]+")
NO_LETTERS = bytes(code if chr(code).isalpha() and code < 128 else ord(" ") for code in range(256))
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
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
# Elements that say what they are by more than their tag.
SPEAKING = "[role], [itemprop], [data-hook=post-description]"


class Place:
    """An element that holds blocks, with what is in it: `chars` of text, `links` of them in links, `running` text.

    `classes` are as the page writes them, `name` is those and its id; `parent` is the place that holds it, and `up`
    that one's index, -1 for the page's own.
    """

    __slots__ = (
        "blocks", "chars", "classes", "depth", "element", "flags", "index", "links", "name", "parent", "running", "tag",
        "up",
    )  # fmt: skip

    def __init__(self, element: Element, tag: str, parent: "Place | None", index: int, said: int) -> None:
        self.element, self.tag, self.parent, self.index = element, tag, parent, index
        self.chars = self.links = self.running = self.blocks = 0
        self.classes = self.name = (element.attr("class") or "")[:NAME_CHARS]
        if number := element.attr("id"):
            self.name = f"{self.classes} {number}"[:NAME_CHARS] if self.classes else number[:NAME_CHARS]
        flags = TAG_FLAGS.get(tag, 0) | said
        if parent is None:
            self.depth, self.up, self.flags = 0, -1, flags
        else:
            self.depth, self.up, self.flags = parent.depth + 1, parent.index, flags | parent.flags

    @property
    def around(self) -> bool:
        """Whether its name speaks of what stands around an article."""
        return spoken(self.name)[0]


class Block:
    """A line of text: what stands in one block element, or between two."""

    __slots__ = ("_nodes", "chars", "links", "place", "text")

    def __init__(self, place: Place, text: str, links: int, nodes: Sequence[Node] | None) -> None:
        self.place, self.text, self._nodes = place, text, nodes
        self.chars = len(text)
        self.links = links if links < self.chars else self.chars

    @property
    def nodes(self) -> Sequence[Node]:
        """The tree's own nodes that make up the block."""
        return self.place.element.children if self._nodes is None else self._nodes


def read(body: Element) -> tuple[list[Block], list[Place]]:
    """The blocks of a page in order, and the places that hold them, each before those inside it."""
    blocks: list[Block] = []
    places: list[Place] = []
    said = {element: _said(element) for element in (body, *body.select(SPEAKING))}
    _walk(body, body.tag, None, said, blocks, places)
    _count(blocks, places)
    return blocks, places


def _walk(
    element: Element, tag: str, parent: Place | None, said: dict[Element, int], blocks: list[Block], places: list[Place]
) -> None:
    """Puts an element that begins lines of its own, and what is in it, behind the blocks and places so far."""
    place = Place(element, tag, parent, len(places), said.get(element, 0))
    places.append(place)
    children = element.children
    if len(children) == 1 and type(only := children[0]) is Text:
        if text := flat(only.data):
            blocks.append(Block(place, text, 0, None))
        return
    run: list[Node] = []
    words: list[str] = []
    links = 0
    for child in children:
        if type(child) is Text:
            words.append(child.data)
            run.append(child)
        elif type(child) is Element:
            inner = child.tag
            if (inner in BLOCKS or (inner not in INLINE and _holds_block(child))) and place.depth < DEEPEST:
                if run:
                    if text := _line(words):
                        blocks.append(Block(place, text, links, run))
                    run, words, links = [], [], 0
                _walk(child, inner, place, said, blocks, places)
                continue
            run.append(child)
            if inner == "br":
                words.append("\n")
            elif text := child.text:
                words.append(text)
                links += len(text) if inner == "a" else _linked(child)
    if run and (text := _line(words)):
        blocks.append(Block(place, text, links, run))


def _line(words: list[str]) -> str:
    """What stands between two blocks: as a rule nothing but white space."""
    whole = "".join(words)
    return "" if whole.isspace() else flat(whole)


def _holds_block(element: Element) -> bool:
    inner = element.children
    return bool(inner) and (len(inner) > 1 or type(inner[0]) is not Text) and element.select_one(ANY_BLOCK) is not None


def _linked(element: Element) -> int:
    """How many characters inside an inline element are links."""
    inner = element.children
    if not inner or (len(inner) == 1 and type(inner[0]) is Text):
        return 0
    return sum(len(a.text) for a in element.select("a"))


def _count(blocks: Sequence[Block], places: Sequence[Place]) -> None:
    """Tell each place what is in it, from the blocks up to the page."""
    for block in blocks:
        place, chars, links = block.place, block.chars, block.links
        place.chars += chars
        place.links += links
        place.blocks += 1
        if chars - links >= RUNNING_CHARS:
            place.running += chars - links
    for place in reversed(places):
        parent = place.parent
        if parent is not None and place.blocks:
            parent.chars += place.chars
            parent.links += place.links
            parent.blocks += place.blocks
            parent.running += place.running


@lru_cache(8192)
def spoken(name: str) -> tuple[bool, bool]:
    """Whether a name speaks of what is around an article, and whether of the article."""
    lower = name.lower()
    return not AROUND.isdisjoint(_parted(lower)), MATTER.search(lower) is not None


def words(name: str) -> frozenset[str]:
    """The words of a name, in lower case."""
    parted = _parted(name if name.islower() else HUMP.sub(" ", name))
    return frozenset([word.lower() for word in parted if len(word) > 1])


def _parted(name: str) -> list[str]:
    return name.encode().translate(NO_LETTERS).decode().split() if name.isascii() else WORD.findall(name)


def _said(element: Element) -> int:
    flags = 0
    role = element.attr("role")
    if role:
        flags |= ROLE_FLAGS.get(role, 0)
    if "articleBody" in (element.attr("itemprop") or "") or element.attr("data-hook") == "post-description":
        flags |= FLAGS["body"]
    return flags
