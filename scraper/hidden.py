"""Where a page's date is found that neither states nor shows it at its article: the last resorts."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from scraper import dates, urls
from scraper.claims import Claims
from scraper.dom import Element

# Attributes that give a date to scripts.
ATTRIBUTES = (
    "data-date",
    "data-published",
    "data-publish-date",
    "data-pubdate",
    "data-datetime",
    "data-timestamp",
    "data-time",
)
DATED = ", ".join(f"[{name}]" for name in ATTRIBUTES)
# A day of the article in the data for scripts, best name first.
NAMES = ("datePublished", "published_at", "publishedAt", "publishedDate", "publishDate", "publish_date", "pubDate")
VALUE = re.compile(r"""["']?\s{0,3}:\s{0,3}["'](\d[^"']{7,40})["']""")
# An epoch's seconds or milliseconds between 2001 and 2100.
EPOCH = re.compile(r"[1-4]\d{9}(\d{3})?")
# A day in brackets at the end of a description, as in «The ferry is late (news of 9 March 2024)».
IN_BRACKETS = re.compile(r"\(([^()]{6,60})\)\s*$")
# How many are looked at; scripts are long, and what says when the article was published stands early in them.
ELEMENTS_READ, SCRIPTS_READ, SCRIPT_CHARS, VALUES_READ, CARD_CHARS = 20, 40, 200_000, 20, 300
# No date is longer.
LONGEST = 60
# An item of a list is so many levels above the link in it.
CARD_LEVELS = 4


def in_attributes(claims: Claims) -> datetime | None:
    """The first date that an element of the article has for scripts."""
    for element in claims.tree.document.select(DATED)[:ELEMENTS_READ]:
        if claims.regions.beside(element):
            continue
        for name in ATTRIBUTES:
            text = element.attr(name) or ""
            if moment := _epoch(text) or (dates.parse(text, claims.language) if len(text) <= LONGEST else None):
                return moment
    return None


def _epoch(text: str) -> datetime | None:
    if not EPOCH.fullmatch(text):
        return None
    return dates.parse(datetime.fromtimestamp(int(text[:10]), UTC).isoformat())


def in_scripts(claims: Claims) -> datetime | None:
    """The day of publication in the data for scripts, where all of it agrees: a page has data on other articles."""
    days: dict[str, datetime] = {}
    for script in claims.tree.document.select("script:not([src])")[:SCRIPTS_READ]:
        text = script.text[:SCRIPT_CHARS]
        for written in (value for name in NAMES for value in _values(text, name)):
            if moment := dates.parse(written):
                days.setdefault(moment.date().isoformat(), moment)
        if len(days) > 1:
            return None
    return next(iter(days.values()), None)


def _values(text: str, name: str) -> Iterator[str]:
    """What stands behind a name in a script."""
    here = 0
    for _ in range(VALUES_READ):
        here = text.find(name, here) + len(name)
        if here < len(name):
            return
        if match := VALUE.match(text, here):
            yield match.group(1)


def beside_itself(claims: Claims) -> datetime | None:
    """The day beside the page's own link, in a list of the site's articles on it."""
    address = claims.canonical or claims.tree.url
    here, name = {urls.key(claims.tree.url), urls.key(address)}, urlsplit(address).path.rstrip("/").rpartition("/")[2]
    for link in claims.tree.document.select("a[href]"):
        href = link.attr("href") or ""
        url = urls.absolute(href, claims.tree.base) if name and name in href and "#" not in href else None
        if url and urls.key(url) in here and (moment := _of_card(link, claims.language)):
            return moment
    return None


def _of_card(link: Element, language: str | None) -> datetime | None:
    card = link.parent
    for _ in range(CARD_LEVELS):
        if not isinstance(card, Element) or card.tag == "body" or len(card.select("a[href]")) > 2:
            return None
        text = " ".join(card.text[:CARD_CHARS].split())
        found = list(dates.found_in(text, language))
        if found:
            return found[0].moment if len(found) == 1 else None
        card = card.parent
    return None


def in_description(claims: Claims) -> datetime | None:
    match = IN_BRACKETS.search(claims.said("description", "og:description") or "")
    return dates.find(match.group(1), claims.language) if match else None
