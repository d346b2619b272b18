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
    ('<h1>A</h1><meta value="2024-03-09" name="article:published_time">', "2024-03-09"),
    ('<meta property="shop:uploaded" content="2024-03-09T04:36:36-05:00"><h1>A</h1>', "2024-03-09"),
    ("<h1>A</h1><dl><dt>Published</dt><dd>9 March 2024</dd><dt>Reviewed</dt><dd>11 March 2024</dd></dl>", "2024-03-09"),
    ('<h1>A</h1><div class="sidebar"><h4>Mise en ligne</h4><p>9 mars 2024</p></div>', "2024-03-09"),
    ("<h1>A</h1><p>Joined</p><p>9 March 2020</p><p>9 March 2024</p>", "2024-03-09"),
    ("<h1>A</h1><p>11 March 2024</p><p>First published on 9 March 2024, changed often since</p>", "2024-03-09"),
    ("<h1>The best boats of 2024</h1><p>March 9th, 2023</p>", "2023-03-09"),
    (f"<h1>A</h1><p>Bremen, 9 March 2024 – The ferry {'sailed and ' * 40} sank.</p>", "2024-03-09"),
    (f"<h1>A</h1><p>On 9 March 2024 the ferry {'sailed and ' * 40} sank.</p>", None),
    (
        '<h1>A</h1><p>9 March 2024 - 14:08</p><ul class="news">'
        + "".join(f'<li><span class="date">{n} March 2024</span> More</li>' for n in range(3, 8))
        + "</ul>",
        "2024-03-09",
    ),
    (
        '<div itemscope itemtype="https://schema.org/QAPage"><div itemprop="mainEntity" itemscope '
        'itemtype="https://schema.org/Question"><h1 itemprop="name">A?</h1><time itemprop="dateCreated" '
        'datetime="2024-03-09">x</time></div><i itemprop="datePublished" content="2024-03-11">y</i></div>',
        "2024-03-09",
    ),
    (
        '<script type="application/ld+json">{"@type": "VideoObject", "uploadDate": "2024-03-01"}</script>'
        '<meta name="datePublished" content="2024-03-09"><h1>A</h1>',
        "2024-03-09",
    ),
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


UTC_NIGHT = script('"datePublished": "2024-03-09T01:49:09Z"')


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ("<h1>A</h1><p>March 8, 2024 at 5:49 p.m.</p>", "2024-03-08T17:49:09-08:00"),
        ("<h1>A</h1><p>9 March 2024, 07:19</p>", "2024-03-09T07:19:09+05:30"),
        ("<h1>A</h1><time datetime='2024-03-08T20:49:09-05:00'>x</time>", "2024-03-08T20:49:09-05:00"),
        ("<h1>A</h1><p>March 8, 2024</p>", "2024-03-09T01:49:09+00:00"),
        ("<h1>A</h1><p>March 8, 2024, 5:50 p.m.</p>", "2024-03-09T01:49:09+00:00"),
        ("<h1>A</h1><p>March 7, 2024, 5:49 p.m.</p>", "2024-03-09T01:49:09+00:00"),
        ("<h1>A</h1><aside><p>March 8, 2024, 5:49 p.m.</p></aside>", "2024-03-09T01:49:09+00:00"),
    ],
)
def test_a_moment_in_utc_is_told_by_the_clock_that_the_page_shows(shown: str, meant: str) -> None:
    found = read(UTC_NIGHT + shown).published
    assert found is not None
    assert found.isoformat() == meant


@pytest.mark.parametrize(
    ("stated", "changed", "shown", "meant"),
    [
        ("2025-11-20T16:02:46Z", "2025-11-20T16:02:46Z", "May 14, 2024", "2024-05-14"),
        ("2025-11-20T16:02:46Z", "2025-11-20T16:02:40Z", "May 14, 2024", "2024-05-14"),
        ("2025-11-20", "", "May 14, 2024", "2024-05-14"),
        ("2025-11-20", "2025-11-22", "May 14, 2024", "2025-11-20"),
        ("2025-11-20", "2025-11-20", "November 19, 2025", "2025-11-20"),
        ("2025-11-20", "2025-11-20", "Updated on May 14, 2024", "2025-11-20"),
        ("2025-11-20", "2025-11-20", "May 14, 2024 and November 20, 2025", "2025-11-20"),
        ("2025-11-01", "2025-11-01", "11/01/2025", "2025-11-01"),
    ],
)
def test_an_article_that_was_put_there_anew_is_as_old_as_it_shows(
    stated: str, changed: str, shown: str, meant: str
) -> None:
    said = f'"datePublished": "{stated}"' + (f', "dateModified": "{changed}"' if changed else "")
    assert day(script(said) + f'<main><h1>A</h1><p class="date">{shown}</p></main>', lang="de") == meant


def test_day_and_month_that_may_have_changed_places_are_told_by_the_page() -> None:
    stated = '<meta name="date" content="11/01/2023 12:43:42">'
    assert day(stated + "<h1>A</h1><p>Text</p>", lang="de") == "2023-01-11"
    assert day(stated + "<h1>A</h1><p>Erstellt am: 01.11.2023</p>", lang="de") == "2023-11-01"
    assert day(stated + "<h1>A</h1><p>Erstellt am: 11.01.2023</p>", lang="de") == "2023-01-11"


def test_updated() -> None:
    assert read(script('"dateModified": "2024-03-11T08:00:00+01:00"')).updated is not None
    assert read('<meta property="og:updated_time" content="2024-03-11"><p>x</p>').updated is not None
    assert read('<time class="updated" datetime="2024-03-11">x</time><p>x</p>').updated is not None
    assert read('<time datetime="2024-03-11">x</time><p>x</p>').updated is None
    assert read('<p>x</p><p>Last updated: <time datetime="2024-03-11">x</time></p>').updated is not None
    assert read('<aside>Last updated: <time datetime="2024-03-11">x</time></aside><p>x</p>').updated is None
    assert read('<span class="post-update-date"><i></i> <b>2024-03-11 14:30</b></span><p>x</p>').updated is not None
    assert read("<h1>The ferry</h1><p>Updated: 11 March 2024</p><p>x</p>").updated is not None
    assert read("<h1>The ferry</h1><p>Published: 11 March 2024</p><p>x</p>").updated is None


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
