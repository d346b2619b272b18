"""A feed as Atom, RFC 4287. feedgen renders it; what it loses is put back through its extension hooks."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.media import MediaEntryExtension, MediaExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from feeds.document import Entry, Feed, Origin, Paging
from feeds.text import language_tag, legal, line, lines, media_type, rfc3339, utc

DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'
GENERATOR = "Feedwright"  # without its version: a release is no reason to change every feed
_HISTORY = "http://purl.org/syndication/history/1.0"  # RFC 5005
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
    root.register_extension("corrected", partial(_Corrected, root, feed.language), rss=False)
    if feed.paging.current:
        root.register_extension("history", _Archive, rss=False)
    if any(entry.image for entry in feed.entries):
        root.register_extension("media", MediaExtension, MediaEntryExtension, rss=False)
    for entry in feed.entries:
        _fill(root.add_entry(order="append"), entry, author)
    document: bytes = root.atom_str(pretty=True, encoding="utf-8", xml_declaration=False)
    return DECLARATION + document


def _fill(item: FeedEntry, entry: Entry, feed_author: str) -> None:
    item.id(line(entry.id))
    item.title(line(entry.title) or line(entry.url) or line(entry.id))
    item.published(utc(entry.published))
    item.updated(utc(entry.updated))
    item.author([{"name": name} for name in lines(entry.authors) or (feed_author,)])
    item.category([{"term": term} for term in lines(entry.tags)])
    item.summary(legal(entry.summary or "").strip() or None)
    item.content(legal(entry.html), type="html")
    item.link(href=line(entry.url), rel="alternate", type="text/html")
    for file in entry.enclosures:
        if href := line(file.url):
            length = None if file.length is None else str(file.length)
            item.link(href=href, rel="enclosure", type=media_type(file.type), length=length)
    if entry.image and (url := line(entry.image.url)):
        width, height = (str(side) if side else None for side in (entry.image.width, entry.image.height))
        # No group: media:group is for several renditions of one thing.
        item.media.thumbnail(url=url, width=width, height=height, group=None)
    item.register_extension("corrected", partial(_Corrected, item, entry.language), rss=False)
    if entry.origin:
        item.register_extension("origin", partial(_From, entry.origin), rss=False)


def _pages(paging: Paging) -> Iterator[tuple[str, str]]:
    for relation, url in (
        ("current", paging.current),
        ("prev-archive", paging.previous),
        ("next-archive", paging.next),
    ):
        if url := line(url):
            yield relation, url


class _Corrected:
    """An extension of feedgen for a feed or an entry: its language, links with all they say, dates in Z."""

    def __init__(self, item: Any, language: str | None) -> None:
        self.item = item
        self.language = language_tag(language)

    def extend_ns(self) -> dict[str, str]:
        return {}

    def extend_atom(self, element: Any) -> None:
        if self.language:
            element.set(_XML_LANG, self.language)
        for link, said in zip(element.iterfind("link"), self.item.link(), strict=True):
            link.attrib.update({name: value for name, value in said.items() if value})
        for date in element.iterchildren("updated", "published"):
            date.text = date.text.replace("+00:00", "Z")


class _Archive:
    """An extension of feedgen for a feed: this document is an archive, and stays as it is."""

    def extend_ns(self) -> dict[str, str]:
        return {"fh": _HISTORY}

    def extend_atom(self, element: Any) -> None:
        element.insert(0, etree.Element(f"{{{_HISTORY}}}archive"))


class _From:
    """An extension of feedgen for an entry: the feed that it was published in first. RFC 4287, section 4.2.11."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin

    def extend_ns(self) -> dict[str, str]:
        return {}

    def extend_atom(self, element: Any) -> None:
        source = etree.SubElement(element, "source")
        for name, text in (
            ("id", line(self.origin.id)),
            ("title", line(self.origin.title)),
            ("updated", rfc3339(self.origin.updated)),
        ):
            etree.SubElement(source, name).text = text
        if url := line(self.origin.url):
            etree.SubElement(source, "link", rel="self", type="application/atom+xml", href=url)
        if url := line(self.origin.site_url):
            etree.SubElement(source, "link", rel="alternate", type="text/html", href=url)
