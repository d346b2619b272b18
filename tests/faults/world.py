"""Feedwright in a world of a test's making: a clock that can be moved, and a resolver that answers as it is told."""

import json
import socket
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from feeds import app, child, children, cli, publish
from scraper.fetch import Fetcher

# A resolver that is too slow answers after so many seconds: more than a whole page may take.
SLOW = 5.0
REAL_LOOKUP = socket.getaddrinfo


@dataclass(frozen=True, slots=True)
class World:
    """What is so now: a JSON file, so that a running process sees it change.

    `ahead` is by how many seconds the clock leads; `names` is where hosts are: an address, "nowhere" or "slow".
    """

    path: Path

    def set(self, *, ahead: float = 0, names: dict[str, str] | None = None) -> None:
        # Whole or not at all: a process may be reading.
        publish.write(self.path, json.dumps({"ahead": ahead, "names": names or {}}).encode())

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=json.loads(self.path.read_bytes())["ahead"])

    def lookup(self, host: str, port: int, **options: Any) -> Any:
        where = json.loads(self.path.read_bytes())["names"].get(host, host)
        if where == "slow":
            time.sleep(SLOW)
        if where in ("slow", "nowhere"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return REAL_LOOKUP(where, port, **options)


def enter(path: Path) -> None:
    """Let this process be in the world that is in a file."""
    world = World(path)
    app.now = world.now
    vars(app)["Fetcher"] = partial(Fetcher, now=world.now)
    socket.getaddrinfo = world.lookup  # type: ignore[assignment]
    # The processes beside the daemon are in it too.
    vars(children)["BEGIN"] = f"from tests.faults.world import beside; beside({str(path)!r})"


def beside(path: str) -> None:
    """Be one of the processes that work beside the daemon, in the world that is in a file."""
    enter(Path(path))
    child.main()


if __name__ == "__main__":  # the command `feedwright` with the arguments after the first, which names the file
    enter(Path(sys.argv[1]))
    cli.main(sys.argv[2:])
