"""What a page's article is called: its heading, or what the head of the page says, without the site's name."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from scraper import urls
from scraper.claims import Claims, Ladder
from scraper.dom import Element, Tree

# What parts the page's title from the site's name in <title>; in Chinese and Japanese often without white space.
SEPARATOR = re.compile(
    r"\s+[|\-–—·•»«:/\\>~]+\s+|\s*[|»«｜]\s*|\s*[-_—–]+\s*(?=[\u3040-\u9fff][^-_—–]{1,11}$)|(?<=[\u3040-\u9fff])_"
)
# What parts the site's name from the title where it comes first, in Chinese and Japanese.
WIDE_COLON = "："
NO_WORD = re.compile(r"\W+")
EDGE = " |-–—·•»«:/\\｜_>~"
# Parts of a heading that are not the title: the section above it, the link to itself, what stands in brackets for it.
BESIDE_TITLE = re.compile(
    r"kicker|eyebrow|overline|topline|dachzeile|roofline|rubri|headerlink|anchor|permalink|badge|label|category|"
    r"prefix|hidden|sr-only|screen-reader|subtitle|sub-title|subline",
    re.IGNORECASE,
)
# How templates mark the heading that is the article's own.
MARKED = re.compile(
    r"(entry|post|article|story|page|news|single|blog)[-_]{0,2}(title|headline|heading)|\bp-name\b", re.I
)
# A title is among the first headings of its level, after those of a menu at most.
HEADINGS_READ = 6
# No title is longer; where a heading seems to be, it is a paragraph.
LONGEST = 300
# More slashes than the address of a front page has, `https://club.example/en/index.html` being the longest.
DEEP = 4
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
# How much of what the page is called a heading must say to be the title and no word in it.
ENOUGH, ENOUGH_FIRST = 0.5, 0.3
# A main heading that says all of it.
SURE = 1.29


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the page, and what speaks for it."""

    text: str
    folded: str
    level: str
    marked: bool


def ladder(claims: Claims) -> Ladder[str]:
    """Where the title is looked for."""
    tree, article = claims.tree, claims.article
    tag = tree.document.select_one("title")
    page_title = _line(tag.text[: LONGEST * 4]) if tag is not None else ""
    headline = (article.text("headline") or article.text("name") or "") if article else ""
    said = claims.said("og:title") or ""
    # What microdata calls the headline is a heading on the page, and says nothing that the heading doesn't.
    own = headline if article and article.source == "json-ld" else ""
    claimed = list(dict.fromkeys(filter(None, (own, said, claims.said("twitter:title"), page_title))))
    mains, home = _headings(tree, "h1")
    names = {_fold(n) for n in (claims.site_name or "", *home, *_host_names(tree.url)) if n}
    # A heading that the head of the page repeats is the title as its author wrote it; a lone one needs no second look.
    yield "heading", 1.0, lambda: _repeated(_others(mains, names), claimed, names, SURE)
    lesser, home = _headings(tree, "h2", "h3")
    names |= {_fold(n) for n in home}
    headings = _others([*mains, *lesser], names)
    mains = [h for h in headings if h.level == "h1"]
    yield "heading", 1.0, lambda: _repeated(headings, claimed, names, 0)
    yield "json-ld", 0.9, lambda: _unless(_without_site(headline, names), names) if article else None
    yield "og:title", 0.8, lambda: _unless(_without_site(said, names), names)
    yield "h1", 0.7, lambda: mains[0].text if len(mains) == 1 else None
    yield "heading", 0.7, lambda: next((h.text for h in headings if h.marked), None)
    # A page's title that is nowhere on the page is the site's, or the section's.
    named = _without_site(page_title, names)
    yield "title", 0.6, lambda: _unless(named, names) if not headings or _fold(named) in _fold(tree.body.text) else None
    yield "heading", 0.4, lambda: headings[0].text if headings else None
    yield "title", 0.3, lambda: page_title or None


def _others(headings: list[Heading], names: set[str]) -> list[Heading]:
    """The headings that are not what the site is called; all where they all are."""
    return [h for h in headings if h.folded not in names] or headings


def _unless(title: str, names: set[str]) -> str | None:
    return title if title and _fold(title) not in names else None


def _headings(tree: Tree, *levels: str) -> tuple[list[Heading], list[str]]:
    """The page's first headings, and apart from them those that lead to the front page: they are the site's name."""
    kept: list[Heading] = []
    home: list[str] = []
    for element in (h for level in levels for h in tree.document.select(level)[:HEADINGS_READ]):
        text = _text(element)
        if not text or len(text) > LONGEST:
            continue
        if _leads_home(element, tree):
            home.append(text)
        else:
            marked = MARKED.search(element.attr("class") or "") is not None
            kept.append(Heading(text, _fold(text), element.tag, marked))
    return kept, home


def _text(heading: Element) -> str:
    """What a heading says: lines apart, and without what only stands beside the title in it."""
    inner = [e for e in heading.children if isinstance(e, Element)]
    if not inner:
        return _line(heading.text)
    aside = [e for e in inner if BESIDE_TITLE.search(f"{e.attr('class') or ''} {e.attr('id') or ''}")]
    whole = _line(heading.to_text() if len(heading.text) < LONGEST * 4 else "")
    for element in aside:
        text = _line(element.text)
        without = _line(whole.removeprefix(text)) if whole.startswith(text) else _line(whole.removesuffix(text))
        whole = without or whole
    return whole


def _leads_home(heading: Element, tree: Tree) -> bool:
    anchor = heading.select_one("a[href]") or heading.closest("a[href]")
    href = anchor.attr("href") or "" if anchor is not None else ""
    if not href or href.rstrip("/").count("/") > DEEP:
        return False
    url = urls.absolute(href, tree.base)
    if url is None or urls.site(url) != urls.site(tree.url):
        return False
    return urls.INDEX.sub("/", urlsplit(url).path) in ("", "/") and urls.key(url) != urls.key(tree.url)


def _repeated(headings: list[Heading], claims: list[str], names: set[str], least: float) -> str | None:
    """The heading that says most of what the head of the page calls it; the first of two alike."""
    best: tuple[float, str] | None = None
    for claim in claims:
        core = _without_site(claim, names)
        folded = _fold(core)
        if not folded or folded in names:
            continue
        whole, start = _fold(claim), _fold(SEPARATOR.split(claim, maxsplit=1)[0])
        end = _fold(claim.partition(WIDE_COLON)[2])
        for heading in headings:
            own = heading.folded
            if not own:
                continue
            text, place = heading.text, whole.find(own)
            if own in (start, end):  # and the rest is the section's and the site's
                fits, enough = 1.0, ENOUGH
            elif place >= 0:
                fits, enough = min(1.0, len(own) / len(folded)), ENOUGH if place else ENOUGH_FIRST
            elif folded in own:  # the head has less: a quotation mark cut it short, or a line above is in the heading
                fits, enough = len(folded) / len(own), ENOUGH
                text = core if text.endswith(core) or text.startswith(core + " |") else text
            else:
                continue
            score = fits + 0.3 * (heading.level == "h1") + 0.2 * heading.marked
            if fits >= enough and score >= least and (best is None or score > best[0]):
                best = (score, text)
    return best[1] if best else None


def _line(text: str) -> str:
    return " ".join(text.translate(INVISIBLE).split())


def _fold(text: str) -> str:
    return NO_WORD.sub("", text).casefold()


def _host_names(url: str) -> tuple[str, ...]:
    """What a site is called by its address: `club.example` and `club`."""
    site = urls.site(url)
    return (site, site.rpartition(".")[0]) if not unquote(site).replace(".", "").isdigit() else ()


def _width(text: str) -> int:
    """How long a text is to read: a Chinese sign says as much as two letters and more."""
    return sum(2 if "\u2e80" <= sign <= "\ud7ff" else 1 for sign in text)


def _without_site(title: str, names: set[str]) -> str:
    title = _line(title)[:LONGEST]
    first, _, rest = title.partition(": ")
    if rest and _fold(first) in names:
        return rest.strip()
    parts = [p for p in SEPARATOR.split(title) if p.strip()]
    if len(parts) < 2:
        return title
    if _fold(parts[-1]) in names:
        return title[: title.rindex(parts[-1])].rstrip(EDGE)
    if _fold(parts[0]) in names:
        return title[title.index(parts[0]) + len(parts[0]) :].lstrip(EDGE)
    longest = max(parts, key=_width)
    return longest.strip() if _width(longest) * 2 > _width(title) else title
