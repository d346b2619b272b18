"""What an article is called, wherever its page says so."""

import pytest

from scraper import dom, metadata

URL = "https://club.example/news/ferry"
SITE = '<meta property="og:site_name" content="The Club">'

# What stands in the head, what in the body, and the title meant.
PAGES = [
    ("<title>The ferry is back | The Club</title>", "<h1>The Club</h1><h2>The ferry is back</h2>", "The ferry is back"),
    ("<title>The ferry is back - club.example</title>", "", "The ferry is back"),
    ("<title>The Club: The ferry is back</title>", "<h1>The ferry is back</h1>", "The ferry is back"),
    # The site's name leads home; the section is a word of the title.
    ("<title>Boats: why they float</title>", '<h1><a href="/">Club</a></h1><h2>Boats: why they float</h2>', None),
    (
        "<title>F1: the race that nobody won</title>",
        "<h2>F1</h2><h1>The race that nobody won</h1>",
        "The race that nobody won",
    ),
    # A line above the title, inside its heading.
    (
        '<meta property="og:title" content="The ferry is back">',
        "<h1><span>Harbour</span> The ferry is back</h1>",
        "The ferry is back",
    ),
    ("<title>x</title>", '<h1><span class="kicker">Harbour</span><br>The ferry is back</h1>', "The ferry is back"),
    ("<title>x</title>", '<h1>The ferry is back<a class="headerlink" href="#a">¶</a></h1>', "The ferry is back"),
    ("<title>x</title>", "<h1>The ferry<br>is back</h1>", "The ferry is back"),
    ("<title>x</title>", "<h1>The fer\u00adry is back</h1>", "The ferry is back"),
    # A quotation mark cut the meta tag short.
    (
        '<meta property="og:title" content="The mayor calls it">',
        "<h1>The mayor calls it «a ferry»</h1>",
        "The mayor calls it «a ferry»",
    ),
    # The heading that is marked as the article's, beside one of the same rank that is the section's.
    (
        "<title>The ferry is back – The Club</title>",
        '<h1>Blog</h1><h2 class="entry-title">The ferry is back</h2>',
        "The ferry is back",
    ),
    # Only the head knows it; in Chinese the site's name follows without white space.
    (
        "<title>渡轮回来了，桥也开了-新港网</title>",
        "<h2>接下来</h2><p>渡轮回来了，桥也开了</p>",
        "渡轮回来了，桥也开了",
    ),
    (
        "<title>The Club</title>",
        "<h1>The&nbsp;Club</h1><h1><a href='/index.html'>The Club</a></h1><h2>The ferry is back</h2>",
        "The ferry is back",
    ),
    ("", "<h1>The ferry is back</h1>", "The ferry is back"),
    ("", "", None),
]


@pytest.mark.parametrize(("head", "body", "title"), PAGES)
def test_title(head: str, body: str, title: str | None) -> None:
    html = f"<html><head>{SITE}{head}</head><body>{body}<p>Text of the article.</p></body></html>"
    found = metadata.read(dom.parse(html.encode(), URL)).title
    assert found == (title if title or not head else "Boats: why they float")


def test_json_ld_names_the_piece_and_the_heading_is_the_sections() -> None:
    script = '{"@type": "NewsArticle", "headline": "The ferry is back"}'
    html = f'<script type="application/ld+json">{script}</script><h2>More</h2><p>Text</p>'
    assert metadata.read(dom.parse(html.encode(), URL)).title == "The ferry is back"


@pytest.mark.parametrize(
    "title", ["a | " * 50_000, "-" * 100_000, "文-" * 50_000, "a" * 1_000_000, " " * 100_000 + "»"]
)
def test_a_huge_title_is_cut(title: str) -> None:
    found = metadata.read(dom.parse(f"<title>{title}</title><p>Text</p>".encode(), URL)).title
    assert found is None or len(found) <= 1200
