"""What tells how the sources are, read from the store's file, which is neither made nor changed nor waited for.

SQLAlchemy takes longer to be loaded than all of it takes (`time feedwright status`), so this is the store's other door;
and it raises an error of its own, since the tree of them is the scraper's, with which all of that is loaded.
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from feeds import migrations, presence, status
from feeds.status import Known, Overview

# Where the store is, seen from the folder for all that is made.
STORE = Path(".state") / "feedwright.db"
# Where a daemon says what is wrong with config.yaml, while it goes on by the one before; and what stands in its way.
COMPLAINT = Path(".state") / "complaint.txt"
TROUBLES = Path(".state") / "troubles.txt"
PATIENCE_SECONDS = 2
SOURCES = """
SELECT id, name, url, title, paused, rested, gone, lease_until, last_try, last_ok, next_due, failures, last_error,
       hold, requests, requests_day
FROM sources WHERE active
"""
# The index alone is read.
ENTRIES = "SELECT source_id, count(*) FROM articles GROUP BY source_id"
RUNS = "SELECT started, outcome, new, changed, error FROM runs WHERE source_id = ? ORDER BY id DESC LIMIT ?"
ENDING = "SELECT at, said FROM events WHERE source_id = ? AND kind = 'ended' ORDER BY id DESC LIMIT 1"
TURNS = "SELECT at, kind, said FROM events WHERE source_id = ? ORDER BY id DESC LIMIT ?"
# How a look ended: with what was published, with what was read and held back, or with nothing.
Ending = Literal["ok", "held", "failed"]


class Unreadable(Exception):
    """The store can't be read, and what a person can do about it. `damaged` says that it is not what we wrote."""

    def __init__(self, message: str, advice: str = "", *, damaged: bool = False) -> None:
        super().__init__(message)
        self.advice = advice
        self.damaged = damaged


@dataclass(frozen=True, slots=True)
class Run:
    """One look at a source: when it began, how it ended, and what it brought."""

    started: datetime
    ending: Ending
    new: int
    changed: int
    error: str | None

    @property
    def well(self) -> bool:
        return self.ending == "ok"


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn in a source's life: `feeds.model.Event`, as it is shown."""

    at: datetime
    kind: str
    said: str


def look(out: Path, now: datetime) -> Overview:
    """How all is, by what is in the folder for all that is made. Raises Unreadable."""
    found = status.overview(read(out / STORE, now), now, complaint(out), troubles(out))
    return replace(found, deserted=found.late > 0 and not presence.held(out / presence.DAEMON))


def read(path: Path, now: datetime) -> tuple[Known, ...]:
    """Every source that is configured. Nothing where there is no store. Raises Unreadable."""
    if not path.exists():
        return ()
    with _opened(path) as store:
        entries = dict(store.execute(ENTRIES).fetchall())
        known = [_known(row, entries.get(row["id"], 0), now) for row in store.execute(SOURCES)]
        return tuple(_ended(store, one) if one.ended else one for one in known)


def complaint(out: Path) -> str:
    """What is wrong with config.yaml, by the daemon that works on the folder; empty where nothing is."""
    return " ".join(_left(out / COMPLAINT))


def troubles(out: Path) -> tuple[str, ...]:
    """What stands in the way of the daemon that works on the folder: a sentence each."""
    return _left(out / TROUBLES)


def _left(path: Path) -> tuple[str, ...]:
    """The lines of what `feeds.word` left. Its process is on the first: one that was killed complains no more."""
    try:
        process, *lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:  # it is not there, as nearly always
        return ()
    return tuple(filter(None, lines)) if _lives(process) else ()


def _lives(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except PermissionError:  # another user's is one, too
        return True
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    return True


def runs(path: Path, ids: Sequence[int], most: int) -> dict[int, tuple[Run, ...]]:
    """The last runs of some sources, the newest last. Raises Unreadable."""
    with _opened(path) as store:
        found = {id: store.execute(RUNS, (id, most)).fetchall() for id in ids}
    return {id: tuple(map(_run, reversed(rows))) for id, rows in found.items()}


def turns(path: Path, id: int, most: int) -> tuple[Turn, ...]:
    """The last turns in a source's life, the newest first. Raises Unreadable."""
    with _opened(path) as store:
        rows = store.execute(TURNS, (id, most)).fetchall()
    return tuple(Turn(_sure(row["at"]), row["kind"], row["said"]) for row in rows)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        # Escaped by pathlib: a folder may be called `a?b`.
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE_SECONDS)) as store:
            store.row_factory = sqlite3.Row
            _of_today(path, store)
            store.execute("BEGIN")  # all that is read is of one moment
            yield store
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            said = f"{path} is damaged ({error}); feeds in out/ stay as they are."
            raise Unreadable(said, damaged=True) from error
        raise Unreadable(f"{path} cannot be read: {error}.") from error


def _of_today(path: Path, store: sqlite3.Connection) -> None:
    tables = store.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    row = store.execute("SELECT version_num FROM alembic_version").fetchone() if tables else None
    found = row[0] if row else ""
    if found > migrations.NEWEST:
        raise Unreadable(f"{path} was written by a newer Feedwright.", "Upgrade Feedwright to use it.")
    if found < migrations.NEWEST:
        raise Unreadable(f"{path} was written by an older Feedwright.", "`feedwright check` brings it up to date.")


def _known(row: sqlite3.Row, entries: int, now: datetime) -> Known:
    hold: dict[str, Any] | None = None if row["hold"] is None else json.loads(row["hold"])
    lease = _moment(row["lease_until"])
    return Known(
        id=row["id"],
        name=row["name"],
        url=row["url"],
        title=row["title"],
        paused=bool(row["paused"]),
        rested=bool(row["rested"]),
        ended=bool(row["gone"]),
        working=lease is not None and lease > now,
        last_try=_moment(row["last_try"]),
        last_good=_moment(row["last_ok"]),
        next_due=_moment(row["next_due"]),
        failures=row["failures"],
        error=row["last_error"],
        held_since=None if hold is None else datetime.fromisoformat(hold["since"]),
        reason=None if hold is None else hold["reason"],
        entries=entries,
        requests=row["requests"] if row["requests_day"] == now.date().isoformat() else 0,
        empty=hold is not None and not hold["listed"],
    )


def _ended(store: sqlite3.Connection, known: Known) -> Known:
    row = store.execute(ENDING, (known.id,)).fetchone()
    return replace(known, ended_at=_sure(row["at"]), ending=row["said"]) if row else known


def _run(row: sqlite3.Row) -> Run:
    return Run(_sure(row["started"]), row["outcome"], row["new"], row["changed"], row["error"])


def _moment(written: str | None) -> datetime | None:
    return None if written is None else _sure(written)


def _sure(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)
