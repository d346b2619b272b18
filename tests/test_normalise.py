"""The markup that comes out: what every reader keeps, with whole addresses."""

import pytest

from scraper import extract

URL = "https://club.example/news/2024/a?utm_source=x"
SAID = "<p>The ferry came round the point a little after noon, with every flag it has, and nobody said a word.</p>"


def html(inner: str, head: str = "", attributes: str = "") -> str:
    """The markup of an article between two paragraphs, without them."""
    page = f"<!DOCTYPE html><html {attributes}><title>A</title>{head}<body><main><article>{SAID}{inner}{SAID}"
    found = extract(page.encode(), URL, content_type="text/html; charset=utf-8").html
    return found.replace("\n", "").replace(SAID, "").replace(' rel="noopener noreferrer"', "")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('<a href="b">b</a>', '<a href="https://club.example/news/2024/b">b</a>'),
        ('<a href="//x.example/b?utm_medium=y&amp;z=1">b</a>', '<a href="https://x.example/b?z=1">b</a>'),
        ('<a href="#end">b</a>', '<a href="https://club.example/news/2024/a#end">b</a>'),
        ('<a href="mailto:a@b.example">b</a>', '<a href="mailto:a@b.example">b</a>'),
        ('<a href="javascript:x()">b</a>', "b"),
    ],
)
def test_links(written: str, read: str) -> None:
    assert html(f"<p>See {written}.</p>") == f"<p>See {read}.</p>"


def test_a_base_moves_addresses_but_not_the_page() -> None:
    found = html('<p><a href="b">b</a> <a href="#c">c</a></p>', '<base href="https://files.example/d/">')
    assert 'href="https://files.example/d/b"' in found
    assert 'href="https://club.example/news/2024/a#c"' in found


def test_what_readers_do_not_keep_is_not_there() -> None:
    found = html(
        '<figure class="x" style="color:red" onclick="y()" data-z="1"><img src="/a.jpg" srcset="/b.jpg 900w" alt="A">'
        '<figcaption>One</figcaption></figure><blockquote cite="/said"><p>Two</p></blockquote>'
    )
    image = '<img src="https://club.example/a.jpg" alt="A">'
    assert found == f"<figure>{image}<figcaption>One</figcaption></figure><blockquote><p>Two</p></blockquote>"


def test_headings_begin_below_the_title_and_leave_no_level_out() -> None:
    found = html(f"<h3>One</h3>{SAID}<h5>Two</h5>{SAID}<h6>Three</h6>{SAID}<h5>Four</h5>")
    assert found == "<h2>One</h2><h3>Two</h3><h4>Three</h4><h3>Four</h3>"


def test_empty_markup_goes_from_the_inside_out() -> None:
    assert html("<p><b> <i></i></b></p><ul><li><a></a></li></ul><h2> </h2><p>a<b> </b>b</p>") == "<p>a b</p>"


def test_rules_part_and_do_not_end() -> None:
    assert html(f"<hr><hr>{SAID}") == "<hr>"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<pre>a\n  b</pre>", "<pre>a  b</pre>"),
        ("<pre>a<br>  b</pre>", "<pre>a  b</pre>"),
        ("<pre><code><div>a</div><div>b</div></code></pre>", "<pre><code>ab</code></pre>"),
        ("<pre><span class=k>if</span> x</pre>", "<pre>if x</pre>"),
    ],
)
def test_code_is_as_it_was(written: str, read: str) -> None:
    assert html(written) == read


def test_lines_of_code_that_are_blocks_are_lines() -> None:
    page = f"<!DOCTYPE html><title>A</title><main>{SAID}<pre><div>if x:</div><div>    y</div></pre>{SAID}"
    assert "if x:\n    y\n" in extract(page.encode(), URL).text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<table><tr><td>Day</td><td>4.1</td></tr><tr><td>Night</td><td>3.9</td></tr></table>", True),
        ("<table><tr><th>Day<td>4.1<tr><th>Night<td>3.9</table>", True),
        (f"<table><tr><td>{SAID}</td></tr></table>", False),
        ("<table role=presentation><tr><td>Day<td>4.1<tr><td>Night<td>3.9</table>", False),
        (f"<table><tr><td>Home<td>{4 * SAID}<td>Links<tr><td>Piet<td>1999<td>Mail</table>", False),
        (f"<table><tr><td><h2>One</h2>{SAID}</td><td>Two</td></tr><tr><td>Three<td>Four</table>", False),
    ],
)
def test_only_tables_that_hold_data_stay(written: str, read: bool) -> None:
    assert ("<table>" in html(written)) is read


def test_a_table_with_data_stays_in_one_that_only_places_it() -> None:
    inner = "<table><tr><th>Day</th><td>4.1</td></tr><tr><th>Night</th><td>3.9</td></tr></table>"
    found = html(f"<table><tr><td>{SAID}{inner}</td></tr></table>")
    assert found == inner.replace("<table>", "<table><tbody>").replace("</table>", "</tbody></table>")


@pytest.mark.parametrize(
    "written",
    [
        "<pre><i class=n></i><span class=ln>1</span>a\n<span class=ln>2</span>b\n</pre>",
        "<table><tr><td data-line-number=1><td>a<tr><td data-line-number=2><td>b</table>",
        "<div><div class=code-toolbar><pre>a\nb</pre><div class=toolbar><span>Python</span></div></div></div>",
    ],
)
def test_lines_of_code_lose_their_numbers_and_tools(written: str) -> None:
    page = f"<!DOCTYPE html><title>A</title><main>{SAID}{written}{SAID}"
    assert extract(page.encode(), URL).html.count("<pre>a\nb") == 1


def test_numbers_that_are_code_stay() -> None:
    written = "<pre><span class=m>1</span>\n<span class=m>1</span>\n<span class=m>2</span></pre>"
    assert html(written) == "<pre>112</pre>"


def test_no_break_is_left_between_blocks() -> None:
    assert html("<div><br></div><p>a</p><br><br><p>b</p>") == "<p>a</p><p>b</p>"


def test_what_opens_keeps_what_it_is_called() -> None:
    written = "<details><summary>More on the flags</summary>Each has a day of the year.</details>"
    assert html(written) == "<p>More on the flags</p><p>Each has a day of the year.</p>"


def test_a_page_from_right_to_left_stays_so() -> None:
    found = html("<p>a</p>", attributes='dir="rtl"')
    assert found.startswith('<div dir="rtl">')
    assert 'dir="rtl"' in html('<p dir="rtl">a</p>')
    assert html('<div dir="rtl"><p>a</p><p dir="ltr">b</p></div>') == '<p dir="rtl">a</p><p dir="ltr">b</p>'


def test_control_characters_go_and_typography_stays() -> None:
    assert html("<p>“a” – \u0008b\u2028 c’s</p>") == "<p>“a” – b c’s</p>"


def test_where_a_word_may_be_parted_is_no_part_of_its_text() -> None:
    page = f"<!DOCTYPE html><title>A</title><main>{SAID}<p>The har&shy;bour of\u200c Es&shy;tre&shy;moz.</p>{SAID}"
    article = extract(page.encode(), URL)
    assert "The harbour of\u200c Estremoz." in article.text
    assert "har\u00adbour" in article.html


def test_formulas_are_text() -> None:
    tex = '<annotation encoding="application/x-tex">x^2</annotation>'
    assert html(f"<p>So <math><semantics><mi>x</mi>{tex}</semantics></math>.</p>") == "<p>So <code>x^2</code>.</p>"
    assert html("<p>So <math><mi>x</mi></math>.</p>") == "<p>So x.</p>"
