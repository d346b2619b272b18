"""The command `feedwright` as its users run it, in a process of its own; and what is sooner done."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, TypeVar

from click.testing import CliRunner

from feeds import cli
from tests import ready

T = TypeVar("T")

# Seconds after which a process hangs for sure, on the busiest machine too.
PATIENCE = 300
COMMAND = str(Path(sys.executable).with_name("feedwright"))


def feedwright(
    *arguments: str | Path,
    cwd: Path,
    input: bytes = b"",
    stdout: IO[bytes] | None = None,
    env: Mapping[str, str] = os.environ,
) -> subprocess.CompletedProcess[bytes]:
    """Run it to its end, in a process that `tests.ready` forks. What goes to a `stdout` that is given is not kept."""
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write(input)
        given.seek(0)
        command = [COMMAND, *map(str, arguments)]
        streams = [given.fileno(), (stdout or out).fileno(), err.fileno()]
        with ready.start(command, cwd, env, streams) as process:
            code = process.wait(PATIENCE)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, code, out.read(), err.read())


def begun(*arguments: str | Path, cwd: Path, stderr: IO[bytes], world: Path | None = None) -> ready.Process:
    """Have it run, in a process that `tests.ready` forks; it says to `stderr` what it has to say."""
    with Path(os.devnull).open("r+b") as nothing:
        streams = [nothing.fileno(), nothing.fileno(), stderr.fileno()]
        return ready.start([COMMAND, *map(str, arguments)], cwd, os.environ, streams, str(world or ""))


def started(*arguments: str | Path, cwd: Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run it to its end as a shell does, in a new process, with `options` of `subprocess.run`."""
    command = [COMMAND, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, timeout=PATIENCE, check=False, **options)


def called(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The same in this process and its folder, which is sooner done."""
    root, ours = logging.getLogger(), logging.getLogger("feedwright")
    before, level = root.handlers[:], ours.level
    try:
        done = CliRunner().invoke(cli.main, arguments)
    finally:
        root.handlers[:] = before
        ours.setLevel(level)  # or what it logs would be counted by tests that come after
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
