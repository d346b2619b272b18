"""When an article was published, and when it was last changed: from structured data down to what a reader sees."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import unquote, urlsplit

from scraper import dates
from scraper.claims import Claims, Ladder
from scraper.dom import Element, Text, TreeWalker
from scraper.regions import Regions
from scraper.structured import Item

# Names of <meta> under which pages say when they were published or changed, in all their spellings.
PUBLISHED_META = re.compile(
    r"publi(sh|c)(ed|ation)?[-_.: ]?(time|date|on)?s?$|date[-_.: ]?(publi(sh|c)ed|created|issued|posted)|pub[-_.]?date|"
    r"^(dc(terms)?[.:])?(date|issued|created|available)(\.(issued|created|available))?$|"
    r"(create|release|post|display|article|online|story|news|entry)[-_.]?(d[-_.]?)?(date|time)(time)?$|parsely-pub-date|^sailthru\.date$|"
    r"publish[-_]?time|^citation_(online_)?date$|^last-?publi|"
    r"(^|[.:_-])created([-_]?(at|on))?$",
    re.IGNORECASE,
)
NOT_PUBLISHED = re.compile(
    r"modif|updat|expir|unpubl|event|copyright|publisher|revis|verif|section|crawl", re.IGNORECASE
)
UPDATED_META = re.compile(
    r"modified|updated[-_.: ]?(time|date|on)?$|date[-_.: ]?(modified|updated|revised)|^last-?(modified|update)|lastmod|"
    r"revision_date",
    re.IGNORECASE,
)
PUBLISHED_MARKUP = "[itemprop=datePublished], .dt-published, abbr.published, .published[datetime], .published[title]"
UPDATED_TIME = "time:is([itemprop=dateModified], .dt-updated, [class*=updated i], [class*=modified i])"
UPDATED_MARKUP = ":is(span, abbr, div, p):is([itemprop=dateModified], .dt-updated, abbr.updated)"
MARKED_TIME = re.compile(r"publish|posted|entry-date|pubdate|dt-published|created", re.IGNORECASE)
UPDATED_CLASS = re.compile(r"updat|modif", re.IGNORECASE)
SEPARATOR = r"[-/_.+]"
URL_DATES = (
    re.compile(rf"(?<!\d)((?:19|20)\d\d){SEPARATOR}(\d\d?){SEPARATOR}(\d\d?)(?!\d)"),
    re.compile(r"(?:(?<=[/_-])|(?<=/[a-z]))((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)"),
    re.compile(r"(?<=/)((?:19|20)\d\d)/(\d\d)(\d\d)(?![\d])"),
)
URL_DAY_FIRST = re.compile(r"(?<=[/_-])(\d\d)([-_.]?)(\d\d)\2((?:19|20)\d\d)(?!\d)")

# Words before a date that say that the page was changed then, and those that say it was published then.
UPDATED = re.compile(
    r"updat|modif|edited|revis|aktualis|(ge|ver)?änder|überarbeitet|bearbeitet|stand\s*:?|mise? à jour|actualiza|"
    r"aggiorna|atualiza|"
    r"bijgewerkt|gewijzigd|uppdatera|oppdater|opdater|zaktual|aktualiz|обновл|изменен|更新|수정|güncel|عدل|تحديث",
    re.IGNORECASE,
)
PUBLISHED = re.compile(
    r"publi|post(ed)?\b|erschien|veröffentlicht|eingestellt|datum|date\b|erstellt|geschrieben|created|written|on\b|pubbl|gepost|"
    r"geplaatst|opublik|dodano|yayın|опубл|дата|发布|發佈|公開|掲載|投稿|日期|时间|등록|입력|نشر|vom\b|am\b|fecha|data\b|"
    r"le\b|skrev|julkaistu|udgivet",
    re.IGNORECASE,
)
NEVER = re.compile(
    r"©|\(c\)|copyright|deadline|expires|gültig|valid (un)?til|born|geboren|since|seit\b|abgerufen|accessed",
    re.IGNORECASE,
)
# How markup calls the place of a date.
DATED = re.compile(
    r"date|\btime|time\b|publi|posted|fecha|datum|\bdata\b|byline|meta|dateline|created|timestamp|\binfo|info\b|article-?head|kicker|author",
    re.IGNORECASE,
)
NOT_DATED = re.compile(
    r"reading|timeline|countdown|event|calendar|update-?profile|comment|termin|clock|weather", re.IGNORECASE
)
DATED_CHARS = 160
# NodeFilter.SHOW_TEXT (DOM, section 6.3).
TEXTS = 4
# A date may be split over elements that stand so many levels below what holds it whole.
UP = 3
UNREAD = frozenset(("script", "style", "noscript", "body", "option", "template", "textarea", "svg"))
# A date stands in a line of its own, or in one that begins or ends with it; how high a line must score to be believed.
BELIEVED = 1.1
# Of two alike the first counts.
LATER = 0.02
DIGIT = re.compile(r"\d")
# No date is without one of these: a cheap look before a dear one.
YEAR = re.compile(r"\d{4}|\d\d[./]\d\d[./]\d\d")
# How many pieces of text are looked at, and how many of them are near the heading.
TEXTS_READ, LINES_READ, NEAR, ABOVE, FAR = 8000, 60, 40, 15, 400
TIMES_READ = 40
# An address and a <time> may be a day apart, as seen from two zones.
NEXT_DAY = 1


def published(claims: Claims) -> Ladder[datetime]:
    """Where the date of publication is looked for."""
    article, page, tree = claims.article, claims.page, claims.tree
    marked = article if article and article.source == "microdata" else None
    stated = article if article and article.source == "json-ld" else None
    shown = _Shown(claims)
    yield "json-ld", 1.0, lambda: _first(claims, stated, "datePublished", "uploadDate")
    yield "meta", 0.95, lambda: _of_meta(claims, PUBLISHED_META, NOT_PUBLISHED)
    yield "microdata", 0.9, lambda: _first(claims, marked, "datePublished", "uploadDate")
    yield "microdata", 0.9, lambda: _marked(claims, PUBLISHED_MARKUP)
    yield "json-ld", 0.85, lambda: _first(claims, page, "datePublished") or _first(claims, article, "dateCreated")
    yield "time", 0.8, lambda: _time(claims, marked=True)
    address = _url_date(tree.url) or _url_date(claims.canonical or "")
    near = _time(claims, marked=False)
    # The address knows the day, and what is shown and agrees with it the hour.
    yield "time", 0.8, lambda: _agreed(near, address, NEXT_DAY)
    yield "text", 0.8, lambda: _agreed(shown.published, address, 0) if address else None
    yield "url", 0.75, lambda: address
    yield "time", 0.7, lambda: near
    yield "text", 0.5, lambda: shown.published
    yield "text", 0.3, lambda: shown.updated


def _agreed(moment: datetime | None, day: datetime | None, apart: int) -> datetime | None:
    """The moment, where it is on that day or so many days from it."""
    return moment if moment and day and abs((moment.date() - day.date()).days) <= apart else None


def updated(claims: Claims) -> Ladder[datetime]:
    """Where the date of the last change is looked for."""
    article = claims.article
    yield (article.source if article else "json-ld"), 1.0, lambda: _first(claims, article, "dateModified")
    yield "meta", 0.9, lambda: _of_meta(claims, UPDATED_META, None)
    yield "microdata", 0.9, lambda: _marked(claims, UPDATED_TIME) or _marked(claims, UPDATED_MARKUP)
    yield "json-ld", 0.8, lambda: _first(claims, claims.page, "dateModified")


def _first(claims: Claims, item: Item | None, *names: str) -> datetime | None:
    """The first of an item's properties that is a date."""
    texts = (item.text(name) for name in names) if item else ()
    return next((moment for text in texts if text and (moment := dates.parse(text, claims.language))), None)


def _of_meta(claims: Claims, names: re.Pattern[str], but: re.Pattern[str] | None) -> datetime | None:
    """The date in the first <meta> with such a name; those of articles come first."""
    fitting = [n for n in claims.meta if names.search(n) and not (but and but.search(n))]
    for name in sorted(fitting, key=lambda n: not n.startswith("article:")):
        text = claims.meta[name][0]
        if any(map(str.isdigit, text)) and (moment := dates.parse(text, claims.language)):
            return moment
    return None


def _marked(claims: Claims, selector: str) -> datetime | None:
    found = claims.tree.document.select(selector)[:TIMES_READ]
    own = (e for e in found if e.tag == "meta" or not claims.regions.beside(e))
    return next((moment for element in own if (moment := _of(element, claims.language))), None)


def _of(element: Element, language: str | None) -> datetime | None:
    said = (element.attr(name) for name in ("datetime", "content", "title"))
    texts = [text for text in said if text and len(text) <= DATED_CHARS] or [element.text[: DATED_CHARS * 2]]
    return next((moment for text in texts if (moment := dates.parse(text, language))), None)


def _time(claims: Claims, *, marked: bool) -> datetime | None:
    """The first <time> that is the article's own; `marked` are those that say what they are."""
    times = claims.tree.document.select("time")[:TIMES_READ]
    for element in times:
        says = element.attr("pubdate") is not None or MARKED_TIME.search(element.attr("class") or "")
        if marked and not says:
            continue
        if UPDATED_CLASS.search(element.attr("class") or "") and not says:
            continue
        if claims.regions.beside(element):
            continue
        moment = _of(element, claims.language)
        if moment is not None:
            return moment
    return None


def _url_date(url: str) -> datetime | None:
    path = unquote(urlsplit(url).path)
    for shape in URL_DATES:
        for match in shape.finditer(path):
            if moment := _day(*map(int, match.groups())):
                return moment
    turned = URL_DAY_FIRST.search(path)
    return _day(*map(int, turned.group(4, 3, 1))) if turned else None


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return dates.parse(datetime(year, month, day, tzinfo=UTC).isoformat())
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A date that shows on the page, and how likely it is the article's."""

    moment: datetime
    score: float
    updated: bool


class _Shown:
    """What a reader sees of dates on the page; it is looked for once, and only where it is needed."""

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self._found: tuple[_Candidate, ...] | None = None

    @property
    def published(self) -> datetime | None:
        return self._best(updated=False)

    @property
    def updated(self) -> datetime | None:
        return self._best(updated=True)

    def _best(self, *, updated: bool) -> datetime | None:
        if self._found is None:
            self._found = tuple(_candidates(self._claims))
        fitting = [c for c in self._found if c.updated == updated and c.score >= BELIEVED]
        return max(fitting, key=lambda c: c.score).moment if fitting else None


def _candidates(claims: Claims) -> Iterator[_Candidate]:
    """The dates in short lines of the page; those near the heading are the likelier ones, and the first of many."""
    regions = claims.regions
    lines: list[tuple[int, Element, str]] = []
    looked: dict[Element, str | None] = {}
    title = next((n for n in regions.heading.descendants if isinstance(n, Text)), None) if regions.heading else None
    every = islice(iter(TreeWalker(claims.tree.body, TEXTS).next_node, None), TEXTS_READ)
    texts = [node for node in every if isinstance(node, Text) and not node.data.isspace()]
    top = texts.index(title) if title in texts else 0
    short = ((here, n) for here, n in enumerate(texts) if len(n.data) <= DATED_CHARS * 2 and DIGIT.search(n.data))
    for here, node in short:
        unit = _unit(node, looked, claims.language)
        if unit is not None:
            lines.append((here, *unit))
        if len(lines) == LINES_READ or (lines and top < lines[-1][0] < here - FAR):
            break
    for order, (place, element, text) in enumerate(lines):
        away = place - top
        near = 1.5 - away / NEAR if 0 <= away <= NEAR else 1 + away / ABOVE if -ABOVE <= away < 0 else 0.0
        for found in _judged(element, text, regions, claims.language):
            yield replace(found, score=found.score + near - order * LATER)


def _unit(node: Text, looked: dict[Element, str | None], language: str | None) -> tuple[Element, str] | None:
    """The smallest short piece of the page around a text that holds a whole date, and that nobody `looked` at yet."""
    element = parent = node.parent
    for _ in range(UP):
        if not isinstance(element, Element) or element.tag in UNREAD:
            return None
        if element not in looked:
            text = element.text
            looked[element] = " ".join(text.split()) if len(text) <= DATED_CHARS * 2 else None
            line = looked[element]
            if line is None:
                break
            if _dated(line, language):
                return element, line
        elif looked[element] is None:
            break
        element = element.parent
    own = " ".join(node.data.split())
    if isinstance(parent, Element) and looked.get(parent) is None and _dated(own, language):
        return parent, own
    return None


def _dated(text: str, language: str | None) -> bool:
    return len(text) <= DATED_CHARS and YEAR.search(text) is not None and dates.find(text, language) is not None


def _judged(element: Element, text: str, regions: Regions, language: str | None) -> Iterator[_Candidate]:
    """The dates in a line, each with what speaks for it."""
    chain = [element, *islice((a for a in element.ancestors if isinstance(a, Element)), 2)]
    names = " ".join(f"{e.attr('class') or ''} {e.attr('id') or ''}" for e in chain)
    place = 2.0 * (DATED.search(names) is not None) - 2.0 * (NOT_DATED.search(names) is not None)
    if regions.beside(element):
        place -= 3
    if element.closest("footer") is not None:
        place -= 0.5
    if element.closest("a") is not None:
        place -= 1.5
    if element.closest("article, main") is not None:
        place += 1
    here = 0
    for found in dates.found_in(text, language):
        label = text[here : found.start]
        whole = 2.5 * (found.end - found.start) / max(1, len(text))
        if NEVER.search(label):
            here = found.end
            continue
        changed = UPDATED.search(label) is not None
        said = 1.0 * (PUBLISHED.search(label) is not None or changed)
        yield _Candidate(found.moment, place + whole + said, changed)
        here = found.end
