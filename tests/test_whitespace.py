"""A text on one line is what its words make, whatever parts them."""

from hypothesis import example, given
from hypothesis import strategies as st

from scraper.whitespace import flat


@given(st.text(st.sampled_from("ab é \t\n\x0b\x0c\r\x1c\x1f\x85\xa0\u1680\u2003\u2028\u200b\u3000中")) | st.text())
@example(" two  spaces ")
@example("one line already")
def test_a_flat_text_is_its_words_with_a_space_between(text: str) -> None:
    assert flat(text) == " ".join(text.split())
