"""`feedwright run` as a process: it follows a site, serves readers, and ends as it is told or not told."""

import http.client
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path

import feedparser
import pytest

from feeds import presence, serving, statusrows
from tests import ready
from tests.installed import needs
from tests.live import Blog, Post, blog
from tests.program import COMMAND, PATIENCE, begun, feedwright, until
from tests.schema import atom_errors

POSTS = tuple(Post(f"the-{word}-is-late", f"The {word} is late", f"2026-01-0{n}") for n, word in enumerate("abc", 1))

# The daemon, but without much patience for what runs while it stops.
IMPATIENT = "from feeds import claiming, cli; claiming.DRAIN_SECONDS = 0.2; cli.main()"


@dataclass(frozen=True, slots=True)
class Daemon:
    """A running daemon, the folder of its config.yaml, and where it serves."""

    process: subprocess.Popen[bytes] | ready.Process
    folder: Path
    address: str

    def entries(self) -> dict[str, str]:
        """The ids of the feed by title."""
        return ids(self.folder)


def configure(folder: Path, site: str) -> None:
    feed = f"feeds: [{{name: club, url: '{site}', every: 1s, limit: 300}}]"
    (folder / "config.yaml").write_text(f"{feed}\nnetwork: {{allow_private: true}}\n", encoding="utf-8")


def ids(folder: Path) -> dict[str, str]:
    """The ids of the published feed by title, after a look at whether the file is whole and right."""
    path = folder / "out" / "club.atom"
    if not path.exists():
        return {}
    content = path.read_bytes()
    assert atom_errors(content) == []
    entries = feedparser.parse(content).entries
    found = {entry.title: entry.id for entry in entries}
    assert len(found) == len(set(found.values())) == len(entries)
    return found


def leases(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "out" / ".state" / "feedwright.db")) as store:
        return int(store.execute("SELECT count(*) FROM sources WHERE lease_until IS NOT NULL").fetchone()[0])


@contextmanager
def running(folder: Path, *program: str) -> Iterator[Daemon]:
    """The daemon, forked; or where a program to start it with is named, that."""
    process: subprocess.Popen[bytes] | ready.Process
    log = folder / f"{time.monotonic_ns()}.log"
    with log.open("wb") as file:
        if program:
            process = subprocess.Popen([*program, "run", "--port", "0"], cwd=folder, stderr=file)
        else:
            process = begun("run", "--port", "0", cwd=folder, stderr=file)
    with process:
        try:
            found = until(lambda: process.poll() or re.search(r"url=(\S+)", log.read_text()))
            assert isinstance(found, re.Match), log.read_text()
            yield Daemon(process, folder, found[1])
        finally:
            process.kill()
    assert "Traceback" not in log.read_text()


def new_post(site: Blog) -> str:
    number = len(site.posts)
    date = f"2026-02-01T{number // 60:02}:{number % 60:02}:00+00:00"
    post = Post(f"number-{number}-has-come", f"Number {number} has come", date)
    site.posts.insert(0, post)
    return post.title


@pytest.fixture
def site() -> Iterator[Blog]:
    with blog(*reversed(POSTS)) as site:
        yield site


@pytest.fixture
def folder(tmp_path: Path, site: Blog) -> Path:
    configure(tmp_path, site.address)
    return tmp_path


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_follows_a_site_until_it_is_told_to_stop(folder: Path, site: Blog, number: signal.Signals) -> None:
    with running(folder, COMMAND) as daemon:
        before = until(daemon.entries)
        assert before.keys() == {post.title for post in POSTS}
        title = new_post(site)
        until(lambda: title in daemon.entries())
        assert before.items() < daemon.entries().items()
        daemon.process.send_signal(number)
        assert daemon.process.wait(timeout=PATIENCE) == 0
    assert leases(folder) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_heard_though_python_had_no_time_for_its_handler(number: signal.Signals) -> None:
    stopping = threading.Event()
    before = signal.getsignal(number)
    with serving.signals(stopping, lambda: None) as until_asked:
        signal.signal(number, lambda *_: None)
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(number)
        until_asked()
        assert stopping.is_set()
    assert signal.getsignal(number) == before


def test_what_takes_too_long_is_given_up_when_it_is_told_to_stop(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        configure(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        with running(tmp_path, sys.executable, "-c", IMPATIENT) as daemon:
            silent.settimeout(20)
            connection, _ = silent.accept()
            with connection:
                daemon.process.terminate()
                assert daemon.process.wait(timeout=PATIENCE) == 0
    assert leases(tmp_path) == 0


def test_a_second_signal_ends_it_at_once_and_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        configure(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        with running(tmp_path, COMMAND) as daemon:
            silent.settimeout(20)
            connection, _ = silent.accept()
            log = next(tmp_path.glob("*.log"))
            with connection:
                daemon.process.terminate()
                until(lambda: 'event="stopping: what runs may end" seconds=25' in log.read_text())
                daemon.process.terminate()
                assert daemon.process.wait(timeout=10) == -signal.SIGTERM
            last = log.read_text().splitlines()[-1]
            assert last.endswith('level=warning event="ended at once: a second signal came" signal=SIGTERM')


def test_a_port_that_is_taken(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = feedwright("run", "--port", port, cwd=folder)
    said = done.stderr.decode()
    assert done.returncode == 1
    assert said.startswith("error: ") and said.count("\n") == 1
    assert port in said and "--port" in said


def test_killed_at_any_moment_it_goes_on(folder: Path, site: Blog, thorough: bool) -> None:
    chance, kills = random.Random(1), 200 if thorough else 20
    known: dict[str, str] = {}
    log = folder / "log"
    for turn in range(kills):
        new_post(site)
        with log.open("ab") as file, begun("run", "--port", "0", cwd=folder, stderr=file):
            if turn < kills - 1:
                time.sleep(chance.random() * 0.7)  # somewhere between its start and its second update
            else:
                until(lambda: len(ids(folder)) == len(site.posts), 300 if thorough else 60)
        seen = ids(folder)
        assert known.items() <= seen.items()
        known = seen
    assert "Traceback" not in log.read_text()
    with closing(sqlite3.connect(folder / "out" / ".state" / "feedwright.db")) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert store.execute("SELECT count(*) FROM articles").fetchone() == (len(site.posts),)


def test_one_daemon_works_on_a_folder_that_was_deleted_under_it(folder: Path) -> None:
    with running(folder) as daemon:
        until(daemon.entries)
        shutil.rmtree(folder / "out")
        until(lambda: (folder / "out" / presence.DAEMON).exists() and daemon.entries())
        second = feedwright("run", "--port", "0", cwd=folder)
        assert (second.returncode, f"process {daemon.process.pid}." in second.stderr.decode()) == (1, True)
        daemon.process.terminate()
        assert daemon.process.wait(timeout=PATIENCE) == 0


def test_one_daemon_works_on_a_folder_and_a_one_off_may_run_beside_it(folder: Path, site: Blog) -> None:
    with running(folder) as daemon:
        until(daemon.entries)
        second = feedwright("run", "--port", "0", cwd=folder)
        said = second.stderr.decode()
        assert second.returncode == 1
        assert said.startswith("error: ") and said.count("\n") == 1
        assert f"process {daemon.process.pid}." in said and str(folder / "out") in said
        for _ in range(3):
            title = new_post(site)
            feedwright("fetch", "--all", cwd=folder)
            until(lambda title=title: title in ids(folder))  # type: ignore[misc]
        daemon.process.terminate()
        assert daemon.process.wait(timeout=PATIENCE) == 0
    assert len(ids(folder)) == len(site.posts)
    assert leases(folder) == 0
    with running(folder):
        pass  # whoever was killed or has ended is in nobody's way


# What becomes of the process, and how the heart that beats in it is stopped.
HANGS = """
import time
from feeds import claiming, cli, crew, heartbeat
heartbeat.LOOK_SECONDS, heartbeat.SILENT_LOOKS = 0.05, 4
{}
cli.main()
"""
SCHEDULER_HANGS = HANGS.format("claiming.Claimer._claim = lambda self: time.sleep(99)")
UPDATES_HANG = HANGS.format("heartbeat.SILENT_LOOKS, crew.HANGS_SECONDS = 999, 0.1")


@pytest.mark.parametrize(
    ("program", "reason"), [(SCHEDULER_HANGS, "the scheduler hangs"), (UPDATES_HANG, "1 updates hang")]
)
def test_a_daemon_that_hangs_ends_and_says_why(tmp_path: Path, program: str, reason: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        configure(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        with (tmp_path / "config.yaml").open("a", encoding="utf-8") as config:
            config.write("workers: 1\n")
        command = [sys.executable, "-c", program, "run", "--port", "0", "--config", str(tmp_path / "config.yaml")]
        done = subprocess.run(command, capture_output=True, timeout=30, check=False, text=True)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert "watchdog" in last and reason in last
    assert "Traceback" not in done.stderr


def test_it_follows_its_configuration_and_keeps_the_old_one_where_the_new_one_is_wrong(
    folder: Path, site: Blog
) -> None:
    def write(text: str) -> None:
        path.write_text(f"{text}\nnetwork: {{allow_private: true}}\n", encoding="utf-8")

    def said(words: str) -> bool:
        return words in next(folder.glob("*.log")).read_text()

    path = folder / "config.yaml"
    club = f"{{name: club, url: '{site.address}', every: 1s}}"
    paper = f"{{name: paper, url: '{site.address.replace('127.0.0.1', 'localhost')}', every: 1s}}"
    with running(folder) as daemon:
        until(daemon.entries)
        write(f"feeds: [{club}, {paper}]")  # a source more
        until((folder / "out" / "paper.atom").exists)
        write(f"feeds:\n  - {club}\n  - {{nam: paper}}")  # a typo
        until(lambda: said("config.yaml:3: feeds[1].nam"))
        until(lambda: "config.yaml:3: feeds[1].nam" in statusrows.complaint(folder / "out"))
        daemon.process.send_signal(signal.SIGHUP)
        until(lambda: next(folder.glob("*.log")).read_text().count("config not reloaded") == 2)
        title = new_post(site)
        until(lambda: title in daemon.entries())
        write(f"feeds: [{club}]\nout: elsewhere")  # what takes a new start
        until(lambda: said("out: it can't change"))
        write(f"feeds: [{club.replace('club', 'harbour')}]")  # one renamed, one removed
        until((folder / "out" / "harbour.atom").exists)
        address = daemon.address.removeprefix("http://").rstrip("/")
        with closing(http.client.HTTPConnection(address, timeout=10)) as client:
            client.request("GET", "/club.atom")
            answer = client.getresponse()
            assert answer.status == 301 and str(answer.headers["Location"]).endswith("/harbour.atom")
        until(lambda: said("feeds=1 changed=1 removed=paper renamed=club->harbour\n"))
        assert statusrows.complaint(folder / "out") == ""
        reloads = next(folder.glob("*.log")).read_text().count("config reloaded")
        daemon.process.send_signal(signal.SIGHUP)  # asked for, though nothing changed
        until(lambda: next(folder.glob("*.log")).read_text().count("config reloaded") > reloads)
        write(f"feeds: [{club.replace('club', 'harbour').replace('every: 1s', 'paused: true')}]")
        until(lambda: next(folder.glob("*.log")).read_text().count("config reloaded") > reloads + 1)
        daemon.process.terminate()
        assert daemon.process.wait(timeout=PATIENCE) == 0
    assert leases(folder) == 0


class Slow(dict[str, tuple[str, bytes]]):
    """Pages of a site that answers nothing about one of its paths until it is let go."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.asked, self.free = path, threading.Event(), threading.Event()

    def __contains__(self, path: object) -> bool:
        if path == self.path:
            self.asked.set()
            assert self.free.wait(PATIENCE)
        return super().__contains__(path)


def test_what_was_begun_by_another_configuration_shows_nothing_of_it(folder: Path, site: Blog) -> None:
    path, public = folder / "config.yaml", folder / "out" / "club.atom"
    with running(folder) as daemon:
        until(daemon.entries)
        site.posts.insert(0, Post("a-seal-has-come", "A seal has come", "2026-02-01"))
        site.pages = slow = Slow("/post/a-seal-has-come")
        assert slow.asked.wait(PATIENCE)
        (folder / "token").write_text("a-token-that-nobody-guesses")
        (folder / "token").chmod(0o600)
        token = "token: '${file:token}'"
        path.write_text(path.read_text().replace("limit: 300", f"limit: 300, {token}"), encoding="utf-8")
        until(lambda: "config reloaded" in next(folder.glob("*.log")).read_text())
        until(lambda: not public.exists())
        site.pages = {}
        slow.free.set()
        until(lambda: any("A seal has come" in made.read_text() for made in (folder / "out").rglob("club.atom")))
        assert not public.exists()
        daemon.process.terminate()
        assert daemon.process.wait(timeout=PATIENCE) == 0


def test_what_cannot_be_published_is_told_by_all_who_tell_how_it_is(folder: Path) -> None:
    (folder / "out" / "club.atom").mkdir(parents=True)
    with (folder / "config.yaml").open("a", encoding="utf-8") as file:
        file.write("publish: {command: ['false']}\n")
    with running(folder) as daemon:
        until(lambda: len(statusrows.troubles(folder / "out")) == 2)
        address = daemon.address.removeprefix("http://").rstrip("/")
        with closing(http.client.HTTPConnection(address, timeout=10)) as client:
            client.request("GET", "/healthz")
            found = client.getresponse().read().decode()
        assert '"degraded"' in found and "club.atom could not be" in found and "publish.command false" in found
        done = feedwright("status", cwd=folder)
        assert (done.returncode, b"club.atom could not be" in done.stdout) == (1, True)
        daemon.process.terminate()
        assert daemon.process.wait(timeout=PATIENCE) == 0


def test_a_stop_waits_for_no_turn_at_a_host(folder: Path, site: Blog) -> None:
    site.pages["/robots.txt"] = ("text/plain", b"User-agent: *\nCrawl-delay: 60\n")
    with running(folder) as daemon:
        until(lambda: [asked.path for asked in site.asked] == ["/robots.txt", "/"])
        daemon.process.terminate()
        assert daemon.process.wait(timeout=PATIENCE) == 0
        assert "abandoned" not in next(folder.glob("*.log")).read_text()
    assert (leases(folder), len(site.asked)) == (0, 2)


def test_a_stop_gives_back_what_was_claimed_ahead(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        feeds = "".join(
            f"  - {{name: club-{n}, url: 'http://127.0.0.1:{silent.getsockname()[1]}/{n}', every: 1s}}\n"
            for n in range(6)
        )
        text = f"feeds:\n{feeds}network: {{allow_private: true}}\nworkers: 1\n"
        (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
        with running(tmp_path, sys.executable, "-c", IMPATIENT) as daemon:
            silent.settimeout(20)
            connection, _ = silent.accept()
            with connection:
                until(lambda: leases(tmp_path) == 4)
                daemon.process.terminate()
                assert daemon.process.wait(timeout=PATIENCE) == 0
    assert leases(tmp_path) == 0


def test_feedparser_subscribes(folder: Path, site: Blog) -> None:
    with running(folder) as daemon:
        until(daemon.entries)
        url = daemon.address + "club.atom"
        first = feedparser.parse(url)
        assert (first.status, first.bozo, len(first.entries)) == (200, False, len(POSTS))
        assert first.feed.links[0] == {"href": url, "rel": "self", "type": "application/atom+xml"}
        for validators in ({"etag": first.etag}, {"modified": first.modified}):
            again = feedparser.parse(url, **validators)
            assert (again.status, again.entries) == (304, [])
        title = new_post(site)
        until(lambda: title in daemon.entries())
        later = feedparser.parse(url, etag=first.etag, modified=first.modified)
        assert later.status == 200
        assert [entry.id for entry in later.entries[1:]] == [entry.id for entry in first.entries]


@contextmanager
def recorded(address: str) -> Iterator[tuple[str, list[int]]]:
    """A proxy before a server: its address, and the statuses of all that was asked through it."""
    statuses: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            upstream = http.client.HTTPConnection(address.removeprefix("http://").rstrip("/"), timeout=10)
            upstream.request("GET", self.path, headers=dict(self.headers.items()))
            response = upstream.getresponse()
            content = response.read()
            statuses.append(response.status)
            self.send_response_only(response.status)
            for name, value in response.getheaders():
                if name.lower() != "connection":
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            upstream.close()

        def log_message(self, *_: object) -> None:
            """The statuses are enough."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", statuses
        server.shutdown()
        thread.join()


@needs("newsboat")
def test_newsboat_subscribes(folder: Path, site: Blog, tmp_path: Path) -> None:
    def poll() -> dict[str, str]:
        """What newsboat knows after it has asked once more: titles with the id of each."""
        files = {"-u": "urls", "-c": "cache.db", "-C": "config"}
        command = ["newsboat", *chain(*((option, str(home / name)) for option, name in files.items())), "-x", "reload"]
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "TERM": "dumb"}
        subprocess.run(command, env=environment, check=True, timeout=30, capture_output=True)
        with closing(sqlite3.connect(home / "cache.db")) as cache:
            items = cache.execute("SELECT title, guid FROM rss_item").fetchall()
        assert len(items) == len(dict(items))
        return dict(items)

    home = tmp_path / "home"
    home.mkdir()
    (home / "config").touch()
    with running(folder) as daemon, recorded(daemon.address) as (address, statuses):
        until(daemon.entries)
        (home / "urls").write_text(f"{address}club.atom\n", encoding="utf-8")
        assert poll() == daemon.entries()
        assert poll() == poll() == daemon.entries()
        assert statuses[0] == 200 and statuses[-1] == 304
        title = new_post(site)
        until(lambda: title in daemon.entries())
        assert poll() == daemon.entries()
        assert statuses[-1] == 200
