"""A web that is in memory only, at our own seam: pages by address, of as many sites as a test needs."""

from dataclasses import dataclass, field
from hashlib import sha256

from scraper import urls
from scraper.errors import BadStatus, NoConnection
from scraper.model import Access, Page, Validators


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
