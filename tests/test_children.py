"""Several processes of one daemon: each does its share, none is missed, and all end together."""

import fcntl
import logging
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import feedparser
import pytest

from feeds import app, children, claiming, focus, heartbeat, writers
from feeds.child import Begin
from feeds.children import Children, Process
from feeds.configuration import Config, FeedConfig
from feeds.errors import PublishError
from feeds.share import WHOLE, Share, shares
from feeds.tally import Tally
from tests.live import Blog, blog
from tests.program import PATIENCE, until
from tests.test_daemon import IMPATIENT, POSTS, Daemon, leases, new_post, running

NAMES = ("club", "paper", "school")


@pytest.fixture
def sites() -> Iterator[list[Blog]]:
    with ExitStack() as stack:
        yield [stack.enter_context(blog(*reversed(POSTS))) for _ in NAMES]


@pytest.fixture
def folder(tmp_path: Path, sites: list[Blog]) -> Path:
    configure(tmp_path, sites)
    return tmp_path


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[Path]:
    """The folder of two processes with four sources whose site never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        urls = [f"http://127.0.0.1:{server.getsockname()[1]}/{n}" for n in range(4)]
        more = "every: 1s, robots: ignore"  # or else that would be all that is asked for, for an hour
        feeds = "".join(f"  - {{name: club-{n}, url: '{url}', {more}}}\n" for n, url in enumerate(urls))
        text = f"feeds:\n{feeds}network: {{allow_private: true}}\nprocesses: 2\nfetch: {{delay: 0}}\n"
        (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
        yield tmp_path


def configure(folder: Path, sites: list[Blog], more: str = "") -> None:
    feeds = "".join(
        f"  - {{name: {name}, url: '{site.address}', every: 1s}}\n" for name, site in zip(NAMES, sites, strict=True)
    )
    text = (
        f"feeds:\n{feeds}  - {{name: all-of-them, merge: all}}\nnetwork: {{allow_private: true}}\nprocesses: 2\n{more}"
    )
    (folder / "config.yaml").write_text(text, encoding="utf-8")


def begun_by(daemon: Daemon) -> list[int]:
    """The processes that a daemon has begun and that have not ended."""
    pid = daemon.process.pid
    found = Path(f"/proc/{pid}/task").glob("*/children")
    numbers = [int(number) for path in found for number in path.read_text().split()]
    return [number for number in numbers if b"feeds.child" in Path(f"/proc/{number}/cmdline").read_bytes()]


def titles(folder: Path, name: str) -> set[str]:
    path = folder / "out" / f"{name}.atom"
    return {entry.title for entry in feedparser.parse(path.read_bytes()).entries} if path.exists() else set()


def every(folder: Path, title: str) -> bool:
    """Whether all feeds, and the one that is merged of them, have an entry with this title."""
    return all(title in titles(folder, name) for name in (*NAMES, "all-of-them"))


def test_they_share_the_work_and_what_follows_from_it(folder: Path, sites: list[Blog]) -> None:
    with running(folder) as daemon:
        (child,) = until(lambda: begun_by(daemon))
        until(lambda: every(folder, POSTS[0].title))
        os.kill(child, signal.SIGTERM)  # as systemd tells all, and a terminal: it is the daemon's to say so
        fresh = {new_post(site) for site in sites}
        for title in fresh:
            until(lambda title=title: every(folder, title))  # type: ignore[misc]
        assert begun_by(daemon) == [child]
        daemon.process.terminate()
        assert daemon.process.wait(timeout=PATIENCE) == 0
        assert begun_by(daemon) == []
    assert leases(folder) == 0


def test_one_that_is_killed_is_followed_by_another_and_its_work_is_done_meanwhile(
    folder: Path, sites: list[Blog]
) -> None:
    with running(folder) as daemon:
        (first,) = until(lambda: begun_by(daemon))
        until(lambda: every(folder, POSTS[0].title))
        os.kill(first, signal.SIGKILL)
        fresh = {new_post(site) for site in sites}
        for title in fresh:
            until(lambda title=title: every(folder, title))  # type: ignore[misc]
        until(lambda: begun_by(daemon) not in ([], [first]))
        log = next(folder.glob("*.log"))
        (ended,) = until(lambda: re.findall(r'event="process ended" share=1 (.*)', log.read_text()))
        assert f"pid={first} status=-9" in ended
        assert 'reason="SIGKILL ended it' in ended and 'follows="another begins in 5 s' in ended
        daemon.process.terminate()
        assert daemon.process.wait(timeout=PATIENCE) == 0


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (-9, "SIGKILL ended it; where nobody sent it, the machine had no memory left"),
        (-11, "SIGSEGV ended it"),
        (-63, "signal 63 ended it"),
        (1, "it could not work with the store, or broke: what it logged last says why"),
        (3, "the store was deleted: it is written anew"),
        (0, "it ended by itself"),
    ],
)
def test_how_one_ended_is_told_in_words(status: int, said: str) -> None:
    assert children.why(status) == said


def test_what_one_had_begun_that_is_killed_is_begun_anew_within_seconds(silent: Path) -> None:
    with running(silent) as daemon:
        (child,) = until(lambda: begun_by(daemon))
        until(lambda: len(held(silent)) == 4 and set(held(silent).values()) - {None})
        before = held(silent)
        os.kill(child, signal.SIGKILL)
        until(lambda: len(held(silent)) == 4 and not set(held(silent).values()) & set(before.values()) - {None})
        assert daemon.process.poll() is None


# The daemon; but whichever process beside it first does a certain thing once there is a file "kill" dies after that.
MORTAL = """
from datetime import timedelta
from feeds import children, cli, sourcestore
sourcestore.OVERDUE = timedelta(days=999)  # the daemon's own process leaves to the other what is that one's
children.BEGIN = '''
import os, pathlib, signal
from feeds import child, publisher, store
killed = {killed}
does = killed.{does}
def done(self, *arguments):
    what = does(self, *arguments)
    if what and pathlib.Path("kill").exists():
        pathlib.Path("kill").unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    return what
killed.{does} = done
child.main()  # feeds.child
'''
cli.main()
"""


@pytest.mark.parametrize(
    ("killed", "does"), [("store.Store", "save"), ("publisher.Publisher", "_published")], ids=["saved", "published"]
)
def test_what_one_had_saved_that_is_killed_is_published_and_told(
    folder: Path, sites: list[Blog], killed: str, does: str
) -> None:
    told, asked = folder / "told", folder / "kill"
    more = f"publish: {{command: [sh, -c, 'echo \"$@\" >> {told}', told]}}\n"
    configure(folder, sites, more)
    config = folder / "config.yaml"
    config.write_text(config.read_text().replace("every: 1s", "every: 24h"), encoding="utf-8")
    with running(folder, sys.executable, "-c", MORTAL.format(killed=killed, does=does)) as daemon:
        until(lambda: told.exists() and all(f"{name}.atom" in told.read_text() for name in (*NAMES, "all-of-them")))
        fresh = {new_post(site) for site in sites}
        told.write_text("")
        asked.touch()
        with closing(sqlite3.connect(folder / "out" / app.STORE)) as store, store:
            store.execute("UPDATE sources SET next_due = '2026-01-01 00:00:00.000000'")
        for title in fresh:
            until(lambda title=title: every(folder, title))  # type: ignore[misc]
        until(lambda: all(f"{name}.atom" in told.read_text() for name in (*NAMES, "all-of-them")))
        assert not asked.exists()
        daemon.process.terminate()
        assert daemon.process.wait(timeout=PATIENCE) == 0


def held(folder: Path) -> dict[int, str | None]:
    """The sources that are leased, each with the process that has it if it is not the daemon's own."""
    with closing(sqlite3.connect(folder / "out" / app.STORE)) as store:
        return dict(store.execute("SELECT id, lease_holder FROM sources WHERE lease_until IS NOT NULL"))


def test_they_end_with_a_daemon_that_is_killed(folder: Path) -> None:
    with running(folder) as daemon:
        (child,) = until(lambda: begun_by(daemon))
        until(lambda: every(folder, POSTS[0].title))
        daemon.process.kill()
        until(lambda: not Path(f"/proc/{child}").exists() or "\nState:\tZ" in Path(f"/proc/{child}/status").read_text())
    with running(folder) as daemon:
        assert daemon.process.poll() is None


def test_they_end_with_a_daemon_that_is_told_to_end_at_once(silent: Path) -> None:
    with running(silent) as daemon:
        (child,) = until(lambda: begun_by(daemon))
        until(lambda: leases(silent) == 4)
        daemon.process.terminate()
        until(lambda: "stopping" in next(silent.glob("*.log")).read_text())
        daemon.process.terminate()
        assert daemon.process.wait(timeout=PATIENCE) != 0
        began = time.monotonic()
        until(lambda: not Path(f"/proc/{child}").exists() or "\nState:\tZ" in Path(f"/proc/{child}/status").read_text())
        assert time.monotonic() - began < claiming.DRAIN_SECONDS / 2


def test_they_follow_the_configuration(folder: Path, sites: list[Blog]) -> None:
    with running(folder) as daemon:
        (first,) = until(lambda: begun_by(daemon))
        configure(folder, sites, "limit: 1\n")
        until(lambda: begun_by(daemon) not in ([], [first]) and first not in begun_by(daemon))
        fresh = [new_post(site) for site in sites]
        for name, title in zip(NAMES, fresh, strict=True):
            until(lambda name=name, title=title: titles(folder, name) == {title})  # type: ignore[misc]
        daemon.process.terminate()
        assert daemon.process.wait(timeout=PATIENCE) == 0
    assert leases(folder) == 0


def test_a_stop_waits_for_none_that_hangs(silent: Path) -> None:
    with running(silent, sys.executable, "-c", IMPATIENT) as daemon:
        until(lambda: begun_by(daemon))
        until(lambda: leases(silent) == 4)
        daemon.process.terminate()
        assert daemon.process.wait(timeout=PATIENCE) == 0
    assert leases(silent) == 0


def test_a_store_that_is_deleted_is_put_back_and_all_work_with_that(folder: Path, sites: list[Blog]) -> None:
    with running(folder) as daemon:
        (first,) = until(lambda: begun_by(daemon))
        until(lambda: every(folder, POSTS[0].title))
        for path in (folder / "out" / ".state").glob("feedwright.db*"):
            path.unlink()
        until(lambda: begun_by(daemon) not in ([], [first]))
        fresh = {new_post(site) for site in sites}
        for title in fresh:
            until(lambda title=title: every(folder, title))  # type: ignore[misc]


def test_shares() -> None:
    def counted(feeds: int, processors: int, **said: int) -> int:
        made = tuple(FeedConfig(f"s-{n}", f"https://s{n}.example/") for n in range(feeds))
        return len(shares(Config(made, **said), processors))  # type: ignore[arg-type]

    assert [counted(n, 4) for n in (1, 2499, 2500, 9999)] == [1, 1, 2, 4]
    assert counted(5000, 2) == 3 and counted(50_000, 2) == 3 and counted(1, 1, processes=3) == 3
    assert counted(1, 1, processes=3, workers=2) == 2  # none is without a worker
    for of in range(1, 9):
        assert sum(Share(number, of).workers(8) for number in range(of)) == 8
    assert WHOLE.workers(8) == 8


def test_what_was_counted_elsewhere_is_counted_once() -> None:
    one, other = Tally(), Tally()
    one.count("same")
    other.count("same")
    other.count("held")
    one.add(other.take())
    one.add(other.take())
    assert {name: count for name, count in one.counts().items() if count} == {"same": 2, "held": 1}


def test_the_machine_that_has_no_room_for_another_is_asked_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def refused(*_: object, **__: object) -> None:
        tried.append(1)
        raise BlockingIOError(11, "Resource temporarily unavailable")

    now = 0.0
    monkeypatch.setattr(subprocess, "Popen", refused)
    made = Children(lambda _: None, lambda *_: None, lambda: now)
    made.use(Config(()), (Share(0, 2), Share(1, 2)))
    for now in range(100):  # noqa: B007 - it is the clock
        made.look()
    assert len(tried) == 5  # at 0, 5, 15, 35 and 75 seconds
    assert made.wait(0)


def test_one_for_which_there_is_no_thread_is_ended_and_asked_for_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refused(threading.Thread):
        def start(self) -> None:
            tried.append(made)
            raise RuntimeError("can't start new thread")

    class Kept(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            begun.append(self)

    begun: list[Kept] = []
    tried: list[Children] = []
    made = Children(lambda _: None, lambda *_: None, lambda: 0.0)
    monkeypatch.setattr(children, "BEGIN", "import time; time.sleep(999)")
    with monkeypatch.context() as none_left:
        none_left.setattr(subprocess, "Popen", Kept)
        none_left.setattr(threading, "Thread", Refused)
        made.use(Config(()), (Share(0, 2), Share(1, 2)))
        made.look()
    assert len(tried) == 1
    assert [process.returncode for process in begun] == [-signal.SIGKILL]
    assert made.wait(0)


def test_one_that_is_begun_while_all_are_told_to_end_is_told_so_and_none_is_begun_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Begun(Process):
        def __init__(self, *_: object) -> None:
            begun.append(self)
            stops.start()
            stops.join(0.1)  # it waits until this one is among those that it tells

        def stop(self, seconds: float) -> None:
            told.append(seconds)

    begun: list[Process] = []
    told: list[float] = []
    made = Children(lambda _: None, lambda *_: None)
    stops = threading.Thread(target=made.stop, args=(7,))
    monkeypatch.setattr(children, "Process", Begun)
    made.use(Config(()), (Share(0, 2), Share(1, 2)))
    stops.join(PATIENCE)
    assert told == [7]
    made.use(Config(()), (Share(0, 3), Share(1, 3), Share(2, 3)))
    made.look()
    assert len(begun) == 1 and told == [7]


def test_however_often_it_is_reloaded_there_are_twice_as_many_as_wanted_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Begun(Process):
        def __init__(self, begin: Begin, _: object) -> None:
            self.name, self.status, self.limit = str(len(begun)), list[int](), begin.config.limit
            begun.append(self)

        def look(self) -> int | None:
            return next(iter(self.status), None)

        def stop(self, seconds: float) -> None:
            pass

    begun: list[Begun] = []
    lost: list[str] = []
    monkeypatch.setattr(children, "Process", Begun)
    made = Children(lambda _: None, lambda name, _: lost.append(name))
    for limit in range(1, 6):
        made.use(Config((), limit=limit), (Share(0, 2), Share(1, 2)))
    assert [process.limit for process in begun] == [1, 2]
    begun[0].status.append(0)
    made.look()
    made.look()
    assert lost == ["0"] and [process.limit for process in begun] == [1, 2, 5]


def test_one_that_is_not_heard_for_long_is_killed_though_no_tick_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "BEGIN", "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)")
    monkeypatch.setattr(heartbeat, "LOOK_SECONDS", 0.01)
    process = Process(Begin(Config(()), Share(1, 2), logging.INFO), lambda _: None)
    assert process.wait(PATIENCE)
    assert process.look() == -signal.SIGKILL


def test_who_writes_the_files_of_a_feed_is_alone(tmp_path: Path) -> None:
    def free() -> bool:
        (path,) = (tmp_path / writers.FOLDER).iterdir()
        with path.open() as file:  # as another process would, or another thread
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    with writers.alone(tmp_path, "club"):
        assert not free()
    assert free()
    with writers.alone(tmp_path, "paper"), writers.alone(tmp_path, "club"):
        assert len(list((tmp_path / writers.FOLDER).iterdir())) == 2


def test_who_writes_more_feeds_than_there_are_locks_waits_for_nobody(tmp_path: Path) -> None:
    with writers.alone(tmp_path, *map(str, range(2 * writers.FILES))):
        assert 100 < len(list((tmp_path / writers.FOLDER).iterdir())) <= writers.FILES


def test_who_waits_for_the_files_of_a_feed_lets_others_compute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(focus, "PATIENCE_SECONDS", 4 * PATIENCE)
    waits, written = threading.Event(), threading.Event()

    def write() -> None:
        with focus.OURS.had():
            waits.set()
            with writers.alone(tmp_path, "club"):
                written.set()

    thread = threading.Thread(target=write)
    with writers.alone(tmp_path, "club"):
        thread.start()
        assert waits.wait(PATIENCE)
        with focus.OURS.had():  # as who writes has it again before he lets others write
            assert not written.is_set()
    thread.join(PATIENCE)
    assert written.is_set() and not focus.OURS._free.locked()


def test_where_nothing_can_be_locked_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / ".state").write_text("no folder")
    with pytest.raises(PublishError, match=r"cannot be made: "), writers.alone(tmp_path, "club"):
        pass
