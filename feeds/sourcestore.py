"""What we remember of sources, and who works on which."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import chain, count

from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from feeds import mergerows, rows, slugrows
from feeds.model import Configured, ConfiguredMerged, Lease, Outcome, Shown, Slug, Source
from feeds.pagestore import forget_pages
from feeds.roster import Remembered, match
from feeds.schema import ACTIVE, EPOCH, Instant, articles, hosts, microseconds, robots, sources
from feeds.share import OVERDUE, WHOLE, Share
from feeds.transactions import Transactions

# What every run says is put together once: SQLAlchemy takes longer for that than SQLite for the rest
# (python bench/daemon.py). Values that are given for columns are set.
_SO_FAR = case((sources.c.requests_day == bindparam("today"), sources.c.requests), else_=0)
SAVE_SOURCE = (
    update(sources)
    .where(sources.c.id == bindparam("leased"), sources.c.lease_token == bindparam("token"))
    .values(requests=_SO_FAR + bindparam("asked"))
)
NAMED = select(sources).where(ACTIVE, sources.c.name == bindparam("of"))
PUBLISHED = update(sources).where(sources.c.id == bindparam("of")).values(published_version=bindparam("shown"))
SAVE_VISIBLE = SAVE_SOURCE.values(version=sources.c.version + 1)
# Whoever has the lease of before has lost it.
_TAKEN_BACK: rows.Values = {"lease_until": None, "lease_token": sources.c.lease_token + 1}


class Sources(Transactions):
    """The sources, their names, and the leases on them."""

    def sync(self, configured: Sequence[Configured], now: datetime, merged: Sequence[ConfiguredMerged] = ()) -> None:
        """Make the configured sources the active ones; what is known of the others is kept. So with merged feeds.

        A source that is new, that returns, or whose address or rules changed is due at once. Changed rules
        clear all its validators, so that no 304 hides what they would bring.
        """
        # Where several rows fit, the one in use comes before older ones.
        every = select(sources).order_by(sources.c.active.desc(), sources.c.id.desc())
        with self.writing() as connection:
            _clock_was_ahead(connection, now)
            known = {row.id: row for row in connection.execute(every)}
            matches = match(configured, [Remembered(row.id, row.name, row.url, row.key) for row in known.values()])
            kept = {found.id for found in matches}
            for row in known.values():  # first, so that their names are free
                if row.active and row.id not in kept:
                    connection.execute(row_of(row.id).values(active=False))
            feed_ids = {row.feed_id for row in known.values()}
            new: list[rows.Values] = []
            for found in matches:
                if found.id is None:
                    feed_ids.add(feed_id := _free(found.wanted.feed_id, feed_ids))
                    first = {"feed_id": feed_id, "next_due": now, "created": now}
                    new.append(first | rows.configured_values(found.wanted))
                elif values := rows.changes(known[found.id], found.wanted, now):
                    connection.execute(row_of(found.id).values(values))
                    if "rules" in values:
                        forget_pages(connection, found.id)
            if new:  # in one go, and when the names that others give up are free
                connection.execute(insert(sources), new)
            slugrows.take(connection, [wanted.name for wanted in configured], now)
            active = connection.execute(select(sources.c.name, sources.c.id).where(ACTIVE))
            mergerows.take(connection, merged, {row.name: row.id for row in active}, now)

    def sources(self) -> tuple[Source, ...]:
        """Those that are configured, by name."""
        with self.reading() as connection:
            found = connection.execute(select(sources).where(ACTIVE).order_by(sources.c.name))
            return tuple(map(rows.source, found))

    def filled(self) -> frozenset[str]:
        """The names of those of which any article is held."""
        with self.reading() as connection:
            some = select(articles.c.id).where(articles.c.source_id == sources.c.id).exists()
            return frozenset(connection.scalars(select(sources.c.name).where(ACTIVE, some)))

    def shown(self) -> tuple[Shown, ...]:
        """Those that out/ shows as they are."""
        columns = (sources.c.name, sources.c.feed_id, sources.c.version)
        query = select(*columns).where(ACTIVE, sources.c.version == sources.c.published_version)
        with self.reading() as connection:
            return tuple(Shown(*row) for row in connection.execute(query))

    def source(self, name: str) -> Source | None:
        with self.reading() as connection:
            row = connection.execute(NAMED, {"of": name}).one_or_none()
            return rows.source(row) if row else None

    def slug(self, name: str) -> Slug | None:
        """What became of a name; None where no feed ever had it."""
        with self.reading() as connection:
            return next(iter(_last([*slugrows.find(connection, name), *mergerows.find(connection, name)])), None)

    def given_up(self) -> tuple[Slug, ...]:
        """All names that no feed has any more; and those that one of another kind has now."""
        with self.reading() as connection:
            return _last([*slugrows.find(connection), *mergerows.find(connection)])

    def merged_id(self, name: str) -> str | None:
        """The id of the feed that is called so and merged of others."""
        with self.reading() as connection:
            return mergerows.feed_id(connection, name)

    def former(self, source_id: int) -> Source | None:
        """A source, be it configured or not."""
        with self.reading() as connection:
            row = connection.execute(select(sources).where(sources.c.id == source_id)).one_or_none()
            return rows.source(row) if row else None

    def claim(
        self,
        now: datetime,
        until: datetime,
        limit: int,
        names: Sequence[str] | None = None,
        share: Share = WHOLE,
        crowded: frozenset[str] = frozenset(),
    ) -> tuple[Lease, ...]:
        """Lease at most `limit` sources, the longest due first; with `names` those, due or not, paused, or gone.

        What is another's `share` is left to him for a while; what is of `crowded` hosts is left alone.
        """
        waiting = and_(_ready(), sources.c.next_due <= now, _shared(share, now), *map(_elsewhere, sorted(crowded)))
        due = waiting if names is None else sources.c.name.in_(names)
        chosen = select(sources.c.id).where(ACTIVE, due, _unleased(now))
        # Of a host that has too few turns many are due at the same moment: who was served last is the last of them.
        chosen = chosen.order_by(sources.c.next_due, sources.c.last_ok, sources.c.id).limit(limit)
        claim = update(sources).where(sources.c.id.in_(chosen)).returning(sources)
        lease = {"lease_until": until, "lease_token": sources.c.lease_token + 1, "lease_holder": share.holder}
        claim = claim.values(last_try=now, **lease)
        with self.writing() as connection:
            leases = [rows.lease(row) for row in connection.execute(claim)]
        return tuple(sorted(leases, key=lambda lease: _in_turn(lease.source, now)))  # RETURNING promises no order

    def rest(self, name: str, *, rested: bool) -> None:
        """Have a source left alone, or no longer."""
        with self.writing() as connection:
            connection.execute(_named(name).values(rested=rested))

    def want(self, name: str, now: datetime, *, accepts: bool = False) -> None:
        """Have a source be due now; what it then has is taken as it is where a person `accepts` that.

        Who works on it has not heard of that, and loses the lease where a person accepts. The token goes on in any case
        where nobody works on it: what is wanted is what is there now, and not the list of a run that was broken off.
        """
        idle = case((sources.c.lease_until.is_(None), 1), else_=0)
        token = {"lease_token": sources.c.lease_token + idle}
        with self.writing() as connection:
            wish = {"accepts": True, **_TAKEN_BACK} if accepts else token
            connection.execute(_named(name).values(next_due=now, **wish))

    def take_back(self, names: Collection[str], now: datetime) -> None:
        """Have sources that are being worked on be due anew: what that would bring is not what is wanted by now."""
        with self.writing() as connection:
            working = select(sources.c.id, sources.c.name).where(ACTIVE, sources.c.lease_until.is_not(None))
            for row in connection.execute(working).all():
                if row.name in names:
                    connection.execute(row_of(row.id).values(next_due=now, **_TAKEN_BACK))

    def release(self, lease: Lease) -> None:
        """Give a lease back unused."""
        with self.writing() as connection:
            connection.execute(leased(lease).values(lease_until=None))

    def release_all(self, holder: str, since: datetime) -> tuple[str, ...]:
        """Free what a process has that is no more. Gives the names of the feeds that it had, and that changed since."""
        its = sources.c.lease_holder == holder
        changed = select(sources.c.name).where(its, ACTIVE, sources.c.changed >= since)
        with self.writing() as connection:
            connection.execute(update(sources).where(its, sources.c.lease_until.is_not(None)).values(lease_until=None))
            return tuple(connection.scalars(changed.order_by(sources.c.name)))

    def next_due(self, now: datetime) -> datetime | None:
        """When the next source is due, of those that nobody works on; None where there is none."""
        query = select(func.min(sources.c.next_due)).where(ACTIVE, _ready(), _unleased(now))
        with self.reading() as connection:
            due: datetime | None = connection.execute(query).scalar_one()
            return due

    def mark_published(self, source_id: int, version: int) -> None:
        """Note that out/ shows a source as of `version`. Whatever was saved since keeps it dirty."""
        with self.writing() as connection:
            connection.execute(PUBLISHED, {"of": source_id, "shown": version})


def _clock_was_ahead(connection: Connection, now: datetime) -> None:
    """Where work was begun later than now, the clock was put back since: hosts wait as long as they would have."""
    ahead: datetime | None = connection.scalar(select(func.max(sources.c.last_try)))
    if ahead is not None and ahead > now:
        moments = (hosts, hosts.c.next_at), (hosts, hosts.c.held_until), (robots, robots.c.asked_until)
        for table, column in moments:
            sooner = func.max(column - literal(microseconds(ahead - now)), literal(now, Instant))
            connection.execute(update(table).where(column > now).values({column: sooner}))
        connection.execute(update(sources).where(sources.c.last_try > now).values(last_try=now))


def _last(found: Sequence[Slug]) -> tuple[Slug, ...]:
    """Each name once: as it is used now, or else as it was used last, by a feed of a source or a merged one."""
    ordered = sorted(found, key=lambda slug: (slug.now == slug.name, slug.given_up or EPOCH))
    return tuple(sorted({slug.name: slug for slug in ordered}.values(), key=lambda slug: slug.name))


def row_of(id: int) -> Update:
    return update(sources).where(sources.c.id == id)


def _named(name: str) -> Update:
    return update(sources).where(ACTIVE, sources.c.name == name)


def leased(lease: Lease) -> Update:
    """The source of a lease, unless the lease was lost: the token is the fence."""
    return row_of(lease.source.id).where(sources.c.lease_token == lease.token)


def _in_turn(source: Source, now: datetime) -> tuple[datetime, datetime, int]:
    return source.next_due or now, source.last_ok or EPOCH, source.id


def _ready() -> ColumnElement[bool]:
    return and_(~sources.c.paused, ~sources.c.rested, ~sources.c.gone)


def _shared(share: Share, now: datetime) -> ColumnElement[bool]:
    """A source stays with one process: that one knows its host, and has a connection there."""
    if share.of == 1:
        return true()
    return or_(sources.c.id % share.of == share.number, sources.c.next_due <= now - OVERDUE)


def _elsewhere(host: str) -> ColumnElement[bool]:
    """At another host than this."""
    starts = (f"{scheme}://{host}/" for scheme in ("http", "https"))
    return and_(*(func.substr(sources.c.url, 1, len(start)) != start for start in starts))


def _unleased(now: datetime) -> ColumnElement[bool]:
    return or_(sources.c.lease_until.is_(None), sources.c.lease_until <= now)


def _free(feed_id: str, taken: set[str]) -> str:
    numbered = (f"{feed_id}-{number}" for number in count(2))
    return next(free for free in chain([feed_id], numbered) if free not in taken)


def visible(lease: Lease, outcome: Outcome) -> bool:
    """Whether readers may see something else after a run."""
    renamed = outcome.title not in (None, lease.source.title)
    spoken = outcome.language not in (None, lease.source.language)
    return renamed or spoken or any(decision.kind != "same" for decision in outcome.decisions)


def save_source(connection: Connection, lease: Lease, outcome: Outcome, now: datetime) -> bool:
    """The source after a run. False where the lease was lost."""
    values: rows.Values = {"next_due": outcome.next_due, "lease_until": None, "last_error": outcome.error}
    values |= {"gone": outcome.gone, **rows.moved_values(outcome.moved), **rows.holding_values(outcome.hold)}
    values |= {"place": outcome.place, "requests_day": now.date().isoformat()}
    values["asked_until"] = outcome.asked_until
    if outcome.baseline not in (None, lease.source.baseline):
        values |= rows.baseline_values(outcome.baseline)
    if outcome.failed or (outcome.failed is None and outcome.error is not None):
        values["failures"] = lease.source.failures + 1
    elif outcome.error is None:
        values |= {"failures": 0, "last_ok": now, **rows.validator_values(outcome.listing)}
    if outcome.error is None or outcome.withheld:  # what a person accepts is what is there once it can be read
        values["accepts"] = False
    if outcome.listing_fetched:
        values |= {"listing_full": now, "ttl": int(outcome.ttl.total_seconds())}
    said = {"title": outcome.title, "language": outcome.language, "changed": outcome.changed}
    values |= {name: value for name, value in said.items() if value is not None}
    save = SAVE_VISIBLE if visible(lease, outcome) else SAVE_SOURCE
    values |= {"leased": lease.source.id, "token": lease.token}
    values |= {"today": values["requests_day"], "asked": outcome.requests}
    return connection.execute(save, values).rowcount == 1
