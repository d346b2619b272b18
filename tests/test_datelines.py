"""When an article was published and changed, wherever its page says so."""

import time

import pytest

from scraper import dom, metadata
from scraper.model import Metadata

URL = "https://club.example/news/ferry"


def read(html: str, url: str = URL, lang: str = "en") -> Metadata:
    return metadata.read(dom.parse(f'<html lang="{lang}"><title>The ferry</title>{html}'.encode(), url))


def day(html: str, url: str = URL, lang: str = "en") -> str | None:
    found = read(html, url, lang).published
    return found.date().isoformat() if found else None


def script(properties: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {properties}}}</script>'


# A page's markup, and the day meant: the best source first.
LADDER = [
    (script('"datePublished": "2024-03-09T23:30:00-05:00"'), "2024-03-09"),
    (script('"datePublished": "soon"') + '<meta property="article:published_time" content="2024-03-09">', "2024-03-09"),
    (script('"dateModified": "2024-03-11"') + '<meta name="publish-date" content="2024-03-09">', "2024-03-09"),
    ('<meta name="DC.date.issued" content="2024-03-09">', "2024-03-09"),
    ('<meta name="article.created" content="Sat, 09 Mar 2024 14:05:07 GMT">', "2024-03-09"),
    (
        '<meta property="article:modified_time" content="2024-03-11"><meta name="pubdate" content="20240309">',
        "2024-03-09",
    ),
    ('<meta name="publisher" content="Club of 1.2.2020">', None),
    ('<meta name="expires" content="2030-01-01">', None),
    ('<h1>A</h1><span itemprop="datePublished" content="2024-03-09">x</span>', "2024-03-09"),
    (
        '<h1>A</h1><time class="updated" datetime="2024-03-11">x</time><time datetime="2024-03-09">y</time>',
        "2024-03-09",
    ),
    ('<aside><time datetime="2020-01-01">x</time></aside><h1>A</h1><time datetime="2024-03-09">y</time>', "2024-03-09"),
    ('<h1>A</h1><p class="post-date">March 9, 2024</p>', "2024-03-09"),
    ("<p><span>Datum:</span> 9. März 2024</p><h1>A</h1>", "2024-03-09"),
    ("<h1>A</h1><p>Veröffentlicht am 09.03.2024, zuletzt geändert am 11.03.2024</p>", "2024-03-09"),
    ("<h1>A</h1><p>Updated: 11 March 2024. Published: 9 March 2024.</p>", "2024-03-09"),
    ('<div class="uploaded-date">09.03.24</div><h1>A</h1>', "2024-03-09"),
    ('<h1>A</h1><div class="date"><b>9</b> <i>Mar</i> <u>2024</u></div>', "2024-03-09"),
    ("<h1>A</h1><p>Опубликовано 9 марта 2024 года</p>", "2024-03-09"),
    ("<h1>A</h1><p>公開日：2024年3月9日</p>", "2024-03-09"),
    ("<h1>A</h1><p>نُشر في ٩ مارس ٢٠٢٤</p>", "2024-03-09"),
    ("<h1>A</h1><p>Text.</p><footer>© 2024 The Club</footer>", None),
    ("<h1>A</h1><p>Text.</p><footer>Copyright 01.01.2024 The Club</footer>", None),
    ('<h1>A</h1><p>Text.</p><ul class="related-posts"><li>9 March 2024</li></ul>', None),
    ("<h1>A</h1><p>Text.</p>", None),
]


@pytest.mark.parametrize(("html", "meant"), LADDER)
def test_published(html: str, meant: str | None) -> None:
    assert day(f"{html}<p>Text of the article.</p>") == meant


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("2024/03/09/ferry", "2024-03-09"),
        ("2024/3/9/ferry", "2024-03-09"),
        ("news/2024-03-09-ferry", "2024-03-09"),
        ("news/20240309/ferry", "2024-03-09"),
        ("news/2024/0309/ferry", "2024-03-09"),
        ("news/09-03-2024-ferry", "2024-03-09"),
        ("news/09032024-ferry", "2024-03-09"),
        ("2024-03-09+The+ferry", "2024-03-09"),
        ("2024/13/41/ferry", None),
        ("2024/02/31/ferry", None),
        ("2024/03/ferry", None),
        ("item/20240309123", None),
        ("item/12024-03-091", None),
    ],
)
def test_a_date_in_the_address(path: str, meant: str | None) -> None:
    assert day("<h1>A</h1><p>Text</p>", f"https://club.example/{path}") == meant


def test_the_address_gives_the_day_and_the_page_the_hour() -> None:
    found = read('<h1>A</h1><time datetime="2024-03-09T14:05:00+01:00">y</time>', "https://club.example/2024/03/09/a")
    assert found.published is not None
    assert found.published.isoformat() == "2024-03-09T14:05:00+01:00"


def test_slashes_are_read_as_the_pages_language_has_them() -> None:
    line = '<h1>A</h1><p class="date">03/09/2024</p>'
    assert (day(line, lang="en-US"), day(line, lang="fr")) == ("2024-03-09", "2024-09-03")


def test_updated() -> None:
    assert read(script('"dateModified": "2024-03-11T08:00:00+01:00"')).updated is not None
    assert read('<meta property="og:updated_time" content="2024-03-11"><p>x</p>').updated is not None
    assert read('<time class="updated" datetime="2024-03-11">x</time><p>x</p>').updated is not None
    assert read('<time datetime="2024-03-11">x</time><p>x</p>').updated is None


@pytest.mark.parametrize(
    "text",
    ["0000-00-00", "9999-12-31T23:59:59-12:00", "31/02/2024", "²⁰²⁴-01-01", "2024-01-01T25:61", "-1", "1e999", "NaN"],
)
def test_what_is_no_date_is_none(text: str) -> None:
    html = script(f'"datePublished": "{text}", "dateModified": "{text}"') + f'<time datetime="{text}">{text}</time>'
    found = read(html + f'<meta name="date" content="{text}"><p class="date">{text}</p>')
    assert (found.published, found.updated) == (None, None)


@pytest.mark.parametrize(
    "piece",
    [
        "<p>1.1.2020 ",
        "<i>2020</i>",
        "9 Mar 2024 ",
        '<div class="date">5 ',
        "<time>2</time>",
        "<div>5",
        '<meta name="date" content="2020-13-41">',
    ],
)
def test_a_page_of_dates_takes_linear_time(piece: str) -> None:
    tree = dom.parse(("<title>A</title>" + piece * 20_000).encode(), URL)
    started = time.process_time()
    metadata.read(tree)
    assert time.process_time() - started < 3
