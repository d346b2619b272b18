"""How the sources are: the same truth for the command, the health check and the metrics."""

import fcntl
import http.client
import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from feeds import presence, serving, status, statuscommand, statusrows, word
from feeds.configuration import Config, FeedConfig
from feeds.model import Configured, Holding, Outcome
from feeds.sections import Web
from feeds.status import Known
from feeds.store import Store
from feeds.web import health, sight
from feeds.web.sight import Work
from tests.program import feedwright

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WELL = Known(
    id=1, name="club", url="https://club.example/", title=None, paused=False, rested=False, ended=False, working=False,
    last_try=NOW - HOUR, last_good=NOW - HOUR, next_due=NOW + HOUR, failures=0, error=None, held_since=None,
    reason=None, entries=3, requests=4,
)  # fmt: skip
LEASE = timedelta(minutes=15)
REASON = "links found: 12 -> 0 of 12 known"


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (WELL, "well"),
        (replace(WELL, last_good=None), "new"),
        (replace(WELL, next_due=NOW - HOUR), "late"),
        (replace(WELL, next_due=NOW - timedelta(seconds=90)), "well"),
        (replace(WELL, next_due=NOW - HOUR, working=True), "well"),
        (replace(WELL, failures=2, error="It does not answer."), "failing"),
        (replace(WELL, failures=2, reason=REASON, held_since=NOW), "held"),
        (replace(WELL, reason=REASON, paused=True), "paused"),
        (replace(WELL, next_due=NOW - HOUR, rested=True), "paused"),
        (replace(WELL, paused=True, ended=True), "ended"),
    ],
)
def test_a_source_is_in_one_state(known: Known, state: str) -> None:
    assert status.condition(known, NOW).state == state


def test_a_hold_says_what_moved_before_and_after() -> None:
    found = status.condition(replace(WELL, reason=REASON), NOW)
    assert (found.why, found.before, found.after) == ("links found", "12", "0 of 12 known")


def test_the_ill_ones_come_first_and_are_counted() -> None:
    names = [replace(WELL, name="a"), replace(WELL, name="z", reason=REASON), replace(WELL, name="m", failures=1)]
    found = status.overview(names, NOW)
    assert [one.known.name for one in found.conditions] == ["z", "m", "a"]
    assert status.summary(found) == "1 held, 1 failing, 1 well"
    rest = [replace(found, conditions=found.conditions[n:]) for n in range(4)]
    assert [status.exit_code(one) for one in rest] == [1, 1, 0, 3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration, and a store with three sources: one well, one held, one that fails."""
    feeds = "".join(f"  - {{name: {name}, url: 'https://{name}.example/'}}\n" for name in ("well", "held", "failing"))
    (tmp_path / "config.yaml").write_text(f"feeds:\n{feeds}out: made\n", encoding="utf-8")
    fill(tmp_path / "made" / statusrows.STORE)
    return tmp_path


def fill(path: Path) -> None:
    now = datetime.now(UTC)
    hold = Holding(now - HOUR, REASON, "links found", True, now)
    outcomes = {
        "well": Outcome(next_due=now + HOUR, requests=3),
        "held": Outcome(next_due=now + HOUR, error=REASON, failed=True, hold=hold, requests=1),
        "failing": Outcome(next_due=now + HOUR, error="It does not answer.", requests=1),
    }
    with Store.open(path) as store:
        store.sync([Configured(n, f"https://{n}.example/", "r", f"tag:{n}") for n in outcomes], now)
        for lease in store.claim(now, now + LEASE, 9):
            store.save(lease, outcomes[lease.source.name], now)
        (again,) = store.claim(now, now + LEASE, 9, ["well"])
        store.save(again, replace(outcomes["well"], requests=2), now)


def test_status_tells_every_source(folder: Path) -> None:
    done = feedwright("status", cwd=folder)
    shown = done.stdout.decode()
    assert (done.returncode, shown.splitlines()[0]) == (1, "1 held, 1 failing, 1 well")
    assert re.search(r"^held +held .*\n +links found: before 12, now 0 of 12 known$", shown, re.MULTILINE)
    assert re.search(r"^well +well +\d+s ago +in 5\dm +0 +0 +5$", shown, re.MULTILINE)


def test_status_says_what_can_be_done(folder: Path) -> None:
    accept = (
        "`feedwright explain held` shows the page as it is; `feedwright fetch held --accept` publishes what is there"
    )
    with closing(sqlite3.connect(folder / "made" / statusrows.STORE)) as store, store:
        store.execute("UPDATE sources SET gone = 1, last_error = 'It does not answer.' WHERE name = 'failing'")
        store.execute("UPDATE sources SET hold = json_set(hold, '$.listed', json('[\"/a\"]')) WHERE hold IS NOT NULL")
        event = "SELECT id, '2026-04-03 00:00:00', 'ended', 'It is gone (410).' FROM sources WHERE name = 'failing'"
        store.execute(f"INSERT INTO events (source_id, at, kind, said) {event}")
    shown = feedwright("status", cwd=folder).stdout.decode()
    assert re.search(rf"now 0 of 12 known\n +{accept} now\.$", shown, re.MULTILINE)
    ended = r"\n +since 2026-04-03: It is gone \(410\)\.\n +`feedwright fetch failing` tries it again\.$"
    assert re.search(ended, shown, re.MULTILINE)
    sources = json.loads(feedwright("status", "--json", cwd=folder).stdout)["sources"]
    found = {one["name"]: one["advice"] for one in sources}
    assert (str(found["held"]).startswith(accept), found["well"]) == (True, None)
    with served_by(folder) as served:
        page = served.get("/status/failing")[1].decode()
    assert "since 2026-04-03: It is gone (410)." in page and "feedwright fetch failing tries it again." in page


def test_what_is_held_for_nothing_at_all_is_not_offered_to_be_accepted() -> None:
    empty = status.condition(replace(WELL, reason=REASON, empty=True), NOW)
    assert "explain club" in empty.advice and "--accept" not in empty.advice


def test_status_as_json_has_all_of_it(folder: Path) -> None:
    done = feedwright("status", "--json", cwd=folder)
    found = json.loads(done.stdout)
    assert (found["counts"]["held"], found["counts"]["all"]) == (1, 3)
    held = found["sources"][0]
    told = [held[key] for key in ("name", "state", "why", "before", "after", "failures", "requests_today")]
    assert told == ["held", "held", "links found", "12", "0 of 12 known", 1, 1]
    assert set(held) >= {"last_good", "next_due", "entries", "held_since", "late_seconds", "working"}


def test_list_says_what_status_says_and_what_rests_is_never_due(folder: Path) -> None:
    path = folder / "config.yaml"
    path.write_text(path.read_text().replace("name: failing,", "name: failing, paused: true,"), encoding="utf-8")
    with closing(sqlite3.connect(folder / "made" / statusrows.STORE)) as store, store:
        store.execute("UPDATE sources SET gone = 1, failures = 1 WHERE name = 'well'")
        store.execute("UPDATE sources SET paused = 1 WHERE name = 'failing'")
        store.execute("UPDATE sources SET next_due = '2026-01-01 00:00:00' WHERE name != 'held'")
    found = {one["name"]: one for one in json.loads(feedwright("status", "--json", cwd=folder).stdout)["sources"]}
    listed = {one["name"]: one for one in json.loads(feedwright("list", "--json", cwd=folder).stdout)}
    assert [one["state"] for one in listed.values()][::2] == ["ended", "paused"]
    for name in ("well", "failing"):
        assert (found[name]["next_due"], listed[name]["next_due"]) == (None, None)
        assert found[name]["state"] == listed[name]["state"]
    assert listed["held"]["state"].startswith("held since ") and listed["held"]["next_due"]
    shown = feedwright("list", cwd=folder).stdout.decode()
    assert shown.count("–") == 2 and " in 5" in shown


def test_status_makes_no_store(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("feeds: [{name: a, url: 'https://a.example/'}]\n", encoding="utf-8")
    done = feedwright("status", cwd=tmp_path)
    assert (done.returncode, done.stdout[:20]) == (3, b"Nothing was fetched ")
    assert [path.name for path in tmp_path.iterdir()] == ["config.yaml"]


def test_status_migrates_no_store(folder: Path) -> None:
    path = folder / "made" / statusrows.STORE
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("UPDATE alembic_version SET version_num = '0001'")
    done = feedwright("status", cwd=folder)
    assert (done.returncode, b"older Feedwright" in done.stderr) == (1, True)
    with closing(sqlite3.connect(path)) as store:
        assert store.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]


def test_a_damaged_store_is_told_with_what_to_do(folder: Path) -> None:
    (folder / "made" / statusrows.STORE).write_bytes(b"no database " * 1000)
    done = feedwright("status", cwd=folder)
    assert (done.returncode, b"damaged" in done.stderr, b"recover" in done.stderr) == (1, True, True)


@pytest.mark.parametrize(
    ("written", "where"),
    [
        ("feeds:\n- name: a\n  url: b\n", "out"),
        ("# out: no\nfeeds: []\nout: made/here  # why\n", "made/here"),
        ("out: a\nfeeds:\n  - {out: b}\n", "a"),
        ("feeds: []\nout: ${WHERE}\n", None),
        ("feeds: []\n'out': quoted\n", None),
        ("{feeds: [], out: flow}\n", None),
    ],
)
def test_where_the_store_is_can_be_told_from_a_plain_file(tmp_path: Path, written: str, where: str | None) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(written, encoding="utf-8")
    assert statuscommand.folder(path) == (tmp_path / where if where else None)


class Served:
    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(method, path, headers={key.replace("_", "-"): said for key, said in headers.items()})
            response = connection.getresponse()
            return response.status, response.read()

    def json(self, path: str) -> Any:
        return json.loads(self.get(path)[1])


@contextmanager
def served_by(
    folder: Path,
    shown_to: str = "local",
    silent: float | None = 0.5,
    tokens: tuple[str, ...] = (),
    troubles: tuple[str, ...] = (),
) -> Iterator[Served]:
    feeds = tuple(
        FeedConfig(name, f"https://{name}.example/", token="t" * 20 if name in tokens else None)
        for name in ("well", "held", "failing")
    )
    config = Config(feeds, out=folder / "made", web=Web(status=shown_to))
    with serving.listen("127.0.0.1", 0) as listener:
        heard = None if silent is None else lambda: silent
        with serving.serving(
            config, listener, work=None if heard is None else Work(heard, {"held": 2}.copy, lambda: troubles)
        ):
            yield Served(listener.getsockname()[1])


def test_a_source_that_is_ill_does_not_end_the_program(folder: Path) -> None:
    with served_by(folder) as served:
        assert served.get("/healthz")[0] == 200
        found = served.json("/healthz")
    assert found["status"] == "degraded"
    assert found["reasons"] == ["1 held, 1 failing, 1 well", "held is held", "failing is failing"]


@pytest.mark.parametrize(("silent", "code", "verdict"), [(59.0, 200, "ok"), (61.0, 503, "dead"), (None, 200, "ok")])
def test_a_scheduler_that_is_not_heard_is_dead(silent: float | None, code: int, verdict: str) -> None:
    found = health.judge(status.overview([WELL], NOW), "", silent)
    assert (found.code, found.verdict) == (code, verdict)


COMPLAINT = "/srv/config.yaml:3: feeds[1].nam: is no key"


def complain(folder: Path, process: int = os.getpid()) -> None:
    (folder / "made" / statusrows.COMPLAINT).write_text(f"{process}\n{COMPLAINT}\n", encoding="utf-8")


@pytest.mark.parametrize("process", [0x400001, 10**30])  # more than any machine counts to
def test_a_process_that_is_no_more_complains_of_nothing(folder: Path, process: int) -> None:
    assert statusrows.complaint(folder / "made") == ""
    complain(folder)
    assert statusrows.complaint(folder / "made") == COMPLAINT
    complain(folder, process)
    assert statusrows.complaint(folder / "made") == ""


def test_a_configuration_that_is_wrong_is_a_reason(folder: Path) -> None:
    complain(folder)
    with served_by(folder) as served:
        assert served.json("/healthz")["reasons"][0] == COMPLAINT
        assert COMPLAINT in served.get("/status")[1].decode()
        assert b"feedwright_config_refused 1.0" in served.get("/metrics")[1]
    shown = feedwright("status", cwd=folder).stdout.decode()
    assert shown.splitlines()[0] == f"The daemon goes on by the configuration before: {COMPLAINT}"
    found = status.overview([WELL], NOW, COMPLAINT)
    assert (status.exit_code(found), statuscommand.record(found)["config"]) == (1, COMPLAINT)
    assert health.judge(found, "", 0.0).reasons == (COMPLAINT,)


TROUBLE = "/srv/out/club.atom could not be written (Is a directory)."


def test_what_stands_in_the_daemons_way_is_a_reason(folder: Path) -> None:
    path = folder / "made" / statusrows.TROUBLES
    word.leave(path, [TROUBLE, "publish.command ./push\nfailed with 1."])
    with served_by(folder, silent=None) as served:  # as `feedwright serve` does, beside the daemon
        assert served.json("/healthz")["reasons"][:2] == [TROUBLE, "publish.command ./push failed with 1."]
        assert TROUBLE in served.get("/status")[1].decode()
        assert b"feedwright_troubles 2.0" in served.get("/metrics")[1]
    shown = feedwright("status", cwd=folder).stdout.decode()
    assert shown.splitlines()[0] == f"Something stands in the daemon's way: {TROUBLE}"
    found = status.overview([WELL], NOW, troubles=(TROUBLE,))
    assert (status.exit_code(found), statuscommand.record(found)["troubles"]) == (1, (TROUBLE,))
    assert health.judge(found, "", 0.0).verdict == "degraded"
    word.leave(path, [])
    with served_by(folder, silent=None) as served:
        assert b"feedwright_troubles 0.0" in served.get("/metrics")[1]


def test_that_no_daemon_works_on_the_folder_is_said_first_where_something_is_overdue(folder: Path) -> None:
    def shown() -> tuple[str, bool]:
        found = json.loads(feedwright("status", "--json", cwd=folder).stdout)
        return feedwright("status", cwd=folder).stdout.decode().splitlines()[0], found["deserted"]

    said = "No daemon works on this folder, and 1 source is overdue: `feedwright run` starts one."
    assert shown() == ("1 held, 1 failing, 1 well", False)  # as between two calls of cron
    with closing(sqlite3.connect(folder / "made" / statusrows.STORE)) as store, store:
        store.execute("UPDATE sources SET next_due = '2026-01-01 00:00:00' WHERE name = 'failing'")
    assert shown() == (said, True)
    with served_by(folder, silent=None) as served:
        assert served.json("/healthz")["reasons"][0] == said
        assert said.partition("`")[0] in served.get("/status")[1].decode()
    with served_by(folder) as served:  # by the daemon itself
        assert said not in served.json("/healthz")["reasons"]
    with presence.sole(folder / "made" / presence.DAEMON):
        assert shown() == ("1 held, 1 failing, 1 well", False)
    assert shown() == (said, True)


def test_who_looks_whether_a_daemon_is_there_keeps_none_from_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, waits = tmp_path / "daemon.pid", list[float]()
    with path.open("w") as looked_at:
        fcntl.flock(looked_at, fcntl.LOCK_SH)

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            fcntl.flock(looked_at, fcntl.LOCK_UN)

        monkeypatch.setattr("feeds.presence.time.sleep", sleep)
        with presence.sole(path):
            assert presence.held(path) and len(waits) == 1
    assert not presence.held(path)


def test_strangers_are_told_of_no_feed_with_a_token_and_of_no_path(folder: Path) -> None:
    complain(folder)
    with served_by(folder, "all", tokens=("held",), troubles=(TROUBLE,)) as served:
        found = json.loads(served.get("/healthz", Host="feeds.example")[1])
        assert found["reasons"] == [sight.WRONG, sight.TROUBLED, "1 failing, 1 well", "failing is failing"]
        assert served.json("/healthz")["reasons"][:3] == [COMPLAINT, TROUBLE, "1 held, 1 failing, 1 well"]


def test_a_store_that_cannot_be_read_is_a_reason(folder: Path) -> None:
    (folder / "made" / statusrows.STORE).write_bytes(b"no database " * 1000)
    with served_by(folder) as served:
        assert (served.get("/healthz")[0], served.json("/healthz")["status"]) == (200, "degraded")
        assert "damaged" in served.json("/healthz")["reasons"][0]
        assert b"feedwright_store_readable 0.0" in served.get("/metrics")[1]


def test_metrics_are_what_prometheus_reads(folder: Path) -> None:
    with served_by(folder) as served:
        code, content = served.get("/metrics")
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(content.decode())
        for sample in family.samples
    }
    assert code == 200
    assert {state: found["feedwright_sources", state] for state in status.STATES} == {
        "held": 1, "failing": 1, "late": 0, "new": 0, "well": 1, "paused": 0, "ended": 0,
    }  # fmt: skip
    assert found["feedwright_requests_today",] == 7
    assert found["feedwright_scheduler_silent_seconds",] == 0.5
    assert found["feedwright_updates_total", "held"] == 2
    assert "process_resident_memory_bytes" in {name for name, *_ in found}


FOREIGN = (
    {"Host": "evil.example"},
    {"Host": "evil.example:8085"},
    {"X-Forwarded-For": "203.0.113.5"},
    {"Forwarded": "for=203.0.113.5"},
    {"Via": "1.1 proxy"},
)


def test_they_are_for_this_machine_alone(folder: Path) -> None:
    with served_by(folder) as served:
        for path in ("/healthz", "/metrics"):
            assert served.get(path)[0] == 200
            assert [served.get(path, **headers)[0] for headers in FOREIGN] == [404] * len(FOREIGN)


def test_they_may_be_for_all_or_for_nobody(folder: Path) -> None:
    with served_by(folder, "all") as served:
        assert served.get("/healthz", Host="feeds.example")[0] == 200
    with served_by(folder, "off") as served:
        assert served.get("/healthz")[0] == 404


def test_a_store_that_is_held_for_writing_is_read_all_the_same(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "made" / statusrows.STORE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE sources SET failures = 9")
        found = feedwright("status", "--json", cwd=folder)
        other.execute("ROLLBACK")
    assert [source["failures"] for source in json.loads(found.stdout)["sources"]] == [1, 1, 0]
