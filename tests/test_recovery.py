"""A store that is damaged is told, feeds go on being served, and what readers have stays what it is."""

import shutil
import signal
import sqlite3
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest

from feeds import app, atom, atomfile, backups
from feeds.configuration import Config, FeedConfig
from feeds.document import Entry, Feed
from feeds.errors import StoreDamaged
from feeds.store import Store
from scraper.model import Enclosure, Image
from tests import ready
from tests.program import PATIENCE, begun, called, feedwright, until

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CONFIG = "base_url: https://feeds.example\nfeeds:\n  - name: lantern\n    url: sample://lantern.example/\n"


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fetched")
    (folder / "config.yaml").write_text(CONFIG)
    done = feedwright("fetch", "--all", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def folder(fetched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that we are in, where the sample site has been fetched."""
    shutil.copytree(fetched, tmp_path / "folder")
    monkeypatch.chdir(tmp_path / "folder")
    return tmp_path / "folder"


def store(folder: Path) -> Path:
    return folder / "out" / app.STORE


def garbage(path: Path) -> None:
    path.write_bytes(b"This is no database." * 999)


def page_two(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)


def truncated(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2 + 100)


Damage = Callable[[Path], None]


def damaged(folder: Path, damage: Damage) -> None:
    Store.open(store(folder)).close()  # its log is folded into the file
    damage(store(folder))


def identity(folder: Path) -> list[tuple[str, str, str]]:
    parsed = feedparser.parse((folder / "out" / "lantern.atom").read_bytes())
    assert parsed.bozo is False
    return [(entry.id, entry.published, entry.updated) for entry in parsed.entries]


@contextmanager
def serving(folder: Path, *command: str) -> Iterator[tuple[ready.Process, str]]:
    """The command, and the address that it serves at."""
    log = folder / "log"
    with log.open("wb") as stderr:
        process = begun(*command, "--port", "0", cwd=folder, stderr=stderr)
    with process:
        line = until(lambda: [line for line in log.read_text().splitlines() if "url=" in line])[0]
        yield process, line.partition("url=")[2].rstrip("/")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE)


def got(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        content: bytes = answer.read()
        return content


@pytest.mark.parametrize("damage", [garbage, page_two, truncated])
def test_it_is_seen_and_left_alone(folder: Path, damage: Damage) -> None:
    damaged(folder, damage)
    before = store(folder).read_bytes()
    with pytest.raises(StoreDamaged, match=r"feedwright\.db is damaged \(.+\); feeds in out/ stay as they are\."):
        Store.open(store(folder))
    assert store(folder).read_bytes() == before


def test_every_command_says_so_in_a_sentence(folder: Path) -> None:
    damaged(folder, page_two)
    before = (folder / "out" / "lantern.atom").read_bytes()
    for command in (("list",), ("fetch", "--all")):
        done = called(*command)
        assert (done.returncode, done.stdout) == (1, b"")
        (line,) = done.stderr.decode().splitlines()
        assert line.startswith(f"error: {store(folder)} is damaged (")
        assert line.endswith(f"as they are. {StoreDamaged.advice}")
    assert (folder / "out" / "lantern.atom").read_bytes() == before


@pytest.mark.parametrize(("command", "code"), [("run", 1), ("serve", 0)])
def test_feeds_are_served_all_the_same(folder: Path, command: str, code: int) -> None:
    damaged(folder, page_two)
    before = (folder / "out" / "lantern.atom").read_bytes()
    with serving(folder, command) as (process, address):
        assert got(f"{address}/lantern.atom") == before
    log = (folder / "log").read_text()
    assert "degraded: nothing is fetched" in log and "feedwright recover" in log
    assert process.returncode == code


def test_a_new_store_keeps_what_readers_have(folder: Path) -> None:
    for copy in store(folder).parent.glob("*.backup-*"):
        copy.unlink()
    before, file = identity(folder), (folder / "out" / "lantern.atom").read_bytes()
    damaged(folder, garbage)
    done = called("recover")
    said = done.stderr.decode().splitlines()
    assert done.returncode == 0
    assert said[0].startswith("out/.state/feedwright.db was damaged; it is out/.state/feedwright.db.aside-")
    assert said[1:] == [
        "There is no copy of it: a new one stands in its place.",
        f"{len(before)} entries taken over from the feeds in out/.",
    ]
    assert (folder / "out" / "lantern.atom").read_bytes() == file
    assert len(list(store(folder).parent.glob("*.aside-*"))) == 1
    again = called("fetch", "--all")
    assert again.stderr.decode() == "lantern: 0 new, 0 changed; out/lantern.atom stays as it is.\n"
    assert identity(folder) == before


def test_the_newest_copy_takes_its_place_and_what_came_since_is_taken_over(folder: Path) -> None:
    path, file = store(folder), (folder / "out" / "lantern.atom").read_bytes()
    assert backups.sound(path.with_name("feedwright.db.backup-1"))
    with closing(sqlite3.connect(path.with_name("feedwright.db.backup-1"))) as copy, copy:
        (last,) = copy.execute("SELECT id FROM articles ORDER BY published DESC LIMIT 1").fetchone()
        copy.execute("DELETE FROM keys WHERE article_id = ?", (last,))
        copy.execute("DELETE FROM articles WHERE id = ?", (last,))
    damaged(folder, garbage)
    done = called("recover")
    assert done.stderr.decode().splitlines()[1:] == [
        "out/.state/feedwright.db.backup-1 stands in its place.",
        "1 entry taken over from the feeds in out/.",
    ]
    assert (folder / "out" / "lantern.atom").read_bytes() == file


def test_a_sound_store_stays(folder: Path) -> None:
    before = (folder / "out" / "lantern.atom").stat().st_mtime_ns
    done = called("recover")
    assert (done.returncode, done.stderr) == (0, b"out/.state/feedwright.db is sound.\n")
    assert (folder / "out" / "lantern.atom").stat().st_mtime_ns == before


def test_a_store_that_is_gone_begins_with_what_is_published(folder: Path) -> None:
    before, file = identity(folder), (folder / "out" / "lantern.atom").read_bytes()
    shutil.rmtree(folder / "out" / ".state")
    done = called("fetch", "--all")
    assert done.stderr.decode() == "lantern: 0 new, 0 changed; out/lantern.atom stays as it is.\n"
    assert (identity(folder), (folder / "out" / "lantern.atom").read_bytes()) == (before, file)


def test_the_feed_of_another_site_is_not_taken_over(folder: Path) -> None:
    shutil.rmtree(folder / "out" / ".state")
    config = Config((FeedConfig("lantern", "https://other.example/"),), out=folder / "out")
    with app.opened(config) as updater:
        assert updater.store.newest(1, 9) == ()


def test_what_is_deleted_under_a_daemon_is_written_anew(folder: Path) -> None:
    before = identity(folder)
    with serving(folder, "run") as (_, address):
        (folder / "out").rename(folder / "gone")  # all of it at one moment: the daemon is at work there
        until(lambda: (folder / "out" / "lantern.atom").exists() and backups.sound(store(folder)), 60)
        assert got(f"{address}/lantern.atom") == (folder / "out" / "lantern.atom").read_bytes()
        assert "store deleted" in (folder / "log").read_text()
    assert identity(folder) == before
    done = called("fetch", "--all")
    assert done.stderr.decode() == "lantern: 0 new, 0 changed; out/lantern.atom stays as it is.\n"


# Copies


def test_a_copy_is_made_once_a_day_and_two_are_kept(folder: Path) -> None:
    path = store(folder)
    for copy in path.parent.glob("*.backup-*"):
        copy.unlink()
    made = [backups.make(path, NOW + hours * timedelta(hours=1)) for hours in (0, 1, 19, 21, 45, 70)]
    assert made == [True, False, False, True, True, True]
    assert sorted(copy.name for copy in path.parent.glob("*.backup*")) == [
        "feedwright.db.backup-1",
        "feedwright.db.backup-2",
    ]
    assert backups.make(path, NOW), "a clock that was ahead does not end copies"


def test_a_damaged_store_is_never_copied_over_a_sound_copy(folder: Path) -> None:
    path = store(folder)
    damaged(folder, page_two)
    before = path.with_name("feedwright.db.backup-1").read_bytes()
    with pytest.raises(sqlite3.DatabaseError):
        backups.make(path, datetime.now(UTC) + 2 * DAY)
    assert path.with_name("feedwright.db.backup-1").read_bytes() == before
    assert not list(path.parent.glob("*.tmp"))


def test_a_copy_that_is_damaged_itself_is_passed_over(folder: Path) -> None:
    path = store(folder)
    first, second = (path.with_name(f"feedwright.db.backup-{n}") for n in (1, 2))
    shutil.copy(first, second)
    garbage(first)
    assert backups.restore(path) == second
    garbage(second)
    assert backups.restore(path) is None


def test_recovery_waits_for_nobody_and_disturbs_nobody(folder: Path) -> None:
    with Store.open(store(folder)):
        page_two(store(folder))
        done = called("recover")
    assert done.returncode == 1
    assert done.stderr.decode() == f"error: Another process works with {store(folder)}. Stop it first.\n"


# What was published, read back


def feed() -> Feed:
    entry = Entry(
        id="tag:club.example,2026:1",
        url="https://club.example/1",
        title="Käse & <b>",
        html='<p>One &amp; <a href="https://club.example/2">two</a></p>',
        published=NOW - DAY,
        updated=NOW,
        authors=("Ann", "Bö"),
        summary="Short.",
        language="de",
        tags=("a", "ä"),
        image=Image("https://club.example/1.png", 640, None),
        enclosures=(Enclosure("https://club.example/1.mp3", "audio/mpeg", 99),),
    )
    bare = Entry("tag:2", "https://club.example/2", "Two", "<p>Two</p>", NOW - 2 * DAY, NOW - 2 * DAY)
    entries = (entry, bare)
    return Feed("tag:f", "Club", "https://club.example/", NOW, entries, "https://f/club.atom", None, "en", "Club")


def test_what_is_rendered_can_be_read_back() -> None:
    assert atomfile.read(atom.render(feed())) == feed()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no XML",
        b"<html><body>No feed</body></html>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><feed xmlns="http://www.w3.org/2005/Atom"><id>&a;</id></feed>',
        atom.render(feed()).replace(b"2026-03-01T12:00:00Z", b"yesterday"),
        atom.render(feed())[:-100],
    ],
)
def test_what_is_no_feed_of_ours_is_told(content: bytes) -> None:
    with pytest.raises(atomfile.NotOurs):
        atomfile.read(content)
