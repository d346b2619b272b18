"""Would every reader accept these bytes? What would not be accepted is left out and told; the rest is published."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.resources import files
from typing import Any

from lxml import etree

from feeds import atom
from feeds.document import Entry, Feed
from feeds.text import is_address, legal, line, utc
from scraper.model import Problem

KIND = "unfit"
# Of one entry, in bytes of its text as XML: more than any article, and a fifth of what readers take of a feed.
MOST_OF_ENTRY = 1_000_000
# So many characters are never more: none takes more than five bytes, `&amp;`.
SURELY_FIT = MOST_OF_ENTRY // 5
# Of one document, in bytes: CommaFeed and the W3C validator stop there.
MOST_OF_DOCUMENT = 5_000_000
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_ATOM = "{http://www.w3.org/2005/Atom}"
_GRAMMAR = etree.RelaxNG(etree.fromstring(files("feeds").joinpath("assets", "rfc4287.rng").read_bytes()))


@dataclass(frozen=True, slots=True)
class Linted:
    """What is fit of a feed, and what had to be left out."""

    feed: Feed
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a strict reader finds of one entry in a document."""

    id: str
    title: str
    url: str
    published: datetime
    html: str


def fit(feed: Feed) -> Linted:
    """The feed without the entries that are no entries by what they say of themselves."""
    kept, problems, ids = [], [], set[str]()
    for entry in feed.entries:
        fault = next(_faults(entry, ids), None)
        if fault is None:
            ids.add(line(entry.id))
            kept.append(_fitted(entry))
        else:
            problems.append(_problem(entry, fault))
    return Linted(replace(feed, entries=tuple(kept)), tuple(problems))


def without_unreadable(feed: Feed) -> Linted:
    """The feed without the entries that a strict reader does not read as they are.

    Each is looked at by itself, unless all are well together, which takes a tenth of the time.
    """
    if _unread(feed) is None:
        return Linted(feed)
    found = [(entry, _unread(replace(feed, entries=(entry,)))) for entry in feed.entries]
    kept = tuple(entry for entry, fault in found if fault is None)
    return Linted(replace(feed, entries=kept), tuple(_problem(entry, fault) for entry, fault in found if fault))


def fault(feed: Feed, documents: Mapping[str, bytes]) -> str | None:
    """Why a strict reader would refuse one of the documents, or read something else than the feed; None for neither.

    The documents are by their forms.
    """
    meant = [_meant(entry) for entry in feed.entries]
    found = (_fault(meant, form, document) for form, document in documents.items())
    return next(filter(None, found), None)


def _fault(meant: Sequence[Said], form: str, document: bytes) -> str | None:
    if len(document) > MOST_OF_DOCUMENT:
        return f"it is of {len(document):,} bytes, and readers stop at {MOST_OF_DOCUMENT:,}"
    try:
        said = READERS[form](document)
    except (etree.XMLSyntaxError, ValueError, TypeError, KeyError) as error:
        return str(error)
    for one, entry in zip(said, meant, strict=False):
        if one != entry:
            return f"{entry.id} is read as something else"
    return None if len(said) == len(meant) else f"{len(said)} entries are read of {len(meant)}"


def _unread(feed: Feed) -> str | None:
    try:
        return fault(feed, {"atom": atom.render(feed)})
    except ValueError as error:
        return str(error)


def _faults(entry: Entry, ids: set[str]) -> Iterator[str]:
    if not _URI.fullmatch(line(entry.id)):
        yield f"its id {entry.id!r} is no address"
    if line(entry.id) in ids:
        yield f"another entry has its id {entry.id}"
    if not is_address(entry.url):
        yield f"{entry.url!r} is no address that a reader can open"
    if entry.published.utcoffset() is None or entry.updated.utcoffset() is None:
        yield "a date of it has no time zone"
    elif not EARLIEST <= utc(entry.published) <= utc(entry.updated):
        yield f"it was published {entry.published} and updated {entry.updated}, which can't be"
    if len(entry.html) > SURELY_FIT and (size := _size(entry.html)) > MOST_OF_ENTRY:
        yield f"its text is of {size:,} bytes, and {MOST_OF_ENTRY:,} are the most"


def _size(html: str) -> int:
    """In bytes, as it stands in XML."""
    return len(html.encode(errors="replace")) + 4 * html.count("&") + 3 * (html.count("<") + html.count(">"))


def _fitted(entry: Entry) -> Entry:
    """The entry without what is no reason to leave it out: what no XML has, pictures and files that lead nowhere."""
    real = tuple(file for file in entry.enclosures if is_address(file.url))
    image = entry.image if entry.image and is_address(entry.image.url) else None
    return replace(entry, html=legal(entry.html), enclosures=real, image=image)


def _problem(entry: Entry, fault: str) -> Problem:
    return Problem(entry.url, KIND, f"{line(entry.title)[:80] or entry.url}: {fault}", permanent=True)


def _meant(entry: Entry) -> Said:
    title = line(entry.title) or line(entry.url) or line(entry.id)
    return Said(line(entry.id), title, line(entry.url), utc(entry.published), legal(entry.html))


def _root(document: bytes) -> Any:
    return etree.fromstring(
        document, etree.XMLParser(recover=False, resolve_entities=False, no_network=True, huge_tree=True)
    )


def _read_atom(document: bytes) -> list[Said]:
    root = _root(document)
    if not _GRAMMAR.validate(root):
        raise ValueError("; ".join(f"line {error.line}: {error.message}" for error in _GRAMMAR.error_log))
    return [
        Said(
            entry.findtext(f"{_ATOM}id"),
            entry.findtext(f"{_ATOM}title"),
            entry.find(f"{_ATOM}link[@rel='alternate']").get("href"),
            datetime.fromisoformat(entry.findtext(f"{_ATOM}published")),
            entry.findtext(f"{_ATOM}content"),
        )
        for entry in root.iterfind(f"{_ATOM}entry")
    ]


def _read_rss(document: bytes) -> list[Said]:
    content = "{http://purl.org/rss/1.0/modules/content/}encoded"
    return [
        Said(
            item.findtext("guid"),
            item.findtext("title"),
            item.findtext("link"),
            parsedate_to_datetime(item.findtext("pubDate")),
            item.findtext(content, item.findtext("description")),
        )
        for item in _root(document).iterfind("channel/item")
    ]


def _read_json(document: bytes) -> list[Said]:
    return [
        Said(
            item["id"],
            item["title"],
            item["url"],
            datetime.fromisoformat(item["date_published"]),
            item["content_html"],
        )
        for item in json.loads(document)["items"]
    ]


# The strict readers, by the formats that they read.
READERS: Mapping[str, Callable[[bytes], list[Said]]] = {"atom": _read_atom, "rss": _read_rss, "json": _read_json}
