import subprocess
import sys

import pytest

import scraper


def test_every_public_name_is_there() -> None:
    for name in scraper.__all__:
        assert callable(getattr(scraper, name)), name


def test_a_name_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(AttributeError, match="no attribute 'scrap'"):
        getattr(scraper, "scrap")  # noqa: B009 - the type checker knows that it is not there


def test_who_only_extracts_loads_nothing_that_fetches() -> None:
    code = """
import sys
import scraper
scraper.extract(b"<h1>The ferry</h1>" + b"<p>The ferry came round the point with every flag it has." * 9, "https://a.example/1")
print(*sorted({"requests", "urllib3", "feedparser", "bs4"} & {name.partition(".")[0] for name in sys.modules}))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
