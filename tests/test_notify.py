"""Who is told what befalls a source: a feed of its own, a command, and systemd."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest

from feeds import bulletin, notify, sdnotify, turns
from feeds.configuration import Config, FeedConfig
from feeds.model import Configured, Event, Holding, Outcome, Source, Told
from feeds.notify import Notifier
from feeds.sections import Notify
from feeds.store import Store
from tests.installed import needs
from tests.program import COMMAND
from tests.schema import atom_errors

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=15)
SOURCE = Source(1, "club", "https://club.example/", "tag:club", "r")
# Writes down what it was told, a line each time.
NOTE = "import json, sys; open('told', 'a').write(json.dumps(sys.argv[1:]) + '\\n')"


@pytest.mark.parametrize(
    ("failures", "outcome", "kinds"),
    [
        (0, Outcome(error="no"), []),
        (4, Outcome(error="no"), ["failing"]),
        (5, Outcome(error="no"), []),
        (4, Outcome(error="no", failed=False), []),
        (5, Outcome(error="no", failed=False), []),
        (4, Outcome(), []),
        (5, Outcome(), ["recovered"]),
        (0, Outcome(error="It is gone.", gone=True), ["ended"]),
        (4, Outcome(error="x: 1 -> 0", failed=True, hold=Holding(NOW, "x: 1 -> 0", "x", True, NOW)), []),
    ],
)
def test_a_source_is_said_to_fail_once_and_to_be_well_again(failures: int, outcome: Outcome, kinds: list[str]) -> None:
    assert [turn.kind for turn in turns.of(replace(SOURCE, failures=failures), outcome, NOW, 5)] == kinds


@pytest.mark.parametrize(
    ("failures", "outcome", "kinds"),
    [
        (1, Outcome(error="It is gone.", gone=True), []),
        (4, Outcome(error="It is gone.", gone=True), []),
        (4, Outcome(error="It does not answer.", gone=True), []),
        (1, Outcome(), ["recovered"]),
        (9, Outcome(), ["recovered"]),
    ],
)
def test_of_one_that_has_ended_it_is_told_only_that_it_can_be_read_again(
    failures: int, outcome: Outcome, kinds: list[str]
) -> None:
    source = replace(SOURCE, gone=True, failures=failures)
    assert [turn.kind for turn in turns.of(source, outcome, NOW, 5)] == kinds


def told(kind: str, said: str, name: str = "club", number: int = 1, minutes: int = 0) -> Told:
    return Told(number, name, f"tag:{name}", Event(NOW + timedelta(minutes=minutes), kind, said))  # type: ignore[arg-type]


def test_the_feed_is_valid_stable_and_says_before_and_after() -> None:
    found = [told("recovered", "as it was again", minutes=5), told("degraded", "links found: 12 -> 0 of <b>12</b>")]
    content = bulletin.render(found, "https://feeds.example", NOW)
    assert atom_errors(content) == []
    again = [replace(one, number=one.number + 70) for one in found]
    assert content == bulletin.render(again, "https://feeds.example", NOW)
    parsed = feedparser.parse(content)
    assert [entry.title for entry in parsed.entries] == [
        "club has recovered",
        "club is held: its site is not as it was",
    ]
    assert "Before: 12<br />Now: 0 of &lt;b&gt;12&lt;/b&gt;" in parsed.entries[1].content[0].value.replace(
        "<br>", "<br />"
    )
    assert len({entry.id for entry in parsed.entries}) == 2


def test_what_was_wrong_with_a_source_that_is_well_again_is_not_told_as_what_is_now() -> None:
    content = bulletin.render(
        [told("recovered", "as it was again; it was held since 2026-03-01 for links found: 12 -> 0")],
        "https://feeds.example",
        NOW,
    )
    (entry,) = feedparser.parse(content).entries
    assert "Before: 12" in entry.content[0].value
    assert "While it was held: 0" in entry.content[0].value
    assert "Now" not in entry.content[0].value


def held(store: Store, *names: str, now: datetime = NOW) -> None:
    """Each of these sources turns."""
    store.sync([Configured(name, f"https://{name}.example/", "r", f"tag:{name}") for name in names], now)
    turn = Event(now, "degraded", "links found: 12 -> 0 of 12 known")
    for lease in store.claim(now, now + LEASE, len(names)):
        store.save(lease, Outcome(error="x", failed=True, next_due=now + LEASE, events=(turn,)), now)


def test_the_feed_names_no_feed_with_a_token_and_is_written_once(tmp_path: Path) -> None:
    feeds = (
        FeedConfig("open", "https://open.example/"),
        FeedConfig("closed", "https://closed.example/", token="t" * 20),
    )
    config = Config(feeds, out=tmp_path / "out")
    with Store.open(tmp_path / "store.db") as store:
        held(store, "open", "closed")
        assert bulletin.write(config, store) == (tmp_path / "out" / "_status.atom",)
        assert bulletin.write(config, store) == ()
        content = (tmp_path / "out" / "_status.atom").read_text()
        assert "open is held" in content and "closed" not in content
        off = replace(config, notify=Notify(feed=False))
        assert bulletin.write(off, store) == (tmp_path / "out" / "_status.atom",)
    assert not (tmp_path / "out" / "_status.atom").exists()


def test_the_feed_is_there_before_anything_befell_a_source(tmp_path: Path) -> None:
    config, path = Config((FeedConfig("a", "https://a.example/"),), out=tmp_path / "out"), tmp_path / "out/_status.atom"
    with Store.open(tmp_path / "store.db") as store:
        store.sync([Configured("a", "https://a.example/", "r", "tag:a")], NOW)
        assert bulletin.write(config, store) == (path,)
        first = path.read_bytes()
        assert atom_errors(first) == [] and feedparser.parse(first).entries == []
        assert f"<updated>{NOW:%Y-%m-%dT%H:%M:%S}" in first.decode()
        assert bulletin.write(config, store) == ()
        held(store, "a", now=NOW + LEASE)
        assert bulletin.write(config, store) == (path,)
        assert len(feedparser.parse(path.read_bytes()).entries) == 1


def noting(folder: Path, program: str = NOTE, timeout: float = 30) -> Config:
    command = (sys.executable, "-c", program)
    return Config((), out=folder, path=folder / "config.yaml", notify=Notify(command=command, timeout=timeout))


def notes(folder: Path) -> list[list[str]]:
    return [json.loads(line) for line in (folder / "told").read_text().splitlines()]


def test_the_command_is_told_each_turn_once_and_no_shell_sees_it(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.db") as store:
        held(store, "a", "b")
        assert Notifier().tell(noting(tmp_path), store, NOW) is None
        assert Notifier().tell(noting(tmp_path), store, NOW) is None
    said = "is held: its site is not as it was: links found: 12 -> 0 of 12 known"
    assert notes(tmp_path) == [["degraded", "a", f"a {said}"], ["degraded", "b", f"b {said}"]]


def test_many_turns_at_once_are_few_calls(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.db") as store:
        held(store, *(f"feed-{number:02}" for number in range(30)))
        assert Notifier().tell(noting(tmp_path), store, NOW) is None
        assert store.untold(NOW - notify.NEWS) == ()
    assert len(notes(tmp_path)) == notify.AT_ONCE
    assert notes(tmp_path)[-1] == ["more", "", "26 more: see `feedwright status`"]


def test_a_command_that_was_run_is_left_alone_for_a_while(tmp_path: Path) -> None:
    notifier = Notifier()
    with Store.open(tmp_path / "store.db") as store:
        held(store, "a")
        assert notifier.tell(noting(tmp_path), store, NOW) is None
        held(store, "a", "b")
        assert notifier.tell(noting(tmp_path), store, NOW) is None
        assert len(notes(tmp_path)) == 1
        notifier._quiet_until = 0
        assert notifier.tell(noting(tmp_path), store, NOW) is None
    assert len(notes(tmp_path)) > 1


def test_what_a_command_did_not_take_is_told_again(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.db") as store:
        held(store, "a")
        failed = Notifier().tell(noting(tmp_path, "raise SystemExit('no mail')"), store, NOW)
        assert failed is not None and failed.startswith("notify.command") and "no mail" in failed
        assert "was ended" in str(Notifier().tell(noting(tmp_path, "import time; time.sleep(60)", 0.5), store, NOW))
        assert len(store.untold(NOW - notify.NEWS)) == 1
        assert Notifier().tell(noting(tmp_path), store, NOW) is None
    assert len(notes(tmp_path)) == 1


def test_it_fails_until_it_took_something(tmp_path: Path) -> None:
    notifier = Notifier()
    with Store.open(tmp_path / "store.db") as store:
        held(store, "a")
        for _ in range(2):  # it is left alone meanwhile, and is no better for that
            assert "no mail" in str(notifier.tell(noting(tmp_path, "raise SystemExit('no mail')"), store, NOW))
        notifier._quiet_until = 0
        assert notifier.tell(noting(tmp_path), store, NOW) is None
        assert notifier.tell(noting(tmp_path), store, NOW) is None


def test_what_it_did_not_take_in_time_is_no_fault_of_it_any_more(tmp_path: Path) -> None:
    notifier = Notifier()
    with Store.open(tmp_path / "store.db") as store:
        held(store, "a")
        assert "no mail" in str(notifier.tell(noting(tmp_path, "raise SystemExit('no mail')"), store, NOW))
        notifier._quiet_until = 0
        assert notifier.tell(noting(tmp_path), store, NOW + 2 * notify.NEWS) is None


def test_old_turns_are_no_news(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.db") as store:
        held(store, "a")
        assert Notifier().tell(noting(tmp_path), store, NOW + 2 * notify.NEWS) is None
    assert not (tmp_path / "told").exists()


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_is_told(tmp_path: Path, abstract: bool) -> None:
    name = f"feedwright-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0{name}" if abstract else name)
        manager.settimeout(10)
        environ = {"NOTIFY_SOCKET": f"@{name}" if abstract else name}
        sdnotify.ready("3 feeds\nWATCHDOG=1", environ)
        sdnotify.reloading(environ)
        sdnotify.status("well", environ)
        sdnotify.alive(environ)
        sdnotify.stopping(environ)
        found = [manager.recv(1000).decode() for _ in range(5)]
    assert found[0] == "READY=1\nSTATUS=3 feeds WATCHDOG=1"
    assert found[1].startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert found[2:] == ["STATUS=well", "WATCHDOG=1", "STOPPING=1"]


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "/no/such/socket"}])
def test_nobody_to_tell_is_no_matter(environ: dict[str, str]) -> None:
    sdnotify.ready("all is well", environ)


@needs("systemd-analyze")
def test_the_units_are_right(tmp_path: Path) -> None:
    for path in sorted((ROOT / "contrib").iterdir()):
        text = path.read_text(encoding="utf-8").replace("/opt/feedwright/.venv/bin/feedwright", COMMAND)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    units = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if "feedwright" in line]) == (0, [])
