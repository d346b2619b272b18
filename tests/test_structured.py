"""JSON-LD and microdata, however they are nested."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import dom, structured
from scraper.structured import Item

URL = "https://club.example/news/opening"
PIECE = {"@type": "NewsArticle", "headline": "The ferry is back", "author": {"@type": "Person", "name": "Ann"}}


def json_ld(*data: Any) -> list[Item]:
    scripts = (f'<script type="application/ld+json">{json.dumps(d)}</script>' for d in data)
    return read("<title>A</title>" + "".join(scripts) + "<p>Text</p>")


def read(html: str) -> list[Item]:
    return structured.items(dom.parse(html.encode(), URL))


def articles(found: list[Item]) -> list[Item]:
    return [item for item in found if item.types & structured.ARTICLE_TYPES]


@pytest.mark.parametrize(
    "data",
    [
        PIECE,
        [PIECE],
        [{"@type": "WebSite", "name": "The Club"}, PIECE],
        {"@graph": [{"@type": "WebSite", "name": "The Club"}, PIECE]},
        [{"@graph": [PIECE]}],
        {"@graph": PIECE},
        {"@type": "WebPage", "mainEntity": PIECE},
        {"@type": "WebPage", "mainEntity": [PIECE]},
        PIECE | {"@type": "https://schema.org/NewsArticle"},
        PIECE | {"@type": "schema:NewsArticle"},
        PIECE | {"@type": ["Thing", "NewsArticle"]},
        PIECE | {"headline": ["The ferry is back"]},
        PIECE | {"headline": {"@value": "The ferry is back"}},
        PIECE | {"headline": " The ferry\n is back "},
        PIECE | {"author": [{"@type": "Person", "name": "Ann"}]},
        {"@graph": [PIECE | {"author": {"@id": "#ann"}}, {"@id": "#ann", "@type": "Person", "name": "Ann"}]},
    ],
)
def test_one_article_however_it_is_nested(data: Any) -> None:
    (item,) = articles(json_ld(data))
    assert item.source == "json-ld"
    assert item.text("headline") == "The ferry is back"
    assert [author.text("name") for author in item.items("author")] == ["Ann"]


def test_an_id_leads_to_another_script() -> None:
    found = json_ld(PIECE | {"author": {"@id": "#ann"}}, {"@id": "#ann", "@type": "Person", "name": "Ann"})
    assert [author.text("name") for author in articles(found)[0].items("author")] == ["Ann"]


def test_an_article_inside_an_article_is_not_of_the_page() -> None:
    (item,) = articles(json_ld(PIECE | {"hasPart": {"@type": "Article", "headline": "Another"}}))
    assert item.text("headline") == "The ferry is back"


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("one", ["one"]),
        (["one", "two"], ["one", "two"]),
        (["one", {"@type": "Thing"}, "two"], ["one", "two"]),
        (7, ["7"]),
        (1.5, ["1.5"]),
        (None, []),
        ([], []),
        ({"name": "one"}, []),
        (["", "one"], ["", "one"]),
    ],
)
def test_plain_values(value: Any, texts: list[str]) -> None:
    assert json_ld({"@type": "Article", "about": value})[0].texts("about") == texts


@pytest.mark.parametrize(
    "script",
    [
        "",
        "{",
        "null",
        "[]",
        "7",
        '"text"',
        '{"@type": null}',
        '{"@graph": 7}',
        '{"@type": {"a": 1}}',
        '{"@id": "#a", "sameAs": {"@id": "#a"}}',
        "[" * 5000,
        '{"a":' * 500 + "1" + "}" * 500,
    ],
)
def test_broken_data_is_no_article(script: str) -> None:
    html = f'<title>A</title><script type="application/ld+json">{script}</script><p>Text</p>'
    assert articles(read(html)) == []


@pytest.mark.parametrize(
    "script",
    [
        '<!-- {"@type": "Article", "headline": "The ferry is back"} -->',
        '//<![CDATA[\n{"@type": "Article", "headline": "The ferry is back"}\n//]]>',
        '{"@type": "Article", "headline": "The ferry is back",}',
        '{"@type": "Article", "headline": "The ferry is back"};',
        '{"@type": "Article", "headline": "The ferry\nis back"}',
    ],
)
def test_data_that_a_template_has_half_broken_is_read_or_passed_over(script: str) -> None:
    html = f'<title>A</title><script type="application/ld+json">{script}</script><p>Text</p>'
    assert [item.text("headline") for item in articles(read(html))] in ([], ["The ferry is back"])


MICRODATA = """<title>A</title>
<div itemscope itemtype="https://schema.org/Blog"><h1 itemprop="name">The Club</h1>
<article itemprop="blogPost" itemscope itemtype="http://schema.org/BlogPosting">
<h2 itemprop="headline">The ferry is back</h2>
<time itemprop="datePublished" datetime="2024-03-09">yesterday</time>
<span itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">Ann</b></span>
<meta itemprop="keywords" content="boats, weekend"><link itemprop="url" href="/news/opening">
<div itemprop="articleBody"><p>Text</p></div></article></div>"""


def test_microdata() -> None:
    (item,) = articles(read(MICRODATA))
    assert item.source == "microdata"
    assert item.text("headline") == "The ferry is back"
    assert item.text("datePublished") == "2024-03-09"
    assert item.text("keywords") == "boats, weekend"
    assert item.text("url") == URL
    assert [author.text("name") for author in item.items("author")] == ["Ann"]


def test_json_ld_comes_before_microdata() -> None:
    script = f'<script type="application/ld+json">{json.dumps(PIECE)}</script>'
    assert [item.source for item in articles(read(MICRODATA + script))] == ["json-ld", "microdata"]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["@type", "@id", "@graph", "@value", "name", "item"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(ANY_JSON)
def test_any_json_is_read(data: Any) -> None:
    for item in json_ld(json.loads(json.dumps(data).replace("<", ""))):
        assert all(isinstance(text, str) for name in item.raw for text in item.texts(name))


@pytest.mark.parametrize(
    "html",
    [
        '<div itemscope itemtype="https://schema.org/Article" itemref=a>x</div>'
        "<div id=a itemprop=author itemscope itemref=b>x</div><div id=b itemprop=author itemscope itemref=a>y</div>",
        "<div itemscope itemprop=hasPart itemtype=https://schema.org/Article>" * 600 + "x",
    ],
)
def test_microdata_in_circles_or_without_end_is_none(html: str) -> None:
    assert structured.items(dom.parse(f"<!DOCTYPE html><title>A</title>{html}".encode(), URL)) == []


def test_an_itemprop_of_many_names_is_none() -> None:
    names = " ".join(f"p{n}" for n in range(1000))
    (item,) = read(
        f'<title>A</title><div itemscope itemtype="https://schema.org/Article"><p itemprop="{names}">x</div>'
    )
    assert item.raw == {}
