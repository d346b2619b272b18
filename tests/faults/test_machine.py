"""Faults of the machine: a disk that is full, power that fails, too few files, a busy store."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from feeds import app, crew, database
from feeds.commands import frame
from feeds.config import load
from feeds.daemon import Daemon
from tests import ready
from tests.faults.disk import fill, small
from tests.faults.test_every_call import FRESH, HOUR, POSTS, SITE, START, entries, updated
from tests.live import SENTENCE, Blog, Post, blog
from tests.program import COMMAND, begun, feedwright, started, until

MODES = ("one-off", "daemon")
CONFIG = (
    "feeds: [{{name: club, url: '{site}', every: 1s}}]\nnetwork: {{allow_private: true}}\nkeep_pages: {{size: 0}}\n"
)


def fetched(folder: Path, **options: Any) -> tuple[int, list[str]]:
    """`feedwright fetch --all`: how it ended, and what it said."""
    done = (started if options else feedwright)("fetch", "--all", cwd=folder, **options)
    assert b"Traceback" not in done.stderr
    return done.returncode, done.stderr.decode().splitlines()


@contextmanager
def running(folder: Path, **options: Any) -> Iterator[Callable[[], str]]:
    """`feedwright run`; what it has logged so far. It lives until the end of this and ends as it should."""
    process: subprocess.Popen[bytes] | ready.Process
    log = folder / "log"
    with log.open("wb") as stderr:
        if options:
            process = subprocess.Popen([COMMAND, "run", "--port", "0"], cwd=folder, stderr=stderr, **options)
        else:
            process = begun("run", "--port", "0", cwd=folder, stderr=stderr)
    with process:
        try:
            yield log.read_text
            assert process.poll() is None, log.read_text()
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=200) == 0
        finally:
            process.kill()
    assert "Traceback" not in log.read_text()


@pytest.fixture
def site() -> Iterator[Blog]:
    with blog(*POSTS) as site:
        yield site


@pytest.fixture
def folder(tmp_path: Path, site: Blog) -> Path:
    (tmp_path / "config.yaml").write_text(CONFIG.format(site=site.address))
    return tmp_path


@pytest.fixture
def disk(folder: Path) -> Iterator[Path]:
    with small(folder / "out") as out:
        yield out


def long(number: int) -> Post:
    return Post(f"number-{number}-has-come", f"Number {number} has come", START + number * HOUR, SENTENCE * 400)


LOOPS = """
import time
from pathlib import Path


def links(soup, url):
    while not Path({over!r}).exists():
        time.sleep(0.01)
"""


@pytest.mark.parametrize("mode", MODES)
def test_29_rules_that_do_not_end(folder: Path, site: Blog, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    over, there = folder / "over", site.address.replace("127.0.0.1", "localhost")
    (folder / "loops.py").write_text(LOOPS.format(over=str(over)))
    with (folder / "config.yaml").open("a") as config:
        config.write("workers: 2\n")
    text = (folder / "config.yaml").read_text()
    (folder / "config.yaml").write_text(text.replace("[{", f"[{{name: loops, url: '{there}', recipe: loops.py}}, {{"))
    monkeypatch.setattr(crew, "LOOK_SECONDS", 0.01)
    with app.opened(load(folder / "config.yaml", {})) as updater:
        if mode == "one-off":
            reports = updater.run(updater.claim(9))
            assert next(reports).name == "club"
            monkeypatch.setattr(crew, "HANGS_SECONDS", 0.0)
            (report,) = reports
            assert report.name == "loops" and "did not end" in str(report.error)
        else:
            made = Daemon(updater)
            made._tick()
            until((folder / "out" / "club.atom").exists)
            until(lambda: made._claimer._workers.outstanding == 1)
            monkeypatch.setattr(crew, "HANGS_SECONDS", 0.0)
            made._tick()
            updater.stopping.set()
        source = updater.store.source("loops")
        over.touch()  # from now on it may end after all
        assert source is not None and source.failures == 1 and "did not end" in str(source.last_error)
    assert len(entries(folder / "out")) == len(POSTS)


@pytest.mark.parametrize("mode", MODES)
def test_30_a_full_disk(disk: Path, folder: Path, site: Blog, mode: str) -> None:
    new = [long(number) for number in range(4)]
    if mode == "one-off":
        assert fetched(folder)[0] == 0
        before, file = entries(disk), (disk / "club.atom").read_bytes()
        filler = fill(disk)
        site.posts = [*reversed(new), *site.posts]
        for _ in range(3):
            code, said = fetched(folder)
            assert code == 1 and any("disk is full" in line or "No space left" in line for line in said), said
            assert (disk / "club.atom").read_bytes() == file
        filler.unlink()
        assert fetched(folder)[0] == 0
    else:
        with running(folder) as log:
            until((disk / "club.atom").exists, 200)
            before, file = entries(disk), (disk / "club.atom").read_bytes()
            filler = fill(disk)
            site.posts = [*reversed(new), *site.posts]
            until(lambda: "disk is full" in log() or "No space left" in log(), 200)
            assert (disk / "club.atom").read_bytes() == file
            filler.unlink()
            until(lambda: len(entries(disk)) == len(site.posts), 200)
    assert before.items() <= entries(disk).items()
    assert len(entries(disk)) == len(site.posts)


def test_32_a_one_off_that_is_killed(folder: Path, site: Blog) -> None:
    known: dict[str, tuple[str, str, str]] = {}
    log = folder / "log"
    for turn in range(3):
        site.posts.insert(0, long(turn))
        asked = len(site.asked)
        with log.open("ab") as stderr, begun("fetch", "--all", cwd=folder, stderr=stderr):
            until(lambda asked=asked: len(site.asked) > asked + 1, 200)  # type: ignore[misc]
        if (folder / "out" / "club.atom").exists():
            seen = entries(folder / "out")
            assert known.items() <= seen.items()
            known = seen
    assert fetched(folder)[0] == 0
    assert known.items() <= entries(folder / "out").items()
    assert len(entries(folder / "out")) == len(site.posts)


def test_33_power_fails_at_any_moment_of_a_write(tmp_path: Path) -> None:
    """What of the log of the store reached the disk ends anywhere: the next run has all entries, each once."""
    first = tmp_path / "first"
    assert updated(first, Blog(SITE, [*POSTS]), START).error is None
    before = entries(first)
    state = first / ".state"
    with closing(sqlite3.connect(state / "store.db")) as held:  # as long as it is open the log is not folded away
        held.execute("SELECT count(*) FROM sources").fetchone()
        assert updated(first, Blog(SITE, [FRESH, *POSTS]), START + HOUR).new == 1
        log = state / "store.db-wal"
        size = log.stat().st_size
        assert size > 0
        for turn, part in enumerate((0, 0.1, 0.33, 0.5, 0.77, 0.95, 1)):
            out = tmp_path / str(turn)
            shutil.copytree(first, out)
            (out / ".state" / "store.db-shm").unlink(missing_ok=True)
            os.truncate(out / ".state" / "store.db-wal", int(size * part))
            assert updated(out, Blog(SITE, [FRESH, *POSTS]), START + 2 * HOUR).error is None
            after = entries(out)
            assert before.items() <= after.items() and len(after) == len(POSTS) + 1


def test_37_a_mistake_in_the_configuration(folder: Path) -> None:
    assert fetched(folder)[0] == 0
    before, config = entries(folder / "out"), folder / "config.yaml"
    right = config.read_text()
    config.write_text(right.replace("every:", "evry:"))
    code, (line,) = fetched(folder)
    assert code == 2 and line.startswith("error: config.yaml:1: ") and "evry" in line
    config.write_text(right)
    assert fetched(folder)[0] == 0
    assert before == entries(folder / "out")


@pytest.mark.parametrize("mode", MODES)
def test_39_too_few_files_may_be_open(folder: Path, site: Blog, mode: str) -> None:
    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))

    if mode == "one-off":
        code, said = fetched(folder, preexec_fn=few)
        assert code in (0, 1) and said
    else:
        with running(folder, preexec_fn=few) as log:
            until(lambda: "started" in log(), 200)
            until(lambda: site.asked or "failed" in log(), 200)
    assert fetched(folder)[0] == 0
    assert len(entries(folder / "out")) == len(POSTS)


def test_39_no_thread_is_left(folder: Path, site: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    start = threading.Thread.start

    def refused(thread: threading.Thread) -> None:
        if thread.name == "update":
            raise RuntimeError("can't start new thread")
        start(thread)

    with app.opened(load(folder / "config.yaml", {})) as updater:
        made = Daemon(updater)
        with monkeypatch.context() as none_left:
            none_left.setattr(threading.Thread, "start", refused)
            made._tick()
            assert made._claimer._workers.waiting == 1 and not made._claimer._workers.manned
        made._tick()
        until((folder / "out" / "club.atom").exists)
        updater.stopping.set()
        assert made._claimer._workers.drain(200) == ()
    assert len(entries(folder / "out")) == len(POSTS)


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't start new thread")])
def test_39_there_is_no_memory(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "_exit", sys.exit)
    with pytest.raises(SystemExit) as ended, frame.sentences():
        raise error
    assert ended.value.code == frame.FAILED
    assert capsys.readouterr().err.startswith("error: There is too little memory.")


def test_40_another_program_keeps_the_store_locked(folder: Path, site: Blog) -> None:
    """SQLite has no server that restarts; what is like it is a program that keeps the file locked."""
    hurried = [sys.executable, "-c", "from feeds import cli, database; database.PATIENCE_SECONDS = 1; cli.main()"]
    assert fetched(folder)[0] == 0
    before = entries(folder / "out")
    site.posts.insert(0, FRESH)
    with closing(sqlite3.connect(folder / "out" / app.STORE)) as other:
        other.execute("BEGIN IMMEDIATE")
        command = [*hurried, "fetch", "--all"]
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=200, check=False)
        other.rollback()
    assert done.returncode == 1
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("error: ") and "locked by another program" in line
    assert fetched(folder)[0] == 0
    assert before.items() <= entries(folder / "out").items()
    assert len(entries(folder / "out")) == len(site.posts)


def test_40_a_daemon_waits_for_a_store_that_another_keeps_locked(
    folder: Path, site: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fetched(folder)[0] == 0
    before = entries(folder / "out")
    site.posts.insert(0, FRESH)
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.1)
    with app.opened(load(folder / "config.yaml", {})) as updater:
        made = Daemon(updater)
        with closing(sqlite3.connect(folder / "out" / app.STORE)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("UPDATE sources SET next_due = '2026-01-01 00:00:00'")
            other.commit()
            other.execute("BEGIN IMMEDIATE")
            made._tick()
            (failure,) = made._troubles.standing()
            assert "locked by another program" in failure and made._claimer._workers.outstanding == 0
            other.rollback()
        made._tick()
        until(lambda: len(entries(folder / "out")) == len(site.posts))
        updater.stopping.set()
        assert made._claimer._workers.drain(200) == () and made._troubles.standing() == ()
    assert before.items() <= entries(folder / "out").items()
