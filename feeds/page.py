"""The pages for people: one of each feed, to be read, and one that lists them all. The door to MarkupSafe.

HTML and CSS alone. What is put into the markup is escaped by MarkupSafe, save for the text of entries, which is
sanitised. Dates are those of the data: a page is the same on any day.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from markupsafe import Markup, escape

from feeds.document import Entry, Feed
from feeds.markup import Template
from feeds.text import language_tag, legal, line, lines, rfc3339

# Languages that are written from right to left, by their first subtag.
FROM_RIGHT = frozenset("ar arc ckb dv fa he iw ks nqo pnb ps sd ug ur yi".split())
# The name, the media type and the end of the name of each format that can be subscribed to; Atom is the first.
SUBSCRIBED = (
    ("Atom", "application/atom+xml", "atom"),
    ("RSS", "application/rss+xml", "rss"),
    ("JSON", "application/feed+json", "json"),
)
# What a browser may load for these pages, wherever they are served: pictures and films of entries, and no script.
POLICY = "default-src 'none'; style-src 'self'; img-src http: https:; media-src http: https:; form-action 'none'"

_HEAD = Template("""<!DOCTYPE html>
<html lang="{language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="style.css">
<link rel="icon" href="favicon.ico">
{links}</head>
<body>
""")
_END = Template("""</body>
</html>
""")
_LINK = Template('<link rel="alternate" type="{type}" title="{title}" href="{href}">\n')
_TOP = Template("""<header class="top">
<h1 dir="auto"><a href="{site}" rel="noopener noreferrer">{title}</a></h1>
<p><bdi lang="en">{about}</bdi></p>
{ways}</header>
<main>
""")
_FOOT = Template("""</main>
<footer lang="en"><p><a href="index.html">All feeds</a></p></footer>
""")
_WAYS = Template('<ul class="ways" lang="en">\n{}</ul>\n')
_WAY = Template('<li><a href="{href}" type="{type}">{name}</a></li>\n')
_ENTRY = Template("""<article class="entry"{language}>
<h2 dir="auto"><a href="{url}" rel="noopener noreferrer">{title}</a></h2>
<p class="about"><bdi lang="en"><time datetime="{time}">{date}</time></bdi>{by}</p>
<div class="text" dir="auto">
{html}
</div>
</article>
""")
_BY = Template(" · <bdi>{}</bdi>")
_OF = Template('<a href="{}" rel="noopener noreferrer">{}</a>')
_LANGUAGE = Template(' lang="{}" dir="{}"')
_INDEX = Template("""<header class="top">
<h1>Feeds</h1>
<p>{about}</p>
<ul class="ways">
{ways}</ul>
</header>
<main>
{groups}</main>
""")
_GROUP = Template('<h2 class="group"><bdi>{}</bdi></h2>\n')
_FEEDS = Template('<ul class="feeds">\n{}</ul>\n')
_FEED = Template("""<li>
<h3><bdi>{title}</bdi></h3>
<p class="about">{about}{state}</p>
{ways}</li>
""")
_NAMED = Template('<a href="{}">{}</a>')
_STATE = Template(' · <span class="ill">{}</span>')
_TIME = Template('<time datetime="{}">{}</time>')


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed as the index lists it. `forms` are the formats that it has, `newest` is when its newest entry came out.
    How many `entries` it has is not known everywhere.

    `state` says in a few words what people should know of it; empty where it is well. `address` is where it is as
    Atom, for the heads of pages; relative links are enough for people. A merged feed is made of so many `parts`.
    """

    name: str
    title: str
    forms: tuple[str, ...]
    address: str
    group: str | None = None
    newest: datetime | None = None
    entries: int | None = None
    state: str = ""
    parts: int = 0


def render(feed: Feed, name: str, forms: Iterable[str]) -> bytes:
    """The page of a feed whose files are called `name`, with all of its entries."""
    title = line(feed.title) or line(feed.site_url)
    language = language_tag(feed.language)
    subscribed = [each for each in SUBSCRIBED if each[2] in set(forms)]
    top = _TOP.format(
        site=line(feed.site_url),
        title=title,
        about=_about(len(feed.entries), max((entry.published for entry in feed.entries), default=None)),
        ways=_WAYS.format(
            _joined(_WAY.format(href=f"{name}.{end}", type=kind, name=said) for said, kind, end in subscribed)
        ),
    )
    links = _joined(
        _LINK.format(type=kind, title=f"{title} ({said})", href=feed.url(end) or f"{name}.{end}")
        for said, kind, end in subscribed
    )
    return _page(title, links, (top, *(_entry(entry, title) for entry in feed.entries), _FOOT), language)


def index(feeds: Sequence[Listed]) -> bytes:
    """The page that lists the feeds, in their order, those without a group first."""
    ordered = sorted(feeds, key=lambda feed: feed.group or "")
    about = (
        "Give the address of one to a feed reader, and every new article comes to you."
        if feeds
        else ("There are none yet: the first update is on its way.")
    )
    ways = _WAY.format(href="feeds.opml", type="text/x-opml", name="All as OPML") if feeds else ""
    groups = _joined(
        (_GROUP.format(group) if group else Markup("")) + _FEEDS.format(_joined(map(_listed, some)))
        for group, some in groupby(ordered, key=lambda feed: feed.group)
    )
    links = _joined(
        _LINK.format(type=kind, title=f"{line(feed.title)} ({said})", href=feed.address.removesuffix("atom") + end)
        for feed in ordered
        for said, kind, end in SUBSCRIBED
        if end in feed.forms
    )
    return _page("Feeds", links, (_INDEX.format(about=about, ways=ways, groups=groups),), "en")


def _page(title: str, links: Markup, body: Iterable[Markup], language: str | None) -> bytes:
    """A page whose body is these pieces of markup: they are long, and put together once."""
    head = _HEAD.format(
        language=language or "und", direction=_direction(language), policy=POLICY, title=title, links=links
    )
    return "".join((head, *body, _END)).encode()


def _direction(language: str | None) -> str:
    return "rtl" if (language or "").lower().partition("-")[0] in FROM_RIGHT else "ltr"


def _entry(entry: Entry, feed_title: str) -> Markup:
    language = language_tag(entry.language)
    return _ENTRY.format(
        language=_LANGUAGE.format(language, _direction(language)) if language else "",
        url=line(entry.url),
        title=line(entry.title) or line(entry.url),
        time=rfc3339(entry.published),
        date=day(entry.published),
        by=_joined(map(_BY.format, _by(entry, feed_title))),
        html=Markup(legal(entry.html)),  # noqa: S704 - sanitised, as the record says
    )


def _by(entry: Entry, feed_title: str) -> Iterator[str]:
    """Whose an entry is: its authors, and in a merged feed the one that it is of. Who is but the feed is not told."""
    authors, origin = ", ".join(lines(entry.authors)), entry.origin
    feed = line(origin.title) if origin else ""
    if authors not in ("", feed, feed_title):
        yield authors
    if origin:
        yield _OF.format(line(origin.site_url), feed) if line(origin.site_url) else feed


def _listed(feed: Listed) -> Markup:
    title = line(feed.title) or feed.name
    return _FEED.format(
        title=_NAMED.format(f"{feed.name}.html", title) if "html" in feed.forms else title,
        about=_about(feed.entries, feed.newest, feed.parts),
        state=_STATE.format(feed.state) if feed.state else "",
        ways=_WAYS.format(
            _joined(
                _WAY.format(href=f"{feed.name}.{end}", type=kind, name=said)
                for said, kind, end in SUBSCRIBED
                if end in feed.forms
            )
        ),
    )


def _about(entries: int | None, newest: datetime | None, parts: int = 0) -> Markup:
    if entries is None:
        return Markup("")
    of = f" of {_counted(parts, 'feed', 'feeds')}" if parts else ""
    count = escape(_counted(entries, "entry", "entries") + of)
    return count + Markup(", newest from ") + _TIME.format(rfc3339(newest), day(newest)) if newest else count


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def day(moment: datetime) -> str:
    """`1 May 2024`, in UTC and in English, whatever the locale."""
    months = "January February March April May June July August September October November December".split()
    day = moment.astimezone(UTC)
    return f"{day.day} {months[day.month - 1]} {day.year}"


def _joined(parts: Iterable[Markup] | Iterator[Markup]) -> Markup:
    return Markup("").join(parts)
