"""Rare markup in words that every reader knows."""

import pytest

from scraper import dom, vocabulary


def test_a_reading_stands_in_brackets_once() -> None:
    root = dom.fragment("<ruby>鐘<rt>かね</rt></ruby> <ruby>猫<rp>(</rp><rt>ねこ</rt><rp>)</rp></ruby>")
    vocabulary.spelled(root)
    assert root.text == "鐘（かね） 猫(ねこ)"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<p>a <samp>b</samp> <tt>c</tt> <var>d</var></p>", "<p>a <code>b</code> <code>c</code> <i>d</i></p>"),
        ("<strike>a</strike> <dfn>b</dfn> <cite>c</cite>", "<s>a</s> <i>b</i> <i>c</i>"),
        ("<xmp>a\n b</xmp>", "<pre>a\n b</pre>"),
        ("<menu><li>a</li></menu><dir><li>b</li></dir>", "<ul><li>a</li></ul><ul><li>b</li></ul>"),
        ("<blockquote>Said<cite>Who</cite> </blockquote>", "<blockquote>Said<p><i>Who</i></p> </blockquote>"),
        ("<blockquote><cite>A book</cite> says so</blockquote>", "<blockquote><i>A book</i> says so</blockquote>"),
        ("<script type='math/tex'>x^2</script>", "<code>x^2</code>"),
    ],
)
def test_rare_elements_have_a_common_name(written: str, read: str) -> None:
    root = dom.fragment(written)
    vocabulary.spelled(root)
    assert root.inner_html == read


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("<div role=heading aria-level=3>A</div>", "h3"),
        ("<div role=heading aria-level=12>A</div>", "h2"),
        ("<span role=heading>A</span>", "h2"),
        ("<button role=heading>A</button>", None),
    ],
)
def test_a_heading_by_role_is_one(written: str, tag: str | None) -> None:
    root = dom.fragment(written)
    vocabulary.spelled(root)
    found = root.select_one("h1, h2, h3, h4, h5, h6")
    assert (found and found.tag) == tag


@pytest.mark.parametrize(
    ("written", "figure"),
    [
        ("<div class=wp-caption><img src=/a.jpg><p class=wp-caption-text>A</p></div>", True),
        ("<div><a href=/b><img src=/a.jpg></a><div class=caption>A</div></div>", True),
        ("<div><img src=/a.jpg><p class=caption>A</p><p>And a sentence.</p></div>", False),
        ("<div><p class=caption>A</p></div>", False),
    ],
)
def test_pictures_and_their_caption_are_a_figure(written: str, figure: bool) -> None:
    root = dom.fragment(written)
    vocabulary.spelled(root)
    assert (root.select_one("figure > figcaption") is not None) is figure
