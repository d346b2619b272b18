"""What a page holds: a list of articles, or one; and which links on it lead to neither."""

import json
from collections.abc import Iterable
from time import process_time

import pytest

from scraper import discover, dom
from scraper.discover import TIERS, feedentries, pagination, sitemap, wordpress
from scraper.errors import NotAPage

URL = "https://club.example/post/ferry-is-back"
FRONT = "https://club.example/"
CARDS = "".join(f'<article><h3><a href="/post/number-{n}-of-them">Post number {n}</a></h3></article>' for n in range(3))


def page(head: str = "", body: str = CARDS) -> bytes:
    return (
        f"<!DOCTYPE html><title>The Club</title>{head}<main><h1>The ferry</h1><p>It is back.</p>{body}</main>".encode()
    )


def listed(body: str, url: str = FRONT) -> list[str]:
    """The paths that a page with this body lists."""
    return [link.url.removeprefix(FRONT.rstrip("/")) for link in discover(page(body=body), url).links]


def cards(paths: Iterable[str]) -> str:
    return "".join(f'<article><h2><a href="{path}">The story of {path[-6:]}</a></h2></article>' for path in paths)


SAID = "The bell rings. " * 5
POSTS = [f"/post/the-bell-rang-{n}" for n in range(4)]


def test_cards_are_a_list() -> None:
    assert [link.title for link in discover(page(), URL).links] == [f"Post number {n}" for n in range(3)]


def test_the_cards_below_an_article_are_no_list() -> None:
    assert discover(page('<meta property="og:type" content="article">'), URL).links == ()


def test_a_front_page_is_no_article_whatever_it_says() -> None:
    found = discover(page('<meta property="og:type" content="article">'), "https://club.example/")
    assert len(found.links) == 3


def test_the_sites_own_feeds_are_told() -> None:
    head = '<link rel="alternate" type="application/rss+xml" title="News" href="/feed">'
    (feed,) = discover(page(head), URL).feeds
    assert (feed.url, feed.title) == ("https://club.example/feed", "News")


def test_every_tier_gives_its_verdict() -> None:
    found = discover(page(body=cards(POSTS)), FRONT)
    assert [one.tier for one in found.found] == [tier.NAME for tier in TIERS]
    assert found.tier == "listing"
    assert all(one.reason for one in found.found)
    (seen,) = [one.seen for one in found.found if one.tier == "listing"]
    assert seen[0].startswith("4 × ")
    assert all(0 < link.confidence <= 1 and "heading" in link.evidence for link in found.links)


@pytest.mark.parametrize(
    "other",
    [
        '<h2><a href="/category/boats-and-bells">Boats and bells</a></h2>',
        '<h2><a href="/tag/boats-and-bells">Boats and bells</a></h2>',
        '<h2><a href="/author/ada-of-the-mole">Ada of the mole</a></h2>',
        '<h2><a href="/wp-login.php">Log in to this club</a></h2>',
        '<h2><a href="/login">Log in to this club</a></h2>',
        '<h2><a href="/post/the-bell-rang-1?share=mail">Share this story now</a></h2>',
        '<h2><a href="/post/the-bell-rang-1#comments">Three comments on it</a></h2>',
        '<h2><a href="/files/the-bell-in-numbers.pdf">The bell in numbers</a></h2>',
        '<h2><a href="https://elsewhere.example/the-bell-of-others">The bell of others</a></h2>',
        '<h2><a href="/2024/05/">The archive of this May</a></h2>',
        '<h2><a href="/?date=2024-05-01">The first of this May</a></h2>',
        '<h2><a rel="sponsored" href="/post/buy-our-bells-now">Buy our bells now</a></h2>',
        '<article><small>Sponsored</small><h2><a href="/post/buy-our-bells-now">Buy our bells now</a></h2></article>',
    ],
)
def test_only_articles(other: str) -> None:
    assert listed(cards(POSTS) + other) == POSTS


def test_one_article_under_five_addresses_is_one() -> None:
    first = POSTS[0]
    again = [f"{first}/", f"{first}?utm_source=x", f"{first}#more", f"{FRONT}{first[1:]}", f"{first}/index.html"]
    assert listed(cards([first, *again, *POSTS[1:]])) == POSTS


def test_session_ids_are_no_part_of_an_address() -> None:
    assert listed(cards(f"{path};jsessionid=0A{n}?sid=f{n}" for n, path in enumerate(POSTS))) == POSTS


@pytest.mark.parametrize("base", ["http://", "//", "http://localhost:1313/", "::", ""])
def test_relative_links_with_a_broken_base(base: str) -> None:
    found = discover(page(f'<base href="{base}">', cards(POSTS)), FRONT)
    assert [link.url for link in found.links] == [f"{FRONT}{path[1:]}" for path in POSTS]


def test_a_box_of_recent_articles_beside_the_list_counts_and_a_popular_one_does_not() -> None:
    box = "<aside><h4>{}</h4><ul>{}</ul></aside>"
    more = [f"/post/the-gull-flew-{n}" for n in range(3)]
    links = "".join(f'<li><a href="{path}">The gull of {path[-6:]}</a></li>' for path in more)
    assert listed(cards(POSTS) + box.format("Recent posts", links)) == POSTS + more
    assert listed(cards(POSTS) + box.format("Most read", links)) == POSTS


def test_a_link_blog_lists_other_sites() -> None:
    body = "".join(
        f'<article><h2><a href="https://away{n}.example/how-the-gull-flew">How gull {n} flew</a></h2>'
        f"<time datetime=2024-03-0{n + 1}></time></article>"
        for n in range(5)
    )
    assert discover(page(body=body), FRONT).links[0].url == "https://away0.example/how-the-gull-flew"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<article><h2>No link here</h2></article>" * 5,
        '<h2><a href="/">The ferry club itself</a></h2><h2><a href="#top">To the very top</a></h2>',
        "".join(f'<td><a href="/?year=2024&month={n}">Month number {n}</a></td>' for n in range(200)),
    ],
    ids=["empty", "without links", "only itself", "calendar"],
)
def test_nothing_is_found_where_nothing_is(body: str) -> None:
    found = discover(page(body=body), FRONT)
    assert (found.links, found.tier) == ((), None)


def test_ten_thousand_cards_are_found_in_bounded_time() -> None:
    start = process_time()
    assert len(listed(cards(f"/post/the-bell-rang-{n}" for n in range(10_000)))) == 10_000
    assert process_time() - start < 20


def test_a_page_of_whole_articles_gives_each() -> None:
    body = "".join(
        f"<section id=v{n}><h2>Release {n}</h2><time datetime=2024-03-0{n}></time><p>{SAID}</p></section>"
        for n in range(1, 5)
    )
    found = discover(page(body=body), "https://club.example/changes")
    assert found.tier == "inline"
    assert [link.url.partition(":~:")[0] for link in found.links] == [
        f"https://club.example/changes#v{n}" for n in range(1, 5)
    ]
    assert [link.published.day for link in found.links if link.published] == [1, 2, 3, 4]


def test_microformats_and_json_ld_and_data_for_scripts() -> None:
    entries = "".join(f'<div class=h-entry><a class="u-url p-name" href="{path}">It rang</a></div>' for path in POSTS)
    (marked,) = [one for one in discover(page(body=entries), FRONT).found if one.tier == "microformats"]
    assert [link.title for link in marked.links] == ["It rang"] * 4
    items = [{"@type": "BlogPosting", "url": path, "headline": "It rang"} for path in POSTS]
    script = f'<script type="application/ld+json">{json.dumps({"@type": "Blog", "blogPost": items})}</script>'
    assert discover(page(script, ""), FRONT).tier == "schema"
    data = {"props": {"posts": [{"node": {"title": "It rang", "slug": path[1:], "path": path}} for path in POSTS]}}
    for script in (
        f'<script id=__NEXT_DATA__ type="application/json">{json.dumps(data)}</script>',
        f"<script>window.__STATE__ = {json.dumps(data)};</script>",
    ):
        found = discover(page(script, ""), FRONT)
        assert (found.tier, [link.url for link in found.links]) == ("state", [f"{FRONT}{path[1:]}" for path in POSTS])


@pytest.mark.parametrize(
    ("here", "anchor", "following"),
    [
        ("/", '<link rel=next href="/page/2">', "/page/2"),
        ("/", '<a href="/page/2/">Older posts →</a>', "/page/2/"),
        ("/", '<a href="/page2/"><i></i></a>', "/page2/"),
        ("/index2.html", '<a href="/index.html">«</a><a href="/index3.html">»</a>', "/index3.html"),
        ("/news?page=3", '<a href="/news?page=2">2</a><a href="/news?page=4">4</a>', "/news?page=4"),
        ("/news", '<a href="/news?cursor=abc">Load more</a>', "/news?cursor=abc"),
        ("/news", '<a href="/news">Next</a><a href="https://other.example/2">Next</a>', None),
        ("/news", "<p>No more</p>", None),
    ],
)
def test_the_next_page(here: str, anchor: str, following: str | None) -> None:
    tree = dom.parse(page(body=anchor), f"https://club.example{here}")
    assert pagination.next_page(tree) == (following and f"https://club.example{following}")


RSS = '<rss version="2.0" xmlns:c="http://purl.org/rss/1.0/modules/content/"><channel>{}</channel></rss>'
ITEM = (
    "<item><title>It rang</title><link>/post/{}</link><pubDate>Sat, 09 Mar 2024 14:05:07 GMT</pubDate>"
    "<c:encoded>&lt;p&gt;{}&lt;/p&gt;</c:encoded></item>"
)


def test_a_feed_is_read_with_its_text() -> None:
    whole, cut = "The bell rang. " * 30, "The bell rang and…"
    feed = RSS.format(ITEM.format(1, whole) + ITEM.format(2, cut)).encode()
    one, two = feedentries.read(feed, "https://club.example/feed")
    assert (one.link.url, one.link.title, one.whole, two.whole) == (
        "https://club.example/post/1",
        "It rang",
        True,
        False,
    )
    assert one.link.published is not None and one.link.published.day == 9


def test_a_json_feed_is_read() -> None:
    item = {"id": "1", "url": "/post/1", "title": "It rang", "content_html": "<p>Loud.</p>", "tags": ["bell"]}
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [item, 7, {"id": "2"}]}
    (one,) = feedentries.read(json.dumps(feed).encode(), "https://club.example/feed.json")
    assert (one.link.url, one.tags, one.html) == ("https://club.example/post/1", ("bell",), "<p>Loud.</p>")


def test_of_a_huge_feed_the_first_entries_are_read() -> None:
    feed = RSS.format("".join(ITEM.format(n, "Rang.") for n in range(3000))).encode()
    assert len(feedentries.read(feed, FRONT)) == feedentries.MOST_ENTRIES


BOMB = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "content",
    [BOMB + b"<rss><channel>&b;</channel></rss>", b"<html><p>A page</p>", b"{", b'{"version": 1}', b""],
)
def test_what_is_no_feed_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPage):
        feedentries.read(content, FRONT)


@pytest.mark.parametrize(
    "content", [BOMB + b"<urlset><url><loc>&b;</loc></url></urlset>", b"<html></html>", b"\x1f\x8b\0"]
)
def test_what_is_no_sitemap_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPage):
        sitemap.read(content, FRONT)


def test_an_index_of_many_sitemaps_is_read_in_part_the_likeliest_first() -> None:
    files = "".join(f"<sitemap><loc>https://club.example/map-{n}.xml</loc></sitemap>" for n in range(500))
    index = f"<sitemapindex>{files}<sitemap><loc>https://club.example/post-map.xml</loc></sitemap></sitemapindex>"
    read = sitemap.read(index.encode(), FRONT)
    assert len(read.files) == sitemap.MOST_FILES
    assert read.files[0] == "https://club.example/post-map.xml"


def test_posts_of_a_wordpress_api() -> None:
    posts = [{"link": "/post/1", "title": {"rendered": "It &amp; rang"}, "content": {"rendered": "<p>Loud.</p>"}}, 7]
    (one,) = wordpress.read(json.dumps(posts).encode(), "https://club.example/wp-json/")
    assert (one.link.url, one.link.title, one.whole) == ("https://club.example/post/1", "It & rang", True)
