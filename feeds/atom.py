"""A feed as Atom, RFC 4287. feedgen renders it; what it loses is put back, or made for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from feedgen.feed import FeedGenerator
from lxml import etree

from feeds.document import Entry, Feed, Origin, Paging
from feeds.text import language_tag, legal, line, lines, media_type, rfc3339, utc

DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'
GENERATOR = "Feedwright"  # without its version: a release is no reason to change every feed
_HISTORY = "http://purl.org/syndication/history/1.0"  # RFC 5005
_MEDIA = "http://search.yahoo.com/mrss/"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def render(feed: Feed) -> bytes:
    """The feed as a document: the same feed gives the same bytes, anywhere and on any day.

    Characters that XML does not have are dropped, and what is empty without them is left out. Raises
    ValueError for an empty id or a datetime without a zone.
    """
    root = FeedGenerator()
    title = line(feed.title) or line(feed.site_url) or line(feed.id)
    author = line(feed.author) or title
    root.id(line(feed.id))
    root.title(title)
    root.updated(utc(feed.updated))
    root.author(name=author)
    if self_url := line(feed.self_url):
        root.link(href=self_url, rel="self", type="application/atom+xml")
    root.link(href=line(feed.site_url), rel="alternate", type="text/html")
    for hub in lines(feed.hubs):
        root.link(href=hub, rel="hub")
    for relation, url in _pages(feed.paging):
        root.link(href=url, rel=relation, type="application/atom+xml")
    root.generator(GENERATOR)
    root.subtitle(line(feed.subtitle) or None)
    if feed.paging.current:
        root.register_extension("history", _Archive, rss=False)
    root.register_extension("corrected", partial(_Corrected, root, feed), rss=False)
    root.entry([_Made(_entry(entry, author)) for entry in feed.entries])
    document: bytes = root.atom_str(pretty=True, encoding="utf-8", xml_declaration=False)
    return DECLARATION + document


@dataclass(frozen=True, slots=True)
class _Made:
    """An entry for feedgen, made already: its own would lose what links say, and say dates in another way."""

    element: etree._Element

    def register_extension(self, *extension: object) -> None:
        """What the feed has beyond Atom is said in the element where it is the entry's too."""

    def atom_entry(self) -> etree._Element:
        return self.element


def _entry(entry: Entry, feed_author: str) -> etree._Element:
    item = etree.Element("entry")
    if language := language_tag(entry.language):
        item.set(_XML_LANG, language)
    entry_id = line(entry.id)
    if not entry_id:
        raise ValueError(f"{entry.url!r} has no id.")
    _put(item, "id", entry_id)
    _put(item, "title", line(entry.title) or line(entry.url) or entry_id)
    _put(item, "updated", rfc3339(entry.updated))
    for name in lines(entry.authors) or (feed_author,):
        _put(_put(item, "author"), "name", name)
    _put(item, "content", legal(entry.html) or None, type="html")
    _put(item, "link", href=line(entry.url), rel="alternate", type="text/html")
    for file in entry.enclosures:
        if href := line(file.url):
            length = None if file.length is None else str(file.length)
            _put(item, "link", href=href, rel="enclosure", type=media_type(file.type), length=length)
    if summary := legal(entry.summary or "").strip():
        _put(item, "summary", summary)
    for tag in lines(entry.tags):
        _put(item, "category", term=tag)
    _put(item, "published", rfc3339(entry.published))
    if entry.image and (url := line(entry.image.url)):
        width, height = (str(side) if side else None for side in (entry.image.width, entry.image.height))
        _put(item, f"{{{_MEDIA}}}thumbnail", url=url, height=height, width=width)
    if entry.origin:
        _source(_put(item, "source"), entry.origin)
    return item


def _source(source: etree._Element, origin: Origin) -> None:
    """The feed that an entry was published in first. RFC 4287, section 4.2.11."""
    _put(source, "id", line(origin.id))
    _put(source, "title", line(origin.title))
    _put(source, "updated", rfc3339(origin.updated))
    if url := line(origin.url):
        _put(source, "link", rel="self", type="application/atom+xml", href=url)
    if url := line(origin.site_url):
        _put(source, "link", rel="alternate", type="text/html", href=url)


def _put(parent: etree._Element, name: str, text: str | None = None, **said: str | None) -> etree._Element:
    """A new element at the end of another one, with its text and its attributes, as far as they are known."""
    made = etree.SubElement(parent, name, {key: value for key, value in said.items() if value is not None})
    made.text = text
    return made


def _pages(paging: Paging) -> Iterator[tuple[str, str]]:
    for relation, url in (
        ("current", paging.current),
        ("prev-archive", paging.previous),
        ("next-archive", paging.next),
    ):
        if url := line(url):
            yield relation, url


class _Corrected:
    """An extension of feedgen for a feed: its language, links with all they say, its date in Z."""

    def __init__(self, root: FeedGenerator, feed: Feed) -> None:
        self.root, self.feed = root, feed

    def extend_ns(self) -> dict[str, str]:
        return {"media": _MEDIA} if any(entry.image for entry in self.feed.entries) else {}

    def extend_atom(self, element: Any) -> None:
        if language := language_tag(self.feed.language):
            element.set(_XML_LANG, language)
        for link, said in zip(element.iterfind("link"), self.root.link(), strict=True):
            link.attrib.update({name: value for name, value in said.items() if value})
        date = element.find("updated")
        date.text = date.text.replace("+00:00", "Z")


class _Archive:
    """An extension of feedgen for a feed: this document is an archive, and stays as it is."""

    def extend_ns(self) -> dict[str, str]:
        return {"fh": _HISTORY}

    def extend_atom(self, element: Any) -> None:
        element.insert(0, etree.Element(f"{{{_HISTORY}}}archive"))
