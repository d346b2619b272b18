"""Connections that stay open between transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, event

from feeds import connections, database
from feeds.hosts import StoredHosts
from feeds.store import Store
from scraper.robots import RobotsFile

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FILE = RobotsFile("User-agent: *", NOW + timedelta(days=1))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@contextmanager
def opened() -> Iterator[list[Any]]:
    """The connections that SQLite opens meanwhile."""
    found: list[Any] = []

    def note(connection: Any, _record: Any) -> None:
        found.append(connection)

    event.listen(Engine, "connect", note)
    try:
        yield found
    finally:
        event.remove(Engine, "connect", note)


def test_one_thread_opens_one_connection(path: Path) -> None:
    with Store.open(path) as store, opened() as found:
        hosts = StoredHosts(store)
        for number in range(5):
            hosts.keep_robots(f"https://club-{number}.example", FILE)
            assert hosts.robots(f"https://club-{number}.example", NOW) == FILE
        store.maintenance(NOW)
    assert len(found) <= 1


def test_threads_at_work_at_once_have_one_each(path: Path) -> None:
    together = Barrier(3, timeout=30)

    def read(store: Store) -> None:
        with store.reading():
            together.wait()

    with Store.open(path) as store:
        threads = [Thread(target=read, args=(store,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert together.broken is False


@pytest.mark.parametrize("kept", [True, False])
def test_of_a_transaction_that_fails_nothing_is_kept_and_the_next_one_is_well(path: Path, kept: bool) -> None:
    with Store.open(path if kept else None) as store:
        hosts = StoredHosts(store)
        hosts.keep_robots("https://before.example", FILE)
        with pytest.raises(ZeroDivisionError), store.writing() as connection:
            connection.exec_driver_sql("DELETE FROM robots")
            raise ZeroDivisionError
        assert hosts.robots("https://before.example", NOW) == FILE
        hosts.keep_robots("https://after.example", FILE)
        assert hosts.robots("https://after.example", NOW) == FILE


def test_one_that_was_in_use_while_the_file_was_put_back_writes_nothing_into_the_old_one(path: Path) -> None:
    with Store.open(path) as store:
        with store.reading():
            StoredHosts(store).keep_robots("https://before.example", FILE)
            path.unlink()
            store.put_back()
        StoredHosts(store).keep_robots("https://after.example", FILE)
        with closing(sqlite3.connect(path)) as there:
            origins = [origin for (origin,) in there.execute("SELECT origin FROM robots ORDER BY origin")]
    assert origins == ["https://after.example", "https://before.example"]


def test_what_is_put_back_is_whole_where_every_connection_is_in_use(path: Path) -> None:
    with Store.open(path) as store:
        hosts = StoredHosts(store)
        hosts.keep_robots("https://club.example", FILE)
        with store.reading():  # the only one that was opened so far
            for file in path.parent.glob("store.db*"):
                file.unlink()
            store.put_back()
        assert hosts.robots("https://club.example", NOW) == FILE
        path.unlink()
        store.put_back()
        assert hosts.robots("https://club.example", NOW) == FILE


def test_what_is_closed_leaves_one_file(path: Path) -> None:
    with Store.open(path) as store:
        StoredHosts(store).keep_robots("https://club.example", FILE)
        assert path.with_name("store.db-wal").exists()
    assert [file.name for file in path.parent.glob("store.db*") if file.suffix != ".lock"] == ["store.db"]


def test_who_writes_waits_for_another_program_as_long_as_it_takes_and_then_writes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []
    with Store.open(path) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        def look(seconds: float) -> None:
            looks.append(seconds)
            if len(looks) == 3:
                other.execute("ROLLBACK")

        monkeypatch.setattr("feeds.connections.time.sleep", look)
        StoredHosts(store).keep_robots("https://club.example", FILE)
        assert looks == [connections.LOOK_SECONDS] * 3
        assert StoredHosts(store).robots("https://club.example", NOW) == FILE
        with store.reading() as connection:  # what else is waited for is left to SQLite
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == database.PATIENCE_SECONDS * 1000
