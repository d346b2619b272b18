"""CSS and XPath as one, and what a rule that finds nothing is told."""

from collections import Counter

import pytest

from scraper import selectors
from scraper.dom import Element, fragment
from scraper.errors import RecipeError

PAGE = """<div id="top-stories"><article class="card big"><h2><a href=" /one ">The first
 of them</a></h2><time datetime="2024-03-09">Saturday</time></article>
<article class="card"><h2><a href="/two">The second</a></h2></article><p class="teaser-text">Three lines.</p></div>"""


@pytest.fixture
def page() -> Element:
    return fragment(PAGE)


@pytest.mark.parametrize(
    ("selector", "xpath"),
    [
        ("article > h2", False),
        ("//article/h2", True),
        ("  //article", True),
        ("./h2", True),
        ("../h2", True),
        (".", True),
        (".card", False),
        ("(//article)[1]", True),
        ("@href", True),
        ("descendant::a", True),
        ("ancestor-or-self::div", True),
        ("string(//h2)", True),
        ("normalize-space(//h2)", True),
        ("substring-after(//h2, 'The')", True),
        ("xpath:article/h2", True),
        ("string", False),
        ("self > a", False),
        ("parent-of-all a", False),
        ("a[href^='/news/']", False),
        ("*|a", False),
    ],
)
def test_which_is_which(selector: str, xpath: bool) -> None:
    assert selectors.is_xpath(selector) is xpath


@pytest.mark.parametrize("selector", ["article h2 a", "//article/h2/a", "xpath:.//h2/a", "  article h2 a "])
def test_both_find_the_same_elements(page: Element, selector: str) -> None:
    assert [found.attr("href") for found in selectors.select(page, selector, "link")] == [" /one ", "/two"]


@pytest.mark.parametrize(
    ("selector", "attribute", "found"),
    [
        ("h2 a", None, ["The first of them", "The second"]),
        ("h2 a", "href", ["/one", "/two"]),
        ("//h2/a/@href", "href", ["/one", "/two"]),
        ("//h2/a/text()", None, ["The first of them", "The second"]),
        ("string(//h2)", None, ["The first of them"]),
        ("time", "datetime", ["2024-03-09"]),
        ("h2", "datetime", ["The first of them", "The second"]),
        ("xpath:count(//h2)", None, []),
        ("string(//h6)", None, []),
        (".gone", None, []),
    ],
)
def test_values(page: Element, selector: str, attribute: str | None, found: list[str]) -> None:
    assert selectors.values(page, selector, "title", attribute) == found


def test_lines_stay_apart_and_words_together() -> None:
    heading = fragment("<h2>The ferry<br>is back<div>at <b>l</b>ast</div></h2>")
    assert selectors.values(heading, "h2", "title") == ["The ferry is back at last"]


def test_only_elements_are_selected(page: Element) -> None:
    assert selectors.select(page, "//a/@href", "link") == []


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ("a[", "is not a CSS selector"),
        ("..", "is not a CSS selector"),
        ("h2/a", "is not a CSS selector"),
        ("a:no-such-thing", "is not a CSS selector"),
        ("", "is not a CSS selector"),
        ("//a[", "is not an XPath"),
        ("xpath:", "is not an XPath"),
        ("//nope:a", "is not an XPath"),
        ("string(", "is not an XPath"),
    ],
)
def test_a_rule_that_can_not_be_read_is_named_with_its_key(page: Element, selector: str, words: str) -> None:
    for use in (selectors.select, selectors.values):
        with pytest.raises(RecipeError) as caught:
            use(page, selector, "item")
        assert str(caught.value).startswith(f"select.item: {selector!r} {words}: ")
        assert caught.value.permanent


@pytest.mark.parametrize(
    ("selector", "close"),
    [
        ("article.card h3", "'article.card' (2 × “The first of them Saturday”)"),
        ("article.card > h2 > b", "'article.card > h2' (2 × “The first of them”)"),
        ("article.cart", "'article' (2 × “The first of them Saturday”)"),
        (".teaser", "'p.teaser-text' (1 × “Three lines.”)"),
        ("#top-story", "'div#top-stories' (1 × “The first of them Saturday The second Three lines.”)"),
        ("//p[@class='teaser']", "'p.teaser-text' (1 × “Three lines.”)"),
        ("//main", None),
        (".zz", None),
    ],
)
def test_what_comes_closest(page: Element, selector: str, close: str | None) -> None:
    assert selectors.nearest(page, selector) == close


def test_a_long_text_is_cut_in_a_message() -> None:
    close = selectors.nearest(fragment(f"<p class='teaser-text'>{'word ' * 99}</p>"), ".teaser")
    assert close is not None and close.endswith("…”)")
    assert len(close) < 100


@pytest.mark.parametrize(
    "markup",
    [
        '<o:p class="teaser-text">x</o:p>',
        '<p class="tea.ser te:aser {teaser}">x</p>',
        '<p id="9teaser" class="9teaser">x</p>',
        '<svg:teaser id="teaser">x</svg:teaser>',
    ],
)
def test_odd_names_on_a_page_make_no_rule_fail(markup: str) -> None:
    close = selectors.nearest(fragment(markup), ".teaser-box")
    assert close is None or close.endswith("(1 × “x”)")


def test_the_work_for_a_message_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: Counter[str] = Counter()
    alike = selectors._alike

    def counted(one: str, other: str) -> int:
        calls["alike"] += 1
        return alike(one, other)

    monkeypatch.setattr(selectors, "_alike", counted)
    names = " ".join(f"x{number}" for number in range(10_000))
    assert selectors.nearest(fragment(f"<p class='{names}'>x</p>"), ".teaser") is None
    assert 0 < calls["alike"] <= selectors.MOST_NAMES
    calls.clear()
    selectors.nearest(fragment("<p class=x>x</p>" * 10_000), ".teaser")
    assert 0 < calls["alike"] <= selectors.MOST_LOOKED_AT
