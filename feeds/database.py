"""The file under the store: opened, checked, brought to the newest schema; its errors said in a sentence."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, exc

from feeds import migrations, schema
from feeds.errors import PublishError, StoreDamaged, StoreError
from feeds.text import line

# How long a writer waits for its turn before it gives up.
PATIENCE_SECONDS = 30
# More than the threads of any pool; a connection is opened when it is first needed.
CONNECTIONS = 32
# How often processes that open a new file at once may be in each other's way.
SWITCH_ATTEMPTS = 100


def connect(path: Path | None) -> Engine:
    """A database ready for use, in memory without a `path`. Raises StoreError."""
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            advice = "Name a folder in which files can be made as `out:` in config.yaml."
            raise StoreError(f"{path} has no folder to be in: {error.strerror}.", advice=advice) from error
    engine = create_engine(
        URL.create("sqlite", database=str(path) if path else ":memory:"),
        poolclass=QueuePool,
        pool_size=CONNECTIONS if path else 1,  # in memory every connection would be a database of its own
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": PATIENCE_SECONDS},
    )
    event.listen(engine, "connect", _settle)
    try:
        with told(path):
            _prepare(engine, path)
    except BaseException:
        engine.dispose()
        raise
    return engine


def grip(path: Path | None) -> sqlite3.Connection:
    """A connection that has the file open, whatever becomes of its name, and does nothing else. Raises StoreError."""
    with told(path):
        connection = sqlite3.connect(path or ":memory:", check_same_thread=False)
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()  # or what is written beside it was not open, too
        return connection


def _settle(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say so
    connection.execute("PRAGMA synchronous = NORMAL")  # a power cut may lose the last run, and tears nothing
    connection.execute("PRAGMA foreign_keys = ON")


def _prepare(engine: Engine, path: Path | None) -> None:
    with engine.connect() as connection:
        verdict = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if verdict != "ok":
            raise StoreDamaged(_damaged(path, verdict))
        _log_ahead(connection)
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")  # a migration may have to rebuild a table
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # whoever comes second finds the work done
        _migrate(connection, path)
        connection.commit()
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def _log_ahead(connection: Connection) -> None:
    """Let readers and a writer work at once; a file stays as it is set.

    SQLite waits for every other lock, but not for this one: where several processes open a new file at once, all
    but one are refused at once. So wait for the file with a lock that does wait, and try again.
    """
    for left in reversed(range(SWITCH_ATTEMPTS)):
        try:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            return
        except exc.OperationalError as error:
            if not left or _code(error.orig) != sqlite3.SQLITE_BUSY:
                raise
        connection.exec_driver_sql("BEGIN EXCLUSIVE")
        connection.exec_driver_sql("COMMIT")


def _migrate(connection: Connection, path: Path | None) -> None:
    found = _revision(connection)
    if found == migrations.NEWEST:
        return
    if found is None:
        _make(connection)
        return
    if found not in migrations.revisions():
        raise StoreError(f"{path} was written by a newer Feedwright.", advice="Upgrade Feedwright to use it.")
    if path is not None:
        beside = path.with_name(f"{path.name}.before-{found}")
        beside.unlink(missing_ok=True)  # from an attempt that did not end well
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(beside)) as copy:
            source.backup(copy)
    migrations.upgrade(connection)


def _revision(connection: Connection) -> str | None:
    """The revision that the database is at; None for a new one."""
    noted = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").first()
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() if noted else None


def _make(connection: Connection) -> None:
    """The tables in a new database, and the note that Alembic would have left there."""
    schema.metadata.create_all(connection, checkfirst=False)  # another program's tables are not taken for ours
    connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (migrations.NEWEST,))


@contextmanager
def told(path: Path | None) -> Iterator[None]:
    """What goes wrong with the database, as a StoreError. What can only be a bug of ours stays what it is."""
    try:
        yield
    except exc.DBAPIError as error:
        if type(error) not in (exc.OperationalError, exc.DatabaseError):
            raise
        raise _said(path, error.orig) from error
    except (sqlite3.Error, OSError) as error:
        raise _said(path, error) from error


def _said(path: Path | None, error: BaseException | None) -> StoreError:
    code = _code(error)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StoreDamaged(_damaged(path, error))
    if busy(error):
        return locked(path)
    if code == sqlite3.SQLITE_FULL:
        return StoreError(f"{_name(path)} cannot grow: the disk is full.", advice="Make room on it.")
    return StoreError(f"{_name(path)} cannot be read or written: {error}.", advice=PublishError.advice)


def busy(error: BaseException | None) -> bool:
    """Whether another has what was asked for."""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def locked(path: Path | None) -> StoreError:
    return StoreError(f"{_name(path)} was locked by another program for more than {PATIENCE_SECONDS} seconds.")


def _code(error: BaseException | None) -> int:
    """SQLite's number for what went wrong, without the finer ones that extend it."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _damaged(path: Path | None, why: object) -> str:
    return f"{_name(path)} is damaged ({line(str(why))}); feeds in out/ stay as they are."


def _name(path: Path | None) -> str:
    return str(path or "The store in memory")
