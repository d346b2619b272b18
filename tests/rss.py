"""Whether a document is RSS 2.0 in the profile of https://www.rssboard.org/rss-profile."""

import re
from collections.abc import Iterator
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from xml.parsers import expat

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_DATE = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
                   r"\d\d:\d\d:\d\d GMT")  # fmt: skip
_CHANNEL = {
    "title", "link", "description", f"{ATOM}link", "language", "lastBuildDate", "generator", "ttl", "item",
}  # fmt: skip
_ONCE = ("title", "link", "description", "guid", "pubDate", "enclosure", "source", CONTENT)


def rss_errors(document: bytes) -> list[str]:
    """Every reason why the document is not what the profile asks for; none when it is."""
    try:
        expat.ParserCreate().Parse(document, True)
        root = etree.fromstring(document, etree.XMLParser(recover=False, resolve_entities=False, no_network=True))
    except (expat.ExpatError, etree.XMLSyntaxError) as error:
        return [str(error)]
    return list(_errors(root))


def _errors(root: etree._Element) -> Iterator[str]:
    if root.tag != "rss" or root.get("version") != "2.0" or [child.tag for child in root] != ["channel"]:
        yield "no rss 2.0 with one channel"
        return
    (channel,) = root
    tags = [child.tag for child in channel]
    for name in ("title", "link", "description"):
        if tags.count(name) != 1:
            yield f"channel: {tags.count(name)} times {name}"
    for tag in set(tags) - _CHANNEL:
        yield f"channel: {tag} is not expected"
    if "item" in tags and set(tags[tags.index("item") :]) != {"item"}:
        yield "channel: something follows the items"
    for date in channel.iter("pubDate", "lastBuildDate"):
        yield from _date_errors(date.text or "")
    guids = [item.findtext("guid") for item in channel.iterfind("item")]
    if len(set(guids)) != len(guids):
        yield "guids are repeated"
    for item in channel.iterfind("item"):
        yield from _item_errors(item)


def _item_errors(item: etree._Element) -> Iterator[str]:
    tags = [child.tag for child in item]
    for name in _ONCE:
        if tags.count(name) > 1:
            yield f"item: {tags.count(name)} times {name}"
    if "title" not in tags and "description" not in tags:
        yield "item: neither title nor description"
    if CONTENT in tags and ("description" not in tags or tags.index("description") > tags.index(CONTENT)):
        yield "item: content:encoded before description"
    for enclosure in item.iterfind("enclosure"):
        if not (enclosure.get("length", "").isdigit() and "/" in enclosure.get("type", "") and enclosure.get("url")):
            yield "item: an enclosure without url, length or type"
    guid = item.find("guid")
    if guid is not None and guid.get("isPermaLink") != "false" and guid.text != item.findtext("link"):
        yield "item: a guid that is no address"


def _date_errors(date: str) -> Iterator[str]:
    if not _DATE.fullmatch(date):
        yield f"{date} is no date of RFC 5322"
    elif format_datetime(parsedate_to_datetime(date).astimezone(UTC), usegmt=True) != date:
        yield f"{date} is another weekday"
