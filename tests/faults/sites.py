"""The faults of sites, 1 to 29: what each is, what is to come of it, and how a server does it."""

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from tests import evil
from tests.evil import Handler, answer, dripped, endless, head, raw, redirect, reset_after
from tests.live import SENTENCE

POSTS = ("the storm", "the ferry", "the pier")
LATER = "the seal"
# The host of sites that drip: two of a host are asked at a time, and where both drip no other there would answer.
DRIPS = "drips.example"
# So many other pages of a site are there.
OTHERS = 15
# What a run comes to: nothing is learnt and the feed stays; the gate keeps it back; nothing is amiss; the source ended.
Outcome = Literal["failed", "held", "well", "gone"]


def post(path: str, title: str, date: str = "") -> Handler:
    body = f"<h1>About {escape(title)}</h1><p>{escape(title)}: {SENTENCE * 4}</p>"
    return html(f"<title>About {escape(title)}</title><main><article>{body}</article></main>")


def html(content: str, **headers: str) -> Handler:
    """A page, whatever characters it is made of."""
    whole = f"<!DOCTYPE html><html lang=en>{content}</html>".encode("utf-8", "surrogatepass")
    return answer(whole, Content_Type="text/html", **headers)


def card(path: str, number: int, title: str) -> str:
    date = f'<time datetime="2026-01-{number + 1:02}">2026-01-{number + 1:02}</time>'
    return f'<article><h2><a href="{path}post-{number}">About {title}</a></h2>{date}</article>'


def cards(path: str, *titles: str) -> str:
    return "".join(card(path, number, title) for number, title in reversed([*enumerate(titles)]))


def page(content: str) -> str:
    return f"<title>News</title><nav><a href=/about>About</a></nav><main><h1>News</h1>{content}</main>"


def listing(path: str, *titles: str) -> Handler:
    return html(page(cards(path, *titles)), Connection="close")


def rss(path: str, *titles: str, begin: str = '<?xml version="1.0"?>', guid: str = "post-", more: str = "") -> bytes:
    items = "".join(
        f"<item><title>About {title}</title><link>http://HOST{path}post-{number}</link><guid>{guid}{number}</guid>"
        f"<pubDate>Thu, 0{number + 1} Jan 2026 10:00:00 GMT</pubDate>"
        f"<description>{escape(SENTENCE * 4)}</description></item>"
        for number, title in reversed([*enumerate(titles)])
    )
    return f'{begin}<rss version="2.0"><channel><title>News</title><link>http://HOST{path}</link>{items}{more}</channel></rss>'.encode()


def feed(content: bytes) -> Handler:
    """A feed with the addresses that it is asked at in it."""

    def handler(talk: evil.Talk, request: evil.Request) -> None:
        there = content.replace(b"HOST", request.headers["host"].encode())
        answer(there, Content_Type="application/rss+xml")(talk, request)

    return handler


def churning(path: str) -> Handler:
    turns = iter(range(10**9))

    def handler(talk: evil.Talk, request: evil.Request) -> None:
        feed(rss(path, *POSTS, guid=f"turn-{next(turns)}-"))(talk, request)

    return handler


def stubborn(path: str, *titles: str) -> Handler:
    """Says "not changed" to all who ask whether it has."""
    whole = html(page(cards(path, *titles)), ETag='"one"')

    def handler(talk: evil.Talk, request: evil.Request) -> None:
        (answer(b"", 304) if "if-none-match" in request.headers else whole)(talk, request)

    return handler


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault as a site has it. `handler` is what its listing is answered with meanwhile, made for a path.

    `where` is where its host's name leads meanwhile, and `usual` what the listing is when all is well.
    A `copy` is another site of the same fault.
    """

    number: int
    name: str
    outcome: Outcome
    reason: str = ""
    handler: Callable[[str], Handler] | None = None
    host: str = "shared.example"
    where: str | None = None
    usual: Callable[..., Handler] = listing
    # So many entries come of the fault itself.
    more: int = 0
    select: str = ""
    copy: int = 0

    @property
    def slug(self) -> str:
        name = self.name.lower().replace(" ", "-")
        return f"f{self.number:02}-{name}" + (f"-{self.copy}" if self.copy else "")

    @property
    def path(self) -> str:
        return f"/{self.slug}/"


CAPTCHA = (
    "<title>Just a moment...</title><h1>Checking your browser before you go on</h1><form id=challenge-form></form>"
)
PARKED = "<title>news.example</title><h1>This domain is for sale</h1><p>Buy this domain today.</p>"
LAUGHS = gzip.compress(SENTENCE.encode() * 999)


def dated(date: str) -> Callable[[str], Handler]:
    """One more article, with this date."""

    def handler(path: str) -> Handler:
        when = f'<time datetime="{date}">{date}</time>'
        odd = f'<article><h2><a href="{path}odd-0">About the odd day</a></h2>{when}</article>'
        return html(page(odd + cards(path, *POSTS)))

    return handler


def illegal(path: str) -> Handler:
    odd = f'<article><h2><a href="{path}odd-0">Bell \x07, end \ufffe and &#xD800; half</a></h2></article>'
    return html(page(odd + cards(path, *POSTS)))


def overlong(path: str) -> Handler:
    return html(page("".join(other(path, number) for number in range(1000))))


def others(path: str) -> Handler:
    return html(page("".join(other(path, number) for number in range(15))))


def other(path: str, number: int) -> str:
    return f'<article><h2><a href="{path}other-{number}">About other {number}</a></h2></article>'


FAULTS = (
    Fault(1, "connection refused", "failed", "nobody answers", host="f01.example", where="127.0.0.9"),
    Fault(2, "connection hangs", "failed", "", host="f02.example", where="127.0.0.8"),
    Fault(3, "name unknown", "failed", "no host of that name", host="f03.example", where="nowhere"),
    Fault(4, "name resolved too slowly", "failed", "", host="f04.example", where="slow"),
    Fault(5, "reset in the body", "failed", "", lambda _: reset_after(head(200, {"Content-Length": "999"}) + b"<p>")),
    Fault(6, "dripped body", "failed", "", lambda _: dripped(head(200, {"Content-Length": "9999"}), b"<p>."), DRIPS),
    Fault(7, "dripped headers", "failed", "", lambda _: dripped(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), DRIPS),
    Fault(8, "endless body", "failed", "", lambda _: endless(head(), b"<p>" * 9999)),
    Fault(9, "certificate of nobody", "failed", "certificate", lambda _: redirect("https://SECURE/")),
    Fault(11, "not modified", "well", "", lambda path: stubborn(path, *POSTS), usual=stubborn),
    Fault(
        12, "come back in ten years", "failed", "", lambda _: answer(b"", 503, Retry_After="315360000"), "f12.example"
    ),
    Fault(12, "come back never", "failed", "", lambda _: answer(b"", 429, Retry_After="soon"), "f13.example"),
    Fault(13, "redirects in a circle", "failed", "circle", lambda path: redirect(path)),
    Fault(13, "redirects for ever", "failed", "redirects", lambda path: redirect(path + "x/", 301)),
    Fault(14, "redirect to a file", "failed", "", lambda _: redirect("file:///etc/passwd")),
    Fault(15, "a challenge instead", "held", "", lambda _: html(CAPTCHA)),
    Fault(15, "a domain for sale", "held", "", lambda _: html(PARKED)),
    Fault(16, "an empty page", "held", "", lambda _: answer(b"", Content_Type="text/html")),
    Fault(17, "length too long", "failed", "", lambda _: raw(head(200, {"Content-Length": "9999"}) + b"<p>Hello")),
    Fault(18, "not there", "failed", "404", lambda _: answer(b"", 404)),
    Fault(18, "gone", "gone", "gone for good", lambda _: answer(b"", 410)),
    Fault(19, "never modified", "well", "", lambda path: stubborn(path, *POSTS, LATER), usual=stubborn),
    Fault(20, "a bomb", "failed", "", lambda _: answer(evil.bomb("gzip"), Content_Encoding="gzip")),
    Fault(21, "packing broken off", "failed", "", lambda _: answer(LAUGHS[:-20], Content_Encoding="gzip")),
    Fault(
        22,
        "malformed XML",
        "well",
        "",
        lambda path: feed(rss(path, *POSTS, begin='<?xml version="1.0" encoding="no-such"?>', more="<p>&nope; & <b>")),
        usual=lambda path, *titles: feed(rss(path, *titles)),
    ),
    Fault(
        22,
        "a charset that lies",
        "held",
        "",
        lambda path: answer(page(cards(path, *POSTS)).encode(), Content_Type="text/html; charset=utf-16"),
    ),
    Fault(23, "no items any more", "held", "", lambda _: html(page("<p>Welcome to our new site."))),
    Fault(23, "all others", "held", "", others),
    Fault(24, "guids that churn", "well", "", churning, usual=lambda path, *titles: feed(rss(path, *titles))),
    Fault(25, "a date to come", "well", "", dated("2199-01-01"), more=1),
    Fault(25, "a date of 1970", "well", "", dated("1970-01-01"), more=1),
    Fault(25, "a date that is none", "well", "", dated("2026-02-30"), more=1),
    Fault(26, "each twice", "well", "", lambda path: html(page(cards(path, *POSTS) * 2))),
    Fault(27, "characters that XML has not", "well", "", illegal, more=1),
    Fault(28, "a thousand items", "held", "", overlong),
)  # fmt: skip


def write_config(faults: Sequence[Fault], port: int) -> str:
    """A configuration with a source for each fault, of little patience."""
    feeds = [{"name": fault.slug, "url": f"http://{fault.host}:{port}{fault.path}"} for fault in faults]
    config = {
        "base_url": "https://feeds.example",
        "every": "2s",
        "workers": 8,
        "limit": 10,
        "formats": ["atom"],
        "keep_pages": {"size": 0},
        # Most of them are of one host, which would be asked every half second.
        "fetch": {"connect_timeout": "1s", "timeout": "4s", "max_bytes": "1MB", "delay": "0s"},
        "network": {"allow_private": True},
        "feeds": feeds,
    }
    return json.dumps(config)
