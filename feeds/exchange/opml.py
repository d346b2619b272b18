"""OPML 2.0, a list of feeds in folders: what every reader imports and exports."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

from feeds import slugs
from feeds.exchange import outlines
from feeds.exchange.model import Exported, Imported, Unsupported, lost
from feeds.exchange.outlines import Outline
from feeds.settings import Settings
from feeds.text import legal

NAME = "opml"
# Our own attributes: a name is part of a feed's address, and readers have no field for it.
NAMESPACE = "urn:feedwright:opml"
BETWEEN_GROUPS = " / "
HELD = ("title", "language", "group")
TYPES = ("", "rss", "atom", "link", "rdf", "include")
# What says nothing that we do not know or find out by ourselves.
IGNORED = frozenset("text title type xmlUrl xmlurl htmlUrl htmlurl url language version".split())
MOST_FOLDERS = 10  # one inside the other


def reads(content: bytes) -> bool:
    return b"<opml" in content[:4096].lower()


def imported(content: bytes, file: Path) -> Imported:
    """The feeds of the list: of each the page that it belongs to, where the list says it. Raises ExchangeError."""
    feeds, unsupported = [], []
    for outline in outlines.read(content, file):
        feed = settings(outline)
        feeds.append(feed)
        unsupported += [Unsupported(feed.name, _plain(key)) for key in unknown(outline)]
        if outline.get("type").lower() not in TYPES:
            unsupported.append(Unsupported(feed.name, "type", f"{outline.get('type')} is followed as any other page"))
    return Imported(tuple(feeds), tuple(unsupported))


def settings(outline: Outline) -> Settings:
    """What a plain outline says of a feed."""
    url = outline.get("htmlUrl") or outline.get("url") or outline.get("xmlUrl")
    title = outline.get("title") or outline.get("text")
    name = outline.get(f"{NAMESPACE} name")
    slug = slugs.kept(name, title, url)
    own = outline.get("xmlUrl") if not name and outline.get("xmlUrl") != url else ""
    titled = bool(title) and title not in (slug, url)
    return Settings(
        slug,
        url,
        note=f"Its own feed: {own}" if own else "",
        title=title if titled else None,
        language=outline.get("language") or None,
        group=BETWEEN_GROUPS.join(outline.groups) or None,
    )


def unknown(outline: Outline) -> tuple[str, ...]:
    """The attributes that say something, and are none of OPML's or our own."""
    return tuple(
        key
        for key, value in outline.attributes.items()
        if value and key not in IGNORED and not key.startswith(NAMESPACE) and not _repeats(outline, key)
    )


def exported(feeds: Sequence[Settings], base_url: str) -> Exported:
    """A list of our own feeds, to be imported into a reader: what `base_url` serves."""
    lines = [(feed.group, outline(attributes(feed, base_url))) for feed in feeds]
    return Exported(written(lines), lost(feeds, HELD))


def attributes(feed: Settings, base_url: str) -> Iterator[tuple[str, str | None]]:
    """What a reader needs to subscribe to one of our feeds."""
    yield "text", feed.title or feed.name
    yield "type", "rss"
    yield "xmlUrl", f"{base_url}/{feed.name}.atom"
    yield "htmlUrl", feed.url
    yield "language", feed.language
    yield "feedwright:name", feed.name


def written(lines: Iterable[tuple[str | None, str]], namespaces: str = "") -> bytes:
    """A document of outlines, each with the group that it is in."""
    top = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<opml version="2.0" xmlns:feedwright="{NAMESPACE}"{namespaces}>\n'
        "  <head>\n    <title>Feeds of Feedwright</title>\n  </head>\n  <body>\n"
    )
    folder = _Folder()
    for group, line in lines:
        folder.within(tuple(group.split(BETWEEN_GROUPS)) if group else ()).inside.append(line)
    return (top + "".join(folder.lines(4)) + "  </body>\n</opml>\n").encode()


def outline(attributes: Iterable[tuple[str, str | None]]) -> str:
    """One element, without the attributes that say nothing."""
    return f"<outline {' '.join(f'{name}={quoteattr(legal(value))}' for name, value in attributes if value)}/>"


@dataclass(slots=True)
class _Folder:
    """Outlines, and folders of them, in the order in which they were first named."""

    name: str = ""
    inside: "list[str | _Folder]" = field(default_factory=list)
    folders: "dict[str, _Folder]" = field(default_factory=dict)

    def within(self, path: tuple[str, ...]) -> "_Folder":
        found = self
        for name in path[:MOST_FOLDERS]:
            if name not in found.folders:
                found.folders[name] = _Folder(name)
                found.inside.append(found.folders[name])
            found = found.folders[name]
        return found

    def lines(self, indent: int) -> Iterator[str]:
        pad = " " * indent
        for each in self.inside:
            if isinstance(each, str):
                yield f"{pad}{each}\n"
            else:
                yield f"{pad}<outline text={quoteattr(legal(each.name))}>\n"
                yield from each.lines(indent + 2)
                yield f"{pad}</outline>\n"


def _repeats(outline: Outline, key: str) -> bool:
    """Whether an attribute says only what another one says."""
    return key == "description" and outline.get(key) in (outline.get("title"), outline.get("text"))


def _plain(key: str) -> str:
    return key.rpartition(outlines.BETWEEN)[2]
