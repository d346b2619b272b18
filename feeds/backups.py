"""Copies of the store beside it: one a day, the two newest kept; and what is set aside for one of them."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

# A day, less what a run that is a little early is early by.
DAILY = timedelta(hours=20)
KEPT = 2
# What SQLite keeps beside a file that is in use.
BESIDE = ("-wal", "-shm")


def make(path: Path, now: datetime) -> bool:
    """Copy the store, if the newest copy is not of today. Raises sqlite3.Error and OSError.

    A copy of a damaged store is none: the older ones stay.
    """
    newest = _copy(path, 1)
    with suppress(FileNotFoundError):
        age = now - datetime.fromtimestamp(newest.stat().st_mtime, UTC)
        if timedelta() <= age < DAILY:
            return False
    beside = path.with_name(f"{path.name}.backup.tmp")
    beside.unlink(missing_ok=True)  # from an attempt that did not end well
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(beside)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, and nothing beside it
        if not sound(beside):
            raise sqlite3.DatabaseError("a copy of it can't be read back")
        os.utime(beside, (now.timestamp(), now.timestamp()))
        for number in range(KEPT, 1, -1):
            with suppress(FileNotFoundError):
                _copy(path, number - 1).replace(_copy(path, number))
        beside.replace(newest)
    finally:
        beside.unlink(missing_ok=True)
    return True


def put(source: sqlite3.Connection, path: Path) -> None:
    """Write what a connection sees into a file of this name, whole or not at all. Raises sqlite3.Error and OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.restored.tmp")
    beside.unlink(missing_ok=True)
    with closing(sqlite3.connect(beside)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = WAL")
    for end in BESIDE:  # of the file that had the name
        path.with_name(path.name + end).unlink(missing_ok=True)
    beside.replace(path)


def sound(path: Path) -> bool:
    """Whether the file is a database with nothing amiss."""
    try:
        with closing(sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)) as found:
            verdict: tuple[str] = found.execute("PRAGMA quick_check(1)").fetchone()
            return verdict == ("ok",)
    except sqlite3.Error:
        return False


def set_aside(path: Path, now: datetime) -> Path:
    """Move the store, whatever its state, out of the way, and say where it is now. Raises OSError."""
    aside = path.with_name(f"{path.name}.aside-{now:%Y%m%dT%H%M%S}")
    path.replace(aside)
    for end in BESIDE:
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).replace(aside.with_name(aside.name + end))
    return aside


def restore(path: Path) -> Path | None:
    """Put the newest sound copy where the store was, and say which; None where there is none. Raises OSError."""
    for copy in _copies(path):
        if sound(copy):
            beside = path.with_name(f"{path.name}.restored.tmp")
            beside.write_bytes(copy.read_bytes())
            beside.replace(path)
            return copy
    return None


def _copies(path: Path) -> Iterator[Path]:
    """Those that there are, the newest first."""
    return (copy for number in range(1, KEPT + 1) if (copy := _copy(path, number)).is_file())


def _copy(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.backup-{number}")
