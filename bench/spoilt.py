"""Real themes, and their lists spoilt: what `gate.py` and `held.py` have in common.

A folder of them holds `manifest.jsonl` and sites as folders, as `discovery.py` reads them.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scraper import dom, survey, urls
from scraper.discover import cards
from scraper.discover.cards import ASIDE
from scraper.errors import NothingFound, ScrapeError
from scraper.model import Access, Job, KnownPage, Listed, Page, Problem, ScrapeResult, Validators
from scraper.recipe import Recipe

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KIND = "text/html; charset=utf-8"
WALL = (
    "<!DOCTYPE html><title>{title}</title><body><main><h1>{title}</h1><p>{text}</p>"
    "<form action=/login method=post>{form}<button>Accept all</button></form></main>"
)
NAVIGATION = "nav, header:not(article header):not(:has(h2)), footer:not(article footer)"
LOGIN = "<input name=user><input type=password name=password>"


class Nowhere:
    """Nothing but the page: a site's own feed would heal everything."""

    def get(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | None:
        raise NothingFound(f"{url} is not asked for.", about=url)

    def sitemaps(self, url: str, access: Access = Access()) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Site:
    """A site's first list: its page, and the titles of its articles by path."""

    name: str
    url: str
    content: bytes
    listed: tuple[Listed, ...]


def sites(folder: Path, most: int) -> list[Site]:
    found = []
    for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
        said = json.loads(line)
        first = said["listing"][0]
        place = folder / said["site"] / first["path"].lstrip("/")
        file = next(f for f in (place, place / "index.html", place.with_suffix(".html")) if f.is_file())
        content, url = file.read_bytes(), said["origin"] + first["path"]
        links = run(content, url).discovery.links
        if len(links) >= 5:
            found.append(Site(said["site"], url, content, tuple(Listed(link.url, link.title) for link in links)))
    return found[:most]


def run(content: bytes, url: str, last: tuple[Listed, ...] = ()) -> ScrapeResult:
    """What one look at a list brings. The articles themselves are not read."""
    job = Job("site", url, NOW, known=tuple(KnownPage(one.url) for one in last), expected=last)
    page = Page(url, url, content, KIND)
    try:
        found = survey.survey(job, page, Recipe.of(job.rules), Nowhere())
        if not found.discovery.links:
            raise survey.nothing(page)
        return ScrapeResult("site", discovery=found.discovery, place=found.place)
    except ScrapeError as error:
        return ScrapeResult("site", problems=(Problem.of(error),))


def items(site: Site) -> tuple[Any, list[Any]]:
    """The page's tree, and the elements of its list, one for each article."""
    tree = dom.parse(site.content, site.url, KIND)
    keys = {urls.part_key(one.url) for one in site.listed}
    found = [card for card in cards.cards(tree) if urls.part_key(card.url) in keys and card.element is not None]
    return tree, [card.element for card in found]


def without(site: Site, which: Callable[[int], bool]) -> bytes:
    """The page without some of its articles, wherever it names them."""
    tree, elements = items(site)
    for place, element in enumerate(elements):
        if which(place):
            element.extract()
    gone = {urls.part_key(one.url) for place, one in enumerate(site.listed) if which(place)}
    for card in cards.cards(tree):
        for anchor in card.anchors if urls.part_key(card.url) in gone and not card.aside else ():
            anchor.extract()
    return bytes(tree.document.html, "utf-8")


def shuffled(site: Site) -> bytes:
    tree, elements = items(site)
    markup = [element.html for element in elements]
    markup = markup[1::2] + markup[::2]
    for element, other in zip(elements, markup, strict=True):
        element.replace_with(dom.fragment(other))
    return bytes(tree.document.html, "utf-8")


def doubled(site: Site) -> bytes:
    tree, elements = items(site)
    for element in elements:
        element.insert_after(dom.fragment(element.html))
    return bytes(tree.document.html, "utf-8")


def renamed(site: Site) -> bytes:
    return re.sub(rb'class="[^"]*"', lambda m: b'class="x%d"' % (sum(m[0]) % 9973), site.content)


def swapped(site: Site) -> bytes:
    text = site.content.decode("utf-8", "replace")
    for one in site.listed:
        if one.title:
            text = text.replace(f">{one.title}<", ">3 May 2026<")
    return text.encode()


def wall(title: str, text: str, form: str = "") -> Callable[[Site], bytes]:
    return lambda site: WALL.format(title=title, text=text, form=form).encode()


BAD: dict[str, Callable[[Site], bytes]] = {
    "empty list": lambda site: without(site, lambda place: True),
    "200 error page": wall("Error", "Something went wrong on our side. Please try again later."),
    "consent wall": wall("Your privacy", "We and our partners use cookies to store personal data. " * 3),
    "challenge title": wall("Just a moment...", "Checking that you are human."),
    "log-in redirect": wall("Log in", "Please log in to go on.", LOGIN),
    "half the list": lambda site: without(site, lambda place: place % 2 == 0),
    "title and date swapped": swapped,
    "wrong charset": lambda site: site.content.decode("utf-8", "replace").encode().decode("cp1252", "replace").encode(),
    "navigation only": lambda site: (
        b"<title>x</title><body>"
        + "".join(e.html for e in dom.parse(site.content, site.url, KIND).body.select(NAVIGATION)).encode()
    ),
    "beside the list only": lambda site: (
        b"<title>x</title><body>"
        + "".join(e.html for e in dom.parse(site.content, site.url, KIND).body.select(ASIDE)).encode()
    ),
}
GOOD: dict[str, Callable[[Site], bytes]] = {"class rename": renamed, "reorder only": shuffled, "doubled": doubled}
