"""The other things that a page says of its article: picture, tags, files, address; and pages that lie."""

import json
import time
from typing import Any

import pytest

from scraper import dom, metadata
from scraper.model import Enclosure, Image, Metadata

URL = "https://club.example/news/ferry"


def read(html: str, url: str = URL) -> Metadata:
    return metadata.read(dom.parse(f"<title>The ferry</title>{html}<p>Text</p>".encode(), url))


def json_ld(data: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


ARTICLE = {"@type": "NewsArticle", "headline": "The ferry"}


@pytest.mark.parametrize(
    ("html", "image"),
    [
        ('<meta property="og:image" content="/a.png">', Image("https://club.example/a.png")),
        (
            '<meta property="og:image" content="/a.png"><meta property="og:image:width" content="800">'
            '<meta property="og:image:height" content="600px">',
            Image("https://club.example/a.png", 800, 600),
        ),
        (
            '<meta property="og:image" content="/a.png">'
            + json_ld(ARTICLE | {"image": {"@type": "ImageObject", "url": "/a.png", "width": 800, "height": "600"}}),
            Image("https://club.example/a.png", 800, 600),
        ),
        (json_ld(ARTICLE | {"image": ["/a.png", "/b.png"]}), Image("https://club.example/a.png")),
        ('<meta name="twitter:image" content="/a.png">', Image("https://club.example/a.png")),
        ('<meta property="og:image" content="data:image/png;base64,AAAA">', None),
        (
            '<figure class="post-thumbnail"><img src="data:," data-src="/a.png" width="640" height="400"></figure>',
            Image("https://club.example/a.png", 640, 400),
        ),
        ('<a href="/other"><img class="wp-post-image" src="/a.png"></a>', None),
        ('<a href="/news/ferry"><img class="wp-post-image" src="/a.png"></a>', Image("https://club.example/a.png")),
        ('<aside class="related"><img class="wp-post-image" src="/a.png"></aside>', None),
        ('<meta property="og:image:width" content="800">', None),
    ],
)
def test_image(html: str, image: Image | None) -> None:
    assert read(html).image == image


@pytest.mark.parametrize(
    ("html", "tags"),
    [
        ('<a rel="tag" href="/t/a">boats</a><a rel="tag" href="/t/b">#Boats</a>', ("boats",)),
        ('<ul class="post-tags"><li><a href="/tag/boats">boats</a></li></ul>', ("boats",)),
        ('<nav class="article-tags"><a href="/tag/boats.html">boats</a></nav>', ("boats",)),
        ('<a class="tag" href="/tags#boats">#boats</a>', ("boats",)),
        ('<a href="/tag/boats/">boats</a>', ("boats",)),
        ('<h1>A</h1><div class="tag-cloud"><a href="/tag/boats/">boats</a></div>', ()),
        ('<h1>A</h1><p>x</p><aside><a rel="tag" href="/t/sea">sea</a></aside>', ()),
        (
            '<meta property="article:tag" content="Boats"><meta property="article:tag" content="sea">'
            '<a rel="tag" href="/t/a">boats</a>',
            ("Boats", "sea"),
        ),
        ('<meta property="article:tag" content="sea"><a rel="tag" href="/t/a">boats</a>', ("boats",)),
        ('<meta property="article:tag" content="boats"><meta property="article:tag" content="sea">', ("boats", "sea")),
        (json_ld(ARTICLE | {"keywords": "boats, sea"}), ("boats", "sea")),
        (json_ld(ARTICLE | {"keywords": ["boats", ["sea"], {"a": 1}, 7]}), ("boats", "sea", "7")),
        ('<meta name="keywords" content="boats, sea">', ()),
        ('<a href="/heritage/boats">boats</a>', ()),
    ],
)
def test_tags(html: str, tags: tuple[str, ...]) -> None:
    assert read(html).tags == tags


@pytest.mark.parametrize(
    ("html", "files"),
    [
        ('<audio src="/a.mp3"></audio>', [("https://club.example/a.mp3", "audio/mpeg")]),
        (
            '<video><source src="/a.webm" type="video/webm; codecs=vp9"></video>',
            [("https://club.example/a.webm", "video/webm")],
        ),
        ('<meta property="og:audio" content="/a.mp3">', [("https://club.example/a.mp3", "audio/mpeg")]),
        (
            '<meta property="og:video" content="/play/7"><meta property="og:video:type" content="text/html">',
            [],
        ),
        (
            json_ld(ARTICLE | {"associatedMedia": {"@type": "AudioObject", "contentUrl": "/a.m4a"}}),
            [("https://club.example/a.m4a", "audio/mp4")],
        ),
        (
            '<audio src="/a.mp3"></audio><meta property="og:audio" content="/a.mp3">',
            [("https://club.example/a.mp3", "audio/mpeg")],
        ),
    ],
)
def test_enclosures(html: str, files: list[tuple[str, str]]) -> None:
    assert read(html).enclosures == tuple(Enclosure(*file) for file in files)


def test_every_field_says_where_it_came_from() -> None:
    found = read(
        '<meta name="description" content="Boats."><link rel="canonical" href="/ferry?utm_source=x"><h1>The ferry</h1>'
    )
    assert (found.summary, found.canonical) == ("Boats.", "https://club.example/ferry")
    sources = {evidence.field: (evidence.source, evidence.confidence) for evidence in found.provenance}
    assert sources == {"title": ("heading", 1.0), "summary": ("meta", 1.0), "canonical": ("rel=canonical", 1.0)}


def test_of_several_articles_the_pages_own_counts() -> None:
    other = {"@type": "NewsArticle", "headline": "The bridge", "url": "/news/bridge", "datePublished": "2020-01-01"}
    own = ARTICLE | {"url": URL, "datePublished": "2024-03-09"}
    found = read(json_ld([other, own]))
    assert found.published is not None
    assert found.published.year == 2024
    assert read(json_ld([other, ARTICLE | {"datePublished": "2024-03-09"}])).published is None


def test_a_film_beside_the_article_is_not_the_article() -> None:
    film = {"@type": "VideoObject", "name": "The film", "uploadDate": "2020-01-01"}
    found = read(json_ld([film, ARTICLE | {"datePublished": "2024-03-09"}]))
    assert found.published is not None
    assert found.published.year == 2024


NESTED: Any = "x"
for _ in range(400):
    NESTED = {"author": [NESTED], "image": NESTED}["author"]
ECHO = [{"@id": f"#{n}", "author": [{"@id": f"#{n + 1}"}] * 200, "x": [{"@id": f"#{n + 1}"}] * 200} for n in range(20)]


@pytest.mark.parametrize(
    "html",
    [
        json_ld(ARTICLE | {"author": NESTED, "datePublished": NESTED, "image": NESTED}),
        json_ld([ARTICLE | {"author": {"@id": "#0"}}, *ECHO]),
        json_ld([{"@type": "WebPage", "mainEntity": {"@id": "#0"}}, *ECHO]),
        json_ld([ARTICLE] * 20_000),
        json_ld([{"@type": "WebPage", "hasPart": [ARTICLE] * 20_000}]),
        json_ld(ARTICLE | {"headline": "a" * 2_000_000, "author": "b " * 500_000, "keywords": "c," * 500_000}),
        json_ld(
            {
                "@type": ["NewsArticle", 7, None, {"a": []}],
                "headline": {},
                "author": [[[]]],
                "datePublished": [None, {}],
            }
        ),
        '<script type="application/ld+json">{"@type": "Article", "datePublished": NaN, "width": 1e999}</script>',
        '<script type="application/ld+json">' + "[" * 100_000,
        '<meta name="' + "date" * 100_000 + '" content="2024-03-09">',
        '<meta name="description" content="' + "a " * 1_000_000 + '">',
        '<meta name="author" content="a">' * 50_000,
        '<div itemscope itemtype="https://schema.org/Article">' * 5_000,
        '<a rel="tag" href="/tag/a">a</a>' * 20_000,
        "<h1>" * 5_000 + "a",
        '<h1 class="' + "a" * 1_000_000 + '">a</h1>',
        '<div class="sidebar">' * 5_000 + '<a href="/tag/a">a</a>' * 300,
    ],
)
def test_hostile_pages_are_read_in_bounded_time(html: str) -> None:
    tree = dom.parse(f"<title>A</title>{html}<p>Text</p>".encode(), URL)
    started = time.process_time()
    found = metadata.read(tree)
    assert time.process_time() - started < 4
    assert len(found.authors) <= 20
    assert len(found.title or "") <= 20_000
    assert len(found.summary or "") <= 20_000
