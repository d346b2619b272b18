"""Whether the site's own feed is as good as what we make of its pages."""

import json
from html import escape

import pytest

from feeds import ownfeed
from scraper.model import Article

URL = "https://club.example/feed"
TEXT = "The harbour was quiet, and nobody knew why. " * 20


def article(n: int, text: str = TEXT) -> Article:
    return Article(f"https://club.example/{n}", f"Post {n}", f"<p>{text}</p>", text)


ARTICLES = [article(1), article(2)]


def rss(*entries: tuple[int, str]) -> bytes:
    items = "".join(
        f"<item><link>https://www.club.example/{n}/?utm_source=rss</link><description>short</description>"
        f"<content:encoded>{escape(f'<p>{text}</p>')}</content:encoded></item>"
        for n, text in entries
    )
    return f'<rss xmlns:content="c"><channel><link>https://club.example</link>{items}</channel></rss>'.encode()


def atom(*entries: tuple[int, str]) -> bytes:
    items = "".join(
        f'<entry><link rel="edit" href="/e"/><link href="/{n}"/>'
        f'<content type="xhtml"><div><p>{text}</p></div></content></entry>'
        for n, text in entries
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{items}</feed>'.encode()


def json_feed(*entries: tuple[int, str]) -> bytes:
    return json.dumps({"items": [{"url": f"/{n}", "content_html": f"<p>{text}</p>"} for n, text in entries]}).encode()


@pytest.mark.parametrize("feed", [rss, atom, json_feed])
def test_a_feed_with_all_of_it_is_better(feed):  # type: ignore[no-untyped-def]
    verdict = ownfeed.judged(URL, feed((1, TEXT), (2, TEXT), (3, "")), ARTICLES)
    assert verdict == ownfeed.Verdict(URL, 2, 2, 2)
    assert verdict.better and str(verdict) == f"The site's own feed has the whole articles: {URL}"


@pytest.mark.parametrize("feed", [rss, atom, json_feed])
@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([(1, TEXT), (2, TEXT[:100])], "has summaries, no whole articles"),
        ([(1, TEXT)], "lists 1 of these 2"),
        ([(7, TEXT)], "lists none of these"),
    ],
)
def test_a_feed_with_less_is_not(feed, entries, said):  # type: ignore[no-untyped-def]
    verdict = ownfeed.judged(URL, feed(*entries), ARTICLES)
    assert verdict is not None and not verdict.better and said in str(verdict)


def test_short_notes_tell_nothing() -> None:
    verdict = ownfeed.judged(URL, rss((1, "short")), [article(1, "short")])
    assert verdict is not None and not verdict.better


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"{",
        b'{"items": 1}',
        b'{"items": [1]}',
        b"[" * 100_000,
        b'{"items": ' + b"[" * 100_000,
        b'<!DOCTYPE r [<!ENTITY a "x">]><rss><item><link>/1</link></item></rss>',
        b'<?xml version="1.0" encoding="no-such"?><rss/>',
        b"<rss>" + b"<a>" * 10_000,
    ],
)
def test_what_is_no_feed(content: bytes) -> None:
    assert ownfeed.judged(URL, content, ARTICLES) is None
