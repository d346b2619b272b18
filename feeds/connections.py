"""Connections to the one file, which stay open from one transaction to the next."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, LifoQueue

from sqlalchemy import Connection, Engine, Pool

from feeds import database

# How often it is looked whether the write lock is free: about as long as a transaction takes.
LOOK_SECONDS = 0.0005
# A connection, and the pool that it is of: those of an engine that was disposed of since are not used again.
Kept = tuple[Pool, Connection]


class Connections:
    """At most so `many` at a time, each of one thread at a time.

    SQLAlchemy would take longer to open and close one of its own than SQLite for all that is done between
    (python bench/daemon.py).
    """

    def __init__(self, engine: Engine, many: int) -> None:
        self._engine = engine
        self._idle: LifoQueue[Kept | None] = LifoQueue()  # the last one first, as the one that is open
        for _ in range(many):
            self._idle.put(None)

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """A connection, outside of any transaction. After an error it is closed, which rolls back what was begun.

        Raises TimeoutError where none becomes free.
        """
        try:
            kept = self._idle.get(timeout=database.PATIENCE_SECONDS)
        except Empty:
            raise TimeoutError("all connections to it are in use") from None
        back: Kept | None = None
        try:
            if kept is not None and kept[0] is not self._engine.pool:
                kept[1].detach()  # from its pool, which is no more, so that it is closed and not given back
                kept[1].close()
                kept = None
            kept = kept or (self._engine.pool, self._engine.connect())
            yield kept[1]
            back = kept
        finally:
            try:
                if back is None:
                    _close(kept)
            finally:
                self._idle.put(back)

    @contextmanager
    def transaction(self, begin: Callable[[sqlite3.Connection], None]) -> Iterator[Connection]:
        """A transaction that is begun so, on SQLite's own connection."""
        with self.one() as connection:
            own = raw(connection)
            begin(own)
            yield connection
            own.commit()

    def close(self) -> None:
        """Close those that nobody works with; the others once they are given back. The next ones are opened anew."""
        idle = []
        with suppress(Empty):
            while True:
                idle.append(self._idle.get_nowait())
        for kept in idle:
            _close(kept)
            self._idle.put(None)
        self._engine.dispose()


def to_read(own: sqlite3.Connection) -> None:
    own.execute("BEGIN")


def to_write(own: sqlite3.Connection) -> None:
    """Take the write lock at once: SQLite refuses, without waiting, a reader that turns writer too late.

    SQLite itself would look for it more and more seldom, every tenth of a second in the end; meanwhile another process
    has had it a hundred times.
    """
    ends = time.monotonic() + database.PATIENCE_SECONDS
    own.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                own.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not database.busy(error) or time.monotonic() >= ends:
                    raise
            time.sleep(LOOK_SECONDS)
    finally:
        own.execute(f"PRAGMA busy_timeout = {database.PATIENCE_SECONDS * 1000}")


def raw(connection: Connection) -> sqlite3.Connection:
    """SQLite's own connection."""
    own = connection.connection.driver_connection
    assert isinstance(own, sqlite3.Connection)
    return own


def _close(kept: Kept | None) -> None:
    if kept is not None:
        kept[1].close()
