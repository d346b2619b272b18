"""XPath → CSS and back: what is said in the other language finds the same on a page, and all else is refused."""

from typing import Any

import pytest
import turbohtml

from feeds.exchange.css import to_xpath
from feeds.exchange.xpath import Untranslatable, to_css

PAGE = """<html><body id="top"><main class="list wide">
<article class="post first"><h2><a href="/a" rel="next">One</a></h2><p>x</p><p class="ad">y</p></article>
<article class="post"><h2><a href="/news/b">Two</a></h2><p class="x ad-box">z</p></article>
<div class="post sponsored"><h2>No link</h2><span>s</span></div></main>
<footer><ul><li>1</li><li class="it's">2</li><li>3</li></ul></footer></body></html>"""
DOCUMENT = turbohtml.parse(PAGE)


def marked(elements: Any) -> list[str]:
    return sorted(element.html for element in elements)


@pytest.mark.parametrize(
    ("xpath", "css"),
    [
        ("//div[@class='post sponsored']", "div[class='post sponsored']"),
        ("//article[contains(@class,'first')]", "article[class*='first']"),
        ("//*[@id = 'top']", "[id='top']"),
        ("//*[contains(concat(' ', normalize-space(@class), ' '), ' post ')]", ".post"),
        ("//p[contains(concat(' ', @class, ' '), ' ad ')]", "p.ad"),
        ("//article//h2/a", "article h2 > a"),
        ("/html/body/main/article[2]", "html > body > main > article:nth-of-type(2)"),
        ("//main/*[1]", "main > :first-child"),
        ("//li[last()]", "li:last-of-type"),
        ("//p[1][@class]", "p:first-of-type[class]"),
        ("//a[contains(@href, '/news/')]/ancestor::article", "article:has(a[href*='/news/'])"),
        ("//a[@rel='next']/parent::h2", "h2:has(> a[rel='next'])"),
        ("//article/..", ":has(> article)"),
        ("//article[h2/a and not(p[@class='ad'])]", "article:has(> h2 > a):not(:has(> p[class='ad']))"),
        ("//p[@class='ad' or not(@class)]", "p:is([class='ad'], :not([class]))"),
        ("//a[starts-with(@href,'/news')] | //li[@class=\"it's\"]", "a[href^='/news'], li[class='it\\'s']"),
        ("//a[@rel != 'x']", "a[rel]:not([rel='x'])"),
        ("//h2/following-sibling::p", "h2 ~ p"),
        ("//descendant::span", "span"),
    ],
)
def test_both_find_the_same(xpath: str, css: str) -> None:
    if "descendant::" not in xpath:
        assert to_css(xpath) == css
    assert marked(DOCUMENT.select(css)) == marked(DOCUMENT.xpath(xpath)) != []


@pytest.mark.parametrize(
    "css",
    [
        "article.post",
        "main > article:nth-of-type(2) h2 > a",
        "#top .post",
        "p, li",
        "li:last-of-type",
        "article:has(> h2 > a[href^='/news'])",
        ".post:not(.first, .sponsored)",
        "h2 ~ p",
        "a[href*=news]",
        "[class~='ad']",
        "div:is(.sponsored, [id])",
    ],
)
def test_css_in_xpath_finds_the_same(css: str) -> None:
    assert marked(DOCUMENT.xpath(to_xpath(css))) == marked(DOCUMENT.select(css)) != []
    assert marked(DOCUMENT.select(to_css(to_xpath(css)))) == marked(DOCUMENT.select(css))


@pytest.mark.parametrize(
    ("xpath", "css"),
    [
        ("descendant::h2", "h2"),
        (".//h2/a", "h2 > a"),
        ("./h2", ":scope > h2"),
        ("h2//a", ":scope > h2 a"),
        ("descendant::a/@href", "a"),
        (".//time/@datetime", "time"),
        ("(.//h2)[1]", "h2"),
    ],
)
def test_inside_an_item(xpath: str, css: str) -> None:
    assert to_css(xpath, inside=True, first=True) == css


def test_css_inside_an_item() -> None:
    assert to_xpath("h2 a", inside=True) == "descendant::h2//a"
    assert to_xpath(":scope > h2", inside=True) == "./h2"


@pytest.mark.parametrize(
    ("xpath", "why"),
    [
        ("//h1/text()", "text()"),
        ("//p[contains(., 'x')]", "'.'"),
        ("//p[@class][1]", "counts"),
        ("//ul/descendant::li[1]", "counts"),
        ("//p[position()=1]", "position()"),
        ("count(//a)", "//"),
        ("//a/preceding::p", "preceding"),
        ("//main//a/ancestor::article", "goes up"),
        ("//div[", "nothing more"),
        ("//div]", "]"),
        ("//div[@class='x", "'"),
        ("//a/@title", "/"),
        ("string(//a)", "//"),
        ("", "//"),
        ("//p[" + "not(" * 30 + "@a" + ")" * 30 + "]", "deeply"),
        ("//" + "a" * 3000, "too long"),
        ("//a[@b='\x00']", "control"),
    ],
)
def test_what_css_can_not_say(xpath: str, why: str) -> None:
    with pytest.raises(Untranslatable) as caught:
        to_css(xpath)
    assert why in str(caught.value)


@pytest.mark.parametrize(
    "css",
    [
        "a:hover",
        "a + b",
        "a[href$='x']",
        "",
        "a >",
        ":first-of-type",
        "a:nth-of-type(2n)",
        "a:not(",
        "[x='']['",
        "é" * 3000,
        "p" + ":not(p" * 30 + ")" * 30,
        "[a*='']",
    ],
)
def test_what_xpath_can_not_say(css: str) -> None:
    with pytest.raises(Untranslatable):
        to_xpath(css)


@pytest.mark.parametrize("letter", ["é", "a", "\\!", ".a", "[a]"])
def test_a_long_selector_takes_no_time(letter: str) -> None:
    for translate in (to_css, to_xpath):
        try:
            translate(letter * (1900 // len(letter)) + "\x00")
        except Untranslatable:
            continue
