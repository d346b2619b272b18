"""A host's turns are shared by all who have the store open, and are just like those that one process keeps."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds import database
from feeds.errors import StoreError
from feeds.hosts import StoredHosts
from feeds.model import Configured
from feeds.store import Store
from scraper.hosts import Hosts, LocalHosts
from scraper.robots import RobotsFile

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
HOST, ORIGIN = "club.example", "https://club.example"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as store:
        yield store


@pytest.fixture
def hosts(store: Store) -> Hosts:
    return StoredHosts(store)


# Turns


def test_turns_follow_each_other(hosts: Hosts) -> None:
    turns = [hosts.reserve(HOST, 2 * SECOND, NOW, DAY) for _ in range(3)]
    assert turns == [NOW, NOW + 2 * SECOND, NOW + 4 * SECOND]
    assert hosts.reserve("other.example", SECOND, NOW, DAY) == NOW
    assert hosts.reserve(HOST, SECOND, NOW + DAY, DAY) == NOW + DAY


def test_a_turn_beyond_our_patience_is_told_and_not_taken(hosts: Hosts) -> None:
    hosts.reserve(HOST, 10 * SECOND, NOW, DAY)
    for _ in range(2):
        assert hosts.reserve(HOST, SECOND, NOW, 10 * SECOND - timedelta.resolution) == NOW + 10 * SECOND
    for second in (10, 11):
        assert hosts.reserve(HOST, SECOND, NOW, 11 * SECOND) == NOW + second * SECOND


def test_a_host_that_is_held_has_no_turn_before_that_is_over(hosts: Hosts) -> None:
    hosts.hold(HOST, NOW + DAY)
    hosts.hold(HOST, NOW)  # a shorter word does not undo a longer one
    assert hosts.reserve(HOST, SECOND, NOW, SECOND) == NOW + DAY
    assert hosts.reserve(HOST, SECOND, NOW + DAY, SECOND) == NOW + DAY
    hosts.hold(HOST, NOW + 2 * DAY)
    assert hosts.reserve(HOST, SECOND, NOW + DAY, SECOND) == NOW + 2 * DAY


def test_a_hold_is_told_from_the_turns_of_others(hosts: Hosts) -> None:
    turn = hosts.reserve(HOST, SECOND, NOW, DAY)
    hosts.reserve(HOST, SECOND, NOW, DAY)
    assert not hosts.held_beyond(HOST, turn)
    assert not hosts.held_beyond("other.example", turn)
    hosts.hold(HOST, NOW + DAY)
    hosts.hold(HOST, NOW)  # a shorter word does not undo a longer one
    assert hosts.held_beyond(HOST, turn)
    assert not hosts.held_beyond(HOST, NOW + DAY)


def test_stored_turns_are_those_that_one_process_keeps(hosts: Hosts) -> None:
    spans = st.timedeltas(timedelta(), timedelta(seconds=9)) | st.sampled_from([timedelta(), SECOND, 2 * SECOND])
    calls = st.lists(st.tuples(st.sampled_from(["reserve", "hold"]), spans, spans, spans), max_size=20)
    names = count()

    @settings(max_examples=50, deadline=None, database=None)
    @given(calls)
    def same(calls: list[tuple[str, timedelta, timedelta, timedelta]]) -> None:
        local, name = LocalHosts(), f"h{next(names)}.example"
        for call, since, delay, patience in calls:
            if call == "hold":
                local.hold(name, NOW + since)
                hosts.hold(name, NOW + since)
                assert hosts.held_beyond(name, NOW + delay) == local.held_beyond(name, NOW + delay)
            else:
                turn = local.reserve(name, delay, NOW + since, patience)
                assert hosts.reserve(name, delay, NOW + since, patience) == turn

    same()


RESERVING = """
import pathlib, sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from feeds.hosts import StoredHosts
from feeds.store import Store

delay, patience = (timedelta(seconds=float(seconds)) for seconds in sys.argv[2:])

def work(_):
    for _ in range(25):
        now = datetime.now(UTC)
        turn = hosts.reserve("club.example", delay, now, patience)
        if turn - now <= patience:
            yield turn

with Store.open(pathlib.Path(sys.argv[1])) as store, ThreadPoolExecutor(4) as pool:
    hosts = StoredHosts(store)
    print("ready", flush=True)
    sys.stdin.readline()
    for turns in pool.map(lambda number: list(work(number)), range(4)):
        print(*(turn.isoformat(timespec="microseconds") for turn in turns), sep="\\n")
"""


def reserved(path: Path, delay: float, patience: float) -> list[datetime]:
    """The turns that two processes of four threads each were granted when each thread asked 25 times."""
    command = [sys.executable, "-c", RESERVING, str(path), str(delay), str(patience)]
    pipe = subprocess.PIPE
    children = [subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda child: child.communicate("go\n", timeout=60)[0], children))
    assert [child.returncode for child in children] == [0, 0]
    return sorted(map(datetime.fromisoformat, "\n".join(said).split()))


def test_no_turn_is_given_twice_or_lost_over_threads_and_processes(path: Path) -> None:
    turns = reserved(path, delay=60.000001, patience=86400)
    assert len(turns) == 2 * 4 * 25
    assert {later - earlier for earlier, later in pairwise(turns)} == {timedelta(seconds=60, microseconds=1)}


def test_no_gap_is_shorter_than_the_delay_where_some_are_refused(path: Path) -> None:
    turns = reserved(path, delay=0.2, patience=0.5)
    assert 3 <= len(turns) < 2 * 4 * 25
    assert min(later - earlier for earlier, later in pairwise(turns)) >= timedelta(seconds=0.2)


# robots.txt


@pytest.mark.parametrize("text", ["User-agent: *\nDisallow: /käse\0\n", "", None])
def test_a_robots_file_comes_back_until_it_is_too_old(hosts: Hosts, text: str | None) -> None:
    assert hosts.robots(ORIGIN, NOW) is None
    file = RobotsFile(text, NOW + DAY)
    hosts.keep_robots(ORIGIN, RobotsFile("before", NOW + SECOND))
    hosts.keep_robots(ORIGIN, file)
    assert hosts.robots(ORIGIN, NOW) == file
    assert hosts.robots(ORIGIN, NOW + DAY - timedelta.resolution) == file
    assert hosts.robots(ORIGIN, NOW + DAY) is None
    assert hosts.robots("http://club.example", NOW) is None


# Over the store's life


def test_a_robots_file_that_is_being_asked_for_is_not_there_for_whose_clock_was_read_sooner(hosts: Hosts) -> None:
    assert hosts.claim_robots("https://club.example", NOW, NOW + timedelta(minutes=1))
    assert hosts.robots("https://club.example", NOW - timedelta(milliseconds=5)) is None
    assert not hosts.claim_robots("https://club.example", NOW - timedelta(milliseconds=5), NOW + timedelta(minutes=1))


def test_a_robots_file_that_was_not_asked_for_after_all_is_for_the_next_to_ask_for(hosts: Hosts) -> None:
    assert hosts.claim_robots(ORIGIN, NOW, NOW + DAY)
    hosts.unclaim_robots(ORIGIN)
    assert hosts.robots(ORIGIN, NOW) is None
    assert hosts.claim_robots(ORIGIN, NOW, NOW + DAY)


def test_maintenance_leaves_a_robots_file_that_is_being_asked_for(store: Store, hosts: Hosts) -> None:
    assert hosts.claim_robots(ORIGIN, NOW, NOW + SECOND)
    store.maintenance(NOW)
    assert not hosts.claim_robots(ORIGIN, NOW, NOW + SECOND)
    store.maintenance(NOW + DAY)
    assert hosts.claim_robots(ORIGIN, NOW, NOW + SECOND)


def test_a_clock_that_was_ahead_prolongs_no_hold_nor_claim(store: Store, hosts: Hosts) -> None:
    ahead = NOW + 30 * DAY
    store.sync([Configured("club", "https://club.example/", "rules", "tag:club")], ahead)
    assert store.claim(ahead, ahead + DAY, 1)
    hosts.hold(HOST, ahead + DAY)
    assert hosts.claim_robots(ORIGIN, ahead, ahead + SECOND)
    store.sync([], NOW)
    assert hosts.reserve(HOST, SECOND, NOW, SECOND) == NOW + DAY
    assert hosts.held_beyond(HOST, NOW)
    assert not hosts.held_beyond(HOST, NOW + DAY)
    assert not hosts.claim_robots(ORIGIN, NOW, NOW + SECOND)
    assert hosts.claim_robots(ORIGIN, NOW + SECOND, NOW + 2 * SECOND)


def test_what_is_known_of_hosts_outlives_the_process(path: Path) -> None:
    file = RobotsFile("", NOW + DAY)
    with Store.open(path) as store:
        StoredHosts(store).hold(HOST, NOW + DAY)
        StoredHosts(store).keep_robots(ORIGIN, file)
    with Store.open(path) as store:
        assert StoredHosts(store).reserve(HOST, SECOND, NOW, SECOND) == NOW + DAY
        assert StoredHosts(store).robots(ORIGIN, NOW) == file


def test_maintenance_forgets_what_binds_nobody_any_more(store: Store, hosts: Hosts) -> None:
    for name, age in {"held": -DAY, "recent": DAY, "old": DAY + timedelta.resolution}.items():
        hosts.hold(name, NOW - age)
        hosts.keep_robots(name, RobotsFile("", NOW - age - 6 * DAY))
    store.maintenance(NOW)
    long_ago = NOW - 30 * DAY
    assert hosts.reserve("held", SECOND, long_ago, SECOND) == NOW + DAY
    assert hosts.reserve("recent", SECOND, long_ago, SECOND) == NOW - DAY
    assert hosts.reserve("old", SECOND, long_ago, SECOND) == long_ago
    assert [hosts.robots(name, long_ago) is None for name in ("held", "recent", "old")] == [False, False, True]


def test_a_store_in_memory_has_hosts_too() -> None:
    with Store.open(None) as store, ThreadPoolExecutor(4) as pool:
        hosts = StoredHosts(store)
        turns = sorted(pool.map(lambda _: hosts.reserve(HOST, SECOND, NOW, DAY), range(20)))
    assert turns == [NOW + number * SECOND for number in range(20)]


def test_a_store_that_another_keeps_locked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(path).close()
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0)
    with Store.open(path) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="was locked by another program"):
            StoredHosts(store).reserve(HOST, SECOND, NOW, DAY)
        assert StoredHosts(store).robots(ORIGIN, NOW) is None
