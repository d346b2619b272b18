"""Safe markup as plain text."""

import pytest

from scraper import dom, lines


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One <b>two</b>\n three</p><p>Four</p>", "One two three\n\nFour"),
        ("<p>One<br>two<br/> three</p>", "One\ntwo\nthree"),
        ("<ul><li>One</li><li>Two<ul><li>Three</li></ul></li></ul>", "One\nTwo\nThree"),
        ("<ol start=3><li>One</li><li><p>Two</p></li></ol>", "3. One\n4. Two"),
        ("<dl><dt>One</dt><dd>Two</dd></dl>", "One\nTwo"),
        ("<pre><code>  if x:\n      y\n</code></pre>", "  if x:\n      y"),
        ("<blockquote><p>One</p><pre>a\n  b</pre></blockquote>", "One\n\na\n  b"),
        ("<table><caption>C</caption><tr><th>A</th><td>B</td></tr><tr><td>D</td></tr></table>", "C\n\nA  B\nD"),
        ("<figure><img src=x><figcaption>One</figcaption></figure>loose", "loose"),
        ("<ul><li>Two<figure><img src=x><figcaption>One</figcaption></figure></li></ul>", "Two"),
        (
            "<figure><img src=x><figcaption>One</figcaption></figure><figure><figcaption>Two</figcaption></figure>",
            "One\n\nTwo",
        ),
        ("<p>前<br>後</p>", "前\n後"),
    ],
)
def test_text(html: str, text: str) -> None:
    assert lines.text(dom.fragment(html)).lstrip("\n") == text.lstrip("\n")


def test_nesting_without_end_is_cut_short() -> None:
    assert "x" in lines.text(dom.fragment("<blockquote>" * 3000 + "<table><tr><td>" * 50 + "x"))
