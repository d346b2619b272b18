"""Transactions on the one database: many may read, one writes."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from feeds import database
from feeds.connections import Connections, to_read, to_write

# How many keys one statement names; SQLite's own limit is 32,766.
KEYS_AT_ONCE = 1_000


class Transactions:
    """What all that remembers stands on. Every transaction may raise StoreError."""

    def __init__(self, engine: Engine, path: Path | None) -> None:
        # In memory every connection would be a database of its own.
        self._connections = Connections(engine, database.CONNECTIONS if path else 1)
        self._path = path
        self._inode = path.stat().st_ino if path else 0
        self._grip = database.grip(path)
        self._turn = threading.Lock()  # SQLite has one writer at a time: here the wait for it is short
        self._begun = threading.local()
        self._held = ExitStack()
        self._held.callback(lambda: self._grip.close())  # the one that there is then
        self._held.callback(self._connections.close)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, and waits for nobody. What a thread reads within another is read in that."""
        begun: Connection | None = getattr(self._begun, "connection", None)
        if begun is not None:
            with database.told(self._path):
                yield begun
            return
        with database.told(self._path), self._connections.transaction(to_read) as connection:
            self._begun.connection = connection
            try:
                yield connection
            finally:
                del self._begun.connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction, while nobody else writes."""
        with self._taking_turns(), database.told(self._path), self._connections.transaction(to_write) as connection:
            yield connection

    @contextmanager
    def _taking_turns(self) -> Iterator[None]:
        """Nobody waits longer for a thread of ours than for another program: not for all of those before it."""
        if not self._turn.acquire(timeout=database.PATIENCE_SECONDS):
            raise database.locked(self._path)
        try:
            yield
        finally:
            self._turn.release()
