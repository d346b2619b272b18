"""Is an article still on its site?"""

from datetime import UTC, datetime, timedelta

import pytest

from feeds import absence
from feeds.model import Standing
from scraper.model import Listed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STANDING = tuple(Standing(f"https://club.example/{n}", NOW - n * DAY) for n in range(6))


def keys(*numbers: int) -> set[str]:
    return {f"club.example/{n}" for n in numbers}


@pytest.mark.parametrize(
    ("listed", "asked"),
    [
        (keys(0, 1, 2, 3, 4, 5), []),
        (keys(0, 1, 2), []),
        (keys(0, 2, 3), [1]),
        (keys(5), [0, 1]),
        (keys(), []),
        (keys(9), []),
    ],
    ids=["all there", "old ones left", "one left out", "two at most", "nothing listed", "all new"],
)
def test_what_a_listing_leaves_out_is_asked_for(listed: set[str], asked: list[int]) -> None:
    assert absence.due(absence.left_out(STANDING, listed), NOW) == tuple(STANDING[n] for n in asked)


@pytest.mark.parametrize(
    ("listed", "replaced"),
    [(keys(0, 1, 2, 3), keys()), (keys(0, 2, 3), keys(1)), (keys(9, 0, 1, 2), keys()), (keys(9, 2), keys(0, 1))],
    ids=["all there", "one left out", "pushed out", "two left out"],
)
def test_what_stood_above_others_that_are_there_was_replaced(listed: set[str], replaced: set[str]) -> None:
    last = [Listed(f"https://www.club.example/{n}/") for n in range(4)]
    assert absence.replaced(last, listed) == replaced


@pytest.mark.parametrize(
    ("missing", "ago", "due"), [(0, 6 * DAY, False), (0, 7 * DAY, True), (1, 11 * HOUR, False), (1, 12 * HOUR, True)]
)
def test_what_was_there_is_left_alone_for_longer(missing: int, ago: timedelta, due: bool) -> None:
    one = Standing("https://club.example/1", NOW - DAY, missing, NOW - ago)
    assert (absence.due(absence.left_out((STANDING[0], one, STANDING[2]), keys(0, 2)), NOW) == (one,)) == due


def test_a_part_of_a_page_is_not_asked_for() -> None:
    part = Standing("https://club.example/1#a:~:b", NOW - DAY)
    assert absence.left_out((STANDING[0], part, STANDING[2]), keys(0, 2)) == ()


@pytest.mark.parametrize(
    ("looks", "over", "removed"), [(3, 3 * DAY, True), (2, 9 * DAY, False), (9, 2 * DAY, False), (9, 9 * DAY, True)]
)
def test_it_is_believed_after_some_looks_over_some_days(looks: int, over: timedelta, removed: bool) -> None:
    assert absence.removed(looks, NOW - over, NOW) == removed


@pytest.mark.parametrize(
    ("left_out", "after"),
    [((), 7 * DAY), (((1, 2 * HOUR), (0, DAY)), 10 * HOUR), (((0, 6 * DAY), (1, HOUR)), 11 * HOUR)],
    ids=["none", "one that was not there", "the first of them"],
)
def test_the_next_to_be_asked_for_is_the_first_that_is_due(
    left_out: tuple[tuple[int, timedelta], ...], after: timedelta
) -> None:
    standing = [Standing("https://club.example/1", NOW, missing, NOW - ago) for missing, ago in left_out]
    assert absence.due(standing, NOW) == ()
    assert absence.next_due(standing, NOW) == NOW + after
    assert all(absence.due([one], absence.next_due([one], NOW)) for one in standing)


def test_what_another_process_may_have_found_since_is_not_known() -> None:
    noted, listed = absence.Rests(), (Listed("https://club.example/a", "A"),)

    def run(token: int) -> bool:
        noted.begin(1, token)
        known = noted.rests(1, listed, 10, NOW)
        noted.note(1, listed, 10, NOW, NOW + timedelta(days=7))
        return known

    # The fourth is another's.
    assert [run(token) for token in (1, 2, 3, 5, 6)] == [False, True, True, False, True]


@pytest.mark.parametrize(
    ("source", "listed", "limit", "at", "rests"),
    [
        (1, 2, 50, timedelta(), True),
        (1, 2, 50, DAY - HOUR, True),
        (1, 2, 50, DAY, False),
        (1, 2, 50, -HOUR, False),
        (1, 3, 50, HOUR, False),
        (1, 2, 60, HOUR, False),
        (2, 2, 50, HOUR, False),
    ],
    ids=["now", "later", "due", "clock put back", "another list", "more articles", "another source"],
)
def test_a_list_rests_until_something_is_due(source: int, listed: int, limit: int, at: timedelta, rests: bool) -> None:
    lists = [tuple(Listed(f"https://club.example/{n}") for n in range(size)) for size in range(4)]
    noted = absence.Rests()
    noted.note(1, lists[2], 50, NOW, NOW + DAY)
    assert noted.rests(source, lists[listed], limit, NOW + at) == rests
