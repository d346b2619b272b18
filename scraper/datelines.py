"""When an article was published, and when it was last changed: from structured data down to what a reader sees."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from scraper import dates, hidden
from scraper.claims import BESIDE, Claims, Ladder
from scraper.dom import Element, Text
from scraper.shown import LABEL_CHARS, UPDATED, Shown
from scraper.structured import Item

# Names of <meta> under which pages say when they were published or changed, in all their spellings.
PUBLISHED_META = re.compile(
    r"publi(sh|c)(ed|ation)?[-_.: ]?(time|date|on)?s?$|date[-_.: ]?(publi(sh|c)ed|created|issued|posted)|pub[-_.]?date|"
    r"^(dc(terms)?[.:])?(date|issued|created|available)(\.(issued|created|available))?$|"
    r"(create|release|post|display|article|online|story|news|entry)[-_.]?(d[-_.]?)?(date|time)(time)?$|parsely-pub-date|^sailthru\.date$|"
    r"publish[-_]?time|^citation_(online_)?date$|^last-?publi|"
    r"(^|[.:_-])(created|uploaded)([-_]?(at|on))?$",
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
# How themes call the place of such a date, whose text is read where nothing better says it.
UPDATED_NAMES = ("update-date", "updated-date", "updated-on", "last-updated", "last-modified", "modified-date")
UPDATED_PLACE = f":is({', '.join(f'[class*={name} i]' for name in UPDATED_NAMES)})"
MARKED_TIME = re.compile(r"publish|posted|entry-date|pubdate|dt-published|created", re.IGNORECASE)
UPDATED_CLASS = re.compile(r"updat|modif", re.IGNORECASE)
SEPARATOR = r"[-/_.+]"
URL_DATES = (
    re.compile(rf"(?<!\d)((?:19|20)\d\d){SEPARATOR}(\d\d?){SEPARATOR}(\d\d?)(?!\d)"),
    re.compile(r"(?:(?<=[/_-])|(?<=/[a-z]))((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)"),
    re.compile(r"(?<=/)((?:19|20)\d\d)/(\d\d)(\d\d)(?![\d])"),
)
URL_DAY_FIRST = re.compile(r"(?<=[/_-])(\d\d)([-_.]?)(\d\d)\2((?:19|20)\d\d)(?!\d)")

# A date that begins with the day in one country, and with the month in another.
EITHER_WAY = re.compile(r"\s*\d\d?([/-])\d\d?\1(\d\d){1,2}\b")
TIMES_READ = 40
# No value that dates a page is longer.
DATED_CHARS = 160
# An address and a <time> may be a day apart, as seen from two zones.
NEXT_DAY = 1
# What was changed so soon after it was published was not changed; and what is so much older was printed before.
SAME_TIME, REPRINTED = timedelta(minutes=2), timedelta(days=2)
# No clock on earth is farther from UTC, and all are by whole quarters of an hour.
FARTHEST, QUARTER, A_MINUTE = timedelta(hours=14), timedelta(minutes=15), timedelta(minutes=1)
MIDNIGHT = time(0)
ZONED = re.compile(r"[+-]\d\d:?\d\d$|[zZ]$|[A-Z]{3,}")


def published(claims: Claims) -> Ladder[datetime]:
    """Where the date of publication is looked for."""
    tree = claims.tree
    shown = Shown(claims)
    rungs = ((source, sure, look()) for source, sure, look in _stated(claims))
    source, sure, stated = next((rung for rung in rungs if rung[2]), ("", 0.0, None))
    if stated:
        yield "text", 0.8, lambda: _reprinted(stated, shown, updated(claims))
        yield source, sure, lambda: _at_home(stated, shown, claims)
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
    yield "data", 0.3, lambda: hidden.in_attributes(claims)
    yield "data", 0.3, lambda: hidden.in_scripts(claims)
    yield "list", 0.3, lambda: hidden.beside_itself(claims)
    yield "meta", 0.3, lambda: hidden.in_description(claims)
    yield "text", 0.2, lambda: shown.beside


def _stated(claims: Claims) -> Ladder[datetime]:
    """The day as it is stated for machines."""
    article, page = claims.article, claims.page
    whole = article if article and not article.types <= BESIDE else None
    marked = whole if whole and whole.source == "microdata" else None
    stated = whole if whole and whole.source == "json-ld" else None
    asked = next(iter(page.items("mainEntity")), None) if page else None
    yield "json-ld", 1.0, lambda: _first(claims, stated, "datePublished", "uploadDate")
    yield "meta", 0.95, lambda: _of_meta(claims, _says_published)
    yield "microdata", 0.9, lambda: _first(claims, marked, "datePublished", "uploadDate")
    yield (asked.source if asked else ""), 0.9, lambda: _first(claims, asked, "datePublished", "dateCreated")
    yield "microdata", 0.9, lambda: _marked(claims, PUBLISHED_MARKUP)
    yield "json-ld", 0.85, lambda: _first(claims, article, "datePublished", "uploadDate")
    yield "json-ld", 0.85, lambda: _first(claims, page, "datePublished") or _first(claims, article, "dateCreated")


def _reprinted(stated: datetime, shown: Shown, changes: Ladder[datetime]) -> datetime | None:
    """The older day that readers are shown at the heading, where the one that is stated is that of the last change.

    Sites that move to another system state for all their articles the day of the move, as published and as changed.
    """
    changed = next((moment for _, _, look in changes if (moment := look())), None)
    if changed and changed - stated > SAME_TIME:
        return None
    moments = [c.moment for c in shown.headed if not c.updated]
    days = {moment.date() for moment in moments}
    first = next(iter(moments), None)
    if first is None or stated.date() in (*days, dates.turned(first).date()):
        return None
    return first if stated - first > REPRINTED else None


def _at_home(moment: datetime, shown: Shown, claims: Claims) -> datetime:
    """The same moment by the clock of the site's readers, where it is stated in UTC and shown in their time."""
    if moment.utcoffset() or moment.time() == MIDNIGHT:
        return moment
    for element in claims.tree.document.select("time[datetime]")[:TIMES_READ]:
        text = element.attr("datetime") or ""
        other = dates.parse(text)
        if other and other.utcoffset() and abs(other - moment) < A_MINUTE:
            return moment.astimezone(other.tzinfo)
        # The same second of another hour, without a word on its zone.
        if other and other != moment and other.second and not ZONED.search(text) and _by_the_hour(other - moment):
            return moment.astimezone(timezone(other - moment))
    for candidate in shown.headed:
        ahead = candidate.moment.replace(second=0, tzinfo=UTC) - moment.replace(second=0)
        if candidate.moment.time() != MIDNIGHT and _by_the_hour(ahead):
            return moment.astimezone(timezone(ahead)) if ahead else moment
    return moment


def _agreed(moment: datetime | None, day: datetime | None, apart: int) -> datetime | None:
    """The moment, where it is on that day or so many days from it."""
    return moment if moment and day and abs((moment.date() - day.date()).days) <= apart else None


def updated(claims: Claims) -> Ladder[datetime]:
    """Where the date of the last change is looked for."""
    article = claims.article
    yield (article.source if article else "json-ld"), 1.0, lambda: _first(claims, article, "dateModified")
    yield "meta", 0.9, lambda: _of_meta(claims, _says_updated)
    yield "microdata", 0.9, lambda: _marked(claims, UPDATED_TIME) or _marked(claims, UPDATED_MARKUP)
    yield "json-ld", 0.8, lambda: _first(claims, claims.page, "dateModified")
    yield "time", 0.7, lambda: _labelled(claims)
    yield "text", 0.6, lambda: _in_its_place(claims)
    yield "text", 0.5, lambda: next((c.moment for c in Shown(claims).headed if c.updated), None)


def _labelled(claims: Claims) -> datetime | None:
    """The first <time> right behind words that say that it is the time of a change."""
    for element in claims.tree.document.select("time")[:TIMES_READ]:
        before = element.previous_sibling
        label = before.text if isinstance(before, Element | Text) else ""
        if UPDATED.search(label[-LABEL_CHARS:]) and not claims.regions.beside(element):
            return _of(element, claims.language)
    return None


def _in_its_place(claims: Claims) -> datetime | None:
    """The date in the first short element that a theme calls by the name of such a date."""
    classes, _ = claims.tree.called_in_lower_case
    if not any(name in classes for name in UPDATED_NAMES):
        return None
    for element in claims.tree.document.select(UPDATED_PLACE)[:TIMES_READ]:
        text = element.text[: DATED_CHARS * 2]
        if len(text) <= DATED_CHARS and not claims.regions.beside(element):
            return dates.find(" ".join(text.split()), claims.language)
    return None


def _by_the_hour(apart: timedelta) -> bool:
    """Whether two clocks on earth can be so far apart."""
    return abs(apart) <= FARTHEST and not apart % QUARTER


def _first(claims: Claims, item: Item | None, *names: str) -> datetime | None:
    """The first of an item's properties that is a date."""
    texts = (item.text(name) for name in names) if item else ()
    return next((moment for text in texts if text and (moment := _read(text, claims))), None)


def _read(text: str, claims: Claims) -> datetime | None:
    """The moment that a text states; where day and month may have changed places, what the page shows decides."""
    moment = dates.parse(text, claims.language)
    if moment is None or not EITHER_WAY.match(text):
        return moment
    turned, days = dates.turned(moment), {c.moment.date() for c in Shown(claims).headed}
    return turned if turned.date() in days and moment.date() not in days else moment


@lru_cache(8192)
def _says_published(name: str) -> bool:
    """Whether a <meta> of this name says when a page was published; sites use the same few."""
    return PUBLISHED_META.search(name) is not None and NOT_PUBLISHED.search(name) is None


@lru_cache(8192)
def _says_updated(name: str) -> bool:
    return UPDATED_META.search(name) is not None


def _of_meta(claims: Claims, says: Callable[[str], bool]) -> datetime | None:
    """The date in the first <meta> whose name says so; those of articles come first."""
    fitting = [name for name in claims.meta if says(name)]
    for name in sorted(fitting, key=lambda n: not n.startswith("article:")):
        text = claims.meta[name][0]
        if any(map(str.isdigit, text)) and (moment := _read(text, claims)):
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
        return dates.parse(date(year, month, day).isoformat())
    except ValueError:
        return None
