"""What is kept of a source's pages, and what has to go."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from feeds.keeping import Room, attributed, made_of, surplus
from feeds.model import Decision, Held, Kept
from scraper.model import Article

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ROOM = Room(size=10**6, versions=2, age=30 * DAY)


def page(path: str, days: float, content: str = "", entry: str | None = None, packed: int = 100) -> Kept:
    """A page that came so many days ago."""
    url = f"https://club.example/{path}"
    return Kept(url, url, "text/html", "article", content or f"{path}{days}", 500, packed, NOW - days * DAY, entry)


def test_what_fits_stays() -> None:
    assert surplus([page("a", 1), page("a", 2), page("b", 3)], ROOM, NOW) == ()
    assert surplus([], ROOM, NOW) == ()


def test_older_versions_go_and_the_one_that_an_entry_is_made_of_stays() -> None:
    kept = [page("a", days, entry="e" if days in (4, 5) else None) for days in range(1, 6)]
    assert [one.digest for one in surplus(kept, ROOM, NOW)] == ["a3", "a5"]


def test_an_old_page_goes_unless_an_entry_is_made_of_it() -> None:
    kept = [page("a", 31), page("b", 31, entry="e"), page("c", 29)]
    assert surplus(kept, ROOM, NOW) == (kept[0],)


def test_where_there_is_no_room_the_oldest_go_first_and_pages_of_entries_last() -> None:
    kept = [page("a", 1, entry="e"), page("b", 9, entry="f"), page("c", 2), page("d", 5)]
    for size, gone in ((400, ""), (399, "d"), (299, "dc"), (199, "dcb"), (99, "dcba"), (0, "dcba")):
        assert "".join(one.requested[-1] for one in surplus(kept, replace(ROOM, size=size), NOW)) == gone


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_rows_does_not_matter(seed: int) -> None:
    kept = [page(path, days, entry=entry) for path in "ab" for days, entry in ((1, None), (1.5, path), (2, None))]
    mixed = Random(seed).sample(kept, len(kept))
    assert surplus(mixed, replace(ROOM, size=350), NOW) == surplus(kept, replace(ROOM, size=350), NOW)


def test_an_entry_is_made_of_the_newest_of_its_pages() -> None:
    newest = page("a", 1, entry="e")
    assert made_of([newest, page("a", 2, entry="e"), page("a", 0)]) == {"e": newest}


def decision(kind: str, entry: str) -> Decision:
    key = f"club.example/{entry}"
    held = Held(entry, Article(f"https://{key}", None, "", ""), NOW, NOW, NOW, "d", keys=(key,))
    return Decision(kind, held)  # type: ignore[arg-type]


def test_a_new_or_changed_entry_is_made_of_the_page_that_came() -> None:
    kept = [page("a", 0), page("b", 0), page("c", 0), replace(page("d", 0), kind="listing")]
    decisions = [decision("new", "a"), decision("changed", "b"), decision("same", "c"), decision("new", "d")]
    known = [page("c", 5, entry="c")]
    assert [one.entry_id for one in attributed(kept, decisions, known, alone=False)] == ["a", "b", None, None]
    assert [one.entry_id for one in attributed(kept, decisions, [], alone=True)] == ["a", "b", "c", "d"]
