"""A daemon at full load against sites that misbehave in turns: does it hold on to memory, files or threads?

Run by `make soak`: prints what the daemon has at intervals and how soon it works again after a kill, and ends with 1
where something grew, an entry was lost or doubled, or the daemon ended.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from pathlib import Path
from statistics import median

from tests.faults.sites import FAULTS, POSTS
from tests.faults.story import ROOT, Stage, asked, stage
from tests.program import until

# So many sites of each fault, each copy at hosts of its own, of which half are at fault at a time: more than the daemon
# can look at every other second, as it is asked to, with its two processes and so many workers.
COPIES, PROCESSES, WORKERS = 24, 2, 24
SITES = tuple(replace(fault, copy=copy, host=f"{copy}.{fault.host}") for copy in range(COPIES) for fault in FAULTS)
# After so many seconds the halves change places, and the clock goes a day ahead, which ends every wait of a source that
# failed. The first ten of them the daemon rests: the machine seems to have slept.
TURN = 60.0
FIGURES_EACH = 10.0
DAY = timedelta(hours=25)
# The first third of the time is warming up: caches fill, and every path is taken once. After it the last third may have
# so much more than the middle one: what an allocator does of itself.
GROWTH_BYTES, GROWTH_FILES, GROWTH_THREADS = 0.05, 5, 2
RESTARTS = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """What processes have: bytes of memory, open files, threads, and seconds of processor that they have used."""

    bytes: int
    files: int
    threads: int
    seconds: float

    @classmethod
    def of(cls, process: int) -> "Figures":
        status = Path(f"/proc/{process}/status").read_text()
        files = len(os.listdir(f"/proc/{process}/fd"))  # noqa: PTH208 (a process may close one meanwhile)
        used = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        seconds = (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")
        return cls(_number(status, "VmRSS") * 1024, files, _number(status, "Threads"), seconds)

    @classmethod
    def of_all(cls, daemon: int) -> "Figures":
        """Those of the daemon and of the processes beside it."""
        tasks = Path(f"/proc/{daemon}/task").iterdir()
        beside = [int(child) for task in tasks for child in (task / "children").read_text().split()]
        assert len(beside) == PROCESSES - 1
        each = [cls.of(process) for process in (daemon, *beside)]
        return cls(*(sum(getattr(one, field.name) for one in each) for field in fields(cls)))


def _number(status: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", status, re.MULTILINE)
    assert found
    return int(found[1])


def grown(figures: Sequence[Figures]) -> list[str]:
    """What the last third has more of than the middle one, in words."""
    third = len(figures) // 3
    middle, last = figures[third : 2 * third], figures[2 * third :]
    if not middle:
        return ["There was too little time to tell."]

    def grew(name: str, allowed: float) -> str | None:
        before, after = (median(getattr(each, name) for each in part) for part in (middle, last))
        return f"{name} grew from {before:,.0f} to {after:,.0f}" if after > before + allowed else None

    allowed = median(each.bytes for each in middle) * GROWTH_BYTES
    found = (grew("bytes", allowed), grew("files", GROWTH_FILES), grew("threads", GROWTH_THREADS))
    return [each for each in found if each]


def started(on: Stage, log: Path) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with log.open("ab") as stderr:
        return subprocess.Popen(on.command("run", "--port", "0"), cwd=on.folder, env=environment, stderr=stderr)


def load(on: Stage, process: "subprocess.Popen[bytes]", minutes: float) -> list[Figures]:
    """The figures of the daemon while one half of its sites and then the other is at fault."""
    figures, begun, turns, requests = list[Figures](), time.monotonic(), 0, 0
    while time.monotonic() < begun + minutes * 60:
        turns += 1
        on.well()
        on.at_fault([site for site in SITES if site.copy % 2 == turns % 2])
        on.world.set(ahead=turns * DAY.total_seconds(), names=on.names)
        ends = time.monotonic() + TURN
        while time.monotonic() < ends:
            time.sleep(FIGURES_EACH)
            assert process.poll() is None, "the daemon ended"
            figures.append(now := Figures.of_all(process.pid))
            requests += len(on.server.requests)
            on.server.requests.clear()
            print(
                f"{time.monotonic() - begun:6.0f} s  {now.bytes / 1e6:6.1f} MB  {now.files:3} files  "
                f"{now.threads:3} threads  {now.seconds:6.1f} s of CPU  {requests:7} requests",
                flush=True,
            )
    return figures


def restarts(on: Stage, process: "subprocess.Popen[bytes]", log: Path) -> list[float]:
    """Seconds from a start after `kill -9` to the first request."""
    took = []
    on.well()
    for turn in range(RESTARTS):
        process.kill()
        process.wait()
        on.world.set(ahead=(10**4 + turn) * DAY.total_seconds(), names=on.names)
        on.server.requests.clear()
        begun = time.monotonic()
        process = started(on, log)
        until(lambda: on.server.requests, 120)
        took.append(time.monotonic() - begun)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("minutes", type=float)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as name, stage(Path(name), SITES) as on:
        log, config = on.folder / "log", on.folder / "config.yaml"
        more = {"processes": PROCESSES, "workers": WORKERS}
        config.write_text(json.dumps(json.loads(config.read_text()) | more))
        process = started(on, log)
        try:
            until(lambda: len(list((on.folder / "out").glob("f*.atom"))) == len(SITES), 600)
            faults = grown(load(on, process, minutes))
            took = restarts(on, process, log)
        finally:
            process.kill()
            process.wait()
        seen = on.see(log.read_text(), None)
        seen.holds()
        faults += [f"{f.slug} lost entries" for f in SITES if len(seen.entries(f.slug)) < len(POSTS)]
        runs = asked(on.folder, "SELECT count(*) FROM sources WHERE lease_until IS NOT NULL")[0][0]
        faults += [f"{runs} leases are stuck"] if runs else []
    print(f"restart to first request: median {median(took):.2f} s, slowest {max(took):.2f} s")
    print("\n".join(faults) or "nothing grew")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
