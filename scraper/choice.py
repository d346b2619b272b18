"""The odds of a page's blocks → which of them are the article, each seen among those that it stands with."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from scraper.blocks import FLAGS, TAG_FLAGS, Block, Place

# A block belongs to the article from these log-odds on; what the parts of bench/train.py found best.
BAR = 0.2
# From which log-odds on a block belongs to the article whose kin does: that has its tag and its parent. Where this
# share of its kin's text was chosen, more must speak against it.
MOST_OF_KIN, KIN_BAR, SOME_KIN_BAR = 0.6, -3.0, -0.6
# Behind the last block above the bar kin counts for less: calls to subscribe look like paragraphs. Above -1.0 real last
# paragraphs go too (tests/test_extract.py).
END_BAR = -1.0
# What an author puts between paragraphs: it belongs to the article when the paragraphs on both sides do, unless it is
# mostly links.
BETWEEN = frozenset(("blockquote", "dl", "pre", "table", "ul", "ol"))
BETWEEN_FLAGS = reduce(or_, (TAG_FLAGS[tag] for tag in BETWEEN))
BETWEEN_LINKS = 0.5
# What highlights code, or scrolls a table, wraps it and holds little else.
MOST_OF_A_WRAPPER = 0.7
# A heading stays with what follows it unless much speaks against it.
HEADING_BAR = -2.5
# Footnotes look like lists of links, and are the author's.
FOOTNOTE_BAR = -6.0
# So short a line below a heading may be a label ("Advertisement") before what the heading is of.
LABEL_CHARS = 40
# A row with longer cells is not of data, but places parts of the page.
CELLS, CELL_CHARS = frozenset(("td", "th")), 120
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
SUBHEADINGS = HEADINGS - {"h1"}
# … and what is shown of a part that opens.
HEADS = SUBHEADINGS | {"summary"}
# A longer heading is a first paragraph; and where nothing else is the article, so much may speak against a long block.
HEADING_CHARS, FAINT = 120, -0.5
# Where nothing is a part of the article that is not chosen for itself, whatever stands beside it.
ASIDE = FLAGS["nav"] | FLAGS["footer"] | FLAGS["aside"] | FLAGS["form"]


def choose(held: Sequence[Block], odds: Sequence[float]) -> list[bool]:
    """Which blocks are the article: those above the bar, and what stands among them as one of their kind."""
    chosen = [z > BAR for z in odds]
    if not any(chosen):
        return _least(held, odds)
    # What blocks of one kind have in common: they are children of one place, with one tag.
    numbers: dict[tuple[int, str], int] = {}
    kinds = [numbers.setdefault((block.place.up, block.place.tag), len(numbers)) for block in held]
    all_kin, kin = ([0] * len(numbers) for _ in range(2))
    for kind, block, keep in zip(kinds, held, chosen, strict=True):
        all_kin[kind] += block.chars
        if keep:
            kin[kind] += block.chars
    last = len(chosen) - 1 - chosen[::-1].index(True)
    bars = [
        KIN_BAR if mine >= MOST_OF_KIN * every else SOME_KIN_BAR if mine else BAR
        for mine, every in zip(kin, all_kin, strict=True)
    ]
    chosen = [
        keep
        or z > (bars[kind] if i < last else max(bars[kind], END_BAR))
        or (z > FOOTNOTE_BAR and _footnote(block.place))
        for i, (kind, block, keep, z) in enumerate(zip(kinds, held, chosen, odds, strict=True))
    ]
    _rescue(held, chosen)
    _fill(held, chosen)
    _head(held, odds, chosen)
    _trim(held, chosen)
    return chosen if any(chosen) else _least(held, odds)


def _least(held: Sequence[Block], odds: Sequence[float]) -> list[bool]:
    """What there is to read on a page with next to nothing: its likely text, or else its one likeliest block."""
    own = [not block.place.flags & ASIDE for block in held]
    text = [block.place.tag not in HEADINGS or block.chars > HEADING_CHARS for block in held]
    chosen = [
        mine and reads and (z > BAR or (z > FAINT and block.chars > HEADING_CHARS and block.links < block.chars / 2))
        for mine, reads, block, z in zip(own, text, held, odds, strict=True)
    ]
    if any(chosen) or True not in own:
        return chosen
    best = max((i for i in range(len(held)) if own[i]), key=lambda i: odds[i])
    return [i == best for i in range(len(held))]


def _rescue(held: Sequence[Block], chosen: list[bool]) -> None:
    """Choose the quotations, lists and tables that stand between paragraphs of the article."""
    sides: dict[int, tuple[int, int]] = {}
    for i, block in enumerate(held):
        if chosen[i] and block.place.tag == "p" and block.place.parent is not None:
            first, _ = sides.get(block.place.parent.index, (i, i))
            sides[block.place.parent.index] = (first, i)
    for i, block in enumerate(held):
        if chosen[i] or not block.place.flags & BETWEEN_FLAGS:
            continue
        outer: Place | None = block.place
        between = block.place
        while outer is not None and outer.parent is not None and outer.parent.index not in sides:
            between = outer if outer.tag in BETWEEN else between
            outer = outer.parent
        if outer is None or outer.parent is None:
            continue
        between = outer if outer.tag in BETWEEN else between
        code = between.tag == "pre" and outer.chars - between.chars <= LABEL_CHARS
        if between.tag not in BETWEEN or (between.chars < MOST_OF_A_WRAPPER * outer.chars and not code):
            continue
        first, last = sides[outer.parent.index]
        chosen[i] = first < i < last and (code or not outer.around) and outer.links < BETWEEN_LINKS * outer.chars


def _fill(held: Sequence[Block], chosen: list[bool]) -> None:
    """Choose what is left of a table's row of which some was chosen: without a cell the others say something else."""
    rows: dict[int, list[int]] = {}
    for i, block in enumerate(held):
        if block.place.tag in CELLS and block.place.parent is not None and block.place.parent.tag == "tr":
            rows.setdefault(block.place.up, []).append(i)
    for cells in rows.values():
        if any(chosen[i] for i in cells) and all(held[i].chars <= CELL_CHARS for i in cells):
            for i in cells:
                chosen[i] = True


def _head(held: Sequence[Block], odds: Sequence[float], chosen: list[bool]) -> None:
    """Choose the headings that stand within the article, right above a part of it."""
    first = chosen.index(True) if True in chosen else len(held)
    for i in range(first + 1, len(held) - 1):
        if held[i].place.tag in HEADS and chosen[i + 1] and odds[i] > HEADING_BAR:
            chosen[i] = True


def _trim(held: Sequence[Block], chosen: list[bool]) -> None:
    """Take away a heading with nothing of the article right below it."""
    for i in range(len(held) - 1, -1, -1):
        if chosen[i] and held[i].place.tag in HEADINGS:
            label = i + 1 < len(held) and held[i + 1].chars <= LABEL_CHARS
            chosen[i] = any(chosen[i + 1 : i + 3 if label else i + 2])


def _footnote(place: Place) -> bool:
    above: Place | None = place
    while above is not None and above.depth > 1:
        if "footnote" in above.classes:
            return True
        above = above.parent
    return False
