"""Who wrote an article, wherever its page says so."""

import json
import time

import pytest

from scraper import dom, metadata

URL = "https://club.example/news/ferry"


def authors(html: str) -> tuple[str, ...]:
    return metadata.read(dom.parse(f"<title>The ferry</title>{html}".encode(), URL)).authors


def json_ld(author: object, **more: object) -> str:
    data = {"@type": "NewsArticle", "headline": "The ferry", "author": author, **more}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


ANN = {"@type": "Person", "name": "Ann Lee"}


@pytest.mark.parametrize(
    ("author", "names"),
    [
        (ANN, ("Ann Lee",)),
        ([ANN, {"@type": "Person", "name": "Bo Ek"}], ("Ann Lee", "Bo Ek")),
        ("Ann Lee and Bo Ek", ("Ann Lee", "Bo Ek")),
        ("By Ann Lee, Bo Ek und Kim Ha", ("Ann Lee", "Bo Ek", "Kim Ha")),
        ("Dr. Ann Lee, PhD", ("Dr. Ann Lee",)),
        (["Ann Lee", "Ann Lee"], ("Ann Lee",)),
        ({"@type": "Person", "givenName": "Ann", "familyName": "Lee"}, ("Ann Lee",)),
        ("ann@club.example", ()),
        ("https://club.example/ann", ()),
        ("Admin", ()),
        (7, ()),
        (None, ()),
        ([[ANN]], ("Ann Lee",)),
    ],
)
def test_json_ld(author: object, names: tuple[str, ...]) -> None:
    assert authors(json_ld(author) + "<h1>The ferry</h1><p>Text</p>") == names


# A page's markup, and who wrote it.
MARKUP = [
    ('<meta name="author" content="Ann Lee; Bo Ek">', ("Ann Lee", "Bo Ek")),
    ('<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Ann Lee">', ("Ann Lee",)),
    ('<meta property="article:author" content="https://social.example/club">', ()),
    ('<a rel="author" href="/a">Ann Lee</a> and <a rel="author" href="/b">Bo Ek</a>', ("Ann Lee", "Bo Ek")),
    ('<span class="author vcard"><span class="fn">ann_lee</span></span>', ("ann_lee",)),
    ('<div class="byline">By Ann Lee | 3 min read</div>', ("Ann Lee",)),
    ('<div class="author"><span class="name">Ann Lee</span> <b>12 posts</b></div>', ("Ann Lee",)),
    ("<h1>The ferry</h1><p>Von Ann Lee, 9. März 2024</p>", ("Ann Lee",)),
    ("<h1>渡轮</h1><p>par 张伟明 dans</p>", ("张伟明",)),
    ('<a href="/author/ann-lee/">Ann Lee</a>', ("Ann Lee",)),
    ('<h1>The ferry</h1><aside class="recent-comments"><a rel="author" href="/c">Kim Ha</a></aside>', ()),
    ('<span class="author">Read more</span>', ()),
    ("<h1>The ferry</h1><p>They walked by night and by day.</p>", ()),
]


@pytest.mark.parametrize(("html", "names"), MARKUP)
def test_markup(html: str, names: tuple[str, ...]) -> None:
    assert authors(f"{html}<p>Text</p>") == names


def test_a_person_who_is_shown_comes_before_an_organisation_that_is_stated() -> None:
    site = json_ld(
        {"@type": "Organization", "name": "The Club"}, publisher={"@type": "Organization", "name": "The Club"}
    )
    assert authors(f'{site}<h1>The ferry</h1><p class="byline">By Ann Lee</p>') == ("Ann Lee",)
    assert authors(f"{site}<h1>The ferry</h1><p>Text</p>") == ("The Club",)


@pytest.mark.parametrize(
    "html",
    [
        '<meta name="author" content="' + "Ann Lee, " * 50_000 + '">',
        '<p class="byline">' + "by Ann " * 50_000 + "</p>",
        '<p class="author">' * 20_000,
        "<h1>a</h1>" + "<p>by A. b, </p>" * 20_000,
        json_ld(["Ann Lee " + str(n) for n in range(50_000)]),
    ],
)
def test_hostile_bylines_are_bounded(html: str) -> None:
    assert len(authors(html + "<p>Text</p>")) <= 20


BYLINE = '<h1>The ferry</h1><p class="byline">By <a rel="author" href="/ann">Ann Lee</a></p><p>Text</p>'


@pytest.mark.parametrize(
    ("head", "foot"),
    [
        ('<meta name="author" content="Harbour Works">', "<footer>© 2024 Harbour Works. All rights reserved.</footer>"),
        ('<meta name="author" content="Harbour Works"><meta name="publisher" content="Harbour Works">', ""),
        ('<meta name="author" content="ann-lee">', ""),
        ('<meta name="author" content="page.head.author">', ""),
    ],
)
def test_who_holds_the_rights_and_what_programs_write_are_no_people(head: str, foot: str) -> None:
    assert authors(head + BYLINE + foot) == ("Ann Lee",)
    assert authors('<meta name="author" content="Bo Ek">' + BYLINE + "<footer>© 2024 Harbour</footer>") == ("Bo Ek",)


@pytest.mark.parametrize("piece", ["© ", "©\u00a0", "© 2024 a", "a ", "\n"])
def test_a_foot_takes_linear_time(piece: str) -> None:
    started = time.process_time()
    authors(f"<footer>{piece * 50_000}</footer>" + BYLINE)
    assert time.process_time() - started < 2
