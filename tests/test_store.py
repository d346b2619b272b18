"""The store keeps what it is given, once, whoever else works on it and whenever it is killed."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, event, exc, inspect

from feeds import database, migrations, schema
from feeds.errors import StoreError
from feeds.hosts import StoredHosts
from feeds.migrations import steps
from feeds.model import Configured, Decision, Held, Holding, Lease, Moved, Outcome, Source
from feeds.share import Share
from feeds.store import Store
from feeds.turnstore import FORGOTTEN_EVERY, RUNS_KEPT
from scraper.model import Article, Enclosure, Evidence, Image, KnownPage, SiteTemplate, Validators
from tests.program import PATIENCE

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NEWS = Configured("news", "https://club.example/news", "r1", "tag:club.example,2026:news")

RICH = Held(
    entry_id="tag:club.example,2026:1",
    article=Article(
        url="https://club.example/1",
        title="Käse, 芝士 & \N{CHEESE WEDGE}",
        html="<p>One &amp; <em>two</em></p>",
        text="One & two\n\nthree",
        authors=("Ann", "Bö"),
        published=NOW - 3 * HOUR,
        updated=NOW - 2 * HOUR,
        language="de",
        image=Image("https://club.example/1.png", 640, None),
        tags=("a", "ä"),
        summary="Short.",
        enclosures=(Enclosure("https://club.example/1.mp3", "audio/mpeg", 2**40),),
        addresses=("https://club.example/1", "https://club.example/1?utm_source=x"),
        provenance=(Evidence("title", "json-ld", 0.9), Evidence("url", "canonical")),
        whole="f00d",
    ),
    published=NOW - 3 * HOUR,
    updated=NOW - HOUR,
    first_seen=NOW,
    digest="d1",
    revision=1,
    keys=("k1", "k2"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".state" / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as store:
        yield store


@pytest.fixture
def lease(store: Store) -> Lease:
    store.sync([NEWS], NOW)
    return claim(store)


def claim(store: Store, now: datetime = NOW, name: str = "news") -> Lease:
    (lease,) = store.claim(now, now + HOUR, 1, [name])
    return lease


def bare(number: int, published: datetime = NOW) -> Held:
    """An article of which nothing is known but what must be."""
    article = Article(f"https://club.example/{number}", None, "", "")
    return Held(f"id-{number}", article, published, published, NOW, "d", keys=(f"k-{number}",))


def known(store: Store, name: str = "news") -> Source:
    source = store.source(name)
    assert source is not None
    return source


def new(*held: Held, **more: Any) -> Outcome:
    return Outcome(tuple(Decision("new", one) for one in held), **more)


def sql(path: Path, query: str, *values: object) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(query, values).fetchall()


# What is saved comes back


@pytest.mark.parametrize("held", [RICH, bare(1)], ids=["every field", "hardly any"])
def test_an_article_comes_back_as_it_was(store: Store, lease: Lease, held: Held) -> None:
    assert store.save(lease, new(held), NOW)
    assert store.held(lease.source.id, held.keys[:1]) == (held,)
    assert store.newest(lease.source.id, 9) == (held,)
    assert store.issued(lease.source.id).ids == {held.entry_id}


def test_lone_surrogates_are_replaced(store: Store, lease: Lease) -> None:
    article = replace(RICH.article, title="a\ud800b", tags=("\udfff", "\ud83e\uddc0"))
    held = replace(RICH, article=article, keys=("k\ud800",))
    store.save(lease, new(held, error="bad \udc00", pages=(KnownPage("https://club.example/\ud800"),)), NOW)
    (back,) = store.held(lease.source.id, ["k\ud800"])
    assert (back.article.title, back.article.tags) == ("a\ufffdb", ("\ufffd", "\N{CHEESE WEDGE}"))


def test_any_text_is_kept(store: Store, lease: Lease) -> None:
    @settings(max_examples=20, deadline=None, database=None)  # two transactions each
    @given(st.text(st.characters()))
    def kept(title: str) -> None:
        again = claim(store)
        held = replace(RICH, article=replace(RICH.article, title=title, tags=(title,)))
        store.save(again, Outcome((Decision("changed", held),)), NOW)
        (back,) = store.newest(again.source.id, 1)
        assert back.article.title == back.article.tags[0]
        assert back.article.title == title or any("\ud800" <= letter <= "\udfff" for letter in title)
        back.article.title.encode()

    store.release(lease)
    kept()


def test_moments_are_kept_in_utc_and_must_be_aware(store: Store, lease: Lease) -> None:
    east = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    store.save(lease, new(bare(1, published=east)), NOW)
    (held,) = store.newest(lease.source.id, 1)
    assert held.published == NOW
    assert held.published.tzinfo is UTC
    with pytest.raises(exc.StatementError, match="aware"):
        store.next_due(NOW.replace(tzinfo=None))


def test_a_source_comes_back_as_a_run_left_it(store: Store, lease: Lease) -> None:
    validators, later = Validators('W/"1"', "Sun, 01 Mar 2026 11:00:00 GMT"), NOW + MINUTE
    outcome = new(RICH, listing=validators, title="Club", language="de", next_due=NOW + HOUR, changed=later)
    store.save(lease, outcome, later)
    source = store.source("news")
    assert source is not None
    assert (source.name, source.url, source.feed_id, source.rules) == (
        "news",
        NEWS.url,
        NEWS.feed_id,
        NEWS.rules,
    )
    assert (source.title, source.language, source.listing) == ("Club", "de", validators)
    assert (source.next_due, source.changed, source.last_try, source.last_ok) == (
        NOW + HOUR,
        later,
        NOW,
        later,
    )
    assert (source.failures, source.last_error, source.dirty) == (0, None, True)
    assert store.sources() == (source,)
    assert store.source("olds") is None


def test_a_failed_run_keeps_what_was_known(store: Store, lease: Lease) -> None:
    store.save(lease, new(listing=Validators("1"), title="Club", changed=NOW), NOW)
    for failures in (1, 2):
        store.save(claim(store), Outcome(error="It timed out.", next_due=NOW + HOUR), NOW + HOUR)
        source = store.source("news")
        assert source is not None
        assert (source.failures, source.last_error, source.last_ok) == (failures, "It timed out.", NOW)
        assert (source.listing, source.title, source.changed) == (Validators("1"), "Club", NOW)


def test_an_article_changes_but_not_its_birth(store: Store, lease: Lease, path: Path) -> None:
    store.save(lease, new(RICH), NOW)
    article = replace(RICH.article, title="Corrected", image=None)
    changed = replace(RICH, article=article, updated=NOW, digest="d2", revision=2, keys=("k1", "k3"))
    late = replace(changed, published=NOW + HOUR, first_seen=NOW + HOUR)
    store.save(claim(store), Outcome((Decision("changed", late),)), NOW + HOUR)
    assert store.newest(lease.source.id, 9) == (replace(changed, keys=("k1", "k2", "k3")),)
    same = replace(late, digest="ignored", keys=("k4",))
    store.save(claim(store), Outcome((Decision("same", same),)), NOW + 2 * HOUR)
    assert store.newest(lease.source.id, 9) == (replace(changed, keys=("k1", "k2", "k3", "k4")),)
    assert sql(path, "SELECT last_seen FROM articles") == [("2026-03-01 14:00:00.123456",)]


def test_a_key_stays_with_the_article_that_had_it_first(store: Store, lease: Lease) -> None:
    more = replace(bare(2), keys=("k-1", "k-2"))
    store.save(lease, Outcome((*new(bare(1), bare(2)).decisions, Decision("same", more))), NOW)
    assert [held.keys for held in store.held(lease.source.id, ["k-1", "k-2"])] == [("k-1",), ("k-2",)]


def test_a_new_article_has_all_the_keys_by_which_it_will_be_known(store: Store, lease: Lease) -> None:
    store.save(lease, new(replace(bare(1), keys=("k-1", "k-2")), bare(2)), NOW)
    assert [held.keys for held in store.held(lease.source.id, ["k-1", "k-2"])] == [("k-1",), ("k-2",)]


def test_articles_are_found_by_any_of_many_keys(store: Store, lease: Lease) -> None:
    assert store.held(lease.source.id, []) == ()
    store.save(lease, new(RICH, bare(1)), NOW)
    assert store.held(lease.source.id, ["k2", "nobody's"]) == (RICH,)
    many = (*RICH.keys, *(f"k-{number}" for number in range(40_000)))
    assert set(store.held(lease.source.id, many)) == {RICH, bare(1)}
    assert store.held(lease.source.id + 1, RICH.keys) == ()


def test_the_newest_come_first_and_ties_have_an_order(store: Store, lease: Lease) -> None:
    later = replace(bare(2), first_seen=NOW + HOUR)
    revised = replace(bare(1), updated=NOW + HOUR)
    store.save(lease, new(bare(4, NOW - HOUR), revised, later, bare(3)), NOW)
    ids = [held.entry_id for held in store.newest(lease.source.id, 9)]
    assert ids == ["id-2", "id-3", "id-1", "id-4"]
    assert [held.entry_id for held in store.newest(lease.source.id, 2)] == ids[:2]


def test_pages_keep_when_they_were_first_seen(store: Store, lease: Lease) -> None:
    once = KnownPage("https://club.example/1", Validators("1", "then"))
    store.save(lease, Outcome(pages=(once,)), NOW)
    again = replace(once, validators=Validators("2"))
    store.save(claim(store), Outcome(pages=(again,)), NOW + HOUR)
    (seen,) = store.pages(lease.source.id)
    assert (seen.page, seen.first_seen, seen.looked) == (again, NOW, NOW + HOUR)


def test_a_page_keeps_when_its_bytes_last_came(store: Store, lease: Lease) -> None:
    def save(lease: Lease, hours: int, *fetched: str) -> list[tuple[datetime, datetime]]:
        seen = tuple(KnownPage(f"https://club.example/{number}") for number in (1, 2))
        store.save(lease, Outcome(pages=seen, fetched=fetched), NOW + hours * HOUR)
        return [(page.looked, page.full) for page in store.pages(lease.source.id)]

    assert save(lease, 0) == [(NOW, NOW)] * 2  # whatever comes first comes whole
    later, last = NOW + HOUR, NOW + 2 * HOUR
    assert save(claim(store), 1, "https://club.example/2", "https://x.example/") == [(later, NOW), (later, later)]
    assert save(claim(store), 2, "https://club.example/1") == [(last, last), (last, later)]


def test_a_listing_keeps_when_its_bytes_last_came(store: Store, lease: Lease) -> None:
    assert known(store).listing_full is None
    store.save(lease, Outcome(), NOW)
    assert known(store).listing_full is None
    store.save(claim(store), Outcome(listing_fetched=True), NOW + HOUR)
    store.save(claim(store), Outcome(error="It timed out."), NOW + 2 * HOUR)
    assert known(store).listing_full == NOW + HOUR


def test_where_a_source_moved_is_kept_until_a_run_says_otherwise(store: Store, lease: Lease) -> None:
    assert known(store).moved is None
    for moved in (Moved("https://new.example/", 1, NOW), Moved("https://new.example/", 2, NOW), None):
        store.save(lease, Outcome(moved=moved), NOW)
        lease = claim(store)
        assert known(store).moved == lease.source.moved == moved


HELD = Holding(NOW, "links found: 12 -> 0 of 12 known", "links found", True, NOW)


@pytest.mark.parametrize(
    ("outcome", "failures", "ok", "run"),
    [
        (Outcome(), 0, True, "ok"),
        (Outcome(failed=False), 0, True, "ok"),
        (Outcome(error="It timed out."), 2, False, "failed"),
        (Outcome(error="It timed out.", failed=True), 2, False, "failed"),
        (Outcome(error="Nothing can be reached.", failed=False), 1, False, "failed"),
        (Outcome(failed=True), 2, False, "failed"),
        (Outcome(error=HELD.reason, failed=True, hold=HELD), 2, False, "held"),
        (Outcome(error="It timed out.", failed=True, hold=HELD), 2, False, "failed"),
    ],
)
def test_what_counts_as_a_failure(
    store: Store, lease: Lease, path: Path, outcome: Outcome, failures: int, ok: bool, run: str
) -> None:
    store.save(lease, Outcome(error="It timed out.", listing=Validators("0")), NOW)
    store.save(claim(store), replace(outcome, listing=Validators("1")), NOW)
    source = known(store)
    assert (source.failures, source.last_error) == (failures, outcome.error)
    assert (source.last_ok, source.listing) == ((NOW, Validators("1")) if ok else (None, Validators()))
    assert sql(path, "SELECT outcome FROM runs ORDER BY id DESC LIMIT 1") == [(run,)]


MEMORY = SiteTemplate((7, 2**32 - 1), (2**64 - 1, 3), (1, 2), (5,), (3,), (0,))


def test_what_is_known_of_a_site_is_its_own_and_outlives_the_program(path: Path, store: Store, lease: Lease) -> None:
    assert store.template("https://club.example/") == SiteTemplate()
    assert store.save(lease, new(url="https://www.club.example/news", template=MEMORY), NOW)
    store.close()
    with Store.open(path) as again:
        assert again.template("http://club.example/other") == MEMORY
        assert again.template("https://pub.example/") == SiteTemplate()


def test_a_run_that_learnt_nothing_forgets_nothing(store: Store, lease: Lease) -> None:
    assert store.save(lease, new(url="https://club.example/news", template=MEMORY), NOW)
    assert store.save(claim(store), new(url="https://club.example/news"), NOW)
    assert store.template("https://club.example/news") == MEMORY


def test_runs_are_counted_and_only_the_last_are_kept(store: Store, lease: Lease, path: Path) -> None:
    decisions = (Decision("new", bare(1)), Decision("new", bare(2)), Decision("changed", bare(1)))
    store.save(lease, Outcome(decisions), NOW)
    query = "SELECT started, outcome, new, changed, error FROM runs"
    assert sql(path, query) == [("2026-03-01 12:00:00.123456", "ok", 2, 1, None)]
    made = RUNS_KEPT + FORGOTTEN_EVERY
    for number in range(made):
        store.save(claim(store), Outcome(error=f"error {number}"), NOW)
    kept = sql(path, "SELECT outcome, error FROM runs ORDER BY id")
    assert kept[-RUNS_KEPT:] == [("failed", f"error {number}") for number in range(made - RUNS_KEPT, made)]
    assert len(kept) < RUNS_KEPT + FORGOTTEN_EVERY


# What is published


def test_a_source_is_dirty_until_what_was_saved_is_published(store: Store, lease: Lease) -> None:
    def state() -> tuple[bool, int]:
        (source,) = store.sources()
        return source.dirty, source.version

    assert state() == (False, 0)
    store.save(lease, new(bare(1)), NOW)
    assert state() == (True, 1)
    store.save(claim(store), new(bare(2)), NOW)  # while out/ was being written
    store.mark_published(lease.source.id, 1)
    assert state() == (True, 2)
    store.mark_published(lease.source.id, 2)
    store.save(claim(store), Outcome((Decision("same", bare(1)),)), NOW)
    assert state() == (False, 2)
    store.save(claim(store), Outcome(title="A feed's title is seen too"), NOW)
    assert state() == (True, 3)


# Leases


def test_a_lost_lease_saves_nothing(store: Store, lease: Lease, path: Path) -> None:
    second = claim(store, NOW + HOUR)
    before = store.source("news")
    assert not store.save(lease, new(RICH, title="Late", pages=(KnownPage("https://x.example/"),)), NOW)
    store.release(lease)
    assert store.source("news") == before
    assert store.issued(lease.source.id).ids == frozenset()
    assert store.pages(lease.source.id) == ()
    assert sql(path, "SELECT * FROM runs") == []
    assert store.claim(NOW + HOUR, NOW + 2 * HOUR, 1) == ()
    assert store.save(second, new(RICH), NOW)


def test_a_lease_ends_by_time_or_when_it_is_given_back(store: Store) -> None:
    store.sync([NEWS], NOW)
    (first,) = store.claim(NOW, NOW + HOUR, 9)
    assert (first.token, first.until, first.source.last_try) == (1, NOW + HOUR, NOW)
    assert store.claim(NOW + HOUR - MINUTE, NOW + 2 * HOUR, 9) == ()
    (second,) = store.claim(NOW + HOUR, NOW + 2 * HOUR, 9)
    assert second.token == 2
    store.release(second)
    (third,) = store.claim(NOW + HOUR, NOW + 2 * HOUR, 9)
    assert third.token == 3


def test_due_sources_are_claimed_the_longest_due_first(store: Store) -> None:
    names = ["a", "b", "c", "later", "paused"]
    store.sync([Configured(n, f"https://{n}.example/", "r", n, paused=n == "paused") for n in names], NOW)
    dues = {"a": NOW - MINUTE, "b": NOW - HOUR, "c": NOW, "later": NOW + MINUTE, "paused": NOW - HOUR}
    for name, due in dues.items():
        store.save(claim(store, name=name), Outcome(next_due=due), NOW)
    assert store.next_due(NOW) == NOW - HOUR
    assert [lease.source.name for lease in store.claim(NOW, NOW + HOUR, 2)] == ["b", "a"]
    assert store.next_due(NOW) == NOW
    assert store.next_due(NOW + HOUR) == NOW - HOUR
    assert [lease.source.name for lease in store.claim(NOW, NOW + HOUR, 2)] == ["c"]
    assert store.claim(NOW, NOW + HOUR, 9, []) == ()
    named = store.claim(NOW, NOW + HOUR, 9, ["a", "later", "nobody", "paused"])
    assert [lease.source.name for lease in named] == ["paused", "later"]
    assert store.next_due(NOW) is None


def test_of_those_that_are_due_at_the_same_moment_who_was_served_last_is_the_last(store: Store) -> None:
    store.sync([Configured(n, f"https://{n}.example/", "r", n) for n in "abc"], NOW)
    for served in ["b", "a", "c", "b"]:
        (lease,) = store.claim(NOW, NOW + HOUR, 1) if served != "b" else (claim(store, name="b"),)
        assert lease.source.name == served
        store.save(lease, Outcome(next_due=NOW), NOW + MINUTE * lease.token)


def test_who_works_by_what_is_not_wanted_any_more_loses_the_lease(store: Store) -> None:
    store.sync([Configured(n, f"https://{n}.example/", "r", n) for n in "abc"], NOW)
    works = {name: claim(store, name=name) for name in "ab"}
    store.take_back({"a", "c"}, NOW + MINUTE)
    later = NOW + HOUR
    assert not store.save(works["a"], Outcome(next_due=later), NOW + MINUTE)
    assert store.save(works["b"], Outcome(next_due=later), NOW + MINUTE)
    assert [lease.source.name for lease in store.claim(NOW + MINUTE, later, 9)] == ["c", "a"]


def test_what_a_person_accepts_is_what_is_there_when_the_source_can_be_read_again(store: Store, lease: Lease) -> None:
    store.want("news", NOW, accepts=True)  # it works by what was said before
    assert not store.save(lease, Outcome(next_due=NOW + HOUR), NOW)
    store.save(claim(store), Outcome(error="no answer", failed=True, next_due=NOW), NOW)
    second = claim(store)
    assert second.source.accepts
    store.save(second, Outcome(next_due=NOW), NOW)
    assert not claim(store).source.accepts


def test_what_a_person_accepts_is_no_wish_any_more_once_it_was_kept_back(store: Store, lease: Lease) -> None:
    store.want("news", NOW, accepts=True)
    hold = Holding(NOW, "nothing was found", "links", lasting=False, agreed=NOW)
    store.save(claim(store), Outcome(error=hold.reason, failed=True, hold=hold, next_due=NOW), NOW)
    assert not claim(store).source.accepts


def test_who_wants_a_source_fetched_now_has_it_from_whoever_works_on_it(store: Store, lease: Lease) -> None:
    store.want("news", NOW)
    assert store.save(lease, Outcome(next_due=NOW + HOUR), NOW)


def test_what_a_process_had_that_is_no_more_is_free_and_what_changed_is_named(store: Store) -> None:
    store.sync([Configured(n, f"https://{n}.example/", "r", n) for n in "abc"], NOW)
    shares = [Share(1, 2, "it"), Share(1, 2, "it"), Share(1, 2, "another")]
    works = [store.claim(NOW, NOW + HOUR, 1, [name], share)[0] for name, share in zip("abc", shares, strict=True)]
    store.save(works[0], Outcome(next_due=NOW + HOUR, changed=NOW), NOW)
    assert store.release_all("it", NOW + MINUTE) == ()
    assert store.release_all("it", NOW) == ("a",)
    assert [lease.source.name for lease in store.claim(NOW, NOW + HOUR, 9)] == ["b"]


def test_a_source_that_is_gone_is_claimed_by_name_only(store: Store, lease: Lease) -> None:
    store.save(lease, Outcome(error="410 Gone", gone=True, next_due=NOW), NOW)
    assert [source.gone for source in store.sources()] == [True]
    assert store.claim(NOW + HOUR, NOW + 2 * HOUR, 9) == ()
    assert store.next_due(NOW + HOUR) is None
    back = claim(store)
    assert back.source.gone
    store.save(back, Outcome(next_due=NOW), NOW)
    assert [lease.source.gone for lease in store.claim(NOW, NOW + HOUR, 9)] == [False]


@pytest.mark.parametrize("in_memory", [False, True])
def test_many_claim_at_once_and_no_source_goes_to_two(path: Path, in_memory: bool) -> None:
    with Store.open(None if in_memory else path) as one, Store.open(path) as other:
        one.sync([Configured(f"s{n}", f"https://s{n}.example/", "r", f"tag:{n}") for n in range(200)], NOW)

        def work(number: int) -> list[str]:
            store = one if in_memory or number % 2 else other
            names = []
            while leases := store.claim(NOW, NOW + HOUR, 3):
                for lease in leases:
                    assert store.save(lease, new(bare(1), next_due=NOW + HOUR), NOW)
                    names.append(lease.source.name)
            return names

        with ThreadPoolExecutor(16) as pool:
            names = [name for some in pool.map(work, range(16)) for name in some]
        assert sorted(names) == sorted(f"s{n}" for n in range(200))


# The configuration


def synced(store: Store, *configured: Configured) -> list[tuple[str, str, int]]:
    """Sync after a minute has passed; what is active then."""
    store.sync(configured, NOW + MINUTE)
    return [(source.name, source.url, source.id) for source in store.sources()]


@pytest.fixture
def filled(store: Store, lease: Lease) -> Store:
    """A store whose one source has been scraped, is published, and is due in an hour."""
    page = KnownPage("https://club.example/1", Validators("2"))
    store.save(lease, new(RICH, listing=Validators("1"), pages=(page,), next_due=NOW + HOUR), NOW)
    store.mark_published(lease.source.id, 1)
    return store


def test_a_new_source_is_due(store: Store) -> None:
    sample = Configured("sample", "sample://lantern.example/", "r", "tag:s", paused=True)
    store.sync([NEWS, sample], NOW)
    news, other = store.sources()
    assert (news.name, news.next_due, news.dirty, news.feed_id) == ("news", NOW, False, NEWS.feed_id)
    assert (other.url, other.paused) == (sample.url, True)


def test_the_same_configuration_changes_nothing(filled: Store) -> None:
    before = filled.sources()
    filled.sync([NEWS], NOW + MINUTE)
    assert filled.sources() == before
    filled.sync([replace(NEWS, paused=True, feed_id="another")], NOW + MINUTE)
    assert filled.sources() == (replace(before[0], paused=True),)


def test_a_feed_that_is_renamed_keeps_its_memory(filled: Store, lease: Lease) -> None:
    assert synced(filled, replace(NEWS, name="club")) == [("club", NEWS.url, lease.source.id)]
    (source,) = filled.sources()
    assert (source.dirty, source.next_due, source.listing) == (True, NOW + HOUR, Validators("1"))


def test_an_address_that_is_spelt_anew_keeps_its_memory(filled: Store, lease: Lease) -> None:
    url = "http://www.club.example/news/index.html"
    assert synced(filled, replace(NEWS, url=url)) == [("news", url, lease.source.id)]


def test_a_page_that_moves_within_its_site_keeps_its_memory(filled: Store, lease: Lease) -> None:
    url = "https://club.example/blog"
    assert synced(filled, replace(NEWS, url=url)) == [("news", url, lease.source.id)]
    (source,) = filled.sources()
    assert (source.next_due, source.dirty, source.listing) == (NOW + MINUTE, True, Validators())
    assert synced(filled, replace(NEWS, name="club", url=url)) == [("club", url, lease.source.id)]


def test_a_name_that_is_given_to_another_site_begins_anew_and_may_come_back(filled: Store, lease: Lease) -> None:
    other = replace(NEWS, url="https://other.example/")
    ((_, url, id),) = synced(filled, other)
    assert (url, id != lease.source.id) == (other.url, True)
    (source,) = filled.sources()
    assert source.feed_id == NEWS.feed_id + "-2"
    assert synced(filled, NEWS) == [("news", NEWS.url, lease.source.id)]
    assert filled.issued(lease.source.id).ids == {RICH.entry_id}
    assert synced(filled, other) == [("news", other.url, id)]


def test_two_feeds_of_one_page_are_two_sources(store: Store) -> None:
    events = replace(NEWS, name="events", feed_id="tag:e")
    first = synced(store, NEWS, events)
    assert [(name, url) for name, url, _ in first] == [("events", NEWS.url), ("news", NEWS.url)]
    renamed = synced(store, replace(events, name="a"), replace(NEWS, name="b"))
    assert {id for *_, id in renamed} == {id for *_, id in first}


def test_a_name_that_is_free_again_is_taken_over(store: Store) -> None:
    blog = Configured("blog", "https://blog.example/", "r", "tag:b")
    synced(store, NEWS, blog)
    ids = {source.name: source.id for source in store.sources()}
    assert synced(store, replace(blog, name="weblog")) == [("weblog", blog.url, ids["blog"])]
    taken = replace(blog, name="news")
    assert synced(store, taken) == [("news", blog.url, ids["blog"])]


def test_a_source_that_leaves_is_kept_and_due_when_it_returns(filled: Store, lease: Lease) -> None:
    assert synced(filled) == []
    assert filled.source("news") is None
    assert filled.claim(NOW + HOUR, NOW + 2 * HOUR, 9) == ()
    assert filled.next_due(NOW) is None
    assert synced(filled, NEWS) == [("news", NEWS.url, lease.source.id)]
    (source,) = filled.sources()
    assert (source.next_due, source.dirty, source.listing) == (NOW + MINUTE, True, Validators("1"))


def test_changed_rules_make_a_source_due_without_validators(filled: Store, lease: Lease) -> None:
    working = claim(filled)
    filled.sync([replace(NEWS, rules="r2")], NOW + MINUTE)
    (source,) = filled.sources()
    assert (source.rules, source.next_due, source.dirty) == ("r2", NOW + MINUTE, True)
    assert source.listing == Validators()
    assert [seen.page for seen in filled.pages(source.id)] == [KnownPage("https://club.example/1")]
    assert not filled.save(working, new(bare(1), listing=Validators("of the old rules")), NOW + MINUTE)
    (lease,) = filled.claim(NOW + MINUTE, NOW + HOUR, 1)
    assert filled.save(lease, new(bare(1)), NOW + MINUTE)


@pytest.mark.parametrize(
    ("configured", "cleared"),
    [
        (replace(NEWS, rules="r2"), True),
        (replace(NEWS, url="https://club.example/blog"), True),
        (replace(NEWS, name="club"), False),
        (replace(NEWS, paused=True), False),
        (NEWS, False),
    ],
)
def test_changed_rules_or_address_give_a_source_another_chance(
    store: Store, lease: Lease, configured: Configured, cleared: bool
) -> None:
    moved = Moved("https://new.example/", 3, NOW)
    store.save(lease, Outcome(error="410 Gone", gone=True, moved=moved, listing_fetched=True), NOW)
    store.sync([configured], NOW + MINUTE)
    source = known(store, configured.name)
    assert (source.gone, source.moved) == ((False, None) if cleared else (True, moved))
    assert source.listing_full == NOW
    assert len(store.claim(NOW + HOUR, NOW + 2 * HOUR, 9)) == cleared


# The schema


def structure(engine: Engine) -> dict[str, object]:
    found = inspect(engine)
    return {
        table: (
            [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(table)],
            found.get_pk_constraint(table),
            found.get_foreign_keys(table),
            found.get_unique_constraints(table),
            [
                (
                    i["name"],
                    i["column_names"],
                    i["unique"],
                    str(i.get("dialect_options", {}).get("sqlite_where")),
                )
                for i in found.get_indexes(table)
            ],
        )
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def test_the_migrations_make_what_the_code_expects(path: Path) -> None:
    Store.open(path).close()
    fresh, migrated = create_engine(f"sqlite:///{path}"), create_engine("sqlite://")
    with migrated.connect() as connection:
        migrations.upgrade(connection)
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
        assert MigrationContext.configure(connection).get_current_heads() == (migrations.NEWEST,)
    assert structure(migrated) == structure(fresh)
    with fresh.connect() as connection:
        assert MigrationContext.configure(connection).get_current_heads() == (migrations.NEWEST,)
    migrated.dispose()
    fresh.dispose()


def test_the_newest_schema_is_the_last_of_the_steps() -> None:
    assert migrations.revisions()[0] == migrations.NEWEST


def test_another_programs_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    sql(path, "CREATE TABLE sources (theirs)")
    with pytest.raises(StoreError, match="already exists"):
        Store.open(path)
    assert [row[0] for row in sql(path, "SELECT name FROM sqlite_master")] == ["sources"]


def test_an_older_store_is_copied_and_upgraded_and_a_newer_one_refused(
    path: Path, lease: Lease, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(lease, new(RICH), NOW)
    here, future, newest = steps.HERE, tmp_path / "migrations", migrations.NEWEST
    shutil.copytree(here, future, ignore=shutil.ignore_patterns("__pycache__"))
    (future / "versions" / "9999_later.py").write_text(
        "from alembic import op\n"
        f"revision, down_revision = '9999', '{newest}'\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('sources', recreate='always') as batch:\n"
        "        batch.drop_column('created')\n"
    )
    monkeypatch.setattr(steps, "HERE", future)
    monkeypatch.setattr(migrations, "NEWEST", "9999")
    copy = path.with_name(f"store.db.before-{newest}")
    copy.write_text("what an earlier attempt left")
    for _ in range(2):
        with Store.open(path) as upgraded:
            assert upgraded.newest(lease.source.id, 9) == (RICH,)
    assert "created" not in [row[1] for row in sql(path, "PRAGMA table_info(sources)")]
    monkeypatch.setattr(steps, "HERE", here)
    monkeypatch.setattr(migrations, "NEWEST", newest)
    with Store.open(copy) as older:
        assert older.newest(lease.source.id, 9) == (RICH,)
    with pytest.raises(StoreError, match=r"store\.db was written by a newer Feedwright"):
        Store.open(path)


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_many_processes_may_open_a_new_store_at_once(path: Path) -> None:
    code = "import sys, pathlib, feeds.store as s; s.Store.open(pathlib.Path(sys.argv[1])).close()"
    children = [python(code, path) for _ in range(4)]
    for child in children:
        child.communicate(timeout=PATIENCE)
    assert [child.returncode for child in children] == [0, 0, 0, 0]


# What goes wrong


@pytest.mark.parametrize("content", [b"This is no database, not at all." * 99, b"SQLite format 3\0" + b"?" * 4096])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"store\.db is damaged \(.*\); feeds in out/ stay"):
        Store.open(path)
    assert path.read_bytes() == content


def test_a_damaged_store_is_noticed_when_it_is_opened(path: Path, lease: Lease, store: Store) -> None:
    store.save(lease, new(*map(bare, range(100))), NOW)
    store.close()
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 9] = b"\xff" * 4096 * 6
    path.write_bytes(content)
    with pytest.raises(StoreError, match="is damaged"):
        Store.open(path)


def test_a_store_needs_a_folder_and_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="has no folder to be in: Not a directory"):
        Store.open(tmp_path / "file" / "below" / "store.db")
    with pytest.raises(StoreError, match="cannot be read or written: unable to open"):
        Store.open(tmp_path)


def test_a_store_that_another_keeps_locked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(path).close()
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0)
    with Store.open(path) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="was locked by another program"):
            store.sync([NEWS], NOW)
        assert store.sources() == ()
        other.rollback()
        store.sync([NEWS], NOW)


def test_a_full_disk_keeps_what_was_there(path: Path) -> None:
    def cap(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 60")

    event.listen(Engine, "connect", cap)
    try:
        with Store.open(path) as store:
            store.sync([NEWS], NOW)
            lease = claim(store)
            big = replace(RICH, article=replace(RICH.article, html="x" * 300_000))
            with pytest.raises(StoreError, match=r"store\.db cannot grow: the disk is full"):
                store.save(lease, new(bare(1), big), NOW)
            assert store.issued(lease.source.id).ids == frozenset()
            assert store.save(lease, new(RICH), NOW)
    finally:
        event.remove(Engine, "connect", cap)


def test_maintenance_folds_the_log_into_the_file(path: Path, store: Store, lease: Lease) -> None:
    log = path.with_name("store.db-wal")
    assert log.stat().st_size > 0
    store.maintenance(NOW)
    assert log.stat().st_size == 0
    assert store.save(lease, new(RICH), NOW)


SAVING = """
import pathlib, sys
from tests.test_store import NEWS, NOW, bare, claim, new
from feeds.store import Store
store = Store.open(pathlib.Path(sys.argv[1]))
store.sync([NEWS], NOW)
first = len(store.issued(1).ids)
for number in range(first, first + 100_000, 20):
    store.save(claim(store), new(*map(bare, range(number, number + 20))), NOW)
    print(number, flush=True)
"""


def test_a_kill_leaves_whole_runs(path: Path) -> None:
    for runs in (1, 7, 15):
        child = python(SAVING, path)
        assert child.stdout is not None
        saved = [int(child.stdout.readline()) for _ in range(runs)]
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
        assert sql(path, "PRAGMA integrity_check") == [("ok",)]
        ((articles,),) = sql(path, "SELECT count(*) FROM articles")
        assert articles >= saved[-1] + 20
        assert sql(path, "SELECT sum(new) FROM runs") == [(articles,)]
        assert sql(path, "SELECT count(*) FROM keys") == [(articles,)]
        with Store.open(path) as store:
            # The killed one's lease still stands: with a new one a store goes on as if nothing had been.
            store.release(Lease(store.sources()[0], sql(path, "SELECT lease_token FROM sources")[0][0], NOW))


@pytest.mark.parametrize(("failures", "limit"), [(0, HOUR), (1, 24 * HOUR)])
def test_no_source_waits_longer_than_its_schedule_allows_now(tmp_path: Path, failures: int, limit: timedelta) -> None:
    """Its schedule was another one, or the clock was ahead: by a day, as after a wrong guess at start-up."""
    wanted = replace(NEWS, latest=NOW + HOUR, latest_failing=NOW + 24 * HOUR)
    with Store.open(tmp_path / "s.db") as store:
        store.sync([wanted], NOW)
        (lease,) = store.claim(NOW + 48 * HOUR, NOW + 49 * HOUR, 1)
        error = "It timed out." if failures else None
        assert store.save(lease, Outcome(error=error, next_due=NOW + 49 * HOUR), NOW + 48 * HOUR)
        StoredHosts(store).hold("news.example", NOW + 48 * HOUR + MINUTE)
        store.sync([wanted], NOW)
        source = store.source(NEWS.name)
        assert source is not None and source.next_due is not None and source.last_try is not None
        assert NOW <= source.next_due <= NOW + limit
        assert source.last_try <= NOW
        free = StoredHosts(store).reserve("news.example", timedelta(), NOW, HOUR)
        assert NOW <= free <= NOW + MINUTE
        before = source.next_due
        store.sync([wanted], NOW + MINUTE)
        assert (again := store.source(NEWS.name)) is not None and again.next_due == before, "it is not put off again"
