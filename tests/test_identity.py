"""One id for life: what an article is known by, and how it gets its id."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import identity
from feeds.model import Held
from scraper.model import Article

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE = "https://club.example/"
TAG = re.compile(r"tag:[a-z0-9.-]+,2026:[0-9a-f]{20}(-[0-9]+)?")  # RFC 4151, and our own number


def article(path: str, *also: str, title: str = "A title", site: str = SITE) -> Article:
    return Article(site + path, title, "<p>Text</p>", "Text", addresses=tuple(SITE + each for each in (path, *also)))


def held(number: int, path: str, *keys: str) -> Held:
    return Held(
        f"id-{number}", article(path), NOW, NOW, NOW, "", keys=tuple(f"club.example/{k}" for k in (path, *keys))
    )


@pytest.mark.parametrize(
    "spelling",
    ["http://club.example/1", "https://www.club.example/1/", "https://CLUB.example/1?utm_source=x#top"],
)
def test_a_spelling_is_no_other_article(spelling: str) -> None:
    assert identity.keys(Article(spelling, None, "", "")) == identity.keys(Article(SITE + "1", None, "", ""))


def test_every_address_is_a_key_and_its_own_comes_first() -> None:
    keys = identity.keys(article("1", "old", "1?utm_source=x", "older"))
    assert keys == ("club.example/1", "club.example/old", "club.example/older")


def test_many_links_to_one_article_are_one_article() -> None:
    first, again, other = article("1", "a"), article("1", "b"), article("2")
    assert identity.distinct([first, again, other]) == (first, other)


SAYS = "The harbour was quiet, and nobody who was asked could say since when it had been so. " * 3


def test_two_pages_that_say_the_same_are_one_article() -> None:
    first = replace(article("news/1"), text=SAYS, site_ids=("post 1",), published=NOW)
    again = replace(article("sport/1"), text=SAYS.replace(" ", "\n"), site_ids=("meta x",), published=NOW)
    (both,) = identity.distinct([first, again])
    assert both == replace(first, addresses=(SITE + "news/1", SITE + "sport/1"), site_ids=("post 1", "meta x"))


@pytest.mark.parametrize(
    ("both", "other"),
    [
        ({}, {"published": NOW + timedelta(days=7)}),
        ({}, {"title": "Another title"}),
        ({}, {"text": SAYS + "And then it was not."}),
        ({"text": "Too short to tell."}, {}),
        ({"title": None}, {}),
    ],
    ids=["date", "title", "text", "short", "untitled"],
)
def test_two_pages_that_may_not_be_one_are_two_articles(both: dict[str, Any], other: dict[str, Any]) -> None:
    whole: dict[str, Any] = {"text": SAYS, "published": NOW} | both
    one = replace(article("1"), **whole)
    assert len(identity.distinct([one, replace(one, url=SITE + "2", addresses=(SITE + "2",), **other)])) == 2


def test_an_address_that_different_pages_call_their_own_is_nobodys() -> None:
    pages = article("same", "a", title="A"), article("same", "b", title="B")
    assert [each.url for each in identity.distinct(pages)] == [SITE + "a", SITE + "b"]


@pytest.mark.parametrize(
    ("articles", "remembered", "expected"),
    [
        ([article("1")], [], [None]),
        ([article("1"), article("2")], [held(1, "1")], ["id-1", None]),
        ([article("new", "1")], [held(1, "1")], ["id-1"]),
        ([article("1")], [held(1, "new", "1")], ["id-1"]),
        # An address that led elsewhere and now has an article of its own:
        ([article("1", title="Another"), article("2", "1")], [held(1, "2", "1")], [None, "id-1"]),
        ([article("2", "1"), article("1", title="Another")], [held(1, "2", "1")], ["id-1", None]),
        # Both claim what is held of neither's address:
        ([article("3", "1"), article("2", "1")], [held(1, "1")], ["id-1", None]),
    ],
    ids=["new", "one of two", "moved", "moved back", "split, new first", "split", "claimed twice"],
)
def test_recognised(articles: list[Article], remembered: list[Held], expected: list[str | None]) -> None:
    found = identity.recognise(articles, remembered)
    assert [each.held and each.held.entry_id for each in found] == expected
    assert [each.article for each in found] == articles


def test_another_address_of_an_article_that_is_here_is_no_article_beside_it() -> None:
    first, second = article("1"), article("2")
    found = identity.recognise([second, first], [held(1, "1", "2")])
    assert [(each.article, each.held and each.held.entry_id) for each in found] == [(first, "id-1")]


PATHS = st.sampled_from("abcdef")
ARTICLES = st.lists(st.builds(lambda path, also: article(path, *also), PATHS, st.lists(PATHS, max_size=3)), max_size=6)


@given(ARTICLES, st.lists(st.lists(PATHS, min_size=1, max_size=3, unique=True), max_size=4))
def test_nothing_is_given_twice(articles: list[Article], remembered: list[list[str]]) -> None:
    known, taken = [], set[str]()
    for number, (path, *keys) in enumerate(remembered):
        known.append(held(number, path, *(key for key in keys if key not in taken)))
        taken.update((path, *keys))
    found = identity.recognise(identity.distinct(articles), known)
    ids = [each.held.entry_id for each in found if each.held]
    keys_given = [key for each in found for key in each.keys]
    assert len(ids) == len(set(ids))
    assert len(keys_given) == len(set(keys_given))
    assert all(each.keys[0] == identity.keys(each.article)[0] for each in found)


def test_an_id_is_a_tag_uri_that_depends_on_the_address_alone() -> None:
    first = identity.mint(article("1"), ())
    assert TAG.fullmatch(first) and first.startswith("tag:club.example,")
    assert identity.mint(article("1", "old", title="Another"), ()) == first
    assert identity.mint(article("1", site="http://www.club.example/"), ()) == first
    assert identity.mint(article("2"), ()) != first


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/1", "http://[::1]/1", "https://xn--bcher-kva.example/1"])
def test_an_id_is_a_tag_uri_whatever_the_host(url: str) -> None:
    assert TAG.fullmatch(identity.mint(Article(url, None, "", ""), ()))


def test_an_id_is_never_used_again() -> None:
    taken: list[str] = []
    for _ in range(5):
        taken.append(identity.mint(article("1"), taken))
    assert len(set(taken)) == 5
    assert all(map(TAG.fullmatch, taken))


def test_two_feeds_of_one_page_have_two_ids() -> None:
    one = identity.feed_id("one", SITE)
    assert TAG.fullmatch(one)
    assert one == identity.feed_id("one", "http://www.club.example")
    assert one not in (identity.feed_id("two", SITE), identity.feed_id("one", SITE + "news"))


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("news/12345-a-seal", "12345"),
        ("news/a-seal-12345.html", "12345"),
        ("news/a-seal-a12345", "12345"),
        ("news/123456/a-seal", "123456"),
        ("news/a1234567", "1234567"),
        ("news/2026-review", None),
        ("news/a-seal-2026", None),
        ("2026/03/01/a-seal", None),
        ("news/20260301-a-seal", None),
        ("news/top-10", None),
        ("news/12/a-seal", None),
        ("", None),
    ],
)
def test_the_number_in_an_address_is_an_id_of_the_sites(path: str, number: str | None) -> None:
    assert identity.site_keys(article(path)) == ((f"id slug {number}",) if number else ())


def test_what_all_pages_bear_is_no_id() -> None:
    one, other = (replace(article(path), site_ids=("post 7", f"meta {path}")) for path in "ab")
    assert [each.site_ids for each in identity.distinct([one, other])] == [("meta a",), ("meta b",)]
