"""JSON-LD and microdata as one kind of thing: schema.org items with properties."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from scraper.dom import Tree

ARTICLE_TYPES = frozenset(
    """Article NewsArticle BlogPosting Report ScholarlyArticle TechArticle SocialMediaPosting LiveBlogPosting
    AnalysisNewsArticle OpinionNewsArticle ReviewNewsArticle BackgroundNewsArticle AdvertiserContentArticle
    SatiricalArticle DiscussionForumPosting Recipe Review PodcastEpisode VideoObject AudioObject Event""".split()
)
LIST_TYPES = frozenset(("ItemList", "Blog", "CollectionPage", "SearchResultsPage"))
# Nesting that no honest page has.
DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Item:
    """One schema.org item. `source` is "json-ld" or "microdata"; values are strings, items and lists of both."""

    types: frozenset[str]
    properties: dict[str, Any]
    source: str

    def texts(self, name: str) -> list[str]:
        """The plain values of a property, in order. Many sites write them as if they were HTML."""
        return [
            " ".join(unescape(str(v)).split())
            for v in _many(self.properties.get(name))
            if isinstance(v, str | int | float)
        ]

    def text(self, name: str) -> str | None:
        return next((t for t in self.texts(name) if t), None)

    def items(self, name: str) -> list["Item"]:
        """The items that a property holds, in order."""
        return [v for v in _many(self.properties.get(name)) if isinstance(v, Item)]


def items(tree: Tree) -> list[Item]:
    """Every item of the page in document order, JSON-LD before microdata, nested ones after those that hold them."""
    data = tree.document.structured_data(tree.base)
    top = list(_json_items(data.json_ld)) + [_microdata(item, 0) for item in data.microdata]
    return [inner for item in top for inner in _with_nested(item, 0)]


def _json_items(blocks: list[Any]) -> Iterator[Item]:
    nodes = [node for block in blocks for node in _many(block) if isinstance(node, dict)]
    graph = [inner for node in nodes for inner in _many(node.get("@graph")) if isinstance(inner, dict)]
    everything = nodes + graph
    by_id = {node["@id"]: node for node in everything if isinstance(node.get("@id"), str) and len(node) > 1}
    for node in everything:
        yield _json_item(node, by_id, 0)


def _json_item(node: dict[str, Any], by_id: dict[str, dict[str, Any]], depth: int) -> Item:
    if set(node) == {"@id"}:
        node = by_id.get(str(node["@id"]), node)

    def value(raw: Any) -> Any:
        if isinstance(raw, dict) and depth < DEEPEST:
            return raw["@value"] if "@value" in raw else _json_item(raw, by_id, depth + 1)
        return raw

    properties = {
        key: [value(v) for v in _many(raw)] for key, raw in node.items() if key not in ("@graph", "@context", "@type")
    }
    return Item(frozenset(_type(t) for t in _many(node.get("@type"))), properties, "json-ld")


def _microdata(item: Any, depth: int) -> Item:
    properties = {
        name: [v if isinstance(v, str) else _microdata(v, depth + 1) for v in values if depth < DEEPEST]
        for name, values in item.properties.items()
    }
    return Item(frozenset(_type(t) for t in (item.type or "").split()), properties, "microdata")


def _with_nested(item: Item, depth: int) -> Iterator[Item]:
    yield item
    if depth < DEEPEST and not item.types & ARTICLE_TYPES:
        for name in item.properties:
            for inner in item.items(name):
                yield from _with_nested(inner, depth + 1)


def _type(name: Any) -> str:
    return str(name).rpartition("/")[2].rpartition(":")[2]


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
