import subprocess
import sys

import pytest

import scraper

EXTRACT = """
import scraper
scraper.extract(b"<h1>The ferry</h1>" + b"<p>The ferry came round the point with every flag it has." * 9, "https://a.example/1")
"""


def test_every_public_name_is_there() -> None:
    for name in scraper.__all__:
        assert callable(getattr(scraper, name)), name


def test_a_name_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(AttributeError, match="no attribute 'scrap'"):
        getattr(scraper, "scrap")  # noqa: B009 - the type checker knows that it is not there


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        (EXTRACT, {"requests", "urllib3", "feedparser", "bs4"}),
        ("from scraper import errors, urls", {"turbohtml", "requests", "nh3"}),
    ],
)
def test_nobody_loads_what_he_does_not_ask_for(code: str, unwanted: set[str]) -> None:
    said = f"{code}\nimport sys\nprint(*sorted({unwanted!r} & {{name.partition('.')[0] for name in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_a_door_stays_one_when_the_room_of_its_name_is_opened() -> None:
    code = """
import scraper.discover.listing, scraper.extract
import scraper
print(scraper.extract is scraper.extract.__globals__["extract"], callable(scraper.discover))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["True", "True"]
