"""A web that is in memory only, at our own seam: pages by address, of as many sites as a test needs, or one site."""

from dataclasses import dataclass, field
from email.message import Message
from hashlib import sha256
from urllib.parse import urljoin

from scraper import urls
from scraper.errors import BadStatus, NoConnection
from scraper.model import Access, Page, Validators
from tests.server import Request, Response, Site


@dataclass(slots=True)
class World:
    """`pages` are documents by their whole address; a host without any does not answer. `asked` is what was asked for.

    Whoever has a page's validator is told that it has not changed. A host of `moved` redirects to another for good.
    """

    pages: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def get(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | None:
        self.asked.append(url)
        requested, origin = url, urls.origin(url)
        url = url.replace(origin, self.moved.get(origin, origin), 1)
        if url not in self.pages:
            if not any(urls.origin(each) == urls.origin(url) for each in self.pages):
                raise NoConnection(f"{url} does not answer.", about=url)
            raise BadStatus(f"{url} is not there (HTTP 404).", about=url, status=404)
        content = self.pages[url].encode()
        etag = f'"{sha256(content).hexdigest()[:16]}"'
        if validators.etag == etag:
            return None
        kind = "application/xml" if content.startswith(b"<?xml") else "text/html; charset=utf-8"
        return Page(url, requested, content, kind, Validators(etag), url if url != requested else None)

    def sitemaps(self, url: str, access: Access = Access()) -> tuple[str, ...]:
        return ()


@dataclass(slots=True)
class Near:
    """A site that answers without a network, as `tests.server` would; whoever has a page is told so."""

    site: Site
    asked: int = 0

    def get(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | None:
        self.asked += 1
        requested, moved = url, None
        while True:
            path = url.removeprefix(self.site.address)
            answer = self.site.pages.get(path, Response(status=404))
            answer = answer(Request(path, Message())) if callable(answer) else answer
            if answer.status >= 400:
                raise BadStatus(f"{url} is not there (HTTP {answer.status}).", about=url, status=answer.status)
            if answer.status == 200:
                break
            url = moved = urljoin(url, answer.headers["Location"])
        content = self.changed(answer.body if isinstance(answer.body, bytes) else answer.body.encode())
        etag = f'"{sha256(content).hexdigest()[:16]}"'
        if validators.etag == etag:
            return None
        return Page(url, requested, content, "text/html; charset=utf-8", Validators(etag), moved)

    def changed(self, content: bytes) -> bytes:
        """What a page shows at this look."""
        return content

    def sitemaps(self, url: str, access: Access = Access()) -> tuple[str, ...]:
        return ()
