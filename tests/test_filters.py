"""What a feed takes, by what its user wants, and no pattern that takes for ever."""

import time
from typing import Any

import pytest

from feeds import filters
from feeds.filters import Filter
from scraper.model import Article

ARTICLE = Article(
    "https://club.example/1",
    "The Ferry is late",
    "<p>Two hours</p>",
    "Two hours, sponsored by nobody",
    authors=("Ann Ohm", "Bo"),
    language="en-GB",
    tags=("Harbour", "News"),
)
NONE = Filter()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, True),
        ({"title": ("ferry",)}, True),
        ({"title": ("^ferry",)}, False),
        ({"title": ("pier", "LATE$")}, True),
        ({"text": ("hours",)}, True),
        ({"author": ("^bo$",)}, True),
        ({"author": ("^ohm",)}, False),
        ({"tag": ("news",), "title": ("ferry",)}, True),
        ({"tag": ("news",), "title": ("pier",)}, False),
        ({"language": ("en",)}, True),
        ({"language": ("en-us", "de")}, False),
        ({"language": ("e",)}, False),
    ],
)
def test_include_asks_something_of_each_part_that_it_names(wanted: dict[str, Any], found: bool) -> None:
    assert filters.takes(ARTICLE, Filter(**wanted), NONE) is found


@pytest.mark.parametrize(
    ("unwanted", "found"),
    [
        ({"title": ("ferry",), "tag": ("jobs",)}, False),
        ({"text": ("Sponsored",)}, False),
        ({"author": ("nobody",), "tag": ("jobs",)}, True),
        ({"language": ("en",)}, False),
    ],
)
def test_exclude_is_content_with_one(unwanted: dict[str, Any], found: bool) -> None:
    assert filters.takes(ARTICLE, NONE, Filter(**unwanted)) is found
    assert filters.takes(ARTICLE, Filter(title=("ferry",)), Filter(**unwanted)) is found


def test_what_an_article_does_not_say_has_nothing() -> None:
    silent = Article("https://club.example/1", None, "", "\ud800\x00")
    for part in ("title", "text", "author", "tag"):
        assert not filters.takes(silent, Filter(**{part: ("x",)}), NONE)
    assert not filters.takes(silent, Filter(language=("en",)), NONE)


@pytest.mark.parametrize("written", ["(a", "(?=a)b", r"(a)\1", "a" * 1001, "[z-a]", "*"])
def test_what_is_no_pattern_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="expected a pattern"):
        filters.pattern(written)


@pytest.mark.parametrize("written", ["(a+)+$", "(a|aa)+$", "(.*a){12}$", "a?" * 30 + "a" * 30])
def test_no_pattern_takes_for_ever(written: str) -> None:
    """Python's own engine would take longer than there is time for any of these."""
    long = Article("https://club.example/1", "", "", "a" * 20_000 + "!")
    start = time.process_time()
    filters.takes(long, Filter(text=(filters.pattern(written),)), NONE)
    assert time.process_time() - start < 10
