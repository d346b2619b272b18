"""Where an article ends, as its page states its text in JSON-LD; and lines in it that only lead to other articles."""

import re
from collections.abc import Sequence
from itertools import compress

from scraper import plaintext, urls
from scraper.blocks import Block
from scraper.dom import Element, fragment

# What is shorter is a summary; and a block of fewer letters is in any text by chance.
LEAST_CHARS, LEAST_LETTERS = 300, 15
# A statement is the article's where so much of it was chosen on the page.
SHOWN = 0.8
# What is likelier than this right behind the end that is stated shows that the statement was cut short.
SURE = 2.0
CUT = ("…", "...", "[…]", "[...]")
NO_LETTER = re.compile(r"\W+")
# A paragraph with so much of it in a link only leads there; a shorter one may be a file's name.
MOST_OF_A_LINE, LINE_CHARS = 0.8, 25
# … as one does that has only so short a label before it.
LINES, LABEL_CHARS, COLONS = frozenset(("p", "h2", "h3", "h4", "h5", "h6", "blockquote")), 25, (":", "：")
# Where so many of an article's lines lead to others, it is about them.
FEW = 0.2
FILE = re.compile(r"\.(?!html?$|php$|aspx?$|jsp$)\w{2,4}$", re.IGNORECASE)


def ended(held: Sequence[Block], odds: Sequence[float], chosen: list[bool], text: str | None) -> list[bool]:
    """`chosen` without what stands behind the end of the article, as the page states its `text`."""
    if not text or len(text) < LEAST_CHARS:
        return chosen
    root = fragment(text if "</" in text or "<br" in text else plaintext.to_html(text))
    if root.text.rstrip().endswith(CUT):
        return chosen
    whole = _folded(root.text)
    own = [_folded(block.text) if keep else "" for block, keep in zip(held, chosen, strict=True)]
    there = [len(letters) > LEAST_LETTERS and letters in whole for letters in own]
    if sum(map(len, compress(own, there))) < SHOWN * len(whole) or True not in there:
        return chosen
    last = len(there) - 1 - there[::-1].index(True)
    behind = next((i for i in range(last + 1, len(held)) if chosen[i]), None)
    if behind is not None and odds[behind] > SURE and _kin(held[behind]) == _kin(held[last]):
        return chosen
    return [keep and i <= last for i, keep in enumerate(chosen)]


def without_ways(held: Sequence[Block], chosen: list[bool], url: str) -> list[bool]:
    """`chosen` without the lines that are nothing but a link to another page of the site, where they are few."""
    ways = {i for i, block in enumerate(held) if chosen[i] and block.links and _leads_on(block, url)}
    if not ways or len(ways) > FEW * sum(chosen):
        return chosen
    return [keep and i not in ways for i, keep in enumerate(chosen)]


def _leads_on(block: Block, url: str) -> bool:
    if block.place.tag not in LINES or block.chars <= LINE_CHARS:
        return False
    links = block.place.element.select("a[href]")
    if not links or not (_linked(block) or _labelled(block, links)):
        return False
    led = [urls.absolute(link.attr("href") or "", url) for link in links]
    return all(
        to is not None and urls.site(to) == urls.site(url) and urls.key(to) != urls.key(url) and not FILE.search(to)
        for to in led
    )


def _linked(block: Block) -> bool:
    return block.place.tag == "p" and block.links >= MOST_OF_A_LINE * block.chars


def _labelled(block: Block, links: Sequence[Element]) -> bool:
    """Whether a line is a few words with a colon ("Read also:"), and a link behind it."""
    said = " ".join(links[0].text.split())
    label = block.text.removesuffix(said).rstrip()
    return len(links) == 1 and label != block.text and label.endswith(COLONS) and len(label) <= LABEL_CHARS


def _folded(text: str) -> str:
    return NO_LETTER.sub("", text).casefold()


def _kin(block: Block) -> tuple[int, str]:
    return block.place.up, block.place.tag
