"""Plain text becomes paragraphs and headings, and nothing of it is lost."""

import re
import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import plaintext

HEAD = "<!DOCTYPE html><body>"
LONG = "The ferry leaves at noon and comes back at dusk, or a little later when the captain has met a friend ashore"


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("One line.", ["<p>One line.</p>"]),
        ("First.\n\nSecond.", ["<p>First.</p>", "<p>Second.</p>"]),
        ("First.\r\n\r\nSecond.", ["<p>First.</p>", "<p>Second.</p>"]),
        ("First.\r\rSecond.", ["<p>First.</p>", "<p>Second.</p>"]),
        ("First.\nSecond.", ["<p>First.</p>", "<p>Second.</p>"]),
        ("A wrapped\nline.\n\nSecond.", ["<p>A wrapped\nline.</p>", "<p>Second.</p>"]),
        ("First.\n \t\nSecond.", ["<p>First.</p>", "<p>Second.</p>"]),
        ("First.\n\u200b\nSecond.", ["<p>First.</p>", "<p>Second.</p>"]),
        ("First.\n\u00a0\nSecond.", ["<p>First.</p>", "<p>Second.</p>"]),
        ("First.\n\n\n\n\nSecond.", ["<p>First.</p>", "<p>Second.</p>"]),
        ("\n\nFirst.\n\n", ["<p>First.</p>"]),
        ("The ferry\n\nIt leaves at noon.", ["<h2>The ferry</h2>", "<p>It leaves at noon.</p>"]),
        ("渡し船\n\n正午に出ます。", ["<h2>渡し船</h2>", "<p>正午に出ます。</p>"]),
        ("“It leaves at noon”", ["<p>“It leaves at noon”</p>"]),
        ("Why at noon?", ["<p>Why at noon?</p>"]),
        (LONG, [f"<p>{LONG}</p>"]),
        ("1 < 2 & 3 > 2.", ["<p>1 &lt; 2 &amp; 3 &gt; 2.</p>"]),
        ("<b>Not bold</b>.", ["<p>&lt;b&gt;Not bold&lt;/b&gt;.</p>"]),
        ("", []),
        (" \n\n \n", []),
    ],
)
def test_blocks(text: str, blocks: list[str]) -> None:
    assert plaintext.to_html(text) == HEAD + "\n".join(blocks)


@given(st.text())
def test_no_text_is_lost_and_none_becomes_markup(text: str) -> None:
    html = plaintext.to_html(text).removeprefix(HEAD)
    assert unescape(re.sub("</?(p|h2)>", "", html)).split() == text.split()


def test_long_text_takes_no_longer_than_it_should() -> None:
    started = time.process_time()
    plaintext.to_html("\n \n" * 50_000 + "x" + "\n" + " " * 50_000)
    assert time.process_time() - started < 2
