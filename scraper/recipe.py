"""A site's own rules: selectors from the configuration, and Python functions that receive Beautiful Soup.

A recipe is a Python file with any of these functions; what one returns is not judged again, None leaves the matter
to Feedwright:

    links(soup, url)    -> list of addresses, or of (address, title) pairs, on a listing
    title(soup, url)    -> str
    authors(soup, url)  -> list of str
    date(soup, url)     -> str or datetime
    content(soup, url)  -> str of HTML, or a Beautiful Soup tag
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from bs4 import BeautifulSoup, Tag

from scraper import dates, selectors, urls
from scraper.boilerplate import Body
from scraper.dom import Element, Tree, fragment
from scraper.errors import RecipeError
from scraper.model import Evidence, Link, Metadata, Page, Rules
from scraper.verdicts import Verdict

# What each hook returns, in words for whoever wrote one that does not.
RETURNS = {
    "links": "a list of addresses, or of (address, title) pairs",
    "title": "a str",
    "authors": "a list of str",
    "date": "a str or a datetime",
    "content": "a str of HTML, or a tag",
}
HOOKS = tuple(RETURNS)


@dataclass(frozen=True, slots=True)
class _Card:
    """What rules say of one link on a listing."""

    address: str
    title: str | None
    published: datetime | None = None
    summary: str | None = None


@dataclass(slots=True)
class Recipe:
    """The rules of one source, with the Python file loaded once."""

    rules: Rules
    module: ModuleType | None = None

    @classmethod
    def of(cls, rules: Rules) -> "Recipe":
        """Raises RecipeError where the file can't be read or is no Python."""
        return cls(rules, _load(rules.python) if rules.python else None)

    def links(self, page: Page, tree: Tree) -> tuple[Link, ...] | None:
        """The links of a listing, or None where the rules say nothing of it. Raises RecipeError."""
        ours = self._call("links", page, tree)
        if ours is not None:
            return _links([_Card(address, title) for address, title in ours], tree)
        if not (self.rules.item or self.rules.link):
            return None
        items = selectors.select(tree.body, self.rules.item, "item") if self.rules.item else [tree.body]
        return _links([found for item in items for found in self._cards(item, tree)], tree)

    @property
    def named(self) -> str:
        """The rule that names the links, for messages."""
        if self.rules.python and hasattr(self.module, "links"):
            return f"links() in {self.rules.python}"
        name = "item" if self.rules.item else "link"
        return f"select.{name}: {getattr(self.rules, name)!r}"

    def next_page(self, tree: Tree) -> str | None:
        """The listing's next page where the rules say how it is found."""
        found = selectors.values(tree.body, self.rules.next, "next", "href") if self.rules.next else []
        return urls.absolute(found[0], tree.base) if found else None

    def nearest(self, tree: Tree) -> str:
        """What comes closest to the rule that found nothing, as a sentence with a blank before it, or nothing."""
        rule = self.rules.item or self.rules.link
        if rule is None or (self.rules.python and hasattr(self.module, "links")):
            return ""
        if self.rules.item and (items := selectors.select(tree.body, self.rules.item, "item")):
            inner = self.rules.link or "a[href]"
            return f" {len(items)} items match, but {inner!r} finds no link in them."
        close = selectors.nearest(tree.body, rule)
        return f" The nearest that matches is {close}." if close else ""

    def _cards(self, item: Element, tree: Tree) -> list[_Card]:
        rules = self.rules
        anchors = selectors.select(item, rules.link or "a[href]", "link")
        addresses = [] if anchors or not rules.link else selectors.values(item, rules.link, "link", "href")
        if item.tag == "a" and not rules.link:
            anchors = [item]
        title = self._inside(item, rules.title, "title")
        day = self._inside(item, rules.date, "date", "datetime")
        moment = dates.parse(day) if day else None
        summary = self._inside(item, rules.summary, "summary")
        cards = [_Card(address, title, moment, summary) for address in addresses]
        for anchor in anchors:
            inner = anchor if anchor.attr("href") else anchor.select_one("a[href]")
            address = (inner.attr("href") or "") if inner is not None else ""
            cards.append(_Card(address, title or " ".join(anchor.text.split()) or None, moment, summary))
        return cards[:1] if rules.item else cards

    def _inside(self, item: Element, selector: str | None, name: str, attribute: str | None = None) -> str | None:
        found = selectors.values(item, selector, name, attribute) if selector else []
        return found[0] or None if found else None

    def metadata(self, page: Page, tree: Tree, read: Metadata) -> Metadata:
        """`read`, with what the rules say put in its place. Raises RecipeError."""
        title, authors = self._call("title", page, tree), self._call("authors", page, tree)
        date = self._call("date", page, tree)
        if not self.rules.item:
            title = title or _text(tree, self.rules.title, "title")
            date = date or _text(tree, self.rules.date, "date")
        if self.rules.author and not authors:
            authors = tuple(dict.fromkeys(filter(None, selectors.values(tree.body, self.rules.author, "author"))))
        moment = _moment(date, read.language) if date else None
        ours = {"title": title, "authors": tuple(authors or ()), "published": moment}
        ours = {name: value for name, value in ours.items() if value}
        evidence = tuple(Evidence(name, "rules") for name in ours)
        theirs = tuple(e for e in read.provenance if e.field not in ours)
        return replace(read, **ours, provenance=evidence + theirs) if ours else read

    def body(self, page: Page, tree: Tree) -> Body | None:
        """The body that the recipe's `content` gives. Raises RecipeError."""
        content = self._call("content", page, tree)
        if content is None:
            return None
        root = fragment(str(content))
        return Body(root, (Verdict.on(root, "rules", "the recipe's content()", kept=True),))

    def _call(self, hook: str, page: Page, tree: Tree) -> Any:
        function: Callable[[BeautifulSoup, str], Any] | None = getattr(self.module, hook, None)
        if function is None:
            return None
        soup = BeautifulSoup(page.content, "lxml", from_encoding=tree.document.encoding)
        try:
            return _checked(hook, function(soup, page.url))
        except Exception as error:
            raise RecipeError(
                f"{self.rules.python}: {hook}() failed on {page.url}: {type(error).__name__}: {error}",
                about=page.url,
            ) from error


def check(rules: Rules) -> None:
    """Whether every selector can be read and the Python file loaded. Raises RecipeError."""
    empty = fragment("<p></p>")
    for name in ("item", "title", "link", "date", "content", "author", "summary", "next"):
        selector = getattr(rules, name)
        if selector:
            selectors.values(empty, selector, name)
    for selector in rules.remove:
        selectors.select(empty, selector, "remove")
    Recipe.of(rules)


def _checked(hook: str, value: Any) -> Any:
    """What a hook returned, if it is what such a hook is for. Raises TypeError."""
    if hook == "links" and value is not None:
        pairs = [(link, None) if isinstance(link, str) else tuple(link) for link in value]
        if all(len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], str | None) for pair in pairs):
            return pairs
    elif hook == "authors" and value is not None:
        names = (value,) if isinstance(value, str) else tuple(value)
        if all(isinstance(name, str) for name in names):
            return names
    elif isinstance(value, {"title": str, "date": str | date, "content": str | Tag}.get(hook, object) | None):
        return value
    raise TypeError(f"it returned {value!r}, which is not {RETURNS[hook]}")


def _load(path: str) -> ModuleType:
    try:
        spec = importlib.util.spec_from_file_location(f"recipe_{Path(path).stem}", path)
        if spec is None or spec.loader is None:
            raise RecipeError(f"{path} is not a Python file.", about=path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except RecipeError:
        raise
    except Exception as error:
        raise RecipeError(f"{path} can't be loaded: {type(error).__name__}: {error}", about=path) from error
    if not any(hasattr(module, hook) for hook in HOOKS):
        raise RecipeError(f"{path} has none of the functions {', '.join(HOOKS)}.", about=path)
    return module


def _text(tree: Tree, selector: str | None, name: str) -> str | None:
    found = selectors.values(tree.body, selector, name, "datetime") if selector else []
    return found[0] or None if found else None


def _moment(value: Any, language: str | None) -> datetime | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=dates.UNSAID) if value.tzinfo is None else value.astimezone(UTC)
    return dates.parse(str(value), language)


def _links(found: list[_Card], tree: Tree) -> tuple[Link, ...]:
    kept: dict[str, Link] = {}
    for card in found:
        url = urls.absolute(card.address, tree.base)
        if url:
            url = urls.canonical(url)
            link = Link(url, card.title, card.published, card.summary, "rules", 1.0, ("rules",))
            kept.setdefault(urls.key(url), link)
    return tuple(kept.values())
