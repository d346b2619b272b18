"""One at a time writes the files of a feed, of all threads and processes: or who read first might write last."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

from feeds.errors import PublishError
from feeds.focus import OURS

FOLDER = Path(".state") / "writers"
# So many files are locked at most, each for the feeds of some names: more than will ever write at once.
FILES = 256
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC


@contextmanager
def alone(out: Path, name: str) -> Iterator[None]:
    """Nobody else writes the files of the feed with this name meanwhile; whoever does is waited for. `out` is theirs.

    Raises PublishError.
    """
    path = out / FOLDER / f"{crc32(name.encode()) % FILES:03}.lock"
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
