"""Where on a page its article is, and what stands beside it."""

import pytest

from scraper import dom
from scraper.regions import Regions

URL = "https://club.example/news/ferry"
TITLE = "The ferry is late again"


@pytest.mark.parametrize(
    ("html", "heading"),
    [
        (f"<h1>Quick links of the club</h1><h1>{TITLE}</h1>", TITLE),
        (f"<h1>Quick links of the club</h1><h2>{TITLE}</h2>", TITLE),
        (f"<h1>News</h1><h2>Boats</h2><h2>{TITLE} | Club</h2>", f"{TITLE} | Club"),
        ("<h1>News</h1><h2>Boats</h2>", "News"),
        (f'<h1><a href="/">{TITLE}</a></h1><h2>The story of the day</h2>', "The story of the day"),
        (f'<h1><a href="/news/ferry">{TITLE}</a></h1><h2>Boats</h2>', TITLE),
        ("<aside><h1>Menu</h1></aside><h1>Boats</h1>", "Boats"),
    ],
)
def test_the_heading_is_the_one_that_says_what_the_page_is_called(html: str, heading: str) -> None:
    tree = dom.parse(f"<title>{TITLE}</title>{html}<p>Text</p>".encode(), URL)
    found = Regions.of(tree, [TITLE]).heading
    assert found is not None and found.text == heading


def test_what_holds_the_heading_is_beside_nothing() -> None:
    html = f'<div class="sidebar-left"><h1>{TITLE}</h1><p id=in>a</p></div><div class="sidebar"><p id=out>b</p></div>'
    tree = dom.parse(html.encode(), URL)
    regions = Regions.of(tree, [TITLE])
    beside = {e.attr("id"): regions.beside(e) for e in tree.document.select("p")}
    assert beside == {"in": False, "out": True}


def test_a_main_part_with_a_side_column_is_not_the_side_column() -> None:
    tree = dom.parse(b'<h1>A</h1><main class="has-sidebar"><p>Text</p></main>', URL)
    (text,) = tree.document.select("p")
    assert not Regions.of(tree).beside(text)
