"""The command `feedwright` as its users run it: a process of its own."""

import logging
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from click.testing import CliRunner

from feeds import cli

T = TypeVar("T")

# Seconds after which a process hangs for sure, on the busiest machine too.
PATIENCE = 300
COMMAND = str(Path(sys.executable).with_name("feedwright"))


def feedwright(
    *arguments: str | Path, cwd: Path, input: bytes = b"", **options: Any
) -> subprocess.CompletedProcess[bytes]:
    """Run it to its end."""
    command = [COMMAND, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, input=input, capture_output=True, timeout=PATIENCE, check=False, **options)


def called(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The same in this process and its folder, which is sooner done."""
    root = logging.getLogger()
    before = root.handlers[:]
    try:
        done = CliRunner().invoke(cli.main, arguments)
    finally:
        root.handlers[:] = before
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout_bytes, done.stderr_bytes)


def until(found: Callable[[], T], seconds: float = PATIENCE) -> T:
    """What `found` gives as soon as that is anything."""
    deadline = time.monotonic() + seconds
    while not (it := found()):
        assert time.monotonic() < deadline, f"nothing in {seconds} s"
        time.sleep(0.02)
    return it
