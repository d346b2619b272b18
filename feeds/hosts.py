"""What is known of each host, kept in the store: for all processes that have it open."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Function, bindparam, func, literal, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from feeds.schema import Instant, Utc, hosts, microseconds, robots
from feeds.store import Store
from scraper.robots import RobotsFile


def _not_before(moment: ColumnElement[datetime], column: Column[datetime] = hosts.c.next_at) -> Function[Any]:
    """A host's next turn, or the moment if that is later."""
    return func.max(func.coalesce(column, moment), moment)


# Said at every request, and so put together once (python bench/daemon.py).
_TURN = _not_before(bindparam("now", type_=Instant))
_FIRST = upsert(hosts).values(host=bindparam("host"), next_at=bindparam("first", type_=Instant))
TAKE = _FIRST.on_conflict_do_update(
    set_={"next_at": _TURN + bindparam("delay", type_=BigInteger)},
    where=_TURN - bindparam("now", type_=Instant) <= bindparam("patience", type_=BigInteger),
).returning(hosts.c.next_at)
NEXT = select(hosts.c.next_at).where(hosts.c.host == bindparam("host"))
HELD = select(hosts.c.held_until).where(hosts.c.host == bindparam("host"))
ROBOTS = select(robots.c.text, robots.c.until).where(
    robots.c.origin == bindparam("origin"), robots.c.until > bindparam("now", type_=Utc)
)
# What a hold is written to: nobody has a turn before that is over, nor keeps one.
HOLDS = (hosts.c.next_at, hosts.c.held_until)
# Until when a file is believed that is only being asked for: also somebody whose clock was read before ours finds none.
UNREAD = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class StoredHosts:
    """The scraper's `Hosts`, in a store. Every method may raise StoreError."""

    store: Store

    def reserve(self, host: str, delay: timedelta, now: datetime, patience: timedelta) -> datetime:
        """Take the host's next turn, in one statement, so that nobody takes the same."""
        asked = {
            "host": host,
            "first": now + delay,
            "now": now,
            "delay": microseconds(delay),
            "patience": microseconds(patience),
        }
        with self.store.writing() as connection:
            taken: datetime | None = connection.execute(TAKE, asked).scalar()
            if taken is not None:
                return taken - delay
            untaken: datetime = connection.execute(NEXT, {"host": host}).scalar_one()
            return untaken

    def hold(self, host: str, until: datetime) -> None:
        later = {column.name: _not_before(literal(until, Instant), column) for column in HOLDS}
        hold = upsert(hosts).values(host=host, **dict.fromkeys(later, until))
        with self.store.writing() as connection:
            connection.execute(hold.on_conflict_do_update(set_=later))

    def held_beyond(self, host: str, turn: datetime) -> bool:
        with self.store.reading() as connection:
            held: datetime | None = connection.execute(HELD, {"host": host}).scalar()
            return held is not None and held > turn

    def robots(self, origin: str, now: datetime) -> RobotsFile | None:
        with self.store.reading() as connection:
            row = connection.execute(ROBOTS, {"origin": origin, "now": now}).one_or_none()
            return RobotsFile(row.text, row.until) if row else None

    def claim_robots(self, origin: str, now: datetime, until: datetime) -> bool:
        """One statement again: whoever changes the row is the one to ask."""
        claim = upsert(robots).values(origin=origin, until=UNREAD, asked_until=until)
        free = func.coalesce(robots.c.asked_until, literal(now, Instant)) <= literal(now, Instant)
        claim = claim.on_conflict_do_update(set_={"asked_until": until}, where=free)
        with self.store.writing() as connection:
            return connection.execute(claim.returning(robots.c.origin)).first() is not None

    def unclaim_robots(self, origin: str) -> None:
        with self.store.writing() as connection:
            connection.execute(update(robots).where(robots.c.origin == origin).values(asked_until=None))

    def keep_robots(self, origin: str, file: RobotsFile) -> None:
        values = {"text": file.text, "until": file.until, "asked_until": None}
        keep = upsert(robots).values(origin=origin, **values)
        with self.store.writing() as connection:
            connection.execute(keep.on_conflict_do_update(set_=values))
