"""A folder of feeds whose sites are well, then at fault, then well again nine days later; seen after each."""

import re
import signal
import socket
import sqlite3
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser

from feeds import app
from feeds.commands.frame import FAILED
from feeds.polling import LONGEST_WAIT
from feeds.update import LEASE
from tests import evil
from tests.evil import Evil, Handler, redirect
from tests.faults.sites import FAULTS, LATER, OTHERS, POSTS, Fault, post, write_config
from tests.faults.world import World
from tests.program import begun, until
from tests.schema import atom_errors

ROOT = Path(__file__).parents[2]
# Longer than any server is obeyed, and than "not changed" is believed.
LATER_ON = timedelta(days=9)
# What is waited for at most, in seconds, on a machine that has other things to do.
PATIENCE = 300.0
# A daemon asks again and again.
MOST_CONNECTIONS = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """What the store knows of a source."""

    failures: int
    error: str | None
    next_due: datetime
    leased_until: datetime | None
    gone: bool
    behind: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """All that can be seen from outside at one moment: `told` is what was said of it, `served` what readers got."""

    now: datetime
    files: Mapping[str, bytes]
    rows: Mapping[str, Row]
    told: str
    code: int | None
    served: Mapping[str, bytes] = field(default_factory=dict)

    def entries(self, slug: str) -> dict[str, tuple[str, str]]:
        """Link and date of each entry by its id."""
        parsed = feedparser.parse(self.files[slug])
        found = {entry.id: (entry.link, entry.published) for entry in parsed.entries}
        assert len(found) == len(parsed.entries) == len({link for link, _ in found.values()})
        return found

    def holds(self) -> None:
        """What is so after every fault, whatever it was."""
        for slug, content in self.files.items():
            assert atom_errors(content) == [], slug
            assert feedparser.parse(content).bozo is False, slug
            self.entries(slug)
        assert self.served.items() <= self.files.items()
        for slug, row in self.rows.items():
            assert row.next_due <= self.now + LONGEST_WAIT, slug
            assert row.leased_until is None or row.leased_until <= self.now + LEASE, slug
            assert not row.behind, slug
        assert "Traceback" not in self.told


@dataclass(frozen=True, slots=True)
class Story:
    """What was seen when all was `well`, `meanwhile`, and `after` it, when each site had a post more."""

    well: Seen
    meanwhile: Seen
    after: Seen


@dataclass(slots=True)
class Stage:
    """The sites of all faults on one server, and the folder of a configuration that follows them."""

    folder: Path
    server: Evil
    secure: Evil
    world: World
    faults: Sequence[Fault] = FAULTS
    names: dict[str, str] = field(default_factory=dict)

    def well(self) -> None:
        self.names = {fault.host: "127.0.0.1" for fault in self.faults}
        self.world.set(names=self.names)
        for fault in self.faults:
            self.server.routes[fault.path] = fault.usual(fault.path, *POSTS)
            for number, title in enumerate((*POSTS, LATER)):
                self.server.routes[f"{fault.path}post-{number}"] = post(fault.path, title)
            for number in range(3):
                self.server.routes[f"{fault.path}odd-{number}"] = post(fault.path, f"odd {number}")
            for number in range(OTHERS):
                self.server.routes[f"{fault.path}other-{number}"] = post(fault.path, f"other {number}")
            self._ring(fault.path)

    def _ring(self, path: str) -> None:
        for number in range(1, 9):
            self.server.routes[path + "x/" * number] = redirect(path + "x/" * (number + 1), 301)

    def at_fault(self, faults: Sequence[Fault] | None = None) -> None:
        """Have these sites at fault, or all."""
        for fault in self.faults if faults is None else faults:
            if fault.handler is not None:
                self.server.routes[fault.path] = self._handler(fault)
            if fault.where is not None:
                self.names[fault.host] = fault.where
        self.world.set(names=self.names)

    def _handler(self, fault: Fault) -> Handler:
        if fault.number == 9:
            return redirect(self.secure.origin + "/")
        assert fault.handler is not None
        return fault.handler(fault.path)

    def well_again(self) -> None:
        for fault in self.faults:
            self.server.routes[fault.path] = fault.usual(fault.path, *POSTS, LATER)
            self.names[fault.host] = "127.0.0.1"
        self.world.set(ahead=LATER_ON.total_seconds(), names=self.names)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "tests.faults.world", str(self.world.path), *arguments]

    def see(self, told: str, code: int | None, address: str = "") -> Seen:
        files = {path.stem: path.read_bytes() for path in (self.folder / "out").glob("[!_]*.atom")}
        served = {slug: _got(f"{address}{slug}.atom") for slug in files} if address else {}
        return Seen(self.world.now(), files, rows(self.folder), told, code, served)


def _got(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=20) as answer:
        content: bytes = answer.read()
        return content


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def asked(folder: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{folder / 'out' / app.STORE}?mode=ro", uri=True)) as store:
        return store.execute(query, values).fetchall()


def rows(folder: Path) -> dict[str, Row]:
    query = (
        "SELECT name, failures, last_error, next_due, lease_until, gone, version != published_version "
        "FROM sources WHERE active"
    )
    found = {}
    for name, failures, error, due, leased, gone, behind in asked(folder, query):
        due_at = moment(str(due))
        assert due_at is not None
        leased_until = moment(str(leased)) if leased else None
        found[str(name)] = Row(int(str(failures)), error and str(error), due_at, leased_until, bool(gone), bool(behind))  # type: ignore[arg-type]
    return found


def last_run(folder: Path) -> int:
    return int(str(asked(folder, "SELECT coalesce(max(id), 0) FROM runs")[0][0]))


def runs_since(folder: Path, last: int, outcome: str = "%") -> Counter[str]:
    """How many runs have ended since that one, of each source of which all is published.

    Of several of a source all but the first have begun since, too.
    """
    query = (
        "SELECT name, count(*) FROM sources JOIN runs ON runs.source_id = sources.id "
        "WHERE version = published_version AND runs.id > ? AND outcome LIKE ? GROUP BY name"
    )
    return Counter({str(name): int(str(count)) for name, count in asked(folder, query, last, outcome)})


@contextmanager
def stage(folder: Path, faults: Sequence[Fault] = FAULTS) -> Iterator[Stage]:
    with ExitStack() as stack:
        certificate = evil.certificate(folder, "DNS:evil.example")
        secure = stack.enter_context(evil.serving(certificate, connections=MOST_CONNECTIONS))
        server = stack.enter_context(evil.serving(connections=MOST_CONNECTIONS))
        hanging = stack.enter_context(socket.socket())  # at the same port of another address, it never accepts
        hanging.bind(("127.0.0.8", server.port))
        hanging.listen(0)
        waiting = [stack.enter_context(socket.socket()) for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(hanging.getsockname())
        (folder / "config.yaml").write_text(write_config(faults, server.port))
        made = Stage(folder, server, secure, World(folder / "world.json"), faults)
        made.well()
        yield made


def one_off(folder: Path) -> Story:
    """Three times `feedwright fetch --all`."""
    log = folder / "log"
    with stage(folder) as on:

        def fetched() -> Seen:
            with log.open("wb") as stderr:
                process = begun("fetch", "--all", cwd=folder, stderr=stderr, world=on.world.path)
            with process:
                code = process.wait(PATIENCE)
            assert code in (0, FAILED), log.read_text()
            return on.see(log.read_text(), code)

        well = fetched()
        on.at_fault()
        meanwhile = fetched()
        on.well_again()
        return Story(well, meanwhile, fetched())


def daemon(folder: Path) -> Story:
    """`feedwright run`, without an end until it is told to."""
    log = folder / "log"
    with stage(folder) as on, log.open("wb") as stderr:
        process = begun("run", "--port", "0", cwd=folder, stderr=stderr, world=on.world.path)

        def seen(since: int, wanted: dict[str, Counter[str]]) -> Seen:
            """Once of each source so many runs ended so since that one."""

            def all_ran() -> bool:
                assert process.poll() is None, log.read_text()
                return all(least <= runs_since(folder, since, outcome) for outcome, least in wanted.items())

            until(all_ran, PATIENCE)
            return on.see(log.read_text(), process.poll(), address)

        with process:
            until(lambda: "url=" in log.read_text() or process.poll() is not None, PATIENCE)
            found = re.search(r"url=(\S+)", log.read_text())
            assert found, log.read_text()
            address = found[1]
            well = seen(0, {"ok": Counter(fault.slug for fault in FAULTS)})
            on.at_fault()
            ill = [fault.slug for fault in FAULTS if fault.outcome in ("failed", "gone")]
            held = [fault.slug for fault in FAULTS if fault.outcome == "held"]
            spared = [fault.slug for fault in FAULTS if fault.outcome == "well"]
            # What is spared ends a run well that it had begun before, too.
            wanted = {"failed": Counter(ill), "held": Counter(held), "ok": Counter(spared * 2)}
            meanwhile = seen(last_run(folder), wanted)
            on.well_again()
            lasting = [fault.slug for fault in FAULTS if fault.outcome not in ("well", "gone")]
            after = seen(last_run(folder), {"ok": Counter(lasting + spared * 2)})
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0
            assert all(row.leased_until is None for row in rows(folder).values())
            return Story(well, meanwhile, after)


MODES = {"one-off": one_off, "daemon": daemon}


def told_of(slug: str, told: str) -> list[str]:
    return [line for line in told.splitlines() if slug in line]
