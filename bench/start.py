"""How soon a command has done its work, loading included: `python bench/start.py [--sources N] [--times N]`.

    python     Python alone, which does nothing: what all others begin with
    --help     what the commands are
    list       one feed and how it is
    status     as many sources as there are to be (10,000)
    fetch      the sample site, printed
    run        the daemon on the shipped config.yaml, from its start to the first feed in out/

Told are the quickest of so many times by the clock, the least processor time, which a busy machine disturbs less, and
that as a multiple of Python's own.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from feeds import app
from feeds.configuration import Config, FeedConfig

COMMAND = str(Path(sys.executable).with_name("feedwright"))
SHIPPED = Path(__file__).parents[1] / "config.yaml"
SAMPLE = "sample://lantern.example/"
GLANCE = 0.005
LONGEST = 120.0  # seconds, for one command


def processor() -> float:
    """Seconds of the processor that all processes took that we have waited for."""
    times = os.times()
    return times.children_user + times.children_system


def ended(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=LONGEST)


def published(folder: Path) -> None:
    """The daemon, until its first feed is there."""
    shutil.rmtree(folder / "out", ignore_errors=True)
    begun = time.perf_counter()
    with subprocess.Popen([COMMAND, "run", "--port", "0"], cwd=folder, stderr=subprocess.DEVNULL) as daemon:
        while not (folder / "out" / "lantern.atom").exists():
            assert daemon.poll() is None and time.perf_counter() < begun + LONGEST, "no feed came"
            time.sleep(GLANCE)
        daemon.kill()


def many(folder: Path, sources: int) -> None:
    """A configuration of so many feeds, and a store that knows them."""
    feeds = tuple(FeedConfig(f"source-{n}", f"https://site-{n}.example/") for n in range(sources))
    lines = "".join(f"  - {{name: {feed.name}, url: {feed.url}}}\n" for feed in feeds)
    (folder / "config.yaml").write_text(f"feeds:\n{lines}", encoding="utf-8")
    with app.opened(Config(feeds, out=folder / "out")):
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        one, all_of_them = Path(name, "one"), Path(name, "many")
        for folder in (one, all_of_them):
            folder.mkdir()
        shutil.copy(SHIPPED, one / "config.yaml")
        many(all_of_them, options.sources)
        ended(one, COMMAND, "fetch", "--all")
        parts: dict[str, Callable[[], None]] = {
            "python": lambda: ended(one, sys.executable, "-c", "pass"),
            "--help": lambda: ended(one, COMMAND, "--help"),
            "list": lambda: ended(one, COMMAND, "list"),
            "status": lambda: ended(all_of_them, COMMAND, "status"),
            "fetch": lambda: ended(one, COMMAND, "fetch", SAMPLE),
            "run": lambda: published(one),
        }
        print(f"{'':<8} {'wall s':>8} {'cpu s':>8} {'x python':>9}")
        python = 0.0
        for part, do in parts.items():
            walls, costs = [], []
            for _ in range(options.times):
                wall, cpu = time.perf_counter(), processor()
                do()
                walls.append(time.perf_counter() - wall)
                costs.append(processor() - cpu)
            python = python or min(costs)
            print(f"{part:<8} {min(walls):>8.2f} {min(costs):>8.2f} {min(costs) / python:>9.1f}", flush=True)


if __name__ == "__main__":
    main()
