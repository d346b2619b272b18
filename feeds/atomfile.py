"""A feed that was published, from its bytes: what `atom` renders, read back."""

from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from feeds.document import Entry, Feed, Origin
from scraper.model import Enclosure, Image

ATOM, MEDIA = "{http://www.w3.org/2005/Atom}", "{http://search.yahoo.com/mrss/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class NotOurs(Exception):
    """The bytes are no feed as `atom` renders one."""


def read(content: bytes) -> Feed:
    """Raises NotOurs."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
        author = _text(root, "author/name")
        return Feed(
            id=_said(root, "id"),
            title=_said(root, "title"),
            site_url=next(_links(root, "alternate")).get("href", ""),
            updated=_moment(root, "updated"),
            entries=tuple(_entry(item, author) for item in root.iterfind(f"{ATOM}entry")),
            self_url=next((link.get("href") for link in _links(root, "self")), None),
            subtitle=_text(root, "subtitle"),
            language=root.get(LANG),
            author=author,
        )
    except (etree.XMLSyntaxError, ValueError, StopIteration) as error:
        raise NotOurs(str(error) or "it has no link to its site") from error


def _entry(item: etree._Element, author: str | None) -> Entry:
    """An entry. The feed's author is not its own: without one of its own it repeats that."""
    names = tuple(name.text or "" for name in item.iterfind(f"{ATOM}author/{ATOM}name"))
    picture = item.find(f".//{MEDIA}thumbnail")
    return Entry(
        id=_said(item, "id"),
        url=next(_links(item, "alternate")).get("href", ""),
        title=_said(item, "title"),
        html=_text(item, "content") or "",
        published=_moment(item, "published"),
        updated=_moment(item, "updated"),
        authors=() if names == (author,) else names,
        summary=_text(item, "summary"),
        language=item.get(LANG),
        tags=tuple(tag.get("term", "") for tag in item.iterfind(f"{ATOM}category")),
        image=None if picture is None else _image(picture),
        enclosures=tuple(map(_file, _links(item, "enclosure"))),
        origin=None if (source := item.find(f"{ATOM}source")) is None else _origin(source),
    )


def _origin(source: etree._Element) -> Origin:
    url, site_url = (next((link.get("href") for link in _links(source, rel)), None) for rel in ("self", "alternate"))
    return Origin(_said(source, "id"), _said(source, "title"), _moment(source, "updated"), url, site_url)


def _image(picture: etree._Element) -> Image:
    width, height = picture.get("width"), picture.get("height")
    return Image(picture.get("url", ""), int(width) if width else None, int(height) if height else None)


def _file(link: etree._Element) -> Enclosure:
    length = link.get("length")
    return Enclosure(link.get("href", ""), link.get("type") or "", int(length) if length else None)


def _links(element: etree._Element, rel: str) -> Iterator[etree._Element]:
    return (link for link in element.iterfind(f"{ATOM}link") if link.get("rel", "alternate") == rel)


def _said(element: etree._Element, name: str) -> str:
    text = _text(element, name)
    if not text:
        raise ValueError(f"it has no {name}")
    return text


def _text(element: etree._Element, name: str) -> str | None:
    found = element.find("/".join(f"{ATOM}{step}" for step in name.split("/")))
    return None if found is None else found.text


def _moment(element: etree._Element, name: str) -> datetime:
    moment = datetime.fromisoformat(_said(element, name))
    if moment.tzinfo is None:
        raise ValueError(f"its {name} has no time zone")
    return moment
