"""A blog in five themes, as a growing site would show it, and what can go wrong with its list.

A theme is how a list and a post look; a mutation turns the site into one that fails. All is made here from numbers: the
same number gives the same post.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from html import escape

from tests.server import Answer, Request, Response, redirect

FIRST_DAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
NOUNS = (
    "harbour lantern ferry orchard bridge kettle meadow staircase whistle compass ledger violin glacier pigeon teapot "
    "lighthouse granary shoemaker barometer timetable cellar hedgehog workshop bakery almanac footpath quarry"
).split()
VERBS = "repairs forgets visits measures paints crosses borrows counts studies repays greets follows".split()
OTHERS = "slow quiet early bright narrow stubborn borrowed northern patient crooked hollow salted".split()
ACCENTS = ("Café", "Müller’s", "Ærø", "“Déjà vu”")


@dataclass(frozen=True, slots=True)
class Piece:
    """A post. `fixed` counts the typos that were put right since."""

    number: int
    day: datetime
    fixed: int = 0

    @property
    def title(self) -> str:
        return _title(self.number)

    @property
    def path(self) -> str:
        return _path(self.number)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        first, *others = _paragraphs(self.number)
        return (first if self.fixed else f"{first} Teh end is near.", *others)


@cache
def _title(number: int) -> str:
    chance = random.Random(number)
    words = [chance.choice(OTHERS), chance.choice(NOUNS), chance.choice(VERBS), chance.choice(OTHERS)]
    lead = chance.choice(ACCENTS) if number % 3 == 0 else "The"
    return f"{lead} {' '.join(words)} {chance.choice(NOUNS)} {number}"


@cache
def _path(number: int) -> str:
    return f"/{'-'.join(re.findall('[a-z0-9]+', _title(number).lower()))}/"


@cache
def _paragraphs(number: int) -> tuple[str, ...]:
    chance = random.Random(number + 10_000)
    return tuple(
        " ".join(
            f"{chance.choice(ACCENTS)} {chance.choice(VERBS)} the {chance.choice(OTHERS)} {chance.choice(NOUNS)}, "
            f"while a {chance.choice(NOUNS)} {chance.choice(VERBS)} every {chance.choice(OTHERS)} "
            f"{chance.choice(NOUNS)} of the valley and the {chance.choice(NOUNS)} behind it."
            for _ in range(chance.randint(2, 5))
        )
        for _ in range(chance.randint(3, 6))
    )


Body = Callable[[Sequence[Piece], Sequence[Piece]], str]
FOOT = (
    '<footer><nav><a href="/about/">About this place</a> <a href="/contact/">Write a letter to us</a> '
    '<a href="/privacy/">Privacy and cookies</a> <a href="/imprint/">Imprint and masthead</a></nav></footer>'
)
NAVIGATION = (
    '<nav class="menu"><a href="/">Home</a><a href="/about/">About this place</a>'
    '<a href="/contact/">Contact the desk</a><a href="/shop/">Shop for our prints</a>'
    '<a href="/topics/harbour/">Harbour</a></nav>'
)


def day(piece: Piece) -> str:
    return f'<time datetime="{piece.day.isoformat()}">{piece.day:%-d %B %Y}</time>'


def _popular(pieces: Sequence[Piece]) -> str:
    items = "".join(f'<li><a href="{p.path}">{escape(p.title)}</a></li>' for p in pieces)
    return f'<h3>Popular posts</h3><ul class="popular">{items}</ul>'


def _cards(pieces: Sequence[Piece], popular: Sequence[Piece]) -> str:
    cards = "".join(
        f'<article class="card"><h2 class="card-title"><a href="{p.path}">{escape(p.title)}</a></h2>{day(p)}'
        f'<p class="excerpt">{escape(p.paragraphs[0][:120])}</p><a class="more" href="{p.path}">Read more</a></article>'
        for p in pieces
    )
    return f'<main><div class="grid">{cards}</div></main><aside class="side">{_popular(popular)}</aside>'


def _rows(pieces: Sequence[Piece], popular: Sequence[Piece]) -> str:
    rows = "".join(
        f'<tr class="row"><td class="when">{day(p)}</td><td class="what"><a class="entry-title" href="{p.path}">'
        f"{escape(p.title)}</a></td></tr>"
        for p in pieces
    )
    return f'<div id="content"><table class="list"><tbody>{rows}</tbody></table></div><div>{_popular(popular)}</div>'


def _river(pieces: Sequence[Piece], popular: Sequence[Piece]) -> str:
    items = "".join(
        f'<li class="item"><div class="inner"><h3><a href="{p.path}">{escape(p.title)}</a></h3>'
        f'<span class="meta">{day(p)} by <a rel="author" href="/author/ada/">Ada</a></span></div></li>'
        for p in pieces
    )
    return f'<section class="river"><ul class="stream">{items}</ul></section><section>{_popular(popular)}</section>'


def _plain(pieces: Sequence[Piece], popular: Sequence[Piece]) -> str:
    items = "".join(
        f'<div class="post"><div class="post-head"><a class="post-title" href="{p.path}">{escape(p.title)}</a></div>'
        f'<div class="post-date">{day(p)}</div></div>'
        for p in pieces
    )
    return f'<div class="wrap"><div class="posts">{items}</div><div class="extra">{_popular(popular)}</div></div>'


def _hashed(pieces: Sequence[Piece], popular: Sequence[Piece]) -> str:
    items = "".join(
        f'<a class="css-1q2w3e" href="{p.path}"><span class="css-pic"><img src="/i/{p.number}.jpg" alt=""></span>'
        f'<h3 class="css-9z8y7x">{escape(p.title)}</h3><p class="css-0a1b2c">{day(p)}</p></a>'
        for p in pieces
    )
    box = f'<div class="css-box">{_popular(popular)}</div>'
    return f'<div class="css-root"><div class="css-4r5t6y">{items}</div></div>{box}'


@dataclass(frozen=True, slots=True)
class Theme:
    """`item` is the rule that names the items of its list."""

    name: str
    list: Body
    item: str


THEMES = (
    Theme("cards", _cards, "article.card"),
    Theme("rows", _rows, "tr.row"),
    Theme("river", _river, "ul.stream > li.item"),
    Theme("plain", _plain, "div.posts > div.post"),
    Theme("hashed", _hashed, "a.css-1q2w3e"),
)


@dataclass(slots=True)
class Blog:
    """The site now: `pieces`, newest first, of which `size` are on the list."""

    theme: Theme
    pieces: list[Piece] = field(default_factory=list)
    size: int = 12

    def add(self, day: datetime) -> Piece:
        piece = Piece(max((p.number for p in self.pieces), default=0) + 1, day)
        self.pieces.insert(0, piece)
        return piece

    @property
    def listed(self) -> list[Piece]:
        return self.pieces[: self.size]

    @property
    def popular(self) -> list[Piece]:
        """Old ones, in no order of time."""
        old = self.pieces[3:]
        return [old[i] for i in (7, 2, 9, 4) if i < len(old)]

    def list_page(self, body: str | None = None) -> str:
        inner = self.theme.list(self.listed, self.popular) if body is None else body
        return _page("The Valley Almanac", f"{NAVIGATION}<h1>The Valley Almanac</h1>{inner}{FOOT}")

    def pages(self) -> dict[str, Answer]:
        """All that the site answers, by path."""
        posts = {piece.path: partial(self._answer, piece) for piece in self.pieces}
        about = {
            path: Response(_page(f"{path.strip('/')} page", f"{NAVIGATION}<main><h1>{path.strip('/').title()}</h1>"
                                 f"<p>{'We write about the valley and its people. ' * 8}</p></main>{FOOT}"))
            for path in ("/about/", "/contact/", "/privacy/", "/imprint/", "/shop/")
        }  # fmt: skip
        return {"/": Response(self.list_page()), **posts, **about}

    def _answer(self, piece: Piece, _: Request) -> Response:
        return Response(self.post(piece))

    def post(self, piece: Piece) -> str:
        text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in piece.paragraphs)
        head = f"<article><h1>{escape(piece.title)}</h1>{day(piece)}{text}</article>"
        return _page(piece.title, f"{NAVIGATION}<main>{head}</main><div>{_popular(self.popular)}</div>{FOOT}")


def grown(theme: Theme, count: int = 20, now: datetime = FIRST_DAY) -> Blog:
    """A site that has existed for a while, with a post every other day."""
    blog = Blog(theme)
    for number in range(count):
        blog.add(now - timedelta(days=2 * (count - number)))
    return blog


def _page(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
        f"<body>{body}</body></html>"
    )


Mutation = Callable[[Blog], dict[str, Answer]]


def _with_list(blog: Blog, page: str | bytes, **headers: str) -> dict[str, Answer]:
    return {**blog.pages(), "/": Response(page, 200, headers)}


def renamed(page: str) -> str:
    """The page with every class called otherwise."""
    return re.sub(r'class="([^"]+)"', lambda found: f'class="x{abs(hash_of(found[1])) % 10_000}"', page)


def hash_of(text: str) -> int:
    return sum((place + 1) * ord(letter) for place, letter in enumerate(text))


def class_rename(blog: Blog) -> dict[str, Answer]:
    return _with_list(blog, renamed(blog.list_page()))


def reorder(blog: Blog) -> dict[str, Answer]:
    pieces = list(blog.listed)
    random.Random(5).shuffle(pieces)
    return _with_list(blog, blog.list_page(blog.theme.list(pieces, blog.popular)))


def empty_list(blog: Blog) -> dict[str, Answer]:
    return _with_list(blog, blog.list_page(blog.theme.list((), ())))


def error_page(blog: Blog) -> dict[str, Answer]:
    body = "<main><h1>Something went wrong</h1><p>The server met an error. Please try again later.</p></main>"
    return _with_list(blog, _page("Error", body))


def consent_wall(blog: Blog) -> dict[str, Answer]:
    body = (
        '<div class="consent"><h1>Before you continue</h1><p>We and our partners use cookies to store and access '
        "personal data on your device, to measure audiences and to show advertisements. You can change your choices "
        "at any time in our privacy policy.</p><button>Accept all</button><button>Reject all</button></div>"
    )
    return _with_list(blog, _page("Your privacy choices", body))


def challenge(blog: Blog) -> dict[str, Answer]:
    body = (
        '<h1>Checking your browser</h1><p>Please wait while we verify that you are human.</p><div id="challenge"></div>'
    )
    return _with_list(blog, _page("Just a moment...", body))


def log_in(blog: Blog) -> dict[str, Answer]:
    form = (
        '<form method="post" action="/login"><h1>Log in</h1><label>E-mail <input name="email" type="email"></label>'
        '<label>Password <input name="password" type="password"></label><button>Log in</button></form>'
    )
    return {**blog.pages(), "/": redirect("/login?next=/"), "/login?next=/": Response(_page("Log in", form))}


def half_list(blog: Blog) -> dict[str, Answer]:
    return _with_list(blog, blog.list_page(blog.theme.list(blog.listed[1::2], blog.popular)))


def swapped(blog: Blog) -> dict[str, Answer]:
    """Title and date in each other's place."""
    page = blog.list_page()
    for piece in blog.listed:
        title, when = escape(piece.title), day(piece)
        page = page.replace(f">{title}<", ">\0<", 1).replace(when, title, 1).replace("\0", f"{piece.day:%-d %B %Y}")
    return _with_list(blog, page)


def wrong_charset(blog: Blog) -> dict[str, Answer]:
    """Bytes of windows-1252 that claim to be UTF-8, on every page."""

    def damaged(answer: Answer, request: Request) -> Response:
        right = answer(request) if callable(answer) else answer
        assert isinstance(right.body, str)
        return Response(right.body.encode().decode("cp1252", "replace"), right.status, right.headers)

    return {path: partial(damaged, answer) for path, answer in blog.pages().items()}


def navigation_only(blog: Blog) -> dict[str, Answer]:
    return _with_list(blog, blog.list_page(""))


def popular_only(blog: Blog) -> dict[str, Answer]:
    return _with_list(blog, blog.list_page(f"<main>{_popular(blog.popular)}</main>"))


def doubled(blog: Blog) -> dict[str, Answer]:
    twice = [piece for piece in blog.listed for _ in range(2)]
    return _with_list(blog, blog.list_page(blog.theme.list(twice, blog.popular)))


GOOD: tuple[Mutation, ...] = (class_rename, reorder)
BAD: tuple[Mutation, ...] = (
    empty_list,
    error_page,
    consent_wall,
    challenge,
    log_in,
    half_list,
    swapped,
    wrong_charset,
    navigation_only,
    popular_only,
    doubled,
)
