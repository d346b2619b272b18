"""What we remember of runs, and of the turns in the life of sources."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update

from feeds import rows
from feeds.model import Event, Lease, Outcome, Told
from feeds.schema import ACTIVE, events, runs, sources
from feeds.transactions import KEYS_AT_ONCE, Transactions

# Runs remembered of a source: a day of a half-hourly one, enough to see when it began to fail.
RUNS_KEPT = 50
# Those that are too many go at every so manieth run: it costs as much as to save one (python bench/daemon.py).
FORGOTTEN_EVERY = 8
# Turns in its life remembered of a source, which are rare.
EVENTS_KEPT = 200
SAVE_RUN = insert(runs)
_RUNS_OF = runs.c.source_id == bindparam("of")
_RUN_TOO_OLD = select(runs.c.id).where(_RUNS_OF).order_by(runs.c.id.desc()).limit(1).offset(RUNS_KEPT)
FORGET_RUNS = delete(runs).where(_RUNS_OF, runs.c.id <= _RUN_TOO_OLD.scalar_subquery())


class Turns(Transactions):
    """The turns in the life of the sources."""

    def events(self, source_id: int, limit: int) -> tuple[Event, ...]:
        """The last turns in a source's life, the newest first."""
        query = select(events).where(events.c.source_id == source_id).order_by(events.c.id.desc()).limit(limit)
        with self.reading() as connection:
            return tuple(map(rows.event, connection.execute(query)))

    def turns(self, names: Collection[str], limit: int) -> tuple[Told, ...]:
        """The last turns in the lives of these sources, the newest first."""
        query = _turns().where(ACTIVE).order_by(events.c.at.desc(), events.c.id.desc())
        found: list[Told] = []
        with self.reading() as connection:
            for row in connection.execute(query):
                if row.name in names:
                    found.append(rows.told(row))
                if len(found) == limit:
                    break
        return tuple(found)

    def untold(self, since: datetime) -> tuple[Told, ...]:
        """The turns that nobody was told of yet, the oldest first."""
        query = _turns().where(~events.c.told, events.c.at >= since).order_by(events.c.id)
        with self.reading() as connection:
            return tuple(map(rows.told, connection.execute(query)))

    def mark_told(self, numbers: Sequence[int]) -> None:
        with self.writing() as connection:
            for start in range(0, len(numbers), KEYS_AT_ONCE):
                some = events.c.id.in_(numbers[start : start + KEYS_AT_ONCE])
                connection.execute(update(events).where(some).values(told=True))


def _turns() -> Select[*tuple[Any, ...]]:
    columns = (events.c.id, events.c.at, events.c.kind, events.c.said, sources.c.name, sources.c.feed_id)
    return select(*columns).join(sources, sources.c.id == events.c.source_id)


def save_run(connection: Connection, lease: Lease, outcome: Outcome, now: datetime) -> None:
    # One that failed on its way has an error of its own, though the source stays held.
    held = outcome.withheld
    kinds = Counter(decision.kind for decision in outcome.decisions)
    run = {
        "source_id": lease.source.id,
        "started": lease.source.last_try or now,
        "outcome": "held" if held else "failed" if outcome.error or outcome.failed else "ok",
        "new": kinds["new"],
        "changed": kinds["changed"],
        "error": outcome.error,
    }
    connection.execute(SAVE_RUN, run)
    if lease.token % FORGOTTEN_EVERY == 0:
        connection.execute(FORGET_RUNS, {"of": lease.source.id})


def save_events(connection: Connection, source_id: int, turns: Sequence[Event]) -> None:
    if not turns:
        return
    connection.execute(insert(events), [{"source_id": source_id, **asdict(turn)} for turn in turns])
    of_source = events.c.source_id == source_id
    too_old = select(events.c.id).where(of_source).order_by(events.c.id.desc()).limit(1).offset(EVENTS_KEPT)
    connection.execute(delete(events).where(of_source, events.c.id <= too_old.scalar_subquery()))
