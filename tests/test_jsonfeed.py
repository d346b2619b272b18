"""A feed as JSON Feed: to the letter of its version, and the same bytes anywhere."""

import json
from pathlib import Path

import pytest

from feeds import jsonfeed
from tests.cases import FEEDS, load_feed
from tests.jsonfeed import json_feed_errors

each_case = pytest.mark.parametrize("case", FEEDS, ids=lambda case: case.name)


@each_case
def test_case(case: Path, update: bool) -> None:
    document, expected = jsonfeed.render(load_feed(case)), case / "expected.json"
    if update:
        expected.write_bytes(document)
    assert document == expected.read_bytes()
    assert document.decode() == json.dumps(json.loads(document), ensure_ascii=False, indent=1) + "\n"
    assert json_feed_errors(document) == []
