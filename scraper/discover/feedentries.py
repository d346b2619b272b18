"""A site's own feed, read: the one door to feedparser, and JSON Feed."""

import json
import re
from calendar import timegm
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import feedparser

from scraper import dates, siteids, urls
from scraper.errors import NotAPage
from scraper.model import Given, Link

NAME = "feed"
CONFIDENCE = 0.95
# Feeds are parsed at some 300 entries a second; what is older than this many is in no feed of ours.
MOST_ENTRIES = 200
ENTRY_END = re.compile(rb"</(?:\w+:)?(item|entry)\s*>", re.IGNORECASE)
# What a cut-off feed is closed with, by what it begins with.
ROOTS = ((b"<rdf:RDF", b"</rdf:RDF>"), (b"<feed", b"</feed>"), (b"<rss", b"</channel></rss>"))
# Entities of a feed's own are refused: they can make gigabytes of a few lines. HTML's are known without.
ENTITY = re.compile(rb"<!(ENTITY|DOCTYPE[^>]{0,300}\[)", re.IGNORECASE)
# A text that ends so goes on elsewhere.
CUT_OFF = re.compile(
    r"(\[?(…|\.\.\.|&hellip;|&#8230;)\]?|(read|continue)[^.]{0,40}|weiterlesen|lire la suite)\W*$", re.IGNORECASE
)
TAG = re.compile(r"<[^>]{0,2000}>")
# What an RSS feed says of itself stands before its entries, in so many bytes.
HEAD_BYTES = 20_000
TTL = re.compile(rb"<ttl>\s{0,20}(\d{1,7})\s{0,20}</ttl>")
LONGEST_TTL = timedelta(days=1)
# A whole text has so many characters at least.
WHOLE_CHARS = 250


def read(content: bytes, url: str) -> tuple[Given, ...]:
    """The entries of an RSS, Atom, RDF or JSON feed, in its order, each with the text that it gives.

    Raises NotAPage for what is no feed, and for one with entities of its own.
    """
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(content, url)
    if ENTITY.search(content.replace(b"\0", b"")):  # UTF-16 hides nothing
        raise NotAPage(f"{url} declares entities of its own, which no honest feed does.", about=url)
    headers = {"content-type": "application/xml", "content-location": url}
    parsed = feedparser.parse(BytesIO(_cut(content)), response_headers=headers, sanitize_html=False)
    if not dict.get(parsed, "version"):
        raise NotAPage(f"{url} is not a feed.", about=url)
    entries = [_entry(entry, url) for entry in parsed.entries[:MOST_ENTRIES]]
    return tuple(entry for entry in entries if entry is not None)


def fresh_for(content: bytes) -> timedelta:
    """For how long an RSS feed says that it need not be asked for again (its `ttl`, in minutes); at most a day."""
    head = content.partition(b"<item")[0][:HEAD_BYTES]
    match = TTL.search(head) if b"<rss" in head else None
    return min(timedelta(minutes=int(match[1])), LONGEST_TTL) if match else timedelta()


def _cut(content: bytes) -> bytes:
    """The feed with its first entries only, closed again."""
    ends = [match.end() for match in ENTRY_END.finditer(content)]
    if len(ends) <= MOST_ENTRIES:
        return content
    start = content[:2000]
    close = next((close for opening, close in ROOTS if opening in start), b"")
    return content[: ends[MOST_ENTRIES - 1]] + close


def _entry(entry: Any, base: str) -> Given | None:
    # feedparser's own `get` warns when it answers with another date than was asked for.
    def get(name: str) -> Any:
        return dict.get(entry, name)

    url = urls.absolute(get("link") or "", base)
    if url is None:
        return None
    published, updated = _moment(get("published_parsed")), _moment(get("updated_parsed"))
    contents = [c.get("value") or "" for c in get("content") or ()]
    html = max(contents, key=len, default="")
    summary = get("summary") or ""
    if len(summary) > len(html):
        html = summary
    names = [author.get("name") for author in get("authors") or ()]
    tags = [tag.get("term") for tag in get("tags") or ()]
    given = _given(url, get("title"), html, published or updated, updated, names, tags)
    return replace(given, site_ids=siteids.of_entry(get("id") or ""))


def _given(
    url: str,
    title: str | None,
    html: str,
    published: datetime | None,
    updated: datetime | None,
    authors: list[Any],
    tags: list[Any],
) -> Given:
    text = " ".join(TAG.sub(" ", html).split())
    link = Link(urls.canonical(url), _line(title), published, None, NAME, CONFIDENCE, ("the site's own feed",))
    return Given(
        link=link,
        html=html,
        whole=len(text) >= WHOLE_CHARS and not CUT_OFF.search(text[-80:]),
        authors=tuple(dict.fromkeys(name.strip() for name in authors if isinstance(name, str) and name.strip())),
        updated=updated if updated != published else None,
        tags=tuple(dict.fromkeys(tag.strip() for tag in tags if isinstance(tag, str) and tag.strip())),
    )


def _line(text: str | None) -> str | None:
    return " ".join(TAG.sub("", text).split()) or None if text else None


def _moment(parsed: Any) -> datetime | None:
    """feedparser's time, which is in UTC."""
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, TypeError):
        return None


def _json_feed(content: bytes, url: str) -> tuple[Given, ...]:
    """JSON Feed 1 and 1.1 (jsonfeed.org/version/1.1)."""
    try:
        feed = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotAPage(f"{url} is not well-formed JSON.", about=url) from error
    if not isinstance(feed, dict) or not str(feed.get("version", "")).startswith("https://jsonfeed.org/version/"):
        raise NotAPage(f"{url} is not a JSON feed.", about=url)
    items = feed.get("items")
    found = [_json_item(item, url) for item in (items if isinstance(items, list) else [])[:MOST_ENTRIES]]
    return tuple(item for item in found if item is not None)


def _json_item(item: Any, base: str) -> Given | None:
    if not isinstance(item, dict):
        return None

    def text(name: str) -> str:
        value = item.get(name)
        return value if isinstance(value, str) else ""

    url = urls.absolute(text("url") or text("external_url"), base)
    if url is None:
        return None
    people = item.get("authors") or [item.get("author")]
    names = [person.get("name") for person in people if isinstance(person, dict)] if isinstance(people, list) else []
    tags = item.get("tags")
    given = _given(
        url,
        text("title") or None,
        text("content_html") or text("content_text"),
        dates.parse(text("date_published")) if text("date_published") else None,
        dates.parse(text("date_modified")) if text("date_modified") else None,
        names,
        tags if isinstance(tags, list) else [],
    )
    return replace(given, site_ids=siteids.of_entry(str(item.get("id") or "")))
