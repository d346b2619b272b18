"""What a page holds: a list of articles, or one."""

from scraper import discover

URL = "https://club.example/post/ferry-is-back"
CARDS = "".join(f'<article><h3><a href="/post/number-{n}-of-them">Post number {n}</a></h3></article>' for n in range(3))


def page(head: str = "") -> bytes:
    return (
        f"<!DOCTYPE html><title>The Club</title>{head}<main><h1>The ferry</h1><p>It is back.</p>{CARDS}</main>".encode()
    )


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
