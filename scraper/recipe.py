"""A site's own rules: selectors from the configuration, and what its Python functions say (see `hooks`)."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from scraper import dates, selectors, urls
from scraper.boilerplate import Body
from scraper.dom import Element, Tree, fragment
from scraper.model import Evidence, Link, Metadata, Page, Rules
from scraper.verdicts import Verdict

if TYPE_CHECKING:
    from scraper.hooks import Hooks


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
    hooks: "Hooks | None" = None

    @classmethod
    def of(cls, rules: Rules) -> "Recipe":
        """Raises RecipeError where the file can't be read or is no Python."""
        # Beautiful Soup takes 11 MB, and few sources have Python of their own: its room is opened when one has.
        return cls(rules, import_module("scraper.hooks").Hooks(rules.python) if rules.python else None)

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
    def finds_links(self) -> bool:
        """Whether the Python file says which links there are."""
        return self.hooks is not None and self.hooks.has("links")

    @property
    def named(self) -> str:
        """The rule that names the links, for messages."""
        if self.finds_links:
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
        if rule is None or self.finds_links:
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
        return self.hooks.call(hook, page, tree) if self.hooks is not None else None


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
