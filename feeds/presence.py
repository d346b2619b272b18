"""Who else is at the store? A lock in the file system, which ends with its process however that ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feeds.errors import AlreadyRunning, StoreError

# What the daemon that works on a folder holds, seen from the folder for all that is made.
DAEMON = Path(".state") / "daemon.pid"
# Who looks whether somebody holds it has it for a moment: it is tried so often, and so many seconds apart.
TRIES, PAUSE_SECONDS = 3, 0.05


class Presence:
    """Held open as long as the store is."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def alone(self) -> bool:
        """Whether nobody else is present. If so nobody can come before `stay` is called."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def stay(self) -> None:
        """Be present, beside whoever else is."""
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def leave(self) -> None:
        os.close(self._file)


def held(path: Path) -> bool:
    """Whether somebody is `sole` at `path`; also where that can't be told."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # another holds it, or this file system knows no locks
        return True
    finally:
        os.close(file)
    return False


class Sole:
    """The only one that holds the file at `path`, which names our process."""

    def __init__(self, path: Path) -> None:
        """Raises AlreadyRunning where another holds it, and StoreError where there can be no such file."""
        self._path = path
        self._file = _alone(path)

    def keep(self) -> None:
        """Hold the file anew where somebody deleted it: what has no name keeps nobody out. Raises as above."""
        try:
            named = os.path.samestat(os.fstat(self._file), self._path.stat())
        except OSError:
            named = False
        if not named:
            before, self._file = self._file, _alone(self._path)
            os.close(before)

    def leave(self) -> None:
        os.close(self._file)


@contextmanager
def sole(path: Path) -> Iterator[Sole]:
    """Be the only one. Raises AlreadyRunning and StoreError."""
    made = Sole(path)
    try:
        yield made
    finally:
        made.leave()


def _alone(path: Path) -> int:
    """The file, which nobody else holds."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        advice = "Name a folder in which files can be made as `out:` in config.yaml."
        raise StoreError(f"{path} cannot be made: {error.strerror}.", advice=advice) from error
    try:
        _have_alone(file, path)
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
    except BaseException:
        os.close(file)
        raise
    return file


def _have_alone(file: int, path: Path) -> None:
    for tried in range(TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if tried + 1 == TRIES:
                pid = os.pread(file, 20, 0).decode("ascii", "replace").strip()
                said = f"Feedwright runs already for {path.parent.parent}: process {pid or 'unknown'}."
                raise AlreadyRunning(said) from error
        time.sleep(PAUSE_SECONDS)
