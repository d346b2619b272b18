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
from contextlib import closing
from functools import cache
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[1]
# What the commands load when they are called.
ROOMS = (
    "feeds.console feeds.daemon feeds.demonstration feeds.dialogue feeds.history feeds.reload feeds.replaycommand "
    "feeds.serving feeds.statuscommand"
)
LONGEST = 100_000  # bytes of a wish, which holds the environment


def run(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str], streams: Sequence[int], seconds: float
) -> int:
    """Run the command to its end, with stdin, stdout and stderr as given, and give its exit code.

    That is minus the signal's number where one ended it. Raises TimeoutExpired.
    """
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with closing(mine), closing(theirs):
        wish = json.dumps([list(command), str(cwd), dict(environment)]).encode()
        socket.send_fds(_waiting(), [wish], [*streams, theirs.fileno()])
        theirs.close()  # or nobody would hear it close
        mine.settimeout(seconds)
        pid = int(mine.recv(LONGEST))
        try:
            return os.waitstatus_to_exitcode(int(mine.recv(LONGEST)))
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(command, seconds) from None


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
    command, cwd, environment = json.loads(wish)
    _keep(numbers.pop())
    _take(numbers)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = command
    sys.exit(import_module("feeds.cli").main())


def _keep(report: int) -> None:
    """Fork once more, and return in the child alone. Its keeper tells who it is and how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid:
        os.write(report, str(pid).encode())
        os.write(report, str(os.waitpid(pid, 0)[1]).encode())
        os._exit(0)
    os.close(report)


def _take(numbers: Sequence[int]) -> None:
    """Have these as stdin, stdout and stderr, as Python has them: it asks what they are when it opens them."""
    for target, (name, mode, number) in enumerate(zip(("stdin", "stdout", "stderr"), "rww", numbers, strict=True)):
        os.dup2(number, target)
        os.close(number)
        before = getattr(sys, name)
        stream = open(target, mode, encoding=before.encoding, errors=before.errors, closefd=False)  # noqa: SIM115
        vars(sys)[name] = vars(sys)[f"__{name}__"] = stream
