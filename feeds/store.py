"""What we remember: sources, what they gave, and who works on which. The door to SQLAlchemy."""

import sqlite3
import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    Update,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from feeds import absence, backups, database, keptrows, rows, sketch, slugrows
from feeds.edits import RESTLESS
from feeds.model import (
    Configured,
    Decision,
    Event,
    Feed,
    Held,
    Kept,
    Key,
    Lease,
    Outcome,
    Posted,
    Revised,
    Revision,
    SeenPage,
    Shelf,
    Sighting,
    Slug,
    Source,
    Standing,
    Told,
)
from feeds.presence import Presence
from feeds.roster import Remembered, match
from feeds.schema import (
    Instant,
    article_keys,
    articles,
    events,
    hosts,
    microseconds,
    pages,
    revisions,
    robots,
    runs,
    sources,
    templates,
)
from scraper import urls
from scraper.model import SiteTemplate, Validators

# How many keys one statement names; SQLite's own limit is 32,766.
KEYS_AT_ONCE = 1_000
# A sketch is a little wrong: what looks so much alike is worth a closer look (`resemblance` takes that), but only the
# likest few are: on some sites everything looks alike.
LOOKS_ALIKE, ALIKE_KEPT = 0.45, 5
# So many former texts of an article are kept.
REVISIONS_KEPT = 20
# Runs remembered of a source: a day of a half-hourly one, enough to see when it began to fail.
RUNS_KEPT = 50
# Turns in its life remembered of a source, which are rare.
EVENTS_KEPT = 200
# A page that was looked at so long ago is due for another look, however old it is.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
# A host's turn that is past binds nobody; nor does a robots.txt once it is too old. So long they are kept to be seen.
HOSTS_KEPT, ROBOTS_KEPT = timedelta(days=1), timedelta(days=7)

# What every run says is put together once: SQLAlchemy takes longer for that than SQLite for the rest
# (python bench/daemon.py). Values that are given for columns are set.
_SO_FAR = case((sources.c.requests_day == bindparam("today"), sources.c.requests), else_=0)
SAVE_SOURCE = (
    update(sources)
    .where(sources.c.id == bindparam("leased"), sources.c.lease_token == bindparam("token"))
    .values(requests=_SO_FAR + bindparam("asked"))
)
SAVE_VISIBLE = SAVE_SOURCE.values(version=sources.c.version + 1)
SAVE_RUN = insert(runs)
_RUNS_OF = runs.c.source_id == bindparam("of")
_RUN_TOO_OLD = select(runs.c.id).where(_RUNS_OF).order_by(runs.c.id.desc()).limit(1).offset(RUNS_KEPT)
FORGET_RUNS = delete(runs).where(_RUNS_OF, runs.c.id <= _RUN_TOO_OLD.scalar_subquery())
PAGES = select(pages).where(pages.c.source_id == bindparam("of")).order_by(pages.c.url)
TEMPLATE = select(templates.c.memory).where(templates.c.site == bindparam("of"))
RESTLESS_KEYS = (
    select(article_keys.c.key)
    .join(articles, articles.c.id == article_keys.c.article_id)
    .where(articles.c.source_id == bindparam("of"), articles.c.restless >= RESTLESS)
)
POSTED = (
    select(articles.c.published, articles.c.first_seen)
    .where(articles.c.source_id == bindparam("of"))
    .order_by(articles.c.published.desc())
    .limit(bindparam("most"))
)


class Store:
    """Held open by the application and used from all its threads. Every method may raise StoreError."""

    def __init__(self, engine: Engine, path: Path | None) -> None:
        self._engine = engine
        self._reader = database.reading(engine)
        self._path = path
        self._inode = path.stat().st_ino if path else 0
        self._turn = threading.Lock()  # SQLite has one writer at a time: here the wait for it is short
        self._held = ExitStack()
        self._held.callback(engine.dispose)

    @classmethod
    def open(cls, path: Path | None) -> "Store":
        """The store in the file at `path`, made or brought up to date if needed; without one, in memory."""
        store = cls(database.connect(path), path)
        try:
            if path is not None:
                store._enter(path.with_name(f"{path.name}.lock"))
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        self._held.close()

    def _enter(self, lock: Path) -> None:
        """Be present. Whoever finds nobody there ends the leases that killed processes left."""
        with database.told(self._path):
            presence = Presence(lock)
            self._held.callback(presence.leave)
            if presence.alone():
                with self.writing() as connection:
                    connection.execute(update(sources).values(lease_until=None))
            presence.stay()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, and waits for nobody."""
        with database.told(self._path), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction, while nobody else writes."""
        with self._taking_turns(), database.told(self._path), self._engine.begin() as connection:
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

    def sync(self, configured: Sequence[Configured], now: datetime) -> None:
        """Make the configured sources the active ones; what is known of the others is kept.

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
                    connection.execute(_source(row.id).values(active=False))
            feed_ids = {row.feed_id for row in known.values()}
            for found in matches:
                if found.id is None:
                    feed_ids.add(feed_id := _free(found.wanted.feed_id, feed_ids))
                    first = {"feed_id": feed_id, "next_due": now, "created": now}
                    connection.execute(insert(sources).values(first | rows.configured_values(found.wanted)))
                elif values := rows.changes(known[found.id], found.wanted, now):
                    connection.execute(_source(found.id).values(values))
                    if "rules" in values:
                        _forget_pages(connection, found.id)
            slugrows.take(connection, [wanted.name for wanted in configured], now)

    def sources(self) -> tuple[Source, ...]:
        """Those that are configured, by name."""
        with self.reading() as connection:
            found = connection.execute(select(sources).where(sources.c.active).order_by(sources.c.name))
            return tuple(map(rows.source, found))

    def source(self, name: str) -> Source | None:
        with self.reading() as connection:
            query = select(sources).where(sources.c.active, sources.c.name == name)
            row = connection.execute(query).one_or_none()
            return rows.source(row) if row else None

    def slug(self, name: str) -> Slug | None:
        """What became of a name; None where no feed ever had it."""
        with self.reading() as connection:
            return next(iter(slugrows.find(connection, name)), None)

    def given_up(self) -> tuple[Slug, ...]:
        """All names that no feed has any more."""
        with self.reading() as connection:
            return slugrows.find(connection)

    def former(self, source_id: int) -> Source | None:
        """A source, be it configured or not."""
        with self.reading() as connection:
            row = connection.execute(select(sources).where(sources.c.id == source_id)).one_or_none()
            return rows.source(row) if row else None

    def claim(
        self, now: datetime, until: datetime, limit: int, names: Sequence[str] | None = None
    ) -> tuple[Lease, ...]:
        """Lease at most `limit` sources, the longest due first; with `names` those, due or not, paused, or gone."""
        waiting = and_(_ready(), sources.c.next_due <= now)
        due = waiting if names is None else sources.c.name.in_(names)
        chosen = select(sources.c.id).where(sources.c.active, due, _unleased(now))
        chosen = chosen.order_by(sources.c.next_due, sources.c.id).limit(limit)
        claim = update(sources).where(sources.c.id.in_(chosen)).returning(sources)
        claim = claim.values(lease_token=sources.c.lease_token + 1, lease_until=until, last_try=now)
        with self.writing() as connection:
            leases = [rows.lease(row) for row in connection.execute(claim)]
        # RETURNING promises no order.
        return tuple(sorted(leases, key=lambda lease: (lease.source.next_due or now, lease.source.id)))

    def rest(self, name: str, *, rested: bool) -> None:
        """Have a source left alone, or no longer."""
        with self.writing() as connection:
            connection.execute(_named(name).values(rested=rested))

    def want(self, name: str, now: datetime, *, accepts: bool = False) -> None:
        """Have a source be due now; what it then has is taken as it is where a person `accepts` that."""
        with self.writing() as connection:
            wish = {"accepts": True} if accepts else {}
            connection.execute(_named(name).values(next_due=now, **wish))

    def release(self, lease: Lease) -> None:
        """Give a lease back unused."""
        with self.writing() as connection:
            connection.execute(_leased(lease).values(lease_until=None))

    def next_due(self, now: datetime) -> datetime | None:
        """When the next source is due, of those that nobody works on; None where there is none."""
        query = select(func.min(sources.c.next_due)).where(sources.c.active, _ready(), _unleased(now))
        with self.reading() as connection:
            due: datetime | None = connection.execute(query).scalar_one()
            return due

    def mark_published(self, source_id: int, version: int) -> None:
        """Note that out/ shows a source as of `version`. Whatever was saved since keeps it dirty."""
        with self.writing() as connection:
            connection.execute(_source(source_id).values(published_version=version))

    def pages(self, source_id: int) -> tuple[SeenPage, ...]:
        with self.reading() as connection:
            return tuple(map(rows.seen_page, connection.execute(PAGES, {"of": source_id})))

    def template(self, url: str) -> SiteTemplate:
        """What is remembered of the pages of the site that an address belongs to."""
        with self.reading() as connection:
            memory = connection.scalars(TEMPLATE, {"of": urls.site(url)}).one_or_none()
            return rows.template(memory) if memory else SiteTemplate()

    def held(self, source_id: int, keys: Iterable[str]) -> tuple[Held, ...]:
        """The articles of a source that have any of these keys."""
        asked = sorted(set(keys))
        found: dict[str, Held] = {}
        with self.reading() as connection:
            for start in range(0, len(asked), KEYS_AT_ONCE):
                some = article_keys.c.key.in_(asked[start : start + KEYS_AT_ONCE])
                ids = select(article_keys.c.article_id).where(article_keys.c.source_id == source_id, some)
                query = select(articles).where(articles.c.id.in_(ids)).order_by(articles.c.id)
                found |= {held.entry_id: held for held in _held(connection, query)}
        return tuple(found.values())

    def alike(self, source_id: int, sketches: Sequence[bytes]) -> tuple[Held, ...]:
        """The articles of a source whose sketches look like one of these: a few for each, the likest."""
        of_source = articles.c.source_id == source_id
        self._sketch_missing(of_source)
        with self.reading() as connection:
            known = connection.execute(select(articles.c.id, articles.c.sketch).where(of_source))
            ids = sketch.closest(sketches, ((row.id, row.sketch) for row in known), LOOKS_ALIKE, ALIKE_KEPT)
            return _held(connection, select(articles).where(articles.c.id.in_(ids)).order_by(articles.c.id))

    def _sketch_missing(self, which: ColumnElement[bool]) -> None:
        """Sketch what an older Feedwright saved."""
        query = select(articles.c.id, articles.c.title, articles.c.text).where(which, articles.c.sketch.is_(None))
        with self.reading() as connection:
            missing = connection.execute(query).all()
        if missing:
            sketched = [{"row": row.id, "sketch": sketch.of(row.title, row.text)} for row in missing]
            with self.writing() as connection:
                connection.execute(update(articles).where(articles.c.id == bindparam("row")), sketched)

    def entry(self, source_id: int, wanted: str) -> Held | None:
        """The article with this entry id, or the end of it, or at this address."""
        by_id = or_(articles.c.entry_id == wanted, articles.c.entry_id.endswith(f":{wanted}", autoescape=True))
        key = select(article_keys.c.article_id).where(
            article_keys.c.source_id == source_id, article_keys.c.key == urls.part_key(wanted)
        )
        query = select(articles).where(articles.c.source_id == source_id, or_(by_id, articles.c.id.in_(key)))
        with self.reading() as connection:
            return next(iter(_held(connection, query.order_by(articles.c.id.desc()).limit(1))), None)

    def ledger(self, source_id: int, entry_id: str) -> tuple[Key, ...]:
        """Every key of an article, the oldest first."""
        article = select(articles.c.id).where(articles.c.source_id == source_id, articles.c.entry_id == entry_id)
        query = select(article_keys).where(article_keys.c.article_id == article.scalar_subquery())
        with self.reading() as connection:
            return tuple(map(rows.key, connection.execute(query.order_by(article_keys.c.since, article_keys.c.key))))

    def revisions(self, source_id: int, entry_id: str) -> tuple[Revision, ...]:
        """What an article said before, the oldest first."""
        article = select(articles.c.id).where(articles.c.source_id == source_id, articles.c.entry_id == entry_id)
        query = select(revisions).where(revisions.c.article_id == article.scalar_subquery())
        with self.reading() as connection:
            return tuple(map(rows.revision, connection.execute(query.order_by(revisions.c.number))))

    def reread(self, source_id: int, fetched: Sequence[str]) -> frozenset[str]:
        """The keys of those pages that were read again because rules changed."""
        query = select(pages.c.url).where(pages.c.source_id == source_id, pages.c.looked == LONG_AGO)
        found: set[str] = set()
        with self.reading() as connection:
            for start in range(0, len(fetched), KEYS_AT_ONCE):
                some = pages.c.url.in_(fetched[start : start + KEYS_AT_ONCE])
                found.update(map(urls.part_key, connection.scalars(query.where(some))))
        return frozenset(found)

    def standing(self, source_id: int, limit: int) -> tuple[Standing, ...]:
        """Where the newest articles of a source are, those that are not known to be removed."""
        columns = (articles.c.url, articles.c.published, articles.c.missing, articles.c.asked)
        there = and_(articles.c.source_id == source_id, articles.c.removed.is_(None))
        query = select(*columns).where(there).order_by(articles.c.published.desc(), articles.c.id.desc()).limit(limit)
        with self.reading() as connection:
            return tuple(Standing(*row) for row in connection.execute(query))

    def restless(self, source_id: int) -> frozenset[str]:
        """The keys of the articles that are not believed because they change at every look."""
        with self.reading() as connection:
            return frozenset(connection.scalars(RESTLESS_KEYS, {"of": source_id}))

    def newest(self, source_id: int, limit: int) -> tuple[Held, ...]:
        return self._newest(articles.c.source_id == source_id, limit)

    def _newest(self, which: ColumnElement[bool], limit: int | None = None) -> tuple[Held, ...]:
        order = (articles.c.published.desc(), articles.c.first_seen.desc(), articles.c.entry_id.desc())
        query = select(articles).where(which).order_by(*order).limit(limit)
        with self.reading() as connection:
            return _held(connection, query)

    def unsealed(self, source_id: int) -> frozenset[str]:
        """The ids of the entries of a source that are in no archive document."""
        open_ones = and_(articles.c.source_id == source_id, articles.c.archived.is_(None))
        with self.reading() as connection:
            return frozenset(connection.scalars(select(articles.c.entry_id).where(open_ones)))

    def unsealed_articles(self, source_id: int, limit: int) -> tuple[Held, ...]:
        """The newest of their articles."""
        return self._newest(and_(articles.c.source_id == source_id, articles.c.archived.is_(None)), limit)

    def sealed(self, source_id: int, number: int) -> tuple[Held, ...]:
        """The articles of one archive document, as they are now, newest first."""
        return self._newest(and_(articles.c.source_id == source_id, articles.c.archived == number))

    def archives(self, source_id: int) -> int:
        """The number of the newest archive document of a source; 0 where there is none."""
        with self.reading() as connection:
            query = select(func.max(articles.c.archived)).where(articles.c.source_id == source_id)
            return connection.scalar(query) or 0

    def seal(self, source_id: int, number: int, ids: Sequence[str]) -> int:
        """Put entries into a new archive document, for good, and count them. None where another process was first."""
        mine = and_(articles.c.source_id == source_id, articles.c.archived.is_(None), articles.c.entry_id.in_(ids))
        others = select(articles.c.id).where(articles.c.source_id == source_id, articles.c.archived >= number)
        with self.writing() as connection:
            if connection.execute(others.limit(1)).first() is not None:
                return 0
            return connection.execute(update(articles).where(mine).values(archived=number)).rowcount

    def shelves(self) -> tuple[Shelf, ...]:
        """How much is held of each source that anything is held of."""
        columns = (articles.c.source_id, func.count(), func.max(articles.c.published))
        query = select(*columns).group_by(articles.c.source_id).order_by(articles.c.source_id)
        with self.reading() as connection:
            return tuple(Shelf(*row) for row in connection.execute(query))

    def posted(self, source_id: int, limit: int) -> tuple[Posted, ...]:
        """When the newest articles of a source came, newest first."""
        with self.reading() as connection:
            newest = connection.execute(POSTED, {"of": source_id, "most": limit})
            return tuple(Posted(row.published, row.first_seen) for row in newest)

    def ids(self, source_id: int) -> frozenset[str]:
        """All entry ids that a source ever gave away: none is used again."""
        with self.reading() as connection:
            query = select(articles.c.entry_id).where(articles.c.source_id == source_id)
            return frozenset(connection.scalars(query))

    def moments(self, source_id: int) -> frozenset[datetime]:
        """The `updated` of all that we hold of a source."""
        with self.reading() as connection:
            query = select(articles.c.updated).where(articles.c.source_id == source_id)
            return frozenset(connection.scalars(query))

    def save(self, lease: Lease, outcome: Outcome, now: datetime) -> bool:
        """Keep all that a run brought, and end its lease. False, with nothing kept, if the lease was lost."""
        with self.writing() as connection:
            if not _save_source(connection, lease, outcome, now):
                return False
            for decision in outcome.decisions:
                _save_article(connection, lease.source.id, decision, now)
            if outcome.pages:
                _save_pages(connection, lease.source.id, outcome, now)
            _calm(connection, lease.source.id, outcome.calm)
            for sighting in outcome.sightings:
                _save_sighting(connection, lease.source.id, sighting, now)
            if outcome.template.pages:
                _save_template(connection, outcome)
            if outcome.kept:
                keptrows.save(connection, lease.source.id, outcome.kept)
            _save_run(connection, lease, outcome, now)
            _save_events(connection, lease.source.id, outcome.events)
            return True

    def revise(self, source_id: int, revised: Sequence[Revised], changed: datetime | None) -> int:
        """Keep entries as they were read again, and count them. One that has changed meanwhile stays as it is now.

        `changed` is when readers last had something new to see, None where this is nothing new to them.
        """
        count = 0
        with self.writing() as connection:
            for one in revised:
                before, decision = one.before, one.decision
                row = update(articles).where(
                    articles.c.source_id == source_id,
                    articles.c.entry_id == before.entry_id,
                    articles.c.revision == before.revision,
                    articles.c.html == before.article.html,
                )
                saved = row.values(rows.article_values(decision.held)).returning(articles.c.id)
                article_id = connection.execute(saved).scalar_one_or_none()
                if article_id is None:
                    continue
                count += 1
                if decision.former is not None:
                    _save_revision(connection, article_id, decision.former)
            if count:
                values: rows.Values = {"version": sources.c.version + 1}
                values |= {} if changed is None else {"changed": changed}
                connection.execute(_source(source_id).values(values))
        return count

    def kept(self, source_id: int) -> tuple[Kept, ...]:
        """The pages of a source that are kept as they came, the newest last."""
        with self.reading() as connection:
            return keptrows.of_source(connection, source_id)

    def forget_kept(self, source_id: int, kept: Sequence[Kept]) -> None:
        """They are kept no more."""
        if kept:
            with self.writing() as connection:
                keptrows.forget(connection, source_id, kept)

    def forget_unconfigured(self, before: datetime) -> None:
        """The pages of sources that are not configured any more are kept no more if they came before then."""
        with self.writing() as connection:
            keptrows.forget_unconfigured(connection, before)

    def adopt(self, source_id: int, feed: Feed, held: Sequence[Held], now: datetime) -> None:
        """Hold the entries of a feed that readers have, and be that feed from now on."""
        with self.writing() as connection:
            for one in held:
                _save_article(connection, source_id, Decision("new", one, "the published feed"), now)
            row = connection.execute(select(sources).where(sources.c.id == source_id)).one()
            values: rows.Values = {
                "version": row.version + 1,
                "changed": max(feed.updated, row.changed or feed.updated),
            }
            values |= {"title": row.title or feed.title, "language": row.language or feed.language}
            taken = select(sources.c.id).where(sources.c.feed_id == feed.id, sources.c.id != source_id)
            if connection.execute(taken).first() is None:
                values["feed_id"] = feed.id
            connection.execute(_source(source_id).values(values))

    def in_place(self) -> bool:
        """Whether the file is still the one that was opened, and nobody has deleted it or put another there."""
        try:
            return self._path is None or self._path.stat().st_ino == self._inode
        except OSError:
            return False

    def put_back(self) -> None:
        """Write what we hold where the file was: an open file outlives its name."""
        if self._path is None:
            return
        with self._taking_turns(), database.told(self._path):
            with database.bare(self._engine).connect() as connection:
                raw = connection.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)
                backups.put(raw, self._path)
            self._engine.dispose()  # the next connections are to the file that has the name
            self._inode = self._path.stat().st_ino

    def backup(self, now: datetime) -> None:
        """Have a copy of today beside the store."""
        if self._path is not None:
            with database.told(self._path):
                backups.make(self._path, now)

    def events(self, source_id: int, limit: int) -> tuple[Event, ...]:
        """The last turns in a source's life, the newest first."""
        query = select(events).where(events.c.source_id == source_id).order_by(events.c.id.desc()).limit(limit)
        with self.reading() as connection:
            return tuple(map(rows.event, connection.execute(query)))

    def turns(self, names: Collection[str], limit: int) -> tuple[Told, ...]:
        """The last turns in the lives of these sources, the newest first."""
        query = _turns().where(sources.c.active).order_by(events.c.at.desc(), events.c.id.desc())
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

    def maintenance(self, now: datetime) -> None:
        """Forget hosts of long ago, fold the write-ahead log into the file, refresh what the query planner knows."""
        with self.writing() as connection:
            connection.execute(delete(hosts).where(hosts.c.next_at < now - HOSTS_KEPT))
            connection.execute(delete(robots).where(robots.c.until < now - ROBOTS_KEPT))
        with database.told(self._path), database.bare(self._engine).connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("PRAGMA optimize")


def _clock_was_ahead(connection: Connection, now: datetime) -> None:
    """Where work was begun later than now, the clock was put back since: hosts wait as long as they would have."""
    ahead: datetime | None = connection.scalar(select(func.max(sources.c.last_try)))
    if ahead is not None and ahead > now:
        sooner = func.max(hosts.c.next_at - literal(microseconds(ahead - now)), literal(now, Instant))
        connection.execute(update(hosts).where(hosts.c.next_at > now).values(next_at=sooner))
        connection.execute(update(sources).where(sources.c.last_try > now).values(last_try=now))


def _source(id: int) -> Update:
    return update(sources).where(sources.c.id == id)


def _turns() -> Select[*tuple[Any, ...]]:
    columns = (events.c.id, events.c.at, events.c.kind, events.c.said, sources.c.name, sources.c.feed_id)
    return select(*columns).join(sources, sources.c.id == events.c.source_id)


def _named(name: str) -> Update:
    return update(sources).where(sources.c.active, sources.c.name == name)


def _leased(lease: Lease) -> Update:
    """The source of a lease, unless the lease was lost: the token is the fence."""
    return _source(lease.source.id).where(sources.c.lease_token == lease.token)


def _ready() -> ColumnElement[bool]:
    return and_(~sources.c.paused, ~sources.c.rested, ~sources.c.gone)


def _unleased(now: datetime) -> ColumnElement[bool]:
    return or_(sources.c.lease_until.is_(None), sources.c.lease_until <= now)


def _free(feed_id: str, taken: set[str]) -> str:
    numbered = (f"{feed_id}-{number}" for number in count(2))
    return next(free for free in chain([feed_id], numbered) if free not in taken)


def _forget_pages(connection: Connection, source_id: int) -> None:
    """Have every page of a source looked at again, in full: other rules find other things on it."""
    anew = {**rows.validator_values(Validators()), "looked": LONG_AGO}
    connection.execute(update(pages).where(pages.c.source_id == source_id).values(anew))


def _held(connection: Connection, query: Select[*tuple[Any, ...]]) -> tuple[Held, ...]:
    """The articles that a query finds, with their keys."""
    keys = defaultdict(list)
    ids = query.with_only_columns(articles.c.id)
    their = select(article_keys).where(article_keys.c.article_id.in_(ids)).order_by(article_keys.c.key)
    for row in connection.execute(their):
        keys[row.article_id].append(row.key)
    current = and_(revisions.c.article_id == articles.c.id, revisions.c.number == articles.c.revision)
    last = select(revisions).join(articles, current).where(articles.c.id.in_(ids))
    told = {row.article_id: rows.revision(row) for row in connection.execute(last)}
    return tuple(rows.held(row, tuple(keys[row.id]), told.get(row.id)) for row in connection.execute(query))


def visible(lease: Lease, outcome: Outcome) -> bool:
    """Whether readers may see something else after a run."""
    renamed = outcome.title not in (None, lease.source.title)
    spoken = outcome.language not in (None, lease.source.language)
    return renamed or spoken or any(decision.kind != "same" for decision in outcome.decisions)


def _save_source(connection: Connection, lease: Lease, outcome: Outcome, now: datetime) -> bool:
    """The source after a run. False where the lease was lost."""
    values: rows.Values = {"next_due": outcome.next_due, "lease_until": None, "last_error": outcome.error}
    values |= {"gone": outcome.gone, **rows.moved_values(outcome.moved), **rows.holding_values(outcome.hold)}
    values |= {"place": outcome.place, "accepts": False, "requests_day": now.date().isoformat()}
    if outcome.baseline not in (None, lease.source.baseline):
        values |= rows.baseline_values(outcome.baseline)
    if outcome.failed or (outcome.failed is None and outcome.error is not None):
        values["failures"] = lease.source.failures + 1
    elif outcome.error is None:
        values |= {"failures": 0, "last_ok": now, **rows.validator_values(outcome.listing)}
    if outcome.listing_fetched:
        values["listing_full"] = now
    said = {"title": outcome.title, "language": outcome.language, "changed": outcome.changed}
    values |= {name: value for name, value in said.items() if value is not None}
    save = SAVE_VISIBLE if visible(lease, outcome) else SAVE_SOURCE
    values |= {"leased": lease.source.id, "token": lease.token}
    values |= {"today": values["requests_day"], "asked": outcome.requests}
    return connection.execute(save, values).rowcount == 1


def _save_article(connection: Connection, source_id: int, decision: Decision, now: datetime) -> None:
    held = decision.held
    if decision.kind == "same":
        save = update(articles).where(articles.c.source_id == source_id, articles.c.entry_id == held.entry_id)
        article_id = connection.execute(
            save.values(last_seen=now, whole=held.article.whole, restless=held.restless, seen=held.seen).returning(
                articles.c.id
            )
        ).scalar_one()
    else:
        values = {**rows.article_values(held), "last_seen": now}
        lasting = {"published": held.published, "first_seen": held.first_seen}
        ids = {"source_id": source_id, "entry_id": held.entry_id}
        new = upsert(articles).values(ids | lasting | values)
        either = new.on_conflict_do_update(index_elements=["source_id", "entry_id"], set_=values)
        article_id = connection.execute(either.returning(articles.c.id)).scalar_one()
    if decision.former is not None:
        _save_revision(connection, article_id, decision.former)
    if held.keys:
        # A key stays with the article that had it first, but a new one must have those by which it will be known.
        why = {"by": decision.by, "since": now}
        save_key = upsert(article_keys).values(source_id=source_id, article_id=article_id, **why)
        if decision.kind == "new":
            save_key = save_key.on_conflict_do_update(set_={"article_id": article_id, **why})
        else:
            save_key = save_key.on_conflict_do_nothing()
        connection.execute(save_key, [{"key": key} for key in held.keys])


def _save_revision(connection: Connection, article_id: int, former: Revision) -> None:
    values = {"title": former.title, "text": former.text, "at": former.at}
    save = upsert(revisions).values(article_id=article_id, number=former.number, **values)
    connection.execute(save.on_conflict_do_update(index_elements=["article_id", "number"], set_=values))
    of_article = revisions.c.article_id == article_id
    connection.execute(delete(revisions).where(of_article, revisions.c.number <= former.number - REVISIONS_KEPT))


def _save_sighting(connection: Connection, source_id: int, sighting: Sighting, now: datetime) -> None:
    """Count the looks in a row that found no page; one that finds it ends the count."""
    this_key = and_(article_keys.c.source_id == source_id, article_keys.c.key == sighting.key)
    row = connection.execute(
        select(articles.c.id, articles.c.missing, articles.c.missing_since, articles.c.removed).where(
            articles.c.id == select(article_keys.c.article_id).where(this_key).scalar_subquery()
        )
    ).one_or_none()
    if row is None:
        return
    values: rows.Values = {"missing": 0, "missing_since": None, "removed": None}
    if not sighting.there:
        since, looks = row.missing_since or now, row.missing + 1
        gone = row.removed or (now if absence.removed(looks, since, now) else None)
        values = {"missing": looks, "missing_since": since, "removed": gone}
    connection.execute(update(articles).where(articles.c.id == row.id).values(values | {"asked": now}))


def _calm(connection: Connection, source_id: int, keys: Sequence[str]) -> None:
    """A look that found nothing new ends what was counted of an article; but one not believed must be seen."""
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = article_keys.c.key.in_(keys[start : start + KEYS_AT_ONCE])
        ids = select(article_keys.c.article_id).where(article_keys.c.source_id == source_id, some)
        counted = articles.c.restless.between(1, RESTLESS - 1)
        connection.execute(update(articles).where(articles.c.id.in_(ids), counted).values(restless=0))


def _save_pages(connection: Connection, source_id: int, outcome: Outcome, now: datetime) -> None:
    fetched = frozenset(outcome.fetched)
    save = upsert(pages)
    again = {name: save.excluded[name] for name in ("etag", "last_modified", "looked")}
    full = case((bindparam("fetched"), save.excluded.full), else_=pages.c.full)
    connection.execute(
        save.on_conflict_do_update(index_elements=["source_id", "url"], set_=again | {"full": full}),
        [
            {"source_id": source_id, "url": page.url, "first_seen": now, "looked": now, "full": now}
            | {"fetched": page.url in fetched}
            | rows.validator_values(page.validators)
            for page in outcome.pages
        ],
    )


def _save_template(connection: Connection, outcome: Outcome) -> None:
    """Of two feeds of one site that learn at the same time, the later one is kept: the other's pages come again."""
    values = rows.template_values(outcome.template)
    save = upsert(templates).values(site=urls.site(outcome.url), **values)
    connection.execute(save.on_conflict_do_update(index_elements=["site"], set_=values))


def _save_run(connection: Connection, lease: Lease, outcome: Outcome, now: datetime) -> None:
    kinds = Counter(decision.kind for decision in outcome.decisions)
    run = {
        "source_id": lease.source.id,
        "started": lease.source.last_try or now,
        "outcome": "failed" if outcome.error or outcome.failed else "ok",
        "new": kinds["new"],
        "changed": kinds["changed"],
        "error": outcome.error,
    }
    connection.execute(SAVE_RUN, run)
    connection.execute(FORGET_RUNS, {"of": lease.source.id})


def _save_events(connection: Connection, source_id: int, turns: Sequence[Event]) -> None:
    if not turns:
        return
    connection.execute(insert(events), [{"source_id": source_id, **asdict(turn)} for turn in turns])
    of_source = events.c.source_id == source_id
    too_old = select(events.c.id).where(of_source).order_by(events.c.id.desc()).limit(1).offset(EVENTS_KEPT)
    connection.execute(delete(events).where(of_source, events.c.id <= too_old.scalar_subquery()))
