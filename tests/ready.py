"""Feedwright loaded and waiting: a process that forks whenever a test wants one, and so loads it all but once.

What a test gets is a process as the command is one, with streams, a folder and an environment of its own, and it ends
as Python ends. Only how it starts is another matter: for that there is `tests.program.COMMAND`.
"""

import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[1]
# What the commands load when they are called.
ROOMS = (
    "feeds.console feeds.daemon feeds.demonstration feeds.dialogue feeds.history feeds.reload feeds.replaycommand "
    "feeds.serving feeds.statuscommand"
)
LONGEST = 100_000  # bytes of a wish, which holds the environment


@dataclass(slots=True)
class Process:
    """A process that was forked, with the methods of `subprocess.Popen`."""

    pid: int
    returncode: int | None = field(default=None, init=False)
    _report: socket.socket = field(repr=False)

    def poll(self) -> int | None:
        """The exit code, minus a signal's number where one ended it; None as long as it runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            self._report.settimeout(timeout)
            try:
                self.returncode = int(self._report.recv(LONGEST))
            except (TimeoutError, BlockingIOError) as error:
                raise subprocess.TimeoutExpired("feedwright", timeout or 0) from error
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)  # its keeper leaves the number to it until we close

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.wait()
        self._report.close()


def start(
    arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], streams: Sequence[int], world: str = ""
) -> Process:
    """Have the command run with these as stdin, stdout and stderr. It is killed, if need be, when the context ends.

    `world` is the file of the `tests.faults.world` that it is in, if not in the real one.
    """
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    wish = json.dumps([[*arguments], str(cwd), {**environment}, world]).encode()
    socket.send_fds(_waiting(), [wish], [*streams, theirs.fileno()])
    theirs.close()
    return Process(int(mine.recv(LONGEST)), mine)


@cache
def _waiting() -> socket.socket:
    """The line to a process that waits. It ends when the line is closed, at the latest with this process."""
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    code = f"from tests import ready; ready.wait({theirs.fileno()})"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
    )
    theirs.close()

    def end() -> None:
        mine.close()
        process.wait()

    atexit.register(end)
    return mine


def wait(line_number: int) -> None:
    """Load what there is to load, and fork at every wish. What was forked returns from here when its work is done."""
    for room in ROOMS.split():
        import_module(room)
    sys.path[:] = filter(None, sys.path)  # a test's folder is not to be imported from
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a keeper ended
    with socket.socket(fileno=line_number) as line:
        while True:
            wish, numbers, _, _ = socket.recv_fds(line, LONGEST, 4)
            if not wish:
                return
            if not os.fork():
                break
            for number in numbers:
                os.close(number)
    command, cwd, environment, world = json.loads(wish)
    _keep(numbers)
    _take(numbers)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = command
    if world:
        import_module("tests.faults.world").enter(Path(world))
    sys.exit(import_module("feeds.cli").main())


def _keep(numbers: list[int]) -> None:
    """Fork once more, and return in the child alone. Its keeper tells who it is and how it ended."""
    report = numbers.pop()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if not pid:
        os.close(report)
        return
    for number in numbers:
        os.close(number)
    os.write(report, str(pid).encode())
    ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert ended is not None
    exited = ended.si_code == os.CLD_EXITED
    os.write(report, str(ended.si_status if exited else -ended.si_status).encode())
    os.read(report, 1)  # until nobody can mean this process any more, its number is not given to another
    os._exit(0)


def _take(numbers: Sequence[int]) -> None:
    """Have these as stdin, stdout and stderr, as Python has them: it asks what they are when it opens them."""
    for target, (name, mode, number) in enumerate(zip(("stdin", "stdout", "stderr"), "rww", numbers, strict=True)):
        os.dup2(number, target)
        os.close(number)
        before = getattr(sys, name)
        stream = open(target, mode, encoding=before.encoding, errors=before.errors, closefd=False)  # noqa: SIM115
        vars(sys)[name] = vars(sys)[f"__{name}__"] = stream
