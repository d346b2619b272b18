"""When a feed takes another name from its site."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feeds import naming
from feeds.model import Baseline, Source
from feeds.naming import Named
from scraper.model import Discovery, Problem, ScrapeResult

NOW = datetime(2026, 5, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KNOWN = Source(1, "valley", "https://valley.example/", "tag:x", "", title="The Valley", language="en")


def run(title: str | None, language: str | None = None) -> ScrapeResult:
    return ScrapeResult("valley", discovery=Discovery(title=title, language=language))


def names(steps: list[tuple[timedelta, ScrapeResult]], source: Source = KNOWN, runs: int = 5) -> list[str | None]:
    """The title after each look, so long after the first."""
    said, learnt = [], Baseline(runs=runs)
    for after, result in steps:
        named = naming.named(source, learnt, result, NOW + after)
        source, learnt = replace(source, title=named.title), replace(learnt, called=named.called, runs=learnt.runs + 1)
        said.append(named.title)
    return said


def test_another_title_is_believed_when_three_looks_over_a_day_agree() -> None:
    assert names([(DAY * n / 2, run("The Vale")) for n in range(3)]) == ["The Valley", "The Valley", "The Vale"]
    assert names([(HOUR * n, run("Just a moment")) for n in range(20)]) == ["The Valley"] * 20
    assert names([(DAY * n, run(f"News of day {n}")) for n in range(9)]) == ["The Valley"] * 9


@pytest.mark.parametrize(
    "between",
    [
        ScrapeResult("valley", unchanged=True),
        ScrapeResult("valley", problems=(Problem("https://valley.example/", "timed-out", "It took too long."),)),
    ],
    ids=["304", "failed"],
)
def test_a_look_that_says_nothing_ends_no_count(between: ScrapeResult) -> None:
    steps = [(DAY * n, each) for n, each in enumerate((run("The Vale"), between, run("The Vale"), run("The Vale")))]
    assert names(steps) == ["The Valley", "The Valley", "The Valley", "The Vale"]


def test_the_old_title_ends_a_count_and_no_title_keeps_the_old() -> None:
    steps = [run("The Vale"), run("The Vale"), run("The Valley"), run("The Vale"), run(None)]
    assert names([(DAY * n, each) for n, each in enumerate(steps)]) == ["The Valley"] * 5


def test_the_first_name_and_one_that_was_accepted_are_taken_at_once() -> None:
    assert names([(DAY, run("The Vale"))], replace(KNOWN, title=None)) == ["The Vale"]
    assert names([(DAY, run("The Vale"))], runs=1) == ["The Vale"]


def test_the_language_is_a_part_of_the_name() -> None:
    named = naming.named(KNOWN, Baseline(runs=5), run("The Valley", "fr"), NOW)
    assert (named.language, named.called is not None) == ("en", True)
    assert naming.named(KNOWN, Baseline(runs=5), run("The Valley"), NOW) == Named("The Valley", "en")
