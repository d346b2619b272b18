"""Who else is at the store? A lock in the file system, which ends with its process however that ends."""

import fcntl
import os
from pathlib import Path


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
