"""Who wants a feed pushed, kept in the store (WebSub): wishes to be verified, subscriptions, hubs to be told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from feeds.schema import intents, pings, subscriptions
from feeds.store import Store

# What was claimed is done by then, or whoever did it was killed: then it is due again.
CLAIMED_FOR = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish that is to be verified: to subscribe for so many seconds, or to unsubscribe."""

    topic: str
    callback: str
    host: str
    mode: str
    secret: str | None
    seconds: int
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """A subscription whose topic has something new. `due` is when it was claimed until, by which it is known again."""

    topic: str
    callback: str
    host: str
    secret: str | None
    attempts: int
    due: datetime


@dataclass(frozen=True, slots=True)
class Ping:
    """Another hub that is to be told that a topic has something new."""

    hub: str
    topic: str
    attempts: int
    due: datetime


@dataclass(frozen=True, slots=True)
class Subscribers:
    """Held in a store. Every method may raise StoreError."""

    store: Store

    def announce(self, topics: Iterable[str], hubs: Iterable[str], now: datetime) -> None:
        """These topics have something new, as every subscriber, and each of these other hubs, is to be told."""
        names, others = list(topics), list(hubs)
        wanted = and_(subscriptions.c.topic.in_(names), subscriptions.c.until > now)
        told = upsert(pings)
        told = told.on_conflict_do_update(index_elements=["hub", "topic"], set_={"due": now, "attempts": 0})
        with self.store.writing() as connection:
            connection.execute(update(subscriptions).where(wanted).values(due=now, attempts=0))
            if rows := [{"hub": h, "topic": t, "due": now, "attempts": 0} for h in others for t in names]:
                connection.execute(told, rows)

    def topics(self) -> tuple[str, ...]:
        """What anybody subscribes to."""
        with self.store.reading() as connection:
            return tuple(connection.scalars(select(subscriptions.c.topic).distinct().order_by(subscriptions.c.topic)))

    def counted(self, host: str) -> tuple[int, int]:
        """How many subscriptions and wishes there are, of callbacks on one host and in all."""
        with self.store.reading() as connection:
            counts = [
                connection.execute(
                    select(func.count().filter(table.c.host == host), func.count()).select_from(table)
                ).one()
                for table in (intents, subscriptions)
            ]
        return sum(one for one, _ in counts), sum(every for _, every in counts)

    def wish(self, intent: Intent, now: datetime) -> None:
        """A wish is to be verified; a later one takes the place of one that was not yet."""
        values: dict[str, Any] = {"host": intent.host, "mode": intent.mode, "secret": intent.secret}
        values |= {"seconds": intent.seconds, "due": now, "attempts": 0}
        row = upsert(intents).values(topic=intent.topic, callback=intent.callback, **values)
        with self.store.writing() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["topic", "callback"], set_=values))

    def claim_intent(self, now: datetime, busy: Iterable[str] = ()) -> Intent | None:
        """The wish that has been due for longest, but of none of the hosts that are busy."""
        row = self._claim(intents, now, intents.c.host.not_in(list(busy)))
        return (
            None
            if row is None
            else Intent(row.topic, row.callback, row.host, row.mode, row.secret, row.seconds, row.attempts)
        )

    def claim_delivery(self, now: datetime, busy: Iterable[str] = ()) -> Delivery | None:
        row = self._claim(subscriptions, now, subscriptions.c.host.not_in(list(busy)), subscriptions.c.until > now)
        return None if row is None else Delivery(row.topic, row.callback, row.host, row.secret, row.attempts, row.due)

    def claim_ping(self, now: datetime, busy: Iterable[str] = ()) -> Ping | None:
        row = self._claim(pings, now, pings.c.hub.not_in(list(busy)))
        return None if row is None else Ping(row.hub, row.topic, row.attempts, row.due)

    def verified(self, intent: Intent, now: datetime) -> None:
        """It was meant: so it is."""
        values = {"host": intent.host, "secret": intent.secret, "until": now + timedelta(seconds=intent.seconds)}
        row = upsert(subscriptions).values(topic=intent.topic, callback=intent.callback, attempts=0, **values)
        with self.store.writing() as connection:
            if intent.mode == "subscribe":
                connection.execute(row.on_conflict_do_update(index_elements=["topic", "callback"], set_=values))
            else:
                connection.execute(delete(subscriptions).where(_same(subscriptions, intent)))
            connection.execute(delete(intents).where(_same(intents, intent), intents.c.mode == intent.mode))

    def unverified(self, intent: Intent, again: datetime | None) -> None:
        """It was not meant, or nobody answered, who is to be asked once more if there is a time for that."""
        same = and_(_same(intents, intent), intents.c.mode == intent.mode)
        with self.store.writing() as connection:
            if again is None:
                connection.execute(delete(intents).where(same))
            else:
                connection.execute(update(intents).where(same).values(due=again, attempts=intents.c.attempts + 1))

    def delivered(self, delivery: Delivery, again: datetime | None = None) -> None:
        """It has arrived, or is to be tried again. What was announced meanwhile stays due."""
        values: dict[str, Any] = {"due": again}
        if again is not None:
            values["attempts"] = subscriptions.c.attempts + 1
        claimed = and_(_same(subscriptions, delivery), subscriptions.c.due == delivery.due)
        with self.store.writing() as connection:
            connection.execute(update(subscriptions).where(claimed).values(values))

    def gone(self, delivery: Delivery) -> None:
        """The subscriber has ended for good."""
        with self.store.writing() as connection:
            connection.execute(delete(subscriptions).where(_same(subscriptions, delivery)))

    def pinged(self, ping: Ping, again: datetime | None = None) -> None:
        claimed = and_(pings.c.hub == ping.hub, pings.c.topic == ping.topic, pings.c.due == ping.due)
        with self.store.writing() as connection:
            if again is None:
                connection.execute(delete(pings).where(claimed))
            else:
                connection.execute(update(pings).where(claimed).values(due=again, attempts=pings.c.attempts + 1))

    def expire(self, now: datetime) -> None:
        """Forget subscriptions whose lease is over."""
        with self.store.writing() as connection:
            connection.execute(delete(subscriptions).where(subscriptions.c.until <= now))

    def _claim(self, table: Table, now: datetime, *conditions: ColumnElement[bool]) -> Row[*tuple[Any, ...]] | None:
        """Take what has been due for longest: nobody else does so until the claim is over."""
        keys = list(table.primary_key.columns)
        due = select(*keys).where(table.c.due <= now, *conditions).order_by(table.c.due, *keys).limit(1)
        with self.store.reading() as connection:  # mostly there is nothing, and then nobody is to wait for that
            if connection.execute(due).first() is None:
                return None
        with self.store.writing() as connection:
            found = connection.execute(due).first()
            if found is None:
                return None
            own = and_(*(column == value for column, value in zip(keys, found, strict=True)))
            return connection.execute(update(table).where(own).values(due=now + CLAIMED_FOR).returning(table)).one()


def _same(table: Table, of: Intent | Delivery) -> ColumnElement[bool]:
    return and_(table.c.topic == of.topic, table.c.callback == of.callback)
