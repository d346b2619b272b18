"""A feed that the site itself offers: does it hold all of what we would publish?"""

import html
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from scraper import urls
from scraper.model import Article

# So much of an article's text makes an entry whole: sites leave captions and boxes out of their feeds.
WHOLE = 0.8
# A summary may be as long as a short note: only articles of this many characters tell one from the other.
TELLING = 400
MOST_ENTRIES = 1_000
MOST_DEPTH = 200
TAG = re.compile(r"<[^>]*>")
ENTRIES = frozenset(("item", "entry"))
TEXTS = frozenset(("description", "encoded", "content", "summary"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of the articles we looked at, how many the feed lists, and how many of these it has as a whole."""

    url: str
    looked_at: int
    listed: int
    whole: int

    @property
    def better(self) -> bool:
        """Whether readers are served by it as well as by us."""
        return self.looked_at > 0 and self.listed == self.whole == self.looked_at

    def __str__(self) -> str:
        if self.better:
            return f"The site's own feed has the whole articles: {self.url}"
        if self.listed == 0:
            return f"The site's own feed lists none of these: {self.url}"
        if self.whole < self.listed:
            return f"The site's own feed has summaries, no whole articles: {self.url}"
        return f"The site's own feed lists {self.listed} of these {self.looked_at}: {self.url}"


def judged(url: str, content: bytes, articles: Iterable[Article]) -> Verdict | None:
    """What the feed at `url` is worth beside the articles that we found; None where it is no feed that can be read."""
    entries = _entries(content, url)
    if not entries:
        return None
    articles = [article for article in articles if len(article.text) >= TELLING]
    found = [(entries.get(urls.key(article.url)), len(article.text)) for article in articles]
    listed = [(has, wanted) for has, wanted in found if has is not None]
    return Verdict(url, len(articles), len(listed), sum(has >= WHOLE * wanted for has, wanted in listed))


def _entries(content: bytes, url: str) -> Mapping[str, int]:
    """The characters of text that each entry has, by the key of its address."""
    if content.lstrip()[:1] == b"{":
        return _json(content, url)
    reader = _Reader(url)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = reader.entity
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError):
        return {}
    return reader.found


@dataclass(slots=True)
class _Reader:
    base: str
    found: dict[str, int] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    inside: int = 0
    link: str = ""
    said: list[str] = field(default_factory=list)
    longest: int = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        name = name.rpartition(" ")[2]
        self.open.append(name)
        if len(self.open) > MOST_DEPTH:
            raise ValueError("nested too deeply")
        if name in ENTRIES and not self.inside:
            self.inside, self.link, self.longest = len(self.open), "", 0
        elif self.inside and len(self.open) == self.inside + 1:
            self.said = []
            if name == "link" and attributes.get("rel", "alternate") == "alternate":
                self.link = self.link or attributes.get("href", "")

    def text(self, text: str) -> None:
        if self.inside and len(self.open) > self.inside:
            self.said.append(text)

    def end(self, name: str) -> None:
        name, depth = name.rpartition(" ")[2], len(self.open)
        if self.inside and depth == self.inside + 1:
            text = "".join(self.said)
            if name in TEXTS:
                self.longest = max(self.longest, _characters(text))
            elif name == "link":
                self.link = self.link or text.strip()
        elif self.inside == depth:
            address = urls.absolute(self.link, self.base)
            if address and len(self.found) < MOST_ENTRIES:
                self.found[urls.key(address)] = self.longest
            self.inside = 0
        self.open.pop()

    def entity(self, *_: object) -> None:
        raise ValueError("an entity is declared")


def _json(content: bytes, base: str) -> Mapping[str, int]:
    try:
        items: Any = json.loads(content)["items"][:MOST_ENTRIES]
        found = {urls.absolute(str(item.get("url") or ""), base): item for item in items}
        return {
            urls.key(url): max(_characters(str(item.get(key) or "")) for key in ("content_html", "content_text"))
            for url, item in found.items()
            if url
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # no JSON Feed
        return {}


def _characters(markup: str) -> int:
    """How much text there is between the tags."""
    return len(" ".join(html.unescape(TAG.sub(" ", markup)).split()))
