"""The data that a framework left in the page for its scripts: arrays of things with a title and an address."""

import json
import re
from collections import deque
from typing import Any

from scraper import dates, urls
from scraper.discover import addresses
from scraper.dom import Tree
from scraper.model import Found, Link

NAME = "state"
# Where frameworks leave it: as JSON in a script of its own, or assigned to a variable (Next, Nuxt, Gatsby, Apollo…).
JSON_SCRIPTS = "script[type='application/json' i], script#__NEXT_DATA__"
ASSIGNED = re.compile(r"(?:window|self|globalThis|var|let|const)[.\s]\s*\[?[\"']?\w{3,40}[\"']?\]?\s*=\s*(?=[\[{])")
TITLES = ("title", "headline", "name", "heading", "seoTitle")
ADDRESSES = ("url", "href", "link", "permalink", "canonicalUrl", "canonical_url", "path", "uri", "slug")
DATES = (
    "publishedAt published_at datePublished date_published publishDate publish_date publicationDate pubDate "
    "firstPublished first_published_at date createdAt created_at created published"
).split()
SUMMARIES = ("excerpt", "summary", "description", "dek", "standfirst", "teaser", "subtitle")
FEWEST = 3
CONFIDENCE, UNDATED = 0.8, 0.6
# So much of a page's data is looked at, at most.
MOST_CHARS, MOST_NODES, DEEPEST = 4_000_000, 200_000, 40


def find(tree: Tree) -> Found:
    """The array that looks most like a list of articles, in its own order."""
    arrays = [rows for data in _data(tree) for rows in _arrays(data)]
    if not arrays:
        return Found(NAME, reason="no data")
    shown = _shown(tree)
    best: list[Link] = []
    for rows in arrays:
        found = _links(rows, tree, shown)
        if len(found) >= max(FEWEST, len(rows) / 2) and _worth(found) > _worth(best):
            best = found
    if not best:
        return Found(NAME, reason=f"{len(arrays)} lists in the page's data, none of them of articles")
    return Found(NAME, tuple(best), best[0].confidence, f"{len(best)} articles in the page's data")


def _worth(links: list[Link]) -> float:
    return sum(link.confidence for link in links)


def _data(tree: Tree) -> list[Any]:
    found, left = [], MOST_CHARS
    for script in tree.document.select(JSON_SCRIPTS):
        text = script.text
        left -= len(text)
        if left > 0 and (value := _json(text)) is not None:
            found.append(value)
    for script in tree.document.select("script:not([src]):not([type*=json i])"):
        text = script.text
        left -= len(text)
        if left <= 0:
            break
        for start in list(ASSIGNED.finditer(text))[:3]:
            value = _json(text, start.end())
            if value is not None:
                found.append(value)
    return found


def _json(text: str, start: int = 0) -> Any:
    """The JSON value that begins at `start`; None where none does."""
    try:
        value, _ = json.JSONDecoder().raw_decode(text.lstrip() if not start else text, start)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _arrays(data: Any) -> list[list[dict[str, Any]]]:
    """Every array of objects in it, and every object of objects alike (as caches are kept), breadth first."""
    found, queue, seen = [], deque([(data, 0)]), 0
    while queue and seen < MOST_NODES:
        value, depth = queue.popleft()
        seen += 1
        inner = list(value.values()) if isinstance(value, dict) else value
        rows = [row for row in inner if isinstance(row, dict)]
        if len(rows) >= FEWEST:
            found.append(rows)
        if depth < DEEPEST:
            queue.extend((each, depth + 1) for each in inner if isinstance(each, dict | list))
    return found


def _links(rows: list[dict[str, Any]], tree: Tree, shown: dict[str, str]) -> list[Link]:
    kept: dict[str, Link] = {}
    for row in rows:
        link = _link(row, tree, shown)
        if link is not None and addresses.key(link.url) != addresses.key(tree.url):
            kept.setdefault(addresses.key(link.url), link)
    return list(kept.values())


def _link(row: dict[str, Any], tree: Tree, shown: dict[str, str]) -> Link | None:
    row = _unwrapped(row)
    title = _first(row, TITLES)
    url = _address(row, tree, shown)
    if (
        not title
        or url is None
        or addresses.site(url) != addresses.site(tree.url)
        or not addresses.may_be_article(url, tree.url)
    ):
        return None
    date = _first(row, DATES)
    moment = dates.parse(date) if date else None
    confidence = CONFIDENCE if moment else UNDATED
    return Link(urls.canonical(url), title, moment, _first(row, SUMMARIES), NAME, confidence, ("data",))


def _unwrapped(row: dict[str, Any]) -> dict[str, Any]:
    """The thing itself where it is wrapped, as in `{"node": {…}}`, with what lies flat below."""
    for key in ("node", "attributes", "article", "post", "item", "fields", "frontmatter"):
        inner = row.get(key)
        if isinstance(inner, dict):
            row = {**row, **inner}
    return row


def _first(row: dict[str, Any], names: tuple[str, ...] | list[str]) -> str | None:
    for name in names:
        value = row.get(name)
        if isinstance(value, dict):
            value = value.get("rendered") or value.get("current")
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
    return None


def _address(row: dict[str, Any], tree: Tree, shown: dict[str, str]) -> str | None:
    """A whole address or a path, or a slug that ends the address of a link on the page."""
    for name in ADDRESSES:
        value = row.get(name)
        value = value.get("current") if isinstance(value, dict) else value
        if not isinstance(value, str) or not value.strip():
            continue
        if value.startswith(("/", "http://", "https://")):
            return addresses.meant(value, tree)
        slug = value.strip("/")
        if slug in shown:
            return shown[slug]
        if "/" in slug or name != "slug":
            continue
        return addresses.meant(f"{tree.url.partition('?')[0].rstrip('/')}/{slug}", tree)
    return None


def _shown(tree: Tree) -> dict[str, str]:
    """The addresses that the page links to, by their last part."""
    found: dict[str, str] = {}
    for anchor in tree.body.select("a[href]"):
        url = addresses.meant(anchor.attr("href") or "", tree)
        if url:
            found.setdefault(addresses.path(url).rstrip("/").rpartition("/")[2], url)
    return found
