"""How near to what a person sees on it is the article of each page? A floor that only rises.

A case of tests/pages may hold `truth.txt`, the article's text as somebody wrote it down who looked at the page, and
`truth.json`, its title, authors and day. Unlike `expected.json` they are never rewritten by a program.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import pytest

from scraper import Article
from tests.cases import PAGES
from tests.test_extract import read

TRUTHS = [case for case in PAGES if (case / "truth.txt").exists()]
# One token a word, and one a character where words are not parted.
TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")

# What was measured last. When a test says so, raise it; it is never lowered.
FLOORS = {
    "mean F1": 0.9912,
    "least F1": 0.9112,
    "titles": 0.9375,
    "authors": 0.9062,
    "days": 0.9687,
}
# By so much a measure may exceed its floor before the floor must be raised.
MARGIN = 0.005


@dataclass(frozen=True, slots=True)
class Mark:
    """How good one article is: the F1 of its words, and which fields are right."""

    f1: float
    title: bool
    authors: bool
    day: bool


def f1(truth: str, found: str) -> float:
    wanted, got = (Counter(TOKEN.findall(text.lower())) for text in (truth, found))
    same = (wanted & got).total()
    return 2 * same / (wanted.total() + got.total())


def mark(case: Path, article: Article) -> Mark:
    said = json.loads((case / "truth.json").read_text("utf-8"))
    day = article.published.date().isoformat() if article.published else None
    return Mark(
        f1((case / "truth.txt").read_text("utf-8"), article.text),
        article.title == said["title"],
        list(article.authors) == said["authors"],
        day == said["day"],
    )


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    marks = [mark(case, read(case)) for case in TRUTHS]
    return {
        "mean F1": mean(m.f1 for m in marks),
        "least F1": min(m.f1 for m in marks),
        "titles": mean(m.title for m in marks),
        "authors": mean(m.authors for m in marks),
        "days": mean(m.day for m in marks),
    }


@pytest.mark.parametrize("name", FLOORS)
def test_quality_does_not_fall(name: str, measured: dict[str, float]) -> None:
    assert measured[name] >= FLOORS[name] - 1e-9


@pytest.mark.parametrize("name", FLOORS)
def test_a_floor_is_raised_when_quality_rises(name: str, measured: dict[str, float]) -> None:
    assert measured[name] <= FLOORS[name] + MARGIN, f"raise the floor of {name} to {measured[name]:.4f}"


def test_there_are_enough_pages_to_mean_something() -> None:
    assert len(TRUTHS) >= 30
    assert all((case / "truth.json").exists() for case in TRUTHS)


def test_words_are_counted_as_often_as_they_occur() -> None:
    assert f1("one two", "one two") == 1
    assert f1("one two", "one one") == 0.5
    assert f1("渡船", "渡") == pytest.approx(2 / 3)
