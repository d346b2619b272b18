"""What we remember of a source whose name was given to an address on another site, and how it goes on there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, insert, literal, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from feeds import rows
from feeds.model import Configured, Event, Lease, Source
from feeds.pagestore import forget_pages
from feeds.schema import article_keys, articles, slugs, sources
from feeds.sourcestore import leased, row_of
from feeds.transactions import Transactions
from feeds.turnstore import save_events

WHY = "its site moved"


@dataclass(frozen=True, slots=True)
class Homes:
    """Where a site was and where it is, as `urls.site` has it."""

    before: str
    now: str


class Moves(Transactions):
    """Sources that take the place of others."""

    def predecessor(self, source: Source) -> Source | None:
        """The source that had the name of this one last, of those that anything is held of."""
        anything = select(articles.c.id).where(articles.c.source_id == sources.c.id).exists()
        former = select(sources).where(sources.c.name == source.name, ~sources.c.active, anything)
        with self.reading() as connection:
            row = connection.execute(former.order_by(sources.c.last_ok.desc(), sources.c.id.desc())).first()
            return rows.source(row) if row else None

    def hand_over(
        self, lease: Lease, former: Source, keys: Mapping[str, str], homes: Homes | None, event: Event
    ) -> Lease | None:
        """Have a former source go on in the place of the one that is leased, and lease that; None if the lease is lost.

        `keys` lead to entries of the former from now on, each to the one with that id. With `homes` every address on
        the site before does so on the one now.
        """
        source, now = lease.source, event.at
        with self.writing() as connection:
            given_up = leased(lease).values(active=False, lease_until=None).returning(sources.c.lease_holder)
            mine = connection.execute(given_up).one_or_none()
            if mine is None:
                return None
            row = connection.execute(select(sources).where(sources.c.id == former.id)).one()
            wanted = Configured(source.name, source.url, source.rules, source.feed_id, source.paused)
            values = rows.changes(row, wanted, now)
            values |= {"lease_until": lease.until, "lease_holder": mine.lease_holder, "last_try": now}
            again = {"rested": source.rested, "failures": 0}
            taken = connection.execute(row_of(row.id).values(values | again).returning(sources)).one()
            if "rules" in values:
                forget_pages(connection, row.id)
            connection.execute(update(slugs).where(slugs.c.source_id == source.id).values(source_id=row.id))
            _save_keys(connection, row.id, keys.items(), now)
            if homes is not None:
                _translate(connection, row.id, homes, now)
            save_events(connection, row.id, (event,))
            return rows.lease(taken)


def _save_keys(connection: Connection, source_id: int, keys: Iterable[tuple[str, str]], now: datetime) -> None:
    for key, entry_id in keys:
        article = select(articles.c.id).where(articles.c.source_id == source_id, articles.c.entry_id == entry_id)
        save = upsert(article_keys).values(
            source_id=source_id, key=key, article_id=article.scalar_subquery(), by=WHY, since=now
        )
        connection.execute(save.on_conflict_do_nothing())


def _translate(connection: Connection, source_id: int, homes: Homes, now: datetime) -> None:
    rest = func.substr(article_keys.c.key, len(homes.before) + 1)
    there = and_(
        article_keys.c.source_id == source_id, article_keys.c.key.startswith(f"{homes.before}/", autoescape=True)
    )
    columns = (
        literal(source_id),
        literal(homes.now).concat(rest),
        article_keys.c.article_id,
        literal(WHY),
        literal(now),
    )
    save = insert(article_keys).prefix_with("OR IGNORE")
    names = ["source_id", "key", "article_id", "by", "since"]
    connection.execute(save.from_select(names, select(*columns).where(there)))
