"""All that we remember, and the file that it is in: what a run brings is kept in one transaction."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, literal, update

from feeds import backups, database, keptrows
from feeds.entrystore import Entries, calm, save_article, save_sighting
from feeds.model import Lease, Outcome
from feeds.movestore import Moves
from feeds.pagestore import Pages, save_pages, save_template
from feeds.presence import Presence
from feeds.schema import Instant, hosts, robots, sources
from feeds.sourcestore import Sources, save_source
from feeds.turnstore import Turns, save_events, save_run

# A host's turn that is past binds nobody; nor does a robots.txt once it is too old. So long they are kept to be seen.
HOSTS_KEPT, ROBOTS_KEPT = timedelta(days=1), timedelta(days=7)


class Store(Sources, Entries, Pages, Turns, Moves):
    """Held open by the application and used from all its threads. Every method may raise StoreError."""

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

    def save(self, lease: Lease, outcome: Outcome, now: datetime) -> bool:
        """Keep all that a run brought, and end its lease. False, with nothing kept, if the lease was lost."""
        with self.writing() as connection:
            if not save_source(connection, lease, outcome, now):
                return False
            for decision in outcome.decisions:
                save_article(connection, lease.source.id, decision, now)
            if outcome.pages:
                save_pages(connection, lease.source.id, outcome, now)
            calm(connection, lease.source.id, outcome.calm)
            for sighting in outcome.sightings:
                save_sighting(connection, lease.source.id, sighting, now)
            if outcome.template.pages:
                save_template(connection, outcome)
            if outcome.kept:
                keptrows.save(connection, lease.source.id, outcome.kept)
            save_run(connection, lease, outcome, now)
            save_events(connection, lease.source.id, outcome.events)
            return True

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
            backups.put(self._grip, self._path)
            self._connections.close()  # the next ones are to the file that has the name
            self._grip.close()
            self._grip = database.grip(self._path)
            self._inode = self._path.stat().st_ino

    def backup(self, now: datetime) -> None:
        """Have a copy of today beside the store."""
        if self._path is not None:
            with database.told(self._path):
                backups.make(self._path, now)

    def maintenance(self, now: datetime) -> None:
        """Forget hosts of long ago, fold the write-ahead log into the file, refresh what the query planner knows."""
        with self.writing() as connection:
            connection.execute(delete(hosts).where(hosts.c.next_at < now - HOSTS_KEPT))
            asked = func.coalesce(robots.c.asked_until, literal(now, Instant)) > literal(now, Instant)
            connection.execute(delete(robots).where(robots.c.until < now - ROBOTS_KEPT, ~asked))
        with database.told(self._path), self._connections.one() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("PRAGMA optimize")
