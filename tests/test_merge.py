"""Which entries are in a merged feed, and in what order."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from feeds.document import Feed, Origin
from feeds.merge import Part, build, chosen
from feeds.model import Held
from scraper.model import Article
from tests.made import NOON, a_feed, an_entry

DAY = timedelta(days=1)


def held(name: str, days: float, seen: float | None = None, *keys: str) -> Held:
    """An article that was published so many days ago, and first seen so many."""
    published = NOON - days * DAY
    first_seen = published if seen is None else NOON - seen * DAY
    article = Article(url=f"https://club.example/{name}", title=name, html="", text="")
    keys = keys or (f"club.example/{name}",)
    return Held(f"tag:club.example,2026:{name}", article, published, published, first_seen, "", keys=keys)


def part(*articles: Held, site: str = "club.example") -> Part:
    return Part(site, articles[0].published, iter(articles))


def names(*parts: Part, limit: int = 10) -> list[tuple[int, str | None]]:
    return [(one.part, one.held.article.title) for one in chosen(parts, limit)]


def test_the_newest_of_all_come_first_and_the_oldest_have_no_room() -> None:
    first, second = (held("a", 1), held("b", 3), held("c", 5)), (held("d", 2), held("e", 4))
    assert names(part(*first), part(*second), limit=4) == [(0, "a"), (1, "d"), (0, "b"), (1, "e")]
    assert names(part(*second), part(*first), limit=1) == [(1, "a")]
    assert names() == []


def test_of_one_moment_those_of_an_earlier_part_come_first_in_their_own_order() -> None:
    first, second = (held("a", 1), held("b", 1)), (held("c", 1), held("d", 1))
    assert names(part(*first), part(*second)) == [(0, "a"), (0, "b"), (1, "c"), (1, "d")]
    assert names(part(*second), part(*first)) == [(0, "c"), (0, "d"), (1, "a"), (1, "b")]


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("days", [1.0, 1.5, 0.5])
def test_an_article_of_two_feeds_is_that_of_where_it_was_seen_first(swapped: bool, days: float) -> None:
    mine = (held("a", 1, 0.4), held("b", 2))
    theirs = (held("x", 0.2), held("a", days, 0.3))
    parts = [part(*theirs), part(*mine)] if swapped else [part(*mine), part(*theirs)]
    found = chosen(parts, 3)
    assert [one.held.article.title for one in found] == ["x", "a", "b"]
    assert found[1].held.first_seen == NOON - 0.4 * DAY


@pytest.mark.parametrize("swapped", [False, True])
def test_a_page_of_another_site_that_claims_to_be_an_article_is_not_taken_for_it(swapped: bool) -> None:
    """`rel=canonical` may name any address."""
    claimed, own = part(held("a", 1, 0.5), site="evil.example"), part(held("a", 1, 0.2))
    (found,) = chosen([claimed, own] if swapped else [own, claimed], 3)
    assert found.held.first_seen == NOON - 0.2 * DAY


def test_it_is_known_by_any_address_and_never_by_a_number_of_one_site() -> None:
    one = held("a", 1, 0.5, "club.example/a", "club.example/old", "id slug 12345")
    other = held("b", 1, 0.2, "club.example/b", "club.example/old")
    stranger = held("c", 1, 0.1, "club.example/c", "id slug 12345")
    assert names(part(one), part(other), part(stranger)) == [(0, "a"), (2, "c")]


def test_no_more_is_asked_for_than_is_needed() -> None:
    asked = []

    def articles(number: int) -> Iterator[Held]:
        for step in range(9):
            asked.append((number, step))
            yield held(f"{number}-{step}", number + step)

    parts = [Part("club.example", NOON - number * DAY, articles(number)) for number in range(1000)]
    assert [one.part for one in chosen(parts, 3)] == [0, 0, 1]
    assert {number for number, _ in asked} <= {0, 1, 2}


def merged(*parts: Feed, language: str | None = None) -> Feed:
    return build(
        parts,
        feed_id="tag:x,2026:m",
        title="Both",
        author=None,
        language=language,
        site_url="https://x.example/",
        self_url=None,
    )


def test_an_entry_stays_what_it_is_and_tells_of_its_feed() -> None:
    one, two = an_entry(1, updated=NOON + DAY, authors=("Ann",)), an_entry(2, published=NOON - DAY, language="de")
    club = a_feed(two, id="tag:a,2026:club", title="Club", self_url="https://x.example/club.atom", language="en")
    pier = a_feed(one, id="tag:a,2026:pier", title="Pier", site_url="https://pier.example/", language="fr")
    both = merged(club, pier)
    assert [entry.id for entry in both.entries] == [one.id, two.id]
    assert [replace(entry, origin=None, language=None) for entry in both.entries] == [one, replace(two, language=None)]
    assert [entry.origin for entry in both.entries] == [
        Origin("tag:a,2026:pier", "Pier", NOON + DAY, None, "https://pier.example/"),
        Origin("tag:a,2026:club", "Club", NOON, "https://x.example/club.atom", "https://club.example/"),
    ]
    assert both.updated == NOON + DAY
    assert both.author == "Both"


def test_languages_are_those_of_the_entries() -> None:
    english = a_feed(an_entry(1), an_entry(2), language="en")
    german = a_feed(an_entry(3), language="de")
    both = merged(german, english)
    assert (both.language, [entry.language for entry in both.entries]) == ("en", ["de", None, None])
    assert [entry.language for entry in merged(german, english, language="de").entries] == [None, "en", "en"]
