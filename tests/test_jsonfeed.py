"""A feed as JSON Feed: to the letter of its version, and the same bytes anywhere."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import jsonfeed
from tests.cases import FEEDS, load_feed
from tests.jsonfeed import json_feed_errors
from tests.made import a_feed, an_entry

each_case = pytest.mark.parametrize("case", FEEDS, ids=lambda case: case.name)


@each_case
def test_case(case: Path, update: bool) -> None:
    document, expected = jsonfeed.render(load_feed(case)), case / "expected.json"
    if update:
        expected.write_bytes(document)
    assert document == expected.read_bytes()
    assert document.decode() == json.dumps(json.loads(document), ensure_ascii=False, indent=1) + "\n"
    assert json_feed_errors(document) == []


@given(st.text(st.sampled_from('a \t\n\r\x00\x7f\x85\\"/<&\u2028\ufdd0é中😀')) | st.text())
def test_it_is_what_json_dumps_makes_of_it(text: str) -> None:
    entry = an_entry(title=text, html=text, summary=text, authors=(text,), tags=(text, text[1:]))
    for feed in (a_feed(entry, title=text), a_feed(title=text)):
        document = jsonfeed.render(feed).decode()
        assert document == json.dumps(json.loads(document), ensure_ascii=False, indent=1) + "\n"
