"""One at a time writes the files of a feed, of all threads and processes: or who read first might write last."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from zlib import crc32

from feeds.errors import PublishError
from feeds.focus import OURS

FOLDER = Path(".state") / "writers"
# So many files are locked at most, each for the feeds of some names: more than will ever write at once.
FILES = 256
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC


@contextmanager
def alone(out: Path, *names: str) -> Iterator[None]:
    """Nobody else writes the files of the feeds with these names meanwhile; whoever does is waited for.

    `out` is where they are. Raises PublishError.
    """
    numbers = sorted({crc32(name.encode()) % FILES for name in names})  # in one order: no two wait for each other
    with ExitStack() as locked:
        for number in numbers:
            locked.enter_context(_locked(out / FOLDER / f"{number:03}.lock"))
        yield


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        file = _opened(path)
    except OSError as error:
        raise PublishError(f"{path} cannot be made: {error.strerror}.", why=error.strerror or "") from error
    try:
        _lock(file)
        yield
    finally:
        os.close(file)


def _opened(path: Path) -> int:
    try:
        return os.open(path, _FLAGS, 0o644)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, _FLAGS, 0o644)


def _lock(file: int) -> None:
    """The lock is of this opening of the file: other threads wait as other processes do, and let others compute."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with OURS.lent():  # who has the lock may wait for it
            fcntl.flock(file, fcntl.LOCK_EX)
