"""How fast, how light and how hard to hold up is our Fetcher, beside requests, httpx and aiohttp?

    python bench/fetch.py [--rounds 15] [--requests 400] [--skip-memory]

It needs nginx and two clients that Feedwright itself does not:

    apt-get install nginx-light        (macOS: brew install nginx; memory is read from /proc, so Linux only)
    pip install httpx aiohttp

Everything happens on 127.0.0.1. Each client has a process of its own, and they take turns (A B C … A B C …), so that
a slow minute of the machine slows all of them. `×` is to plain requests in the same round; medians over the rounds.

throughput, from an nginx that this program starts, 8 requests at once, each of the 8 with a host (a port) of its own:
  req/s     requests in a second; × above 1 is faster than requests
  CPU ms    processor time of the client's process for one request, what it does between its rounds (as to drop
            deadlines that were met) included; × below 1 is cheaper than requests
memory, from a server that answers nobody before 1,000 requests wait for it:
  RSS MB    resident memory of the client's process at that moment
  kB each   what it has grown since its first request, for each of the 1,000; × below 1 is lighter
held up, by a server that sends one byte each 0.2 s, with the client's timeout set to 2 s in its usual way:
  body s    seconds until the client came back, the body dripping; headers s: the headers dripping. After 15 s
            the server gives up, so 15 means "as long as the server likes"

The clients: `feedwright` is our Fetcher as it is used (robots.txt obeyed, address checked, deadline, caps), with no
pause between requests; `no robots` the same for a source that ignores robots.txt; `requests` is a plain Session and
`httpx` a Client, all of them in threads; `aiohttp` works in asyncio tasks.
"""

import argparse
import asyncio
import contextlib
import gzip
import multiprocessing
import os
import random
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.request import urlopen

AT_ONCE, IN_FLIGHT = 8, 1000
DRIP_SECONDS, DRIP_TIMEOUT, DRIP_MOST = 0.2, 2.0, 15.0
# Timeouts, in seconds, that nothing is meant to reach; the first so short that its deadlines end within the run.
QUICK, PATIENCE = 5.0, 60.0
BODIES = {"2 kB": ("/small", 2_000), "50 kB gzip": ("/packed", 50_000), "304": ("/small", 0)}
ROBOTS = b"User-agent: *\nDisallow: /admin/\nDisallow: /search\nDisallow: /*?print=\nAllow: /\n"
NGINX = """
daemon off; master_process off; pid nginx.pid; error_log nginx.log;
events {{ worker_connections 1024; }}
http {{
    access_log off; default_type text/html; keepalive_requests 100000000; open_file_cache max=10;
    client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
    server {{ {listen} root pages; location /packed {{ add_header Content-Encoding gzip; }} }}
}}
"""


@dataclass(frozen=True, slots=True)
class Work:
    """What one client is to fetch: `at_once` lanes, each going through its share; a 304 is asked for with `etag`."""

    urls: tuple[str, ...]
    at_once: int
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the wall, and of processor time since the work before; the sizes of all bodies; an error, if any."""

    seconds: float
    cpu: float
    sizes: frozenset[int]
    error: str | None


Ended = list[set[int] | BaseException]  # for each lane: the sizes of its bodies, or what stopped it
Run = Callable[[Work], Ended]
Get = Callable[[str, str | None], int]


def in_threads(get: Get) -> Run:
    """A client that blocks: a thread for each lane."""

    def lane(work: Work, number: int) -> set[int]:
        return {get(url, work.etag) for url in work.urls[number :: work.at_once]}

    def run(work: Work) -> Ended:
        with ThreadPoolExecutor(work.at_once) as pool:
            lanes = [pool.submit(lane, work, number) for number in range(work.at_once)]
        return [lane.exception() or lane.result() for lane in lanes]

    return run


# Each client imports its library for itself, so that no process carries the memory of another.


@contextmanager
def feedwright(timeout: float, *, ignore_robots: bool = False) -> Iterator[Run]:
    from scraper.fetch import Fetcher, Limits
    from scraper.model import Access, Validators
    from scraper.policy import Manners

    access = Access(ignore_robots=ignore_robots)

    def get(url: str, etag: str | None) -> int:
        page = fetcher.get(url, Validators(etag=etag), access)
        return len(page.content) if page else 0

    with Fetcher(limits=Limits(timeout=timeout), manners=Manners(delay=0), allow_private=True) as fetcher:
        yield in_threads(get)


@contextmanager
def plain_requests(timeout: float) -> Iterator[Run]:
    import requests

    with requests.Session() as session:
        get = partial(session.get, timeout=timeout, stream=False)
        yield in_threads(lambda url, etag: len(get(url, headers=_conditions(etag)).content))


@contextmanager
def plain_httpx(timeout: float) -> Iterator[Run]:
    import httpx

    with httpx.Client(timeout=timeout, limits=httpx.Limits(max_connections=IN_FLIGHT)) as client:
        yield in_threads(lambda url, etag: len(client.get(url, headers=_conditions(etag)).content))


@contextmanager
def plain_aiohttp(timeout: float) -> Iterator[Run]:
    """In asyncio: a task for each lane."""
    import aiohttp

    async def opened() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=0)
        return aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=timeout))

    async def lane(work: Work, number: int) -> set[int]:
        sizes = set()
        for url in work.urls[number :: work.at_once]:
            async with session.get(url, headers=_conditions(work.etag)) as answer:
                sizes.add(len(await answer.read()))
        return sizes

    async def lanes(work: Work) -> Ended:
        return await asyncio.gather(*(lane(work, number) for number in range(work.at_once)), return_exceptions=True)

    with asyncio.Runner() as loop:
        session = loop.run(opened())
        yield lambda work: loop.run(lanes(work))
        loop.run(session.close())


def _conditions(etag: str | None) -> dict[str, str]:
    return {"If-None-Match": etag} if etag else {}


CLIENTS: dict[str, Callable[[float], AbstractContextManager[Run]]] = {
    "feedwright": feedwright,
    "no robots": partial(feedwright, ignore_robots=True),
    "requests": plain_requests,
    "httpx": plain_httpx,
    "aiohttp": plain_aiohttp,
}
BASELINE = "requests"


@dataclass(frozen=True, slots=True)
class Worker:
    """One client in a process of its own."""

    process: multiprocessing.process.BaseProcess
    pipe: "Connection[Work | None, Cost]"

    def measured(self, work: Work) -> Cost:
        self.pipe.send(work)
        return self.cost()

    def cost(self) -> Cost:
        if not self.pipe.poll(300):
            sys.exit(f"{self.process.name} has not come back in 5 minutes.")
        return self.pipe.recv()

    def resident(self) -> int:
        """Bytes of memory that are in RAM now."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * resource.getpagesize()


@contextmanager
def workers(timeout: float) -> Iterator[dict[str, Worker]]:
    context, started = multiprocessing.get_context("spawn"), {}
    for name in CLIENTS:
        ours, theirs = context.Pipe()
        process = context.Process(target=work_on, args=(name, timeout, theirs), name=name, daemon=True)
        process.start()
        started[name] = Worker(process, ours)
    yield started
    for worker in started.values():
        worker.pipe.send(None)
        worker.process.join(10)


def work_on(name: str, timeout: float, pipe: "Connection[Cost, Work | None]") -> None:
    """The life of a worker's process."""
    with CLIENTS[name](timeout) as run:
        spent = time.process_time()
        while work := pipe.recv():
            started = time.perf_counter()
            ended = run(work)
            seconds, before, spent = time.perf_counter() - started, spent, time.process_time()
            errors = [repr(lane) for lane in ended if isinstance(lane, BaseException)]
            sizes = frozenset(size for lane in ended if isinstance(lane, set) for size in lane)
            pipe.send(Cost(seconds, spent - before, sizes, errors[0] if errors else None))


@contextmanager
def nginx() -> Iterator[tuple[list[str], str]]:
    """The origins of an nginx of our own, which ends with the context, and the ETag of its small page."""
    program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if program is None:
        sys.exit("There is no nginx: apt-get install nginx-light (macOS: brew install nginx).")
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as open_ports:
        folder, pages = Path(name), Path(name) / "pages"
        pages.mkdir()
        text = " ".join(random.Random(1).choices([f"word{number}" for number in range(3000)], k=9000)).encode()
        (pages / "small").write_bytes(text[:2_000])
        (pages / "packed").write_bytes(gzip.compress(text[:50_000], mtime=0))
        (pages / "robots.txt").write_bytes(ROBOTS)
        free = [open_ports.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(AT_ONCE)]
        hosts = [f"127.0.0.1:{server.getsockname()[1]}" for server in free]
        open_ports.close()
        (folder / "nginx.conf").write_text(NGINX.format(listen=" ".join(f"listen {host};" for host in hosts)))
        process = subprocess.Popen(
            [program, "-p", name, "-c", "nginx.conf", "-e", "nginx.log"], stderr=subprocess.DEVNULL
        )
        try:
            yield [f"http://{host}" for host in hosts], _etag(hosts[-1], folder / "nginx.log")
        finally:
            process.terminate()
            process.wait(10)


def _etag(host: str, log: Path) -> str:
    for _ in range(100):  # while it starts
        with contextlib.suppress(OSError), urlopen(f"http://{host}/small", timeout=5) as answer:
            return str(answer.headers["ETag"])
        time.sleep(0.05)
    sys.exit(f"nginx does not answer: {log.read_text() if log.exists() else 'it wrote no log'}")


@dataclass(slots=True)
class SlowServer:
    """/hold waits until it is let go, /drip/… sends a byte at a time, and anything else is answered at once."""

    waiting: int = 0
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                path = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1]
                if path.startswith(b"/drip/"):
                    header = b"Content-Length: 100000\r\n\r\n" if path == b"/drip/body" else b"X-Drip: "
                    return await self._drip(writer, b"HTTP/1.1 200 OK\r\n" + header)
                if path == b"/hold":
                    self.waiting += 1
                    await self.let_go.wait()
                status = b"404 Not Found" if path == b"/robots.txt" else b"200 OK"
                writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000)

    async def _drip(self, writer: asyncio.StreamWriter, start: bytes) -> None:
        writer.write(start)
        for _ in range(int(DRIP_MOST / DRIP_SECONDS)):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(DRIP_SECONDS)


@contextmanager
def slow_server() -> Iterator[tuple[SlowServer, str]]:
    """A SlowServer in a thread of its own, and its origin."""
    slow = SlowServer()
    listening = slow.loop.run_until_complete(asyncio.start_server(slow.answer, "127.0.0.1", 0, backlog=2 * IN_FLIGHT))
    threading.Thread(target=slow.loop.run_forever, daemon=True).start()
    yield slow, f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    slow.loop.call_soon_threadsafe(slow.loop.stop)


def throughput(rounds: int, requests: int) -> None:
    with nginx() as (origins, etag), workers(QUICK) as clients:
        for title, (path, size) in BODIES.items():
            urls = tuple(origins[number % AT_ONCE] + path for number in range(requests))
            work = Work(urls, AT_ONCE, etag if title == "304" else None)
            speed, cpu = Column("req/s"), Column("CPU ms")
            for number in range(-1, rounds):  # the first is to warm up
                for name, worker in clients.items():
                    cost = worker.measured(work)
                    if cost.error or cost.sizes != {size}:
                        sys.exit(f"{name} failed: {cost.error or f'bodies of {set(cost.sizes)} bytes'}")
                    if number >= 0:
                        speed.found[name].append(requests / cost.seconds)
                        cpu.found[name].append(cost.cpu / requests * 1000)
            show(f"throughput, {title}: {AT_ONCE} at once, {rounds} rounds of {requests:,} requests", speed, cpu)


def memory() -> None:
    total, each = Column("RSS MB"), Column("kB each")
    with slow_server() as (slow, origin), workers(PATIENCE) as clients:
        for name, worker in clients.items():
            worker.measured(Work((origin + "/",), 1))
            before = worker.resident()
            slow.waiting = 0
            slow.let_go.clear()
            worker.pipe.send(Work((origin + "/hold",) * IN_FLIGHT, IN_FLIGHT))
            ends = time.monotonic() + PATIENCE / 2
            while slow.waiting < IN_FLIGHT and time.monotonic() < ends:
                time.sleep(0.05)
            resident, waiting = worker.resident(), slow.waiting
            slow.loop.call_soon_threadsafe(slow.let_go.set)
            error = worker.cost().error
            if error or waiting < IN_FLIGHT:
                sys.exit(f"{name} had {waiting} requests in flight, not {IN_FLIGHT}: {error}")
            total.found[name].append(resident / 1e6)
            each.found[name].append((resident - before) / IN_FLIGHT / 1e3)
    show(f"memory: {IN_FLIGHT:,} requests in flight", total, each)


def held_up() -> None:
    """Both drips, each for all clients at the same time: they do nothing but wait."""
    columns = Column("body s"), Column("headers s")
    with slow_server() as (_, origin), workers(DRIP_TIMEOUT) as clients:
        for column, path in zip(columns, ("/drip/body", "/drip/headers"), strict=True):
            for worker in clients.values():
                worker.pipe.send(Work((origin + path,), 1))
            for name, worker in clients.items():
                column.found[name].append(worker.cost().seconds)
    show(f"held up by a drip, with a timeout of {DRIP_TIMEOUT:g} s", *columns)


@dataclass(frozen=True, slots=True)
class Column:
    """One measure of every client, round by round."""

    name: str
    found: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in CLIENTS})

    def cells(self, client: str) -> str:
        """The median, and the median of the ratios to the baseline in the same round."""
        value, pairs = statistics.median(self.found[client]), zip(self.found[client], self.found[BASELINE], strict=True)
        digits = 0 if value >= 1000 else 1 if value >= 1 else 3
        return f"{value:11,.{digits}f}{statistics.median(one / base for one, base in pairs):7.2f}"


def show(title: str, *columns: Column) -> None:
    print(f"\n{title}\n{'':12}" + "".join(f"{column.name:>11}{'×':>7}" for column in columns))
    for client in CLIENTS:
        print(f"{client:12}" + "".join(column.cells(client) for column in columns), flush=True)


def between(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least} and {most}")
        return int(text)

    return number


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=between(1, 100), default=15, metavar="N", help="1 to 100 (15)")
    parser.add_argument(
        "--requests", type=between(8, 20_000), default=400, metavar="N", help="a round, 8 to 20000 (400)"
    )
    parser.add_argument("--skip-memory", action="store_true", help="no 1,000 requests in flight")
    chosen = parser.parse_args()
    missing = [name for name in ("httpx", "aiohttp") if find_spec(name) is None]
    if missing:
        parser.error(f"please install what is compared with: pip install {' '.join(missing)}")
    for variable in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[variable]  # nothing leaves the machine
    throughput(chosen.rounds, chosen.requests)
    if not chosen.skip_memory:
        files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(files, min(most, 4 * IN_FLIGHT)), most))
        memory()
    held_up()


if __name__ == "__main__":
    main()
