"""What the daemon costs as sources grow: `python bench/daemon.py [--sources N …] [--runs N] [--seconds S]`.

A site in another process answers for as many hosts as there are sources, each at an address of its own in 127.0.0.0/8,
with half a second between two requests to one. Measured are, for each number of sources:

    idle      the processor's time for a tick at which nothing is due
    late      all looked at hourly, for so many seconds: how late runs begin, requests a minute, processor, memory

and for `--runs` sources, all due at once, in sources a second, and in processor time for each, which a busy machine
disturbs least (our process only, the site's own is not in it). No two hosts tell the same, so that nothing that is
remembered of one text saves time on another's:

    first     a listing that is new, with three articles
    304       nothing has changed
    again     nothing has changed once more, as is usual
    article   the listing has changed, and names one new article of 100 kB; read, stored, rendered, published

`--profile` prints where the time of all but the first goes, in one process. All requests stay on this machine; each
part is bounded in time. Files are made in TMPDIR. On ext4 without a journal each new one takes the longer, the more
were deleted within five minutes, by an earlier benchmark for example: wait as long between two.
"""

import argparse
import cProfile
import http.client
import os
import pstats
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from feeds import app
from feeds.archive import Archive
from feeds.configuration import Config, FeedConfig
from feeds.daemon import Daemon
from feeds.hosts import StoredHosts
from feeds.model import Lease
from feeds.sections import Network
from feeds.share import SPARE
from feeds.store import Store
from feeds.update import Report, Updater
from scraper.policy import Manners

SOURCES, RUNS, SECONDS = (100, 1_000, 10_000, 100_000), 1_200, 30
HOUR = timedelta(hours=1)
IDLE_TICKS = 20
MOST_SECONDS = 240.0  # for one part

SITE = """
import asyncio, random
WORDS = [a + b + c for a in "b br d f fl g h k".split() for b in "a e i o ou".split() for c in "d l m n rt st".split()]
generation = 0

def page(path):
    if path == "/robots.txt":
        return None
    if path == "/":
        cards = "".join(
            f'<article><h2><a href="/post/the-story-number-{n}">The story number {n}</a></h2>'
            f'<time datetime="2026-01-{n % 28 + 1:02}">2026</time></article>' for n in range(generation + 3, 0, -1))
        return f"<!DOCTYPE html><html lang=en><title>News</title><main><h1>News</h1>{cards}</main></html>"
    n = int(path.rpartition("-")[2])
    chance = random.Random(n)
    body = "".join(f"<p>{' '.join(chance.choices(WORDS, k=95))} HOST.</p>" for _ in range(230 if n > 3 else 3))
    return (f"<!DOCTYPE html><html lang=en><title>The story number {n}</title><nav><a href='/'>News</a></nav><main>"
            f"<article><h1>The story number {n}</h1><time datetime='2026-01-{n % 28 + 1:02}'>2026</time>{body}"
            "</article></main></html>")

class Site(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        global generation
        path = data.split(b" ", 2)[1].decode()
        if path == "/next":
            generation += 1
            path = "/robots.txt"
        tag = b'"%d"' % generation
        if path == "/" and b"If-None-Match: " + tag in data:
            self.transport.write(b"HTTP/1.1 304 Not Modified\\r\\nETag: " + tag + b"\\r\\n\\r\\n")
            return
        if path not in kept:
            kept[path] = page(path)
        host = data.partition(b"Host: ")[2].partition(b"\\r")[0].decode()
        body = (kept[path] or "no").replace("HOST", host).encode()
        status = b"200 OK" if kept[path] else b"404 Not Found"
        if path == "/":
            del kept[path]
        self.transport.write(b"HTTP/1.1 %s\\r\\nContent-Type: text/html; charset=utf-8\\r\\nETag: %s\\r\\n"
                             b"Content-Length: %d\\r\\n\\r\\n" % (status, tag, len(body)) + body)

kept = {}

async def main():
    server = await asyncio.get_running_loop().create_server(Site, "0.0.0.0", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


class Counting(Updater):
    """Notes how late each run began, in seconds."""

    late: ClassVar[list[float]] = []

    def update(self, lease: Lease) -> Report:
        due = lease.source.next_due or self.clock()
        self.late.append((self.clock() - due).total_seconds())
        return super().update(lease)


@dataclass(frozen=True, slots=True)
class Spent:
    """What some runs took: seconds by the clock, and of the processor."""

    runs: int
    wall: float
    cpu: float

    def line(self, name: str) -> str:
        each = self.cpu / self.runs * 1000
        return f"{name:<8} {self.runs:>6} {self.runs / self.wall:>10.0f} {each:>10.2f} {1000 / each:>12.0f}"


@contextmanager
def site() -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-c", SITE], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


@contextmanager
def daemon(sources: int, port: int, workers: int, processes: int = 1) -> Iterator[Daemon]:
    """A daemon over a store of its own, of which this process does nothing by itself."""
    feeds = tuple(
        FeedConfig(
            f"source-{n}",
            f"http://127.{n // 60_000 + 1}.{n // 240 % 250}.{n % 240 + 1}:{port}/",
            every=HOUR,
            allow_private=True,
            delay=0.5,
        )
        for n in range(sources)
    )
    with tempfile.TemporaryDirectory() as folder:
        config = Config(
            feeds, out=Path(folder), network=Network(allow_private=True), workers=workers, processes=processes
        )
        with Store.open(config.out / app.STORE) as store, app.fetcher(config, StoredHosts(store), Manners()) as fetcher:
            updater = Counting(config, store, fetcher, app.now, archive=Archive(config.out / app.PAGES))
            updater.sync()
            updater.late.clear()
            made = Daemon(updater)
            made._children.use(config, made._shares)
            try:
                yield made
            finally:
                made._children.stop(10)
                made._children.wait(20)


def due(made: Daemon, moments: Sequence[datetime]) -> None:
    """Have the sources due at these moments, in turn."""
    values = [(moment.replace(tzinfo=None).isoformat(" "), n + 1) for n, moment in enumerate(moments)]
    with closing(sqlite3.connect(made._updater.config.out / app.STORE)) as store, store:
        store.executemany("UPDATE sources SET next_due = ? WHERE id = ?", values)


def idle(sources: int) -> float:
    """Processor milliseconds for a tick that has nothing to do."""
    with daemon(sources, 9, 8) as made:
        due(made, [datetime.now(UTC) + HOUR] * sources)
        made._tick()
        before = time.process_time()
        for _ in range(IDLE_TICKS):
            made._tick()
        return (time.process_time() - before) / IDLE_TICKS * 1000


def late(sources: int, port: int, seconds: int) -> str:
    """So many seconds of an hour in which each source is looked at once."""
    with daemon(sources, port, 8) as made:
        begin = datetime.now(UTC) + timedelta(seconds=1)
        due(made, [begin + HOUR * (n / sources) for n in range(sources)])
        cpu, began = time.process_time(), time.monotonic()
        while time.monotonic() < began + seconds:
            made._tick()
            time.sleep(max(0.0, 1 - (time.monotonic() - began) % 1))
        made._updater.stopping.set()
        made._claimer._workers.withdraw()
        made._claimer._workers.drain(10)
        wall, cpu = time.monotonic() - began, time.process_time() - cpu
        found = sorted(made._updater.late) or [0.0]
        half, most = found[len(found) // 2], found[int(len(found) * 0.99)]
        return f"{half:>8.2f} {most:>8.2f} {len(found) / wall * 60:>8.0f} {cpu / wall:>8.1%}"


def spent(made: Daemon, runs: int) -> Spent:
    """All sources once, as they are due at once, with a tick every second as ever."""
    due(made, [datetime.now(UTC) - timedelta(seconds=1)] * runs)
    cpu, began, ticks = used(made), time.monotonic(), 0
    with closing(sqlite3.connect(made._updater.config.out / app.STORE)) as store:
        while (left := undone(store)) and time.monotonic() < began + MOST_SECONDS:
            if time.monotonic() >= began + ticks:
                made._tick()
                ticks += 1
            time.sleep(0.05)
    return Spent(max(1, runs - left), time.monotonic() - began, used(made) - cpu)


def undone(store: sqlite3.Connection) -> int:
    """How many sources are due, or being updated."""
    query = "SELECT count(*) FROM sources WHERE next_due <= ? OR lease_until IS NOT NULL"
    return int(store.execute(query, (datetime.now(UTC).replace(tzinfo=None).isoformat(" "),)).fetchone()[0])


def used(made: Daemon) -> float:
    """Seconds of processor that all processes of the daemon have used."""
    others = (process._process.pid for process in made._children._processes.values())
    ticks = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13] for pid in others)
    return time.process_time() + sum(sum(map(int, each)) for each in ticks) / os.sysconf("SC_CLK_TCK")


def failed(made: Daemon) -> list[str]:
    with closing(sqlite3.connect(made._updater.config.out / app.STORE)) as store:
        return [str(row[0]) for row in store.execute("SELECT last_error FROM sources WHERE last_error IS NOT NULL")]


def profiled(made: Daemon, runs: int) -> None:
    """Where the time goes, one source after the other."""
    due(made, [datetime.now(UTC) - timedelta(seconds=1)] * runs)
    leases = made._updater.claim(runs)
    watch = cProfile.Profile()
    watch.enable()
    for lease in leases:
        made._updater.update(lease)
    watch.disable()
    pstats.Stats(watch).sort_stats("tottime").print_stats(35)
    pstats.Stats(watch).sort_stats("cumtime").print_stats(60)


def until_heard(made: Daemon) -> None:
    """Wait for the other processes: what they take to begin is no part of any run."""
    while not all(process._heartbeat._beats for process in made._children._processes.values()):
        time.sleep(0.1)


def turn(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with closing(connection):
        connection.request("GET", "/next")
        connection.getresponse().read()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, nargs="*", default=SOURCES)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--workers", type=int, default=64)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)) + SPARE)
    parser.add_argument("--profile", action="store_true")
    options: Any = parser.parse_args()
    with site() as port:
        if options.runs:
            print(f"{'runs':<8} {'':>6} {'a second':>10} {'cpu ms':>10} {'a cpu second':>12}", flush=True)
            with daemon(options.runs, port, options.workers, 1 if options.profile else options.processes) as made:
                until_heard(made)
                print(spent(made, options.runs).line("first"), flush=True)
                for name in ("304", "again", "article"):
                    if name == "article":
                        turn(port)
                    print(spent(made, options.runs).line(name), flush=True)
                    if options.profile:
                        if name == "article":
                            turn(port)
                        profiled(made, min(50, options.runs))
                if wrong := failed(made):
                    print(f"{len(wrong)} failed, such as: {wrong[0]}")
        if options.sources:
            print(f"{'sources':>8} {'idle ms':>8} {'p50 s':>8} {'p99 s':>8} {'a min':>8} {'cpu':>8} {'MB':>6}")
        for sources in options.sources:
            line = f"{sources:>8} {idle(sources):>8.2f} {late(sources, port, options.seconds)}"
            print(f"{line} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:>6.0f}", flush=True)


if __name__ == "__main__":
    main()
