"""A feed as RSS: in the profile that readers share, and the same bytes anywhere."""

from pathlib import Path

import pytest

from feeds import rss
from tests.cases import FEEDS, load_feed
from tests.rss import rss_errors

each_case = pytest.mark.parametrize("case", FEEDS, ids=lambda case: case.name)


@each_case
def test_case(case: Path, update: bool) -> None:
    document, expected = rss.render(load_feed(case)), case / "expected.rss"
    if update:
        expected.write_bytes(document)
    assert document == expected.read_bytes()
    assert rss_errors(document) == []
