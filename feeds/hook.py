"""A command of the user's own, run when something in out/ has changed: to copy it elsewhere, to clear a cache."""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from feeds.configuration import Config

# Linux takes about two million bytes of arguments; so many paths of the longest kind that we make are a tenth of that.
PATHS_AT_ONCE = 500
# What is told of what a command says when it fails, in characters.
SAID = 300
# Of what it says so many bytes are looked at for that, and no more than so many kept while it runs, looked at so often.
LAST_BYTES, MOST_BYTES, LOOK_SECONDS = 4_096, 1_000_000, 1.0


def run(command: Sequence[str], paths: Sequence[Path], folder: Path, timeout: float) -> str | None:
    """Run the command in `folder`, the paths behind its own arguments; no shell sees them. None where all went well.

    Otherwise a sentence says what did not. `timeout` is in seconds; what runs longer is ended, with all that it began
    in its session. What a command leaves running that ends in time is not waited for.
    More than 500 paths are given to several runs, one after the other.
    """
    runs = (once("publish.command", command, tuple(map(str, some)), folder, timeout) for some in _batches(paths))
    return next(filter(None, runs), None)


def once(key: str, command: Sequence[str], arguments: Sequence[str], folder: Path, timeout: float) -> str | None:
    """Run the command that stands at a key of config.yaml with these arguments behind its own, as `run` does."""
    with _paper() as said:
        try:
            process = subprocess.Popen(  # noqa: S603 - the user's own command, from the user's own file
                [*command, *arguments],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            return f"{key} {command[0]} could not be run: {error.strerror or error}."
        if not _ended(process, said, timeout):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return f"{key} {command[0]} was ended after {timeout:g} s."
        if process.returncode == 0:
            return None
        words = _last_words(said)
    return f"{key} {command[0]} failed with {process.returncode}" + (f": {words}" if words else "") + "."


def absent(config: Config) -> Iterator[str]:
    """A sentence for each command of the configuration of which there is no program."""
    folder = config.path.absolute().parent
    for key, command in (("publish.command", config.publish.command), ("notify.command", config.notify.command)):
        if command is not None:
            program = folder / command[0] if os.sep in command[0] else command[0]
            if shutil.which(program) is None:
                yield f"{config.path}: {key}: there is no program {program} that could be run."


def _paper() -> IO[bytes]:
    """What a command may write on; it goes nowhere where there is no room for it.

    No pipe: that ends when all have left it who have it, and who stays behind in a session of his own (`ssh` with
    ControlPersist) has it for hours.
    """
    try:
        paper = tempfile.TemporaryFile()  # noqa: SIM115 - who asks for it closes it
    except OSError:
        return Path(os.devnull).open("r+b")
    fcntl.fcntl(paper, fcntl.F_SETFL, os.O_APPEND)  # or what follows where it was emptied would leave a gap
    return paper


def _ended(process: subprocess.Popen[bytes], said: IO[bytes], timeout: float) -> bool:
    """Whether it has ended in time. What is said meanwhile by one that says without end fills no disk."""
    ends = time.monotonic() + timeout
    while (left := ends - time.monotonic()) > 0:
        with suppress(subprocess.TimeoutExpired):
            process.wait(min(left, LOOK_SECONDS))
            return True
        if os.fstat(said.fileno()).st_size > MOST_BYTES:
            said.truncate(0)
    return False


def _last_words(said: IO[bytes]) -> str:
    """On one line."""
    file = said.fileno()
    last = os.pread(file, LAST_BYTES, max(0, os.fstat(file).st_size - LAST_BYTES))
    return " ".join(last.decode(errors="replace").split())[-SAID:]


def _batches(paths: Sequence[Path]) -> Iterator[Sequence[Path]]:
    return (paths[start : start + PATHS_AT_ONCE] for start in range(0, len(paths), PATHS_AT_ONCE))
