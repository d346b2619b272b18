"""JSON-LD and microdata as one kind of thing: schema.org items with properties."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from scraper import jsonld
from scraper.dom import Tree

ARTICLE_TYPES = frozenset(
    """Article NewsArticle BlogPosting Report ScholarlyArticle TechArticle SocialMediaPosting LiveBlogPosting
    AnalysisNewsArticle OpinionNewsArticle ReviewNewsArticle BackgroundNewsArticle AdvertiserContentArticle
    SatiricalArticle ReportageNewsArticle MedicalScholarlyArticle DiscussionForumPosting Recipe HowTo Review
    CriticReview PodcastEpisode VideoObject AudioObject Event""".split()
)
LIST_TYPES = frozenset(("ItemList", "Blog", "CollectionPage", "SearchResultsPage"))
# Nesting that no honest page has.
DEEPEST = 12
# More items than any honest page has; and no value that says something of an article is longer.
MOST_ITEMS, LONGEST = 5000, 20_000
# An itemprop names a property or two.
NAMES_CHARS = 300


@dataclass(frozen=True, slots=True)
class Item:
    """One schema.org item; `source` is "json-ld" or "microdata".

    `raw` is as the parser gave it, and `by_id` what an `@id` leads to: a value becomes an item when it is asked for,
    so that data which names itself again and again costs nothing.
    """

    types: frozenset[str]
    raw: Mapping[str, Any]
    source: str
    by_id: Mapping[str, Any] = field(repr=False)

    def texts(self, name: str) -> list[str]:
        """The plain values of a property, in order. Many sites write them as if they were HTML."""
        values = (v["@value"] if isinstance(v, dict) and "@value" in v else v for v in _many(self.raw.get(name)))
        return [_plain(v) for v in values if isinstance(v, str | int | float)]

    def text(self, name: str) -> str | None:
        return next((t for t in self.texts(name) if t), None)

    def items(self, name: str) -> list["Item"]:
        """The items that a property holds, in order."""
        make = _json_item if self.source == "json-ld" else _microdata
        return [make(v, self.by_id) for v in _many(self.raw.get(name)) if _is_item(v)]


def items(tree: Tree) -> list[Item]:
    """Every item of the page in document order, JSON-LD before microdata, nested ones after those that hold them."""
    return json_items(tree) + microdata_items(tree)


def json_items(tree: Tree) -> list[Item]:
    """The items of the page's JSON-LD, as in `items`."""
    nodes = [node for block in jsonld.values(tree) for node in _many(block) if isinstance(node, dict)]
    everything = nodes + [inner for node in nodes for inner in _many(node.get("@graph")) if isinstance(inner, dict)]
    by_id = {node["@id"]: node for node in everything if isinstance(node.get("@id"), str) and len(node) > 1}
    return _flat([_json_item(node, by_id) for node in everything])


def microdata_items(tree: Tree) -> list[Item]:
    """The items of the page's microdata, as in `items`; none where they go in circles or too deep."""
    document = tree.document
    if document.select_one("[itemscope]") is None:
        return []
    for element in document.select("[itemprop]"):
        if len(element.attr("itemprop") or "") > NAMES_CHARS:
            del element.attrs["itemprop"]
    try:
        return _flat([_microdata(item, {}) for item in document.microdata(tree.base)])
    except RecursionError:
        return []


def _json_item(node: dict[str, Any], by_id: Mapping[str, Any]) -> Item:
    if len(node) == 1 and isinstance(node.get("@id"), str):
        node = by_id.get(node["@id"], node)
    return Item(frozenset(_type(t) for t in _many(node.get("@type"))), node, "json-ld", by_id)


def _microdata(item: Any, by_id: Mapping[str, Any]) -> Item:
    return Item(frozenset(_type(t) for t in (item.type or "").split()), item.properties, "microdata", by_id)


def _is_item(value: Any) -> bool:
    return "@value" not in value if isinstance(value, dict) else hasattr(value, "properties")


def _flat(top: list[Item]) -> list[Item]:
    """The items with those nested in them, each once; what an article holds is not of the page."""
    seen: set[int] = set()
    flat: list[Item] = []
    for item in top:
        for inner in _with_nested(item, 0, seen):
            if len(flat) == MOST_ITEMS:
                return flat
            flat.append(inner)
    return flat


def _with_nested(item: Item, depth: int, seen: set[int]) -> Iterator[Item]:
    if id(item.raw) in seen:
        return
    seen.add(id(item.raw))
    yield item
    if depth < DEEPEST and not item.types & ARTICLE_TYPES:
        for name in item.raw:
            if name not in ("@graph", "@context", "@type"):
                for inner in item.items(name):
                    yield from _with_nested(inner, depth + 1, seen)


def _plain(value: str | int | float) -> str:
    text = str(value)[:LONGEST]
    return " ".join((unescape(text) if "&" in text else text).split())


def _type(name: Any) -> str:
    return str(name)[:LONGEST].rpartition("/")[2].rpartition(":")[2]


def _many(value: Any) -> list[Any]:
    """The values of a property, which may be one, several, or lists of several."""
    if value is None:
        return []
    if not isinstance(value, list):
        return [value]
    return [inner for v in value for inner in (v if isinstance(v, list) else [v])]
