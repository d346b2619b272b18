"""How the server does beside nginx: the same files, on the same core, with requests from the other one.

    python bench/serve.py                    # both, in turns, and memory with 10,000 feeds
    python bench/serve.py --feeds 500 --seconds 2
    python bench/serve.py --packing          # what the codings cost

Needs nginx and wrk (`apt-get install nginx-light wrk`), Linux, and two cores. All requests stay on this machine; each
run is bounded in time. nginx has its files packed beforehand (gzip_static) and writes no log, as ours does not.

Prints requests a second, the 99th percentile, and the processor's time for a request, which a busy machine disturbs
least; each as a ratio to nginx.
"""

import argparse
import gzip
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feeds import atom
from feeds.document import Entry, Feed
from feeds.web import coding

SERVING, ASKING = "0", "1"  # cores
CONNECTIONS = 16
ASKED = 200  # feeds that are asked for in turns
THEN = datetime(2026, 1, 5, 8, tzinfo=UTC)

NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; gzip_static on; gzip_vary on;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    types {{ application/atom+xml atom; }}
    server {{
        listen 127.0.0.1:{port}; root {folder}/out;
        add_header Cache-Control "public, max-age=1800"; add_header Access-Control-Allow-Origin "*";
        add_header X-Content-Type-Options nosniff;
    }}
}}
"""

ASKING_IN_TURNS = """
local requests, turn = {}, 0
for line in io.lines("%s") do
    local path, etag = line:match("^(%%S+) (.+)$")
    local headers = {["Host"] = "127.0.0.1", ["Accept-Encoding"] = "gzip", ["User-Agent"] = "bench"}
    if %s then headers["If-None-Match"] = etag end
    requests[#requests + 1] = wrk.format("GET", path, headers)
end
request = function() turn = turn %% #requests + 1; return requests[turn] end
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A running server."""

    name: str
    pid: int
    port: int

    @property
    def seconds(self) -> float:
        """Of the processor, so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def megabytes(self) -> float:
        """Resident, without what is only mapped from files."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def get(self, path: str, accept: str = "gzip") -> dict[str, str]:
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Accept-Encoding": accept})
        with urllib.request.urlopen(asked, timeout=60) as answer:
            answer.read()
            return {name.lower(): value for name, value in answer.headers.items()}


@dataclass(frozen=True, slots=True)
class Run:
    rate: float
    p99: float  # milliseconds
    cost: float  # microseconds of the processor for a request


def feed(number: int, words: list[str], chance: random.Random) -> bytes:
    entries = tuple(
        Entry(
            f"tag:club.example,2026:{number}/{n}",
            f"https://club.example/{number}/{n}",
            " ".join(chance.choices(words, k=6)),
            f"<p>{' '.join(chance.choices(words, k=120))}</p>",
            THEN - timedelta(days=n),
            THEN - timedelta(days=n),
            ("Ann",),
        )
        for n in range(20)
    )
    url = f"http://127.0.0.1/feed-{number}.atom"
    return atom.render(Feed(f"tag:club.example,2026:{number}", "Club", "https://club.example/", THEN, entries, url))


def publish(folder: Path, count: int) -> float:
    """Write the feeds, a few contents many times over, and give their average size in bytes."""
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnop", k=chance.randint(3, 9))) for _ in range(3000)]
    contents = [feed(number, words, chance) for number in range(50)]
    out = folder / "out"
    out.mkdir()
    size = 0
    for number in range(count):
        content = contents[number % 50] + b"<!-- %d -->\n" % number
        size += len(content)
        (out / f"feed-{number}.atom").write_bytes(content)
        (out / f"feed-{number}.atom.gz").write_bytes(gzip.compress(content, 6))
    listed = "".join(f"  - {{name: feed-{n}, url: 'https://club.example/{n}'}}\n" for n in range(count))
    (folder / "config.yaml").write_text(f"feeds:\n{listed}")
    return size / count


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def running(name: str, folder: Path, port: int, command: list[str]) -> Iterator[Peer]:
    """A server on its core; nginx's worker is what is watched."""
    process = subprocess.Popen(["taskset", "-c", SERVING, *command], stderr=subprocess.DEVNULL)
    try:
        ends = time.monotonic() + 180
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > ends or process.poll() is not None:
                    sys.exit(f"{name} did not start.")
                time.sleep(0.1)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield Peer(name, int(children[0]) if name == "nginx" else process.pid, port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)


def measure(peer: Peer, folder: Path, asked: int, seconds: int, *, conditional: bool) -> Run:
    pairs = folder / f"{peer.name}.txt"
    if not pairs.exists():
        lines = [f"/feed-{n}.atom {peer.get(f'/feed-{n}.atom')['etag']}\n" for n in range(asked)]
        pairs.write_text("".join(lines))
    script = folder / f"{peer.name}-{conditional}.lua"
    script.write_text(ASKING_IN_TURNS % (pairs, str(conditional).lower()))
    before = peer.seconds
    wrk = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script)]
    done = subprocess.run(
        ["taskset", "-c", ASKING, *wrk, f"http://127.0.0.1:{peer.port}/"],
        capture_output=True, text=True, check=True, timeout=seconds + 60,
    )  # fmt: skip
    spent = peer.seconds - before
    if "Socket errors" in done.stdout or "Non-2xx or 3xx" in done.stdout:
        sys.exit(done.stdout)
    count = int(re.search(r"(\d+) requests in", done.stdout)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout).groups()
    return Run(rate, float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit], spent / count * 1e6)


def median(runs: list[Run]) -> Run:
    return Run(*(statistics.median(getattr(run, key) for run in runs) for key in ("rate", "p99", "cost")))


def compare(folder: Path, arguments: argparse.Namespace) -> None:
    size = publish(folder, arguments.feeds)
    ports = free_port(), free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=ports[0]))
    feedwright = str(Path(sys.executable).with_name("feedwright"))
    ours = [feedwright, "serve", "--port", str(ports[1]), "--config", str(folder / "config.yaml"), "--quiet"]
    asked = min(ASKED, arguments.feeds)
    with (
        running("nginx", folder, ports[0], ["nginx", "-c", str(folder / "nginx.conf")]) as nginx,
        running("feedwright", folder, ports[1], ours) as own,
    ):
        for number in range(asked):  # both give the same, and both have it at hand
            one, other = nginx.get(f"/feed-{number}.atom"), own.get(f"/feed-{number}.atom")
            assert one["content-encoding"] == other["content-encoding"] == "gzip"
        runs: dict[tuple[str, bool], list[Run]] = {}
        for _ in range(arguments.rounds):
            for conditional in (True, False):
                for peer in (nginx, own):
                    run = measure(peer, folder, asked, arguments.seconds, conditional=conditional)
                    runs.setdefault((peer.name, conditional), []).append(run)
        print(f"{arguments.feeds:,} feeds of {size / 1000:.0f} kB; {CONNECTIONS} connections, one core each")
        print(f"{'answer':8} {'server':12} {'requests/s':>12} {'p99 ms':>8} {'µs a request':>14}")
        for conditional in (True, False):
            theirs, mine = (median(runs[name, conditional]) for name in ("nginx", "feedwright"))
            answer = "304" if conditional else "200"
            for name, run in (("nginx", theirs), ("feedwright", mine)):
                print(f"{answer:8} {name:12} {run.rate:12,.0f} {run.p99:8.2f} {run.cost:14.1f}")
            print(f"{'':8} {'ratio':12} {mine.rate / theirs.rate:12.2f} {mine.p99 / theirs.p99:8.2f} "
                  f"{theirs.cost / mine.cost:14.2f}")  # fmt: skip
        start = own.megabytes
        for number in range(arguments.feeds):
            own.get(f"/feed-{number}.atom", "gzip" if number % 10 else "identity")
        print(f"memory: {start:.0f} MB, and {own.megabytes:.0f} MB after each of the feeds was asked for")
        print(f"        nginx {nginx.megabytes:.0f} MB")


def packing() -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnop", k=chance.randint(3, 9))) for _ in range(3000)]
    content = b"".join(feed(number, words, chance) for number in range(3))
    print(f"{len(content) / 1000:.0f} kB")
    for level in (1, 6, 9):
        began = time.perf_counter()
        packed = [len(gzip.compress(content, level, mtime=0)) for _ in range(20)]
        print(f"gzip {level}: {packed[0] / len(content):.3f} of the size, {(time.perf_counter() - began) * 50:.2f} ms")
    began = time.perf_counter()
    packed = [len(coding.pack(content, coding.BROTLI)) for _ in range(20)]
    spent = (time.perf_counter() - began) * 50
    print(f"br {coding.BROTLI_QUALITY}:   {packed[0] / len(content):.3f} of the size, {spent:.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=4, help="for each run")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--packing", action="store_true")
    arguments = parser.parse_args()
    if arguments.packing:
        packing()
        return
    missing = [program for program in ("nginx", "wrk", "taskset") if not shutil.which(program)]
    if missing:
        sys.exit(f"Not installed: {', '.join(missing)}.")
    with tempfile.TemporaryDirectory(prefix="feedwright-serve-") as folder:
        Path(folder).chmod(0o755)  # nginx's worker is another user
        compare(Path(folder), arguments)


if __name__ == "__main__":
    main()
