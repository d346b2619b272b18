"""A site's own rules: CSS selectors from the configuration, and Python functions that receive Beautiful Soup.

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

from scraper import dates, urls
from scraper.boilerplate import Body, Verdict
from scraper.dom import Element, SelectorSyntaxError, Tree, fragment
from scraper.errors import RecipeError
from scraper.model import Evidence, Link, Metadata, Page, Rules

# What each hook returns, in words for whoever wrote one that does not.
RETURNS = {
    "links": "a list of addresses, or of (address, title) pairs",
    "title": "a str",
    "authors": "a list of str",
    "date": "a str or a datetime",
    "content": "a str of HTML, or a tag",
}
HOOKS = tuple(RETURNS)


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
            return _links([(address, title, None) for address, title in ours], tree)
        if not (self.rules.item or self.rules.link):
            return None
        items = _select(tree, self.rules.item, "item") if self.rules.item else [tree.body]
        return _links([found for item in items for found in self._cards(item, tree)], tree)

    @property
    def named(self) -> str:
        """The rule that names the links, for messages."""
        if self.rules.python and hasattr(self.module, "links"):
            return f"links() in {self.rules.python}"
        name = "item" if self.rules.item else "link"
        return f"select.{name}: {getattr(self.rules, name)!r}"

    def _cards(self, item: Element, tree: Tree) -> list[tuple[str, str | None, datetime | None]]:
        anchors = _select(item, self.rules.link or "a[href]", "link")
        if item.tag == "a" and not self.rules.link:
            anchors = [item]
        if self.rules.item:
            anchors = anchors[:1]
        title = _select(item, self.rules.title, "title")[:1] if self.rules.title else anchors
        date = _select(item, self.rules.date, "date")[:1] if self.rules.date else []
        moment = dates.parse(date[0].attr("datetime") or date[0].text) if date else None
        cards = []
        for anchor in anchors:
            inner = anchor if anchor.attr("href") else anchor.select_one("a[href]")
            text = " ".join((title[0] if self.rules.title and title else anchor).text.split())
            cards.append(((inner.attr("href") or "") if inner is not None else "", text or None, moment))
        return cards

    def metadata(self, page: Page, tree: Tree, read: Metadata) -> Metadata:
        """`read`, with what the rules say put in its place. Raises RecipeError."""
        title, authors = self._call("title", page, tree), self._call("authors", page, tree)
        date = self._call("date", page, tree)
        if not self.rules.item:
            title = title or _text(tree, self.rules.title, "title")
            date = date or _text(tree, self.rules.date, "date")
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
        return Body(root, (Verdict("rules", True, "the recipe's content()", " ".join(root.text.split())[:80]),))

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
    for name in ("item", "title", "link", "date", "content"):
        selector = getattr(rules, name)
        if selector:
            _select(empty, selector, name)
    for selector in rules.remove:
        _select(empty, selector, "remove")
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


def _select(where: Tree | Element, selector: str, name: str) -> list[Element]:
    try:
        return (where.body if isinstance(where, Tree) else where).select(selector)
    except SelectorSyntaxError as error:
        raise RecipeError(f"select.{name}: {selector!r} is not a CSS selector: {error}", about=selector) from error


def _text(tree: Tree, selector: str | None, name: str) -> str | None:
    found = _select(tree, selector, name) if selector else []
    return (found[0].attr("datetime") or " ".join(found[0].text.split()) or None) if found else None


def _moment(value: Any, language: str | None) -> datetime | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return dates.parse(str(value), language)


def _links(found: list[tuple[str, str | None, datetime | None]], tree: Tree) -> tuple[Link, ...]:
    kept: dict[str, Link] = {}
    for address, title, moment in found:
        url = urls.absolute(address, tree.base)
        if url:
            url = urls.canonical(url)
            kept.setdefault(urls.key(url), Link(url, title, moment, tier="rules"))
    return tuple(kept.values())
