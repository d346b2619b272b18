"""Pages that mean harm, or mean nothing: an Article or a ScrapeError comes of each, and work in proportion to its size.

How long each takes is not asked here but of `bench/extraction.py --curve`; a page that takes far longer than it should
would not end within the time that CI has.
"""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from scraper import Article, Discovery, discover, extract
from scraper.dom import MOST_BYTES, MOST_TAGS
from scraper.errors import EmptyPage, NotAPage, ScrapeError

URL = "https://club.example/news/a"
SAID = b"<p>The ferry came round the point a little after noon, with every flag it has, and nobody said a word.</p>"
HEAD = b"<!DOCTYPE html><title>The ferry</title>"
# Enough to stand out, few enough for all of this to take seconds; whole sizes are the benchmark's.
MANY = 3_000

PAGES = {
    "nested elements": HEAD + b"<div>" * 20_000 + SAID,
    "nested inline": HEAD + b"<b><span>" * 1_000 + SAID,
    "nested tables": HEAD + b"<table><tr><td>" * 2_000 + SAID,
    "nested lists": HEAD + b"<ul><li>" * 2_000 + SAID,
    "nested quotations": HEAD + b"<blockquote>x" * 2_000 + SAID,
    "siblings": HEAD + b"<br>" * 30_000 + SAID,
    "paragraphs": HEAD + b"<p>x</p>" * MANY,
    "one line": HEAD + b"word " * 200_000,
    "links": HEAD + b"<a href=/a>x</a>" * 6_000 + SAID,
    "unclosed": HEAD + b"<p><b><i><a href=x><table><tr><td><li><em>" * 500 + SAID,
    "attributes": HEAD + b"<p " + b" ".join(b"a%d=1" % i for i in range(MANY)) + b">" + SAID,
    "classes": HEAD + b"<p class='" + b"sharedaddy " * MANY + b"'>" + SAID,
    "markers": HEAD + b"<div class=sharedaddy>x</div>" * MANY + SAID,
    "edges": HEAD + b"<div>top of page</div>" * MANY + SAID,
    "entities": HEAD + b"&amp;amp;lt;" * MANY + SAID,
    "entity declarations": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + b"&b;" * MANY + SAID,
    "comments": HEAD + b"<!-- -->" * MANY + SAID,
    "open comment": HEAD + SAID + b"<!--" + b"-" * MANY,
    "open script": HEAD + SAID + b"<script>" + b"<" * MANY,
    "json": HEAD + b'<script type="application/ld+json">' + b'{"@graph":[' * MANY + b"</script>" + SAID,
    "microdata": HEAD + b"<div itemscope itemprop=a>" * 500 + SAID,
    "lazy pictures": HEAD + SAID + b"<img src='data:,'><noscript><img src=/a.png></noscript>" * 1_000 + SAID,
    "candidates": HEAD + SAID + b"<img src='data:,' srcset='" + b"a 1w, " * MANY + b"'>",
    "breaks": HEAD + SAID + b"<div>" + b"x<br><br>" * MANY,
    "tables": HEAD + SAID + b"<table><tr><td>a<td>b<tr><td>c<td>d</table>" * 500,
    "lines of code": HEAD + SAID + b"<pre>" + b"<div>a</div>" * MANY,
    "nulls": HEAD + SAID.replace(b" ", b"\0") + b"\0" * MANY,
    "nul in a tag": HEAD + b"<p\0 cl\0ass=\0>" + SAID,
    "surrogates": HEAD + b"<p>\xed\xa0\x80&#xD800;&#xDFFF;&#x110000;</p>" + SAID,
    "utf-7": b"<meta charset=utf-7>" + HEAD + b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-" + SAID,
    "utf-16 in name only": b'<meta charset="utf-16">' + HEAD + SAID,
    "utf-16, cut": (HEAD + SAID).decode().encode("utf-16")[:-1],
    "two charsets": HEAD + SAID + "é".encode() * 99 + "é".encode("latin-1") * 99 + SAID.decode().encode("utf-16-le"),
    "shift_jis escapes": b"<meta charset=iso-2022-jp>" + HEAD + b"\x1b$B" * 999 + SAID,
    "no such charset": b"<meta charset=x-none>" + HEAD + SAID,
    "addresses": HEAD
    + SAID
    + b"<base href='http://[::1'><a href='//x:99999999/'>x</a><a href='http://[x'>y</a>"
    + SAID,
    "dates": HEAD + b"<time datetime='9999-99-99T99:99:99+99:99'>x</time><time datetime='00000'>y</time>" + SAID,
    "plaintext": HEAD + SAID + b"<plaintext>" + SAID,
    "foreign": HEAD + b"<svg><math><mi><foreignObject><table><p>" * 999 + SAID,
    "templates": HEAD + b"<template>" * 1_000 + SAID,
    "selects": HEAD + b"<select><option>" * 1_000 + SAID,
    "two bodies": HEAD + b"<body><html><head><body>" * 1_000 + SAID,
    "unseen body": HEAD + b"<body hidden aria-hidden=true style='display:none'>" + SAID,
    "a body that is a dialog": HEAD + b"<body role=dialog>" + SAID,
}


def outcome(page: bytes, content_type: str | None = None) -> tuple[Article | ScrapeError, Discovery | ScrapeError]:
    """What becomes of a page; any other exception is the test's failure."""
    article: Article | ScrapeError
    found: Discovery | ScrapeError
    try:
        article = extract(page, URL, content_type=content_type)
    except ScrapeError as error:
        article = error
    try:
        found = discover(page, URL, content_type=content_type)
    except ScrapeError as error:
        found = error
    return article, found


@pytest.mark.parametrize("name", PAGES)
def test_what_comes_of_it_is_foreseen(name: str) -> None:
    article, found = outcome(PAGES[name])
    assert isinstance(article, Article | ScrapeError)
    assert isinstance(found, Discovery | ScrapeError)
    text = article.text + article.html if isinstance(article, Article) else str(article)
    text.encode("utf-8")
    assert "\0" not in text


@pytest.mark.parametrize("name", ["edges", "markers", "nul in a tag", "utf-16 in name only", "unseen body", "comments"])
def test_the_article_in_it_is_found(name: str) -> None:
    article, _ = outcome(PAGES[name])
    assert isinstance(article, Article)
    assert "every flag it has" in article.text


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (b"%PDF-1.7 " + b"x" * 99, NotAPage),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), NotAPage),
        (b"\x1f\x8b\x08" + bytes(99), NotAPage),
        (b"<frameset cols='20%,80%'><frame src=a><frame src=b></frameset>", EmptyPage),
        (b"<script>x()</script>" * 999, EmptyPage),
        (b" \n\t" * 999, EmptyPage),
        (HEAD + b"<body><style>p{}</style><noscript>Please enable JavaScript.</noscript>", EmptyPage),
        (HEAD + SAID + b"x" * MOST_BYTES, NotAPage),
        (HEAD + SAID + b"<b>" * MOST_TAGS, NotAPage),
    ],
    ids=["document", "picture", "packed", "frames", "scripts", "blank", "notice", "long", "many tags"],
)
def test_no_article_is_said_so(page: bytes, kind: type[ScrapeError]) -> None:
    with pytest.raises(kind) as caught:
        extract(page, URL)
    assert URL in str(caught.value)


@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 40, b"\xff" * 9_999, b"<" * 9_999, b"&" * 9_999, b"\0" * 9_999]
)
def test_noise(content: bytes) -> None:
    article, _ = outcome(content)
    assert isinstance(article, Article | ScrapeError)


WORK: dict[str, Callable[[int], bytes]] = {
    "paragraphs": lambda n: HEAD + SAID * n,
    "siblings": lambda n: HEAD + b"<div>x</div>" * n + SAID,
    "nested": lambda n: HEAD + b"<div>" * n + SAID,
    "headings": lambda n: HEAD + b"<h2>a<a href='#x'>#</a></h2>" * n + SAID,
    "pictures": lambda n: HEAD + SAID + b"<figure><img src=/a.png><figcaption>x</figcaption></figure>" * n + SAID,
    "lines of code": lambda n: HEAD + SAID + b"<pre>" + b"<div>a</div>" * n + b"</pre>" + SAID,
    "edges": lambda n: HEAD + b"<div>top of page</div>" * n + SAID,
}


def calls(page: bytes) -> int:
    """How many functions of ours are called for a page: work that does not depend on the machine."""
    count = 0

    def seen(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event == "call" and "/scraper/" in frame.f_code.co_filename

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        extract(page, URL)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", WORK)
def test_four_times_the_page_is_about_four_times_the_work(name: str) -> None:
    few, many = (calls(WORK[name](n)) for n in (200, 800))
    assert many <= 5 * few
