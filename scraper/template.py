"""What repeats across a site's pages is not the article: a memory of texts and places, and what it says of a page.

Of each page the memory keeps a mark of every block (its text without digits, and the path of tags and classes that
leads to it), and for each path whether what stood there was the article. Time is counted in pages: the memory is of the
last WINDOW pages, and a page fetched again is the same page. It learns what a page says by itself, never what it made
of one, so that no mistake of its own comes back to it.

The rule, once FEWEST pages are known:

* A block that stands on MOST of the pages is the template's, unless it is in the flow of the text: a paragraph, a
  heading, a list, a table or a quotation that has new text of the article on both sides of it in the same element. So a
  promotion before or after the article goes, in whatever tags, and so does a box amid it; a series' standing words
  between its paragraphs stay. A heading stays where new text follows it, a line of a list that has a new one.
* Where the article stood on most pages is where it is preferred: a block there that was in doubt stays, one amid or
  around it where no article ever stood goes. A page on which something else was chosen, of what repeats or never was
  the article, falls back to that place.
* Nothing is dropped where too little would be left, unless that stands in the article's
  place, and what goes does not.

The thresholds are those of `bench/template.py`, at which no site lost anything.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from zlib import crc32

from scraper import urls
from scraper.blocks import Block, Place
from scraper.model import SiteTemplate

# So many pages are remembered; while it is fewer than FEWEST, nothing is said: two pages may be alike by chance.
WINDOW, FEWEST = 16, 3
# A block is the template's when it stands on this share of the pages at one place; wherever it stands, on nearly all
# of more pages.
MOST, NEARLY_ALL, MORE_PAGES = 0.6, 0.9, 5
# Pages that share this much of their articles are one page: a copy, or a version to print. They would teach that the
# article is template.
TWIN = 0.8
# Blocks of less than such odds are never taken for the article, and need no mark.
FAINT = -4.0
# What stood on one page only is remembered for so many pages; and so much of a site at most, 50 kB as text.
ONCE_KEPT, MOST_MARKS, MOST_PATHS = 4, 1500, 500
# Of the text that was chosen this share must be left, or so many characters, or nothing is dropped.
LEFT, LEFT_CHARS = 0.5, 250
# A path is the article's place when it held it on this share of the other pages, at least so many; and none of its
# places when it never did on more of them. How much may speak against a block there, and for one elsewhere.
USUAL, USUAL_PAGES, NEVER_PAGES = 0.75, 2, 4
DOUBT, BELIEF = -2.0, 2.0
# What stays where it stands in the flow of the text. A box that is none of these was put there by the template.
WHOLE = frozenset(("ul", "ol", "dl", "table", "blockquote", "pre", "figure"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
FLOW = WHOLE | HEADINGS | {"p"}
# Shorter texts mark nothing once their digits are gone: cells of tables, dates, signs.
SHORTEST = 3
DIGITS = b"0123456789"
# The part of a block's mark that is its text's; by itself it marks the text wherever it stands.
TEXT = 0xFFFFFFFF << 32


@dataclass(frozen=True, slots=True)
class Impression:
    """What one page shows by itself: the mark of the page; of each block its odds, whether it was
    chosen, its mark (0 where it needs none) and that of its path.
    """

    page: int
    held: Sequence[Block]
    odds: Sequence[float]
    chosen: Sequence[bool]
    marks: Sequence[int]
    paths: Sequence[int]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Which blocks are the article when the memory has spoken; and why, for each block where it changed something.

    `usual` is the place with the most of the article, if it is one where it stood on most pages.
    """

    chosen: list[bool]
    why: list[str | None]
    usual: "Usual | None" = None


@dataclass(frozen=True, slots=True)
class Usual:
    """Where the article stands on most pages: the place on this page, what it is called, and on how many others."""

    place: Place
    name: str
    on: str


@dataclass(frozen=True, slots=True)
class _Habits:
    """What a site does with what is on a page: of each block whether it stands again on most pages.

    `usual` are the paths where the article stood on most of the other pages, with how many; `never` those where it
    never did.
    """

    again: Sequence[bool]
    usual: dict[int, str]
    never: frozenset[int]


def impression(url: str, held: Sequence[Block], odds: Sequence[float], chosen: Sequence[bool]) -> Impression:
    """What the page at `url` shows, of which `chosen` says what is the article."""
    clear = [keep or z > FAINT for z, keep in zip(odds, chosen, strict=True)]
    found: dict[int, int] = {}
    paths = [_path(block.place, found) if each else 0 for block, each in zip(held, clear, strict=True)]
    marks = [_mark(block.text, path) if path else 0 for block, path in zip(held, paths, strict=True)]
    return Impression(crc32(urls.key(url).encode(errors="replace")), held, odds, chosen, marks, paths)


def _mark(text: str, path: int) -> int:
    words = _without_digits(text)
    return crc32(words) << 32 | path if len(words) >= SHORTEST else 0


def _without_digits(text: str) -> bytes:
    return text.encode(errors="replace").translate(None, DIGITS)


def _path(place: Place, found: dict[int, int]) -> int:
    """The mark of the path that leads to a place; those that are `found` are not looked for again."""
    above = 1 if place.parent is None else found.get(place.up) or _path(place.parent, found)
    path = found[place.index] = _farther(above, place.tag, place.classes)
    return path


@lru_cache(8192)
def _farther(above: int, tag: str, names: str) -> int:
    """The mark of a path that goes on by one place. Of several classes the first counts: others are of single pages."""
    name = f"{tag} {names.split(None, 1)[0]}" if names and not names.isspace() else tag
    return crc32(_without_digits(name), above)


def learned(memory: SiteTemplate, seen: Impression) -> SiteTemplate:
    """The memory after one more page, or the same page once more."""
    pages, keep, shift = memory.pages, (1 << WINDOW) - 1, 0
    stood = dict(zip(memory.marks, memory.stood, strict=True))
    if seen.page in pages:
        bit = 1 << pages.index(seen.page)
        keep &= ~bit
    elif _twin(stood, seen):
        return memory
    else:
        bit, shift = 1, 1
        pages = (seen.page, *pages)[:WINDOW]
    stood = {mark: on << shift & keep for mark, on in stood.items()}
    there = {path: on << shift & keep for path, on in zip(memory.paths, memory.seen, strict=True)}
    article = {path: on << shift & keep for path, on in zip(memory.paths, memory.held, strict=True)}
    for mark, keep in zip(seen.marks, seen.chosen, strict=True):
        if mark:
            stood[mark] = stood.get(mark, 0) | bit
            if keep:
                text = mark & TEXT
                stood[text] = stood.get(text, 0) | bit
    for path, chars in _tally(seen).items():
        there[path] = there.get(path, 0) | bit
        article[path] = article.get(path, 0) | (bit if chars > 0 else 0)
    recent = (1 << ONCE_KEPT) - 1
    marks = _latest({mark: on for mark, on in stood.items() if on & recent or on & (on - 1)}, MOST_MARKS)
    paths = _latest({path: on for path, on in there.items() if on}, MOST_PATHS)
    return SiteTemplate(
        pages,
        tuple(marks),
        tuple(map(stood.__getitem__, marks)),
        tuple(paths),
        tuple(map(there.__getitem__, paths)),
        tuple(map(article.__getitem__, paths)),
    )


def _latest(found: dict[int, int], most: int) -> list[int]:
    """At most so many marks, those first that stood on more pages, and on later ones."""
    if len(found) <= most:
        return list(found)
    # Most marks stood on the same few pages as many others: pages are ranked, not marks.
    together: defaultdict[int, list[int]] = defaultdict(list)
    for mark, on in found.items():
        together[on].append(mark)
    ranks: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for on, marks in together.items():
        ranks[-on.bit_count(), on & -on] += marks
    return list(islice((mark for rank in sorted(ranks) for mark in sorted(ranks[rank])), most))


def _tally(seen: Impression) -> dict[int, int]:
    """For each path how many characters more are the article than are not."""
    tally: dict[int, int] = {}
    for block, keep, path in zip(seen.held, seen.chosen, seen.paths, strict=True):
        if path:
            tally[path] = tally.get(path, 0) + (block.chars if keep else -block.chars)
    return tally


def _twin(stood: dict[int, int], seen: Impression) -> bool:
    """Whether most of the page's article stood on one page before, wherever it stood there."""
    total, shared = 0, [0] * WINDOW
    for block, keep, mark in zip(seen.held, seen.chosen, seen.marks, strict=True):
        if not keep:
            continue
        total += block.chars
        on = stood.get(mark & TEXT, 0) if mark else 0
        while on:
            shared[(on & -on).bit_length() - 1] += block.chars
            on &= on - 1
    return 0 < TWIN * total <= max(shared)


def judged(memory: SiteTemplate, seen: Impression) -> Judgement:
    """What is the article on a page, by what is remembered of its site."""
    chosen: list[bool] = list(seen.chosen)
    why: list[str | None] = [None] * len(chosen)
    if len(memory.pages) < FEWEST:
        return Judgement(chosen, why)
    counts = _counts(memory, seen)
    site = _habits(memory, seen, counts)
    _prefer(seen, site, chosen, why)
    gone = _gone(seen.held, chosen, site.again)
    if _enough_left(seen, chosen, gone, site.usual):
        for i in gone:
            chosen[i] = False
            why[i] = f"on {counts[i]} of {len(memory.pages)} pages of this site"
    return Judgement(chosen, why, _where(seen, site.usual, chosen))


def _counts(memory: SiteTemplate, seen: Impression) -> list[int]:
    """For each block on how many pages it stands if those are most, else 0."""
    often = {mark: on.bit_count() for mark, on in zip(memory.marks, memory.stood, strict=True) if on & (on - 1)}
    number = len(memory.pages)
    least = max(FEWEST, MOST * number)
    least_anywhere = max(MORE_PAGES, NEARLY_ALL * number)
    counts = []
    for mark in seen.marks:
        here = often.get(mark, 0) if mark else 0
        anywhere = often.get(mark & TEXT, 0) if mark else 0
        counts.append(here if here >= least else anywhere if anywhere >= least_anywhere else 0)
    return counts


def _habits(memory: SiteTemplate, seen: Impression, counts: Sequence[int]) -> _Habits:
    others = ~(1 << memory.pages.index(seen.page)) if seen.page in memory.pages else ~0
    usual, never = {}, set()
    for path, on, held in zip(memory.paths, memory.seen, memory.held, strict=True):
        pages, times = (on & others).bit_count(), (held & others).bit_count()
        if pages >= USUAL_PAGES and times >= USUAL * pages:
            usual[path] = f"on {times} of {pages} other pages"
        elif pages >= NEVER_PAGES and not times:
            never.add(path)
    return _Habits([count > 0 for count in counts], usual, frozenset(never))


def _prefer(seen: Impression, site: _Habits, chosen: list[bool], why: list[str | None]) -> None:
    """Choose by place: what is in doubt at the usual one, nothing of what is weak where no article ever stood."""
    core = [i for i, keep in enumerate(chosen) if keep and seen.paths[i] in site.usual and not site.again[i]]
    if not core:
        _fall_back(seen, site, chosen, why)
        return
    for i, path in enumerate(seen.paths):
        if core[0] < i < core[-1]:
            if not chosen[i] and path in site.usual and seen.odds[i] > DOUBT:
                chosen[i], why[i] = True, f"the article's place {site.usual[path]}"
        elif chosen[i] and path in site.never and seen.odds[i] < BELIEF:
            chosen[i], why[i] = False, "at a place where no article stood on other pages"


def _fall_back(seen: Impression, site: _Habits, chosen: list[bool], why: list[str | None]) -> None:
    """Choose the usual place where all that was chosen repeats, or stands where no article ever stood."""
    if any(keep and not site.again[i] and seen.paths[i] not in site.never for i, keep in enumerate(chosen)):
        return
    there = [
        i for i, path in enumerate(seen.paths) if path in site.usual and not site.again[i] and seen.odds[i] > FAINT
    ]
    if not there:
        return
    for i, keep in enumerate(chosen):
        if keep and not site.again[i]:
            chosen[i], why[i] = False, "at a place where no article stood on other pages"
    for i in there:
        chosen[i], why[i] = True, f"the article's place {site.usual[seen.paths[i]]}"


def _gone(held: Sequence[Block], chosen: Sequence[bool], again: Sequence[bool]) -> frozenset[int]:
    """Those of the chosen blocks that repeat and are not in the flow of the text."""
    lines = [i for i, keep in enumerate(chosen) if keep]
    if not any(again[i] for i in lines):
        return frozenset()
    units = [_unit(held[i].place) for i in lines]
    new = {unit.index for unit, i in zip(units, lines, strict=True) if not again[i]}
    above = list(_last_new(units, new))
    below = list(_last_new(units[::-1], new))[::-1]
    return frozenset(
        i
        for i, unit, one, other in zip(lines, units, above, below, strict=True)
        if unit.index not in new and not _in_flow(unit, one, other)
    )


def _enough_left(seen: Impression, chosen: Sequence[bool], gone: frozenset[int], usual: dict[int, str]) -> bool:
    """Whether what is left is an article still: most of it, or long; or short, but where articles stand, and apart."""
    left = [i for i, keep in enumerate(chosen) if keep and i not in gone]
    chars, lost = (sum(seen.held[i].chars for i in some) for some in (left, gone))
    if chars >= LEFT_CHARS or chars > LEFT * (chars + lost):
        return True
    own = {
        id(outer): outer for i in left if seen.paths[i] in usual and (outer := seen.held[i].place.parent) is not None
    }
    return bool(own) and not any(_inside(seen.held[i].place, outer) for i in gone for outer in own.values())


def _unit(place: Place) -> Place:
    """What a line belongs to as a part: the outermost list, table or quotation around it, or the line itself."""
    unit, above = place, place.parent
    while above is not None:
        if above.tag in WHOLE:
            unit = above
        above = above.parent
    return unit


def _last_new(units: Sequence[Place], new: set[int]) -> Iterator[Place | None]:
    """For each line the last one before it that is new."""
    last: Place | None = None
    for unit in units:
        yield last
        last = unit if unit.index in new else last


def _in_flow(unit: Place, above: Place | None, below: Place | None) -> bool:
    """Whether new text stands on both sides of a line, in the element that the line is in; below a heading will do."""
    if unit.tag not in FLOW or unit.parent is None or not _inside(below, unit.parent):
        return False
    return unit.tag in HEADINGS or _inside(above, unit.parent)


def _inside(place: Place | None, outer: Place) -> bool:
    while place is not None and place.depth > outer.depth:
        place = place.parent
    return place is outer


def _where(seen: Impression, usual: dict[int, str], chosen: Sequence[bool]) -> Usual | None:
    """The usual place with the most of the article on this page."""
    chars: dict[int, int] = {}
    found: dict[int, Place] = {}
    for block, keep, path in zip(seen.held, chosen, seen.paths, strict=True):
        if keep and path in usual:
            chars[path] = chars.get(path, 0) + block.chars
            found[path] = block.place
    if not chars:
        return None
    path = max(chars, key=lambda each: chars[each])
    return Usual(found[path], _name(found[path]), usual[path])


def _name(place: Place) -> str:
    """A place as people write it: its tag in that of its parent, each with its first class."""
    both = (place.parent, place) if place.parent is not None else (place,)
    return " > ".join(".".join((each.tag, *each.classes.split()[:1])) for each in both)


def digest(seen: Impression) -> str:
    """Of what the page gives by itself: the same for as long as the page is, whatever is remembered of its site."""
    text = "\n".join(block.text for block, keep in zip(seen.held, seen.chosen, strict=True) if keep)
    return blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()
