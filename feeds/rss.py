"""A feed as RSS 2.0, from the record that Atom is made of, in the profile that all readers share."""

from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime

from feeds.document import Entry, Feed, Origin
from feeds.text import language_tag, legal, line, lines, media_type, rfc3339, spelled, utc

GENERATOR = "Feedwright"
_TOP = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">\n'
)
# For an element. Some readers take what stands in it for markup once more; of this form they all make the text.
# https://www.rssboard.org/rss-profile#data-types-characterdata
_PLAIN = {"&": "&#x26;", "<": "&#x3C;", ">": "&#x3E;"}
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ATTRIBUTE = {**_HTML, '"': "&quot;"}
# For an element that holds markup. A carriage return would be read as a new line (XML 1.0, section 2.11).
_MARKUP = {**_HTML, "\r": "&#xD;"}


def render(feed: Feed) -> bytes:
    """The feed as a document: the same feed gives the same bytes, anywhere and on any day.

    Raises ValueError for a datetime without a zone.
    """
    return "".join(_document(feed)).encode()


def _document(feed: Feed) -> Iterator[str]:
    title = line(feed.title) or line(feed.site_url) or line(feed.id)
    author = line(feed.author) or title
    yield f"{_TOP}<channel>\n"
    yield _element("title", title)
    yield _element("link", line(feed.site_url))
    yield _element("description", line(feed.subtitle) or title)
    if self_url := line(feed.url("rss")):
        yield _empty("atom:link", href=self_url, rel="self", type="application/rss+xml")
    for hub in lines(feed.hubs):
        yield _empty("atom:link", href=hub, rel="hub")
    if language := language_tag(feed.language):
        yield _element("language", language)
    yield _element("lastBuildDate", _date(feed.updated))
    yield _element("generator", GENERATOR)
    if feed.ttl is not None:
        yield _element("ttl", str(feed.ttl))
    for entry in feed.entries:
        yield "<item>\n"
        yield from _item(entry, author)
        yield "</item>\n"
    yield "</channel>\n</rss>\n"


def _item(entry: Entry, feed_author: str) -> Iterator[str]:
    entry_id, url = line(entry.id), line(entry.url)
    yield _element("title", line(entry.title) or url or entry_id)
    yield _element("link", url)
    yield f'<guid isPermaLink="{"true" if entry_id == url else "false"}">{spelled(entry_id, _PLAIN)}</guid>\n'
    yield _element("pubDate", _date(entry.published))
    yield f"<atom:updated>{rfc3339(entry.updated)}</atom:updated>\n"
    for name in lines(entry.authors) or (feed_author,):
        yield _element("dc:creator", name)
    if language := language_tag(entry.language):
        yield _element("dc:language", language)
    for tag in lines(entry.tags):
        yield _element("category", tag)
    yield from _content(entry)
    yield from _files(entry)
    if entry.origin:
        yield from _source(entry.origin)


def _content(entry: Entry) -> Iterator[str]:
    """The text, in the one element that every reader knows where there is no summary to stand there."""
    html = legal(entry.html)
    if summary := legal(entry.summary or "").strip():
        yield f"<description>{spelled(spelled(summary, _HTML), _MARKUP)}</description>\n"
        yield f"<content:encoded>{spelled(html, _MARKUP)}</content:encoded>\n"
    else:
        yield f"<description>{spelled(html, _MARKUP)}</description>\n"


def _files(entry: Entry) -> Iterator[str]:
    """The first file is the enclosure: readers know one. Of an unknown length it is 0, as the profile has it."""
    files = [file for file in entry.enclosures if line(file.url)]
    for file in files[:1]:
        yield _empty("enclosure", url=line(file.url), length=str(file.length or 0), type=media_type(file.type))
    for file in files[1:]:
        size = None if file.length is None else str(file.length)
        yield _empty("media:content", url=line(file.url), type=media_type(file.type), fileSize=size)
    if entry.image and (url := line(entry.image.url)):
        width, height = (str(side) if side else None for side in (entry.image.width, entry.image.height))
        yield _empty("media:thumbnail", url=url, width=width, height=height)


def _source(origin: Origin) -> Iterator[str]:
    if url := line(origin.url):
        yield f'<source url="{spelled(url, _ATTRIBUTE)}">{spelled(line(origin.title), _PLAIN)}</source>\n'


def _element(name: str, text: str) -> str:
    return f"<{name}>{spelled(text, _PLAIN)}</{name}>\n"


def _empty(name: str, **attributes: str | None) -> str:
    said = "".join(f' {key}="{spelled(value, _ATTRIBUTE)}"' for key, value in attributes.items() if value)
    return f"<{name}{said}/>\n"


def _date(moment: datetime) -> str:
    """RFC 5322 in English, whatever the locale: `Wed, 01 May 2024 12:00:00 GMT`."""
    return format_datetime(utc(moment), usegmt=True)
