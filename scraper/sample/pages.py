"""The documents of the sample site: a path in, what a server would answer out."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import quote, unquote, urlsplit

from .post import Dated, Post, posts

ORIGIN = "https://lantern.example"

NAME = "The Lantern"
MOTTO = "News, tides and gossip from the harbour town of Sandermouth."
CATEGORIES = ("News", "Culture", "Harbour")
PLAIN_PAGES = {
    "/about": "About",
    "/subscribe": "Subscribe",
    "/log-in": "Log in",
    "/privacy": "Privacy",
}
# Our own names, because strftime's follow the reader's locale.
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """What the site answers: the bytes and their declared type."""

    content: bytes
    content_type: str


def document(path: str, visible: int | None = None) -> Document | None:
    """The document at a path of the site, or None if there is none; a query or fragment changes nothing.

    `visible` limits the site to its oldest posts, so that a demo can let the next one appear.
    """
    path = quote(unquote(urlsplit(path).path)).rstrip("/") or "/"
    printed = posts() if visible is None else tuple(post for post in posts() if post.number <= visible)
    room, _, name = path.removeprefix("/").partition("/")
    if path == "/robots.txt":
        return Document(_file("robots.txt"), "text/plain; charset=utf-8")
    if room == "media":
        return _picture(name)
    if room == "post":
        post = next((post for post in printed if post.slug == name), None)
        return _post(post, printed) if post else None
    if path == "/":
        return _listing(printed)
    if path in PLAIN_PAGES:
        return _page(path, PLAIN_PAGES[path], _file(f"pages{path}.html").decode())
    return _shelf(path, printed)


def _listing(printed: tuple[Post, ...]) -> Document:
    """The front page: every post on a card, and the sidebar."""
    tags = Counter(tag for post in printed for tag in post.tags)
    main = _fill(
        "listing.html",
        cards="\n".join(_fill("card.html", **_shown(post)) for post in printed),
        popular="\n".join(_item(post.path, post.title) for post in _popular(printed)),
        tags="\n".join(_item(_at("tags", tag), f"{tag} ({count})") for tag, count in sorted(tags.items())),
        categories="\n".join(_item(_at(category), category) for category in CATEGORIES),
    )
    return _page("/", "News from Sandermouth", main)


def _post(post: Post, printed: tuple[Post, ...]) -> Document:
    """A post's own page, with everything that stands around the text."""
    main = _fill(
        "post.html",
        **_shown(post),
        dateline=_dateline(post),
        body=post.body,
        tags="\n".join(_item(_at("tags", tag), tag) for tag in post.tags),
        writers="\n".join(_fill("writer.html", name=escape(name), path=_at("profile", name)) for name in post.authors),
        related="\n".join(_fill("related.html", **_shown(other)) for other in _related(post, printed)),
    )
    return _page(post.path, post.title, main, post)


def _shelf(path: str, printed: tuple[Post, ...]) -> Document | None:
    """The posts of a category, a tag or a writer; None for a path that is none of these."""
    shelves: dict[str, tuple[str, list[Post]]] = {_at(category): (category, []) for category in CATEGORIES}
    for post in printed:
        shelves[_at(post.category)][1].append(post)
        for room, names in (("tags", post.tags), ("profile", post.authors)):
            for name in names:
                shelves.setdefault(_at(room, name), (name, []))[1].append(post)
    if path not in shelves:
        return None
    name, held = shelves[path]
    items = "\n".join(_item(post.path, post.title) for post in held)
    return _page(path, name, _fill("shelf.html", name=escape(name), items=items))


def _picture(name: str) -> Document | None:
    known = {file.name: file for file in (files("scraper.sample") / "site" / "media").iterdir()}
    return Document(known[name].read_bytes(), "image/png") if name in known else None


def _page(path: str, title: str, main: str, post: Post | None = None) -> Document:
    """The template that stands around everything."""
    markup = _fill(
        "page.html",
        language=post.language if post else "en",
        title=escape(title),
        description=escape(post.summary if post else MOTTO),
        kind="article" if post else "website",
        address=ORIGIN + path,
        image=ORIGIN + (post.image if post else "/media/lighthouse.png"),
        structured=_structured(post) if post and post.dated is Dated.JSON_LD else "",
        main=main,
    )
    return Document(markup.encode(), "text/html; charset=utf-8")


def _structured(post: Post) -> str:
    """The post in https://schema.org/BlogPosting terms."""
    facts = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": post.title,
        "description": post.summary,
        "datePublished": post.date,
        "dateModified": post.modified or post.date,
        "inLanguage": post.language,
        "author": [{"@type": "Person", "name": name, "url": ORIGIN + _at("profile", name)} for name in post.authors],
        "publisher": {"@type": "Organization", "name": NAME},
        "image": {"@type": "ImageObject", "url": ORIGIN + post.image, "width": 640, "height": 360},
        "mainEntityOfPage": ORIGIN + post.path,
    }
    # A "<" inside a script could end it; JSON allows it to be spelled otherwise.
    text = json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'


def _shown(post: Post) -> dict[str, str]:
    """What cards and the post's page say about it, ready for a template."""
    return {
        "path": post.path,
        "language": post.language,
        "title": escape(post.title),
        "author": escape(post.author),
        "profile": _at("profile", post.authors[0]),
        "summary": escape(post.summary),
        "date": _day(post),
        "image": post.image,
        "category": post.category,
        "shelf": _at(post.category),
        "minutes": str(post.minutes),
        "views": str(post.views),
        "comments": str(post.comments),
    }


def _dateline(post: Post) -> str:
    """The date in a post's header, in the one form its page has."""
    if post.dated is Dated.NONE:
        return ""
    if post.dated is Dated.TIME:
        return f'<li class="pMt4x"><time datetime="{post.date}" data-hook="time-ago">{_day(post)}</time></li>'
    return f'<li class="pMt4x"><span class="time-ago" data-hook="time-ago">{_day(post)}</span></li>'


def _day(post: Post) -> str:
    """The date for people: without its year, unless these words are all there is."""
    if post.date is None:
        return ""
    day = date.fromisoformat(post.date[:10])
    month = MONTHS[day.month - 1]
    return f"{day.day} {month} {day.year}" if post.dated is Dated.TEXT else f"{month[:3]} {day.day}"


def _popular(printed: tuple[Post, ...]) -> list[Post]:
    return sorted(printed, key=lambda post: post.views, reverse=True)[:3]


def _related(post: Post, printed: tuple[Post, ...]) -> list[Post]:
    """The three that were printed nearest to it."""
    others = (other for other in printed if other is not post)
    return sorted(others, key=lambda other: abs(other.number - post.number))[:3]


def _item(path: str, text: str) -> str:
    return f'<li class="kQ7wn"><a href="{path}" class="kQ7wn__link">{escape(text)}</a></li>'


def _at(*names: str) -> str:
    """The path made of these names, as in `/tags/sea-food`."""
    return "".join("/" + quote(name.lower().replace(" ", "-")) for name in names)


def _fill(template: str, /, **values: str) -> str:
    """A template with its values in place, which are markup already."""
    return _template(template).substitute(values)


@cache
def _template(name: str) -> Template:
    return Template(_file(name).decode())


def _file(name: str) -> bytes:
    return (files("scraper.sample") / "site" / name).read_bytes()
