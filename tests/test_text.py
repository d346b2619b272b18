"""Text as every reader accepts it."""

import hashlib

from hypothesis import example, given
from hypothesis import strategies as st

from feeds import changes
from feeds.text import SHORT, legal, line, spelled
from scraper.model import Article


def test_what_is_legal_is_so_wherever_it_stands() -> None:
    some = [chr(code) for code in (*range(0x300), *range(0xD7F0, 0xE010), *range(0xFDC0, 0x10010), 0x1FFFE, 0x10FFFF)]
    one_by_one = [character for character in some if legal(character)]
    assert "".join(one_by_one) == legal("".join(some))
    assert [hex(ord(each)) for each in some if each not in one_by_one and ord(each) < 0xA0] == [
        hex(code) for code in (*range(9), 11, 12, *range(14, 32), *range(0x7F, 0xA0))
    ]
    assert legal("".join(filter(str.isascii, some))) == "".join(filter(str.isascii, one_by_one))
    assert {"\ud7ff", "\ue000", "\ufdcf", "\ufdf0", "\ufffd", "\U0001fffe"} <= set(one_by_one)
    assert not {*"\ud800\udfff\ufdd0\ufdef\ufffe\uffff"} & {*one_by_one}


@given(st.text(st.sampled_from("ab é \t\n\x00\x0b\x0c\r\x1c\x1f\x85\xa0\u2003\u2028\u3000中")) | st.text())
@example(" two  spaces ")
@example("one\n\n two\r\n\n")
def test_white_space_does_not_count(text: str) -> None:
    assert line(text) == " ".join(legal(text).split())
    assert line(text + "é" * SHORT) == " ".join(legal(text + "é" * SHORT).split())
    words = " ".join(f"A {text}".split()).encode(errors="surrogatepass")
    assert changes.digest(Article("", "A", "", text)) == hashlib.sha256(words).hexdigest()


@given(st.text())
def test_a_legal_text_is_looked_through_once(text: str) -> None:
    said = legal(text)
    assert legal(said) is said
    assert legal(f"{said}") == said


def test_characters_are_spelled_in_turn() -> None:
    assert spelled("a < b & c", {"&": "&amp;", "<": "&lt;", "\r": "&#xD;"}) == "a &lt; b &amp; c"
