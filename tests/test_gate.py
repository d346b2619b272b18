"""What the gate holds, and what it lets pass."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feeds import gate, holding
from feeds.gate import Hold, Publish
from feeds.model import Baseline, Holding, Source
from scraper.errors import NothingFound, ScrapeError, Walled
from scraper.model import Article, Discovery, Link, Problem, ScrapeResult

NOW = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SITE = "https://valley.example"


def link(number: int, title: str | None = None) -> Link:
    return Link(f"{SITE}/the-tale-of-day-{number}/", title or f"The tale of day {number}")


def article(number: int, text: str = "", **changes: object) -> Article:
    text = text or f"On day {number} the ferry was late. " * (20 + number % 7)
    one = Article(
        link(number).url,
        link(number).title,
        f"<p>{text}</p>",
        text,
        published=NOW - DAY * (100 - number),
        language="en",
    )
    return replace(one, **changes)  # type: ignore[arg-type]


def run(numbers: Iterable[int], articles: Sequence[Article] | None = None, tier: str = "listing") -> ScrapeResult:
    """A run that found the posts of these numbers, and read those articles; all of them without."""
    links = tuple(map(link, numbers))
    read = tuple(map(article, numbers)) if articles is None else tuple(articles)
    return ScrapeResult("valley", read, discovery=Discovery(links, tier=tier))


def down(first: int, last: int) -> range:
    """A list as it is shown: the newest, which has the highest number, first."""
    return range(first, last - 1, -1)


def verdict(result: ScrapeResult, usual: Baseline, known: Iterable[str] = ()) -> str | None:
    """Why the run is held; None where it is not."""
    ruled = gate.judge(result, usual, known)
    return str(ruled.signal) if isinstance(ruled, Hold) else None


@pytest.fixture
def usual() -> Baseline:
    """Learnt from four lists of twelve posts."""
    known = Baseline()
    for newest in (12, 13, 13, 14):
        ruled = gate.judge(run(down(newest, newest - 11)), known, ())
        assert isinstance(ruled, Publish)
        known = ruled.baseline
    return known


def test_the_baseline_is_what_good_runs_were_like(usual: Baseline) -> None:
    assert (usual.runs, usual.tier, usual.sizes, usual.shares) == (4, "listing", (12,) * 4, (1.0,) * 3)
    assert [one.title for one in usual.listed[:2]] == ["The tale of day 14", "The tale of day 13"]
    assert len(usual.samples) == 14, "an article is a sample once"
    assert usual.newest == NOW - 86 * DAY


def test_a_list_that_has_not_changed_teaches_what_its_articles_do(usual: Baseline) -> None:
    same = ScrapeResult("club", unchanged=True)
    assert gate.judge(same, usual, ()) == Publish(usual)
    ruled = gate.judge(replace(same, articles=(article(99),)), usual, ())
    assert isinstance(ruled, Publish)
    assert ruled.baseline == replace(usual, samples=ruled.baseline.samples, newest=ruled.baseline.newest)
    assert len(ruled.baseline.samples) == 15


@pytest.mark.parametrize(
    "numbers",
    [
        down(15, 4),
        down(24, 13),
        down(40, 29),
        down(14, 9),
        down(30, 11),
        [14, 13, 11, 10, 9, 8, 6, 5, 4, 3],
        [5, 14, 8, 11, 3, 10, 12, 13, 6, 9, 4, 7],
        [*down(14, 3), 2, 1],
        [3, *down(16, 5)],
    ],
    ids="one-new busy all-new shorter longer removed shuffled older-at-the-end pinned".split(),
)
def test_a_list_that_goes_on_passes(usual: Baseline, numbers: Sequence[int]) -> None:
    assert verdict(run(numbers, [article(n) for n in numbers if n > 14 or n < 3]), usual) is None


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ([], "links found: 12 -> 0 of 12 known"),
        ([13, 11, 9, 7, 5, 3], "known links on the list: 6 of 12 expected -> 3"),
        ([4, 7, 3, 5], "known links on the list: 4 of 12 expected -> 0"),
        ([14, 13], "links found: 12 -> 2"),
    ],
    ids="empty half popular two-left".split(),
)
def test_another_list_is_held(usual: Baseline, numbers: Sequence[int], reason: str) -> None:
    assert verdict(run(numbers, ()), usual) == reason


def test_strangers_that_are_not_newer_are_held(usual: Baseline) -> None:
    undated = [replace(article(n), published=None) for n in range(50, 55)]
    assert verdict(run(range(50, 55), undated), usual) == "links on the list: 12 known -> 5 others, 0 of them newer"
    old = [replace(article(n), published=NOW - 400 * DAY) for n in range(50, 60)]
    assert verdict(run(range(50, 60), old), usual) == "links on the list: 12 known -> 10 others, 0 of them newer"


def test_addresses_may_change_where_titles_stay(usual: Baseline) -> None:
    moved = tuple(replace(link(n), url=f"{SITE}/blog/{n}") for n in down(14, 3))
    assert verdict(ScrapeResult("valley", discovery=Discovery(moved, tier="listing")), usual) is None


def test_titles_that_became_something_else_are_held(usual: Baseline) -> None:
    dates = tuple(replace(link(n), title=f"{n} January 2026") for n in down(14, 3))
    reason = verdict(ScrapeResult("valley", discovery=Discovery(dates, tier="listing")), usual)
    assert reason == "titles on the list: 12 known -> 0 the same"


def test_a_list_from_elsewhere_may_not_bring_what_is_not_new(usual: Baseline) -> None:
    about = Article(f"{SITE}/about/", "About", "", "")
    links = (*map(link, down(14, 3)), Link(about.url, "About the valley"))
    result = ScrapeResult("valley", (about,), discovery=Discovery(links, tier="sitemap"))
    assert verdict(result, usual) == "found by: listing -> sitemap"
    assert verdict(run(down(15, 4), [article(15)], tier="feed"), usual) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"published": None}, "new articles that are dated: 100% -> 0%"),
        ({"title": "3 May 2026"}, "new articles that are titled: 100% -> 0%"),
        ({"text": "Accept our cookies."}, "new articles with a text of their own: all -> 1 of 3"),
        ({"language": "fr"}, "language of new articles: en -> fr"),
        ({"text": "Der MÃ¼ller â€“ und der BÃ¤cker. " * 9}, "new articles with a text of their own: all -> 1 of 3"),
    ],
    ids="undated untitled alike language charset".split(),
)
def test_articles_unlike_all_before_are_held(usual: Baseline, changes: dict[str, object], reason: str) -> None:
    read = [replace(article(n), **changes) for n in (15, 16, 17)]  # type: ignore[arg-type]
    assert verdict(run(down(17, 6), read), usual) == reason
    assert verdict(run(down(17, 6), read), replace(usual, samples=usual.samples[:7])) is None or "text" not in reason


def test_text_of_a_wrong_charset_and_text_that_is_gone_are_held(usual: Baseline) -> None:
    broken = article(15, "Der MÃ¼ller â€“ und der BÃ¤cker. " * 9)
    assert verdict(run(down(15, 4), [broken]), usual) == "new articles with broken characters: 0% -> 100%"
    short = [article(n, f"Read on, {n}.") for n in (15, 16, 17)]
    assert (verdict(run(down(17, 6), short), usual) or "").startswith("characters in new articles: ")
    again = [article(n, f"Read on, {n}.") for n in (12, 13, 14)]
    assert (verdict(run(down(14, 3), again), usual) or "").startswith("characters in known articles: ")


def test_what_can_not_be_looked_at_is_not_told(usual: Baseline) -> None:
    told = [signal.name for signal in gate.signals(run(down(14, 3), ()), usual, ())]
    assert told == [
        "links found", "known links on the list", "found by", "titles on the list", "titles with broken characters",
    ]  # fmt: skip


def test_a_source_without_a_history_is_not_judged() -> None:
    assert verdict(run([1, 2, 3], [article(n, "Short.", published=None) for n in (1, 2, 3)]), Baseline()) is None
    assert verdict(run([]), Baseline()) is None


def test_a_list_that_turns_is_not_held_for_turning(usual: Baseline) -> None:
    turning = replace(usual, shares=(0.3, 0.5, 0.25, 0.4))
    assert verdict(run([13, 11, 9, 7, 5, 3], ()), turning) is None


def failed(error: ScrapeError) -> ScrapeResult:
    return ScrapeResult("valley", problems=(Problem.of(error),))


WALL = failed(Walled("A log-in.", about=SITE, wall="log-in"))
NOTHING = failed(NothingFound("Nothing.", about=SITE))


def ruled(
    usual: Baseline, runs: Iterable[tuple[timedelta, ScrapeResult]], *, accept: bool = False
) -> tuple[list[str], Source]:
    """What was said of these runs, each so long after the first."""
    source = Source(1, "valley", SITE, "tag:x", "", baseline=usual)
    said: list[str] = []
    for after, result in runs:
        ruling = holding.rule(source, result, (), NOW + after, accept=accept)
        said += [event.kind for event in ruling.events]
        source = replace(source, baseline=ruling.baseline, hold=ruling.hold)
    return said, source


REDESIGNED = run(down(14, 3)[::2], ())


def test_a_redesign_is_accepted_when_three_runs_over_a_day_agree(usual: Baseline) -> None:
    said, source = ruled(usual, [(DAY * n / 3, REDESIGNED) for n in range(3)])
    assert (said, source.hold is not None) == (["degraded"], True)
    said, source = ruled(usual, [(DAY * n / 2, REDESIGNED) for n in range(3)])
    assert (said, source.hold) == (["degraded", "accepted"], None)
    assert source.baseline.runs == 1
    assert len(source.baseline.listed) == 6


@pytest.mark.parametrize("result", [run([]), run([4, 7, 3, 5], ()), WALL, NOTHING, run(range(50, 53), ())])
def test_what_stands_in_place_of_the_list_is_never_accepted(usual: Baseline, result: ScrapeResult) -> None:
    said, source = ruled(usual, [(DAY * n, result) for n in range(60)])
    assert said == ["degraded"]
    assert isinstance(source.hold, Holding)
    assert source.hold.since == NOW


def test_a_person_accepts_anything_but_a_failure(usual: Baseline) -> None:
    assert ruled(usual, [(DAY, run([4, 7, 3, 5], ()))], accept=True)[0] == ["accepted"]
    assert ruled(usual, [(DAY, WALL)], accept=True)[0] == ["degraded"]


def test_a_source_that_is_as_it_was_has_recovered(usual: Baseline) -> None:
    said, source = ruled(usual, [(DAY, run([])), (2 * DAY, run(down(15, 4), [article(15)])), (3 * DAY, run([]))])
    assert said == ["degraded", "recovered", "degraded"]
    assert source.baseline.runs == usual.runs + 1


def test_what_was_wrong_is_told_as_over(usual: Baseline) -> None:
    hold = Holding(NOW - DAY, "links found: 9 -> 0 of 9 known", "links found", False, NOW - DAY)
    source = Source(1, "valley", SITE, "tag:x", "", baseline=usual, hold=hold)
    (event,) = holding.rule(source, run(down(15, 4), [article(15)]), (), NOW).events
    since = f"{NOW - DAY:%Y-%m-%d}"
    assert event.said == f"as it was again; it was held since {since} for links found: 9 -> 0 of 9 known"


def test_a_list_that_is_never_the_same_is_believed_when_that_has_shown() -> None:
    turns = [[n * 7 % 89 + k * 11 for k in range(8)] for n in range(1, 12)]
    first = gate.judge(run(turns[0], ()), Baseline(), ())
    assert isinstance(first, Publish)
    known = [f"valley.example/the-tale-of-day-{n}" for n in range(300)]
    source = Source(1, "valley", SITE, "tag:x", "", baseline=first.baseline)
    said: list[str] = []
    for after, numbers in enumerate(turns[1:]):
        ruling = holding.rule(source, run(numbers, ()), known, NOW + DAY * after)
        said += [event.kind for event in ruling.events]
        source = replace(source, baseline=ruling.baseline, hold=ruling.hold)
    assert said == ["degraded", "accepted"], "it is its habit then"
