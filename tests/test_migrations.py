"""A store of every release becomes one of today: nothing in it is lost, and its feeds stay as they are.

A folder of `stores/` is a release: the store that its program made, as SQL, and the feed that it published of it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds import app, migrations
from feeds.configuration import Config, FeedConfig
from feeds.store import Store
from feeds.update import Updater
from scraper.fetch import Fetcher
from tests.program import feedwright

STORES = Path(__file__).parent / "stores"
RELEASES = sorted(folder.name for folder in STORES.iterdir())
CONFIG = """
base_url: https://feeds.example
feeds:
  - name: club
    url: http://club.example/
"""
NOW = datetime(2026, 3, 8, tzinfo=UTC)

Rows = dict[str, list[tuple[object, ...]]]


def rows(path: Path, columns: dict[str, str]) -> Rows:
    with closing(sqlite3.connect(path)) as store:
        return {table: sorted(store.execute(f"SELECT {names} FROM {table}")) for table, names in columns.items()}


def columns(path: Path) -> dict[str, str]:
    """The columns of each table, as SQL names them."""
    with closing(sqlite3.connect(path)) as store:
        tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: ", ".join(f'"{column[1]}"' for column in store.execute(f"PRAGMA table_info({table})"))
            for table in tables
            if table != "alembic_version"
        }


@pytest.fixture(params=RELEASES)
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def path(tmp_path: Path, release: str) -> Path:
    """The store of the release, where a program of today looks for it."""
    path = tmp_path / "out" / app.STORE
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as store:
        store.executescript((STORES / release / "store.sql").read_text(encoding="utf-8"))
    (tmp_path / "out" / "club.atom").write_bytes((STORES / release / "club.atom").read_bytes())
    (tmp_path / "config.yaml").write_text(CONFIG)
    return path


@pytest.fixture
def updater(path: Path) -> Iterator[Updater]:
    config = Config(
        (FeedConfig("club", "http://club.example/"),), base_url="https://feeds.example", out=path.parents[1]
    )
    with Store.open(path) as store, Fetcher() as fetcher:
        updater = Updater(config, store, fetcher, lambda: NOW)
        updater.sync()
        yield updater


def test_every_release_but_this_one_has_a_store() -> None:
    assert [release for release in sorted(migrations.revisions()) if release not in RELEASES] == [
        migrations.revisions()[0]
    ]


def test_nothing_in_it_is_lost(path: Path) -> None:
    known = columns(path)
    before = rows(path, known)
    assert all(before[table] for table in ("sources", "pages", "articles", "keys", "runs", "templates"))
    Store.open(path).close()
    assert rows(path, known) == before


@pytest.mark.parametrize("release", [release for release in RELEASES if release < "0004"])
def test_what_is_remembered_of_a_long_text_is_made_anew(path: Path) -> None:
    sketched = '"sketch"' in columns(path)["articles"]  # the first release had none
    with closing(sqlite3.connect(path)) as store, store:
        if sketched:
            store.execute("UPDATE articles SET sketch = x'00'")
        store.execute("UPDATE articles SET text = ? WHERE id = 1", ("The boat is late. " * 1000,))
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as store:
        query = "SELECT id FROM articles WHERE sketch IS NULL"
        assert [row[0] for row in store.execute(query)] == ([1] if sketched else [1, 2, 3, 4])


def test_its_feeds_stay_as_they_are(updater: Updater, release: str, update: bool) -> None:
    file = updater.config.out / "club.atom"
    if update:  # what is rendered has changed on purpose
        file.unlink()
        updater.refresh()
        (STORES / release / "club.atom").write_bytes(file.read_bytes())
    before = file.stat()
    updater.refresh()  # other forms of it may be new
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert file.read_bytes() == (STORES / release / "club.atom").read_bytes()


def test_its_configuration_is_still_the_same(updater: Updater) -> None:
    (source,) = updater.store.sources()
    assert source.next_due == datetime(2026, 3, 7, 13, 30, tzinfo=UTC)


def test_a_store_of_a_later_release_is_refused_in_a_sentence_by_every_command(path: Path) -> None:
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    for command in (("list",), ("fetch", "--all"), ("run", "--port", "0")):
        done = feedwright(*command, cwd=path.parents[2])
        assert (done.returncode, done.stdout) == (1, b"")
        said = f"error: {path} was written by a newer Feedwright. Upgrade Feedwright to use it.\n"
        assert done.stderr.decode() == said
    assert path.read_bytes() == before
