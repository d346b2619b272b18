"""Who else is at the store? A lock in the file system, which ends with its process however that ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feeds.errors import AlreadyRunning, StoreError


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


@contextmanager
def sole(path: Path) -> Iterator[None]:
    """Be the only one that holds the file at `path`, which then names our process.

    Raises AlreadyRunning where another does, and StoreError where there can be no such file.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        advice = "Name a folder in which files can be made as `out:` in config.yaml."
        raise StoreError(f"{path} cannot be made: {error.strerror}.", advice=advice) from error
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = os.pread(file, 20, 0).decode("ascii", "replace").strip()
            raise AlreadyRunning(
                f"Feedwright runs already for {path.parent.parent}: process {pid or 'unknown'}."
            ) from error
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(file)
