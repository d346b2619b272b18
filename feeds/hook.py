"""A command of the user's own, run when something in out/ has changed: to copy it elsewhere, to clear a cache."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

# Linux takes about two million bytes of arguments; so many paths of the longest kind that we make are a tenth of that.
PATHS_AT_ONCE = 500
# What is told of what a command says when it fails, in characters.
SAID = 300


def run(command: Sequence[str], paths: Sequence[Path], folder: Path, timeout: float) -> str | None:
    """Run the command in `folder`, the paths behind its own arguments; no shell sees them. None where all went well.

    Otherwise a sentence says what did not. `timeout` is in seconds; what runs longer is ended, with all that it began.
    More than 500 paths are given to several runs, one after the other.
    """
    runs = (once("publish.command", command, tuple(map(str, some)), folder, timeout) for some in _batches(paths))
    return next(filter(None, runs), None)


def once(key: str, command: Sequence[str], arguments: Sequence[str], folder: Path, timeout: float) -> str | None:
    """Run the command that stands at a key of config.yaml with these arguments behind its own, as `run` does."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command, from the user's own file
            [*command, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        return f"{key} {command[0]} could not be run: {error.strerror or error}."
    try:
        said, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return f"{key} {command[0]} was ended after {timeout:g} s."
    if process.returncode == 0:
        return None
    words = " ".join(said.decode(errors="replace").split())[-SAID:]
    return f"{key} {command[0]} failed with {process.returncode}" + (f": {words}" if words else "") + "."


def _batches(paths: Sequence[Path]) -> Iterator[Sequence[Path]]:
    return (paths[start : start + PATHS_AT_ONCE] for start in range(0, len(paths), PATHS_AT_ONCE))
