"""Sitemaps, news sitemaps and indexes of them (sitemaps.org): which addresses in them are articles."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from scraper import dates, decode, dom, stamps, urls
from scraper.discover import addresses
from scraper.errors import NotAPage
from scraper.model import Found, Link

NAME = "sitemap"
# Where sitemaps are when nobody says it.
PLACES = ("/sitemap.xml", "/sitemap_index.xml", "/sitemap-index.xml", "/news-sitemap.xml")
NEWS_CONFIDENCE, CONFIDENCE = 0.8, 0.5
GZIP = b"\x1f\x8b"
# A sitemap unpacks to 50 MB at most (sitemaps.org), and holds so many addresses.
MOST_BYTES, MOST_ADDRESSES = 50_000_000, 50_000
# Of an index so many sitemaps are read.
MOST_FILES = 3
# Sitemaps by their names: of articles, and of anything else.
ARTICLES = re.compile(r"news|post|article|blog|stor(y|ies)|artikel|beitr", re.IGNORECASE)
OTHERS = re.compile(
    r"tag|categor|author|user|image|video|product|page|archive|taxonom|event|location|forum", re.IGNORECASE
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap lists: addresses, and further sitemaps, the likeliest to list articles first."""

    links: tuple[Link, ...] = ()
    files: tuple[str, ...] = ()


def read(content: bytes, url: str) -> Sitemap:
    """A sitemap or an index, gzipped or not. Raises NotAPage for anything else, a bomb among it."""
    if content.startswith(GZIP):
        try:
            content = decode.decoded([content], "gzip", MOST_BYTES)
        except (decode.Broken, decode.TooMuch) as error:
            raise NotAPage(f"{url} does not unpack to a sitemap: {error}.", about=url) from error
    root = dom.xml(content, url)
    name = _local(root)
    if name == "sitemapindex":
        return Sitemap(files=_files(root, url))
    if name != "urlset":
        raise NotAPage(f"{url} is not a sitemap.", about=url)
    found = [link for row in _children(root, "url")[:MOST_ADDRESSES] if (link := _link(row, url)) is not None]
    return Sitemap(links=tuple(found))


def find(links: list[Link], here: str) -> Found:
    """Of all that the sitemaps list, what can be articles below the listing's address, the newest first."""
    folder = addresses.path(here).rpartition("/")[0] + "/"
    own = [
        link
        for link in links
        if urls.site(link.url) == urls.site(here)
        and urls.key(link.url) != urls.key(here)
        and addresses.path(link.url).startswith(folder)
        and addresses.may_be_article(link.url, here)
    ]
    chosen = [link for link in own if link.confidence == NEWS_CONFIDENCE] or [o for o in own if addresses.titled(o.url)]
    if not chosen:
        return Found(NAME, reason=f"{len(links)} addresses, none of them an article's")
    chosen.sort(key=lambda link: link.published or link.changed or EPOCH, reverse=True)
    unique = {urls.key(link.url): link for link in reversed(chosen)}
    kept = tuple(reversed(unique.values()))
    # When all pages were changed on one day, the site was rebuilt, and the day says nothing of any of them.
    rebuilt = stamps.rebuilt(link.changed for link in links)
    told = tuple(replace(o, changed=None) if o.changed and o.changed.date() in rebuilt else o for o in kept)
    return Found(NAME, told, chosen[0].confidence, f"{len(kept)} of {len(links)} addresses look like articles")


def _files(root: dom.Element, base: str) -> tuple[str, ...]:
    files = []
    for row in _children(root, "sitemap"):
        place, changed = urls.absolute(_text(row, "loc") or "", base), _text(row, "lastmod")
        if place and not (OTHERS.search(place.rpartition("/")[2]) and not ARTICLES.search(place.rpartition("/")[2])):
            moment = (dates.parse(changed) if changed else None) or EPOCH
            files.append((ARTICLES.search(place.rpartition("/")[2]) is not None, moment, place))
    files.sort(key=lambda file: file[:2], reverse=True)
    return tuple(place for _, _, place in files[:MOST_FILES])


def _link(row: dom.Element, base: str) -> Link | None:
    url = urls.absolute(_text(row, "loc") or "", base)
    if url is None:
        return None
    news = next(iter(_children(row, "news")), None)
    if news is not None:
        date = _text(news, "publication_date")
        moment = dates.parse(date) if date else None
        return Link(urls.canonical(url), _text(news, "title"), moment, None, NAME, NEWS_CONFIDENCE, ("news sitemap",))
    changed = _text(row, "lastmod")
    moment = dates.parse(changed) if changed else None
    # An ordinary sitemap tells when a page was changed, which is no date of publication.
    evidence = ("sitemap", "address")
    return Link(urls.canonical(url), tier=NAME, confidence=CONFIDENCE, evidence=evidence, changed=moment)


def _children(element: dom.Element, name: str) -> list[dom.Element]:
    return [child for child in element.children if isinstance(child, dom.Element) and _local(child) == name]


def _local(element: dom.Element) -> str:
    return element.tag.rpartition(":")[2].lower()


def _text(element: dom.Element, name: str) -> str | None:
    child = next(iter(_children(element, name)), None)
    return " ".join(child.text.split()) or None if child is not None else None
