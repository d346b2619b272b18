"""Bytes into out/: whole or not at all, and only if they differ."""

import fcntl
import os
import re
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from feeds.errors import PublishError

_LEFTOVER = re.compile(r"\.feedwright-[0-9a-f]{16}\.tmp")
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write(path: Path, content: bytes) -> bool:
    """Put the bytes at `path`, its folder made where needed. True when the file changed.

    Whoever reads the file sees the old bytes or the new ones, also after a crash. Unchanged bytes keep the
    file and its mtime; changed ones get an mtime in a later second, because readers compare Last-Modified.
    A symbolic link at `path` is replaced, never followed. Raises PublishError.
    """
    return bool(write_all({path: content}))


def write_all(contents: Mapping[Path, bytes]) -> tuple[Path, ...]:
    """The same for several files, in turn; gives the paths of those that changed. Raises PublishError."""
    changed: list[Path] = []
    try:
        for path, content in contents.items():
            if _written(path, content):
                changed.append(path)
    finally:
        for folder in dict.fromkeys(path.parent for path in changed):  # once for all: it takes as long as a file
            _sync_folder(folder)
    return tuple(changed)


def _written(path: Path, content: bytes) -> bool:
    try:
        before = _standing(path)
        if before is None:
            path.parent.mkdir(parents=True, exist_ok=True)
        elif before.st_size == len(content) and path.read_bytes() == content:
            return False
        _replace(path, content, later_than=before)
    except OSError as error:
        reason = error.strerror or str(error)
        said = f"{path} could not be written ({reason}); what stood there before still stands."
        raise PublishError(said, why=reason) from error
    return True


def remove(path: Path) -> bool:
    """Delete the file at `path`, or the symbolic link. True where there was one. Raises PublishError."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise PublishError(f"{path} could not be removed ({error.strerror or error}).") from error
    return True


def remove_leftovers(folder: Path) -> int:
    """Delete what killed processes left half written in the folder, and say how many. Raises PublishError."""
    try:
        ours = [path for path in folder.iterdir() if _LEFTOVER.fullmatch(path.name) and _standing(path)]
        return sum(map(_remove_if_left, ours))
    except FileNotFoundError:
        return 0
    except OSError as error:
        reason = error.strerror or error
        raise PublishError(f"{folder} could not be tidied ({reason}); what stands there still stands.") from error


def _standing(path: Path) -> os.stat_result | None:
    """The file at `path`; None for nothing, and for whatever is no plain file, since that isn't ours."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _replace(path: Path, content: bytes, *, later_than: os.stat_result | None) -> None:
    beside = path.with_name(f".feedwright-{secrets.token_hex(8)}.tmp")
    try:
        with os.fdopen(os.open(beside, _NEW_FILE, 0o644), "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # held until it is renamed: it is no leftover
            file.write(content)
            file.flush()
            if later_than:
                _date_after(later_than, file.fileno())
            os.fsync(file.fileno())
            beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _date_after(old: os.stat_result, file: int) -> None:
    """Give the open file an mtime in a later second than the old one's, if the clock has not done so."""
    later = old.st_mtime_ns // 10**9 + 1
    if os.fstat(file).st_mtime_ns < later * 10**9:
        os.utime(file, (later, later))


def _sync_folder(folder: Path) -> None:
    # The new file stands by now; where folders can't be synced, a power cut may bring the old one back whole.
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _remove_if_left(path: Path) -> bool:
    """Whether it was a leftover: a process that is still writing holds a lock on its file."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    except (BlockingIOError, FileNotFoundError):  # being written, or renamed since
        return False
    return True
