"""What is known of each host, kept in the store: for all processes that have it open."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Function, func, literal, select
from sqlalchemy.dialects.sqlite import insert as upsert

from feeds.schema import Instant, hosts, microseconds, robots
from feeds.store import Store
from scraper.robots import RobotsFile


@dataclass(frozen=True, slots=True)
class StoredHosts:
    """The scraper's `Hosts`, in a store. Every method may raise StoreError."""

    store: Store

    def reserve(self, host: str, delay: timedelta, now: datetime, patience: timedelta) -> datetime:
        """Take the host's next turn, in one statement, so that nobody takes the same."""
        turn = _not_before(now)
        take = upsert(hosts).values(host=host, next_at=now + delay)
        take = take.on_conflict_do_update(
            set_={"next_at": turn + literal(microseconds(delay))},
            where=turn - literal(now, Instant) <= literal(microseconds(patience)),
        )
        with self.store.writing() as connection:
            taken: datetime | None = connection.execute(take.returning(hosts.c.next_at)).scalar()
            if taken is not None:
                return taken - delay
            untaken: datetime = connection.execute(select(hosts.c.next_at).where(hosts.c.host == host)).scalar_one()
            return untaken

    def hold(self, host: str, until: datetime) -> None:
        hold = upsert(hosts).values(host=host, next_at=until)
        with self.store.writing() as connection:
            connection.execute(hold.on_conflict_do_update(set_={"next_at": _not_before(until)}))

    def robots(self, origin: str, now: datetime) -> RobotsFile | None:
        query = select(robots.c.text, robots.c.until).where(robots.c.origin == origin, robots.c.until > now)
        with self.store.reading() as connection:
            row = connection.execute(query).one_or_none()
            return RobotsFile(row.text, row.until) if row else None

    def claim_robots(self, origin: str, now: datetime, until: datetime) -> bool:
        """One statement again: whoever changes the row is the one to ask."""
        claim = upsert(robots).values(origin=origin, until=now, asked_until=until)
        free = func.coalesce(robots.c.asked_until, literal(now, Instant)) <= literal(now, Instant)
        claim = claim.on_conflict_do_update(set_={"asked_until": until}, where=free)
        with self.store.writing() as connection:
            return connection.execute(claim.returning(robots.c.origin)).first() is not None

    def keep_robots(self, origin: str, file: RobotsFile) -> None:
        values = {"text": file.text, "until": file.until, "asked_until": None}
        keep = upsert(robots).values(origin=origin, **values)
        with self.store.writing() as connection:
            connection.execute(keep.on_conflict_do_update(set_=values))


def _not_before(moment: datetime) -> Function[Any]:
    """A host's next turn, or the moment if that is later."""
    least = literal(moment, Instant)
    return func.max(func.coalesce(hosts.c.next_at, least), least)
