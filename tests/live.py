"""A web site on this machine whose pages may change between two requests, and which remembers what it was asked."""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SENTENCE = "The harbour was quiet, and nobody who was asked could say since when it had been so. "


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and the status it was answered with. Names of headers are in lower case."""

    path: str
    status: int
    headers: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Post:
    """A post of the blog. Its address is made of `slug`; without a date its page and the listing show none."""

    slug: str
    title: str
    date: datetime | str | None = None
    text: str = SENTENCE * 4


@dataclass(slots=True)
class Blog:
    """A listing at `/` and a page for each post, newest first: change `posts`, and the next request sees it.

    `pages` are further documents, with their type, by path; `broken` paths and a `status` other than 200 are answered
    with an error.
    """

    address: str
    posts: list[Post] = field(default_factory=list)
    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    status: int = 200
    asked: list[Asked] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """The status, the type and the body for a path."""
        if self.status != 200:
            return self.status, "text/plain", b"Not now.\n"
        if path in self.broken:
            return 500, "text/plain", b"Not this.\n"
        if path in self.pages:
            return 200, *self.pages[path]
        if path == "/":
            return 200, "text/html; charset=utf-8", self.listing().encode()
        for post in self.posts:
            if path == f"/post/{post.slug}":
                return 200, "text/html; charset=utf-8", page(post).encode()
        return 404, "text/plain", b"There is no such page.\n"

    def listing(self) -> str:
        cards = "".join(
            f'<article><h2><a href="/post/{post.slug}">{escape(post.title)}</a></h2>{_time(post)}</article>'
            for post in self.posts
        )
        return (
            '<!DOCTYPE html><html lang="en"><head><title>Harbour News</title></head>'
            f"<body><nav><a href='/about'>About</a></nav><main><h1>News</h1>{cards}</main></body></html>"
        )


def page(post: Post) -> str:
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{escape(post.title)}</title></head>'
        f"<body><nav><a href='/'>News</a></nav><main><article><h1>{escape(post.title)}</h1>{_time(post)}"
        f"<p>{escape(post.text)}</p></article></main></body></html>"
    )


def _time(post: Post) -> str:
    if post.date is None:
        return ""
    date = post.date if isinstance(post.date, str) else post.date.isoformat()
    return f'<time datetime="{date}">{date}</time>'


@contextmanager
def blog(*posts: Post) -> Iterator[Blog]:
    """Serve a blog on loopback. It answers conditional requests with 304."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = site.answer(self.path)
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if status == 200 and self.headers["If-None-Match"] == etag:
                status, body = 304, b""
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.asked.append(Asked(self.path, status, headers))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if status != 503:
                self.send_header("ETag", etag)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """What was asked is in `asked`."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site = Blog(f"http://127.0.0.1:{server.server_port}/", list(posts))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
