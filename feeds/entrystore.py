"""What we remember of articles: their entries, by what they are known, and what they said before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.sql.dml import ReturningInsert

from feeds import absence, rows, sketch
from feeds.document import Feed
from feeds.edits import RESTLESS
from feeds.model import Decision, Held, Issued, Key, Posted, Revised, Revision, Shelf, Sighting, Standing
from feeds.schema import article_keys, articles, revisions, sources
from feeds.sourcestore import row_of
from feeds.transactions import KEYS_AT_ONCE, Transactions
from scraper import urls

# A sketch is a little wrong: what looks so much alike is worth a closer look (`resemblance` takes that), but only the
# likest few are: on some sites everything looks alike.
LOOKS_ALIKE, ALIKE_KEPT = 0.45, 5
# So many former texts of an article are kept.
REVISIONS_KEPT = 20
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
ISSUED = select(articles.c.entry_id, articles.c.updated).where(articles.c.source_id == bindparam("of"))
OPEN = and_(articles.c.source_id == bindparam("of"), articles.c.archived.is_(None))
UNSEALED = select(articles.c.entry_id).where(OPEN)
ARCHIVES = select(func.max(articles.c.archived)).where(articles.c.source_id == bindparam("of"))
STANDING = (
    select(articles.c.url, articles.c.published, articles.c.missing, articles.c.asked)
    .where(articles.c.source_id == bindparam("of"), articles.c.removed.is_(None))
    .order_by(articles.c.published.desc(), articles.c.id.desc())
    .limit(bindparam("most"))
)
ADD_KEY = upsert(article_keys).on_conflict_do_nothing()
_KEY = upsert(article_keys)
TAKE_KEY = _KEY.on_conflict_do_update(set_={name: _KEY.excluded[name] for name in ("article_id", "by", "since")})
SKETCHES = select(articles.c.id, articles.c.sketch).where(articles.c.source_id == bindparam("of"))
UNSKETCHED = select(articles.c.id, articles.c.title, articles.c.text).where(
    articles.c.source_id == bindparam("of"), articles.c.sketch.is_(None)
)
SAVE_SKETCH = update(articles).where(articles.c.id == bindparam("row"))
# What readers were told of an article, where that is not what it says now.
TOLD = tuple(revisions.c[name].label(f"told_{name}") for name in ("number", "title", "text", "at"))
KEYED = select(article_keys.c.article_id).where(
    article_keys.c.source_id == bindparam("of"), article_keys.c.key.in_(bindparam("keys", expanding=True))
)
CALM = update(articles).where(articles.c.id.in_(KEYED), articles.c.restless.between(1, RESTLESS - 1)).values(restless=0)


@dataclass(frozen=True, slots=True)
class _Question:
    """A question for articles, each with what readers were told of it, and the one for their keys.

    Put together once: SQLAlchemy takes longer for that than SQLite for the answer (python bench/daemon.py --profile).
    """

    articles: Select[*tuple[Any, ...]]
    keys: Select[*tuple[Any, ...]]

    @classmethod
    def of(cls, query: Select[*tuple[Any, ...]]) -> "_Question":
        ids = query.with_only_columns(articles.c.id)
        current = and_(revisions.c.article_id == articles.c.id, revisions.c.number == articles.c.revision)
        return cls(
            query.add_columns(*TOLD).outerjoin(revisions, current),
            select(article_keys).where(article_keys.c.article_id.in_(ids)).order_by(article_keys.c.key),
        )

    def ask(self, connection: Connection, values: rows.Values) -> tuple[Held, ...]:
        found = connection.execute(self.articles, values).all()
        if not found:
            return ()
        keys = defaultdict(list)
        for row in connection.execute(self.keys, values):
            keys[row.article_id].append(row.key)
        return tuple(rows.held(row, tuple(keys[row.id])) for row in found)


def _newest(which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    order = (articles.c.published.desc(), articles.c.first_seen.desc(), articles.c.entry_id.desc())
    return select(articles).where(which).order_by(*order)


BY_KEY = _Question.of(select(articles).where(articles.c.id.in_(KEYED)).order_by(articles.c.id))
BY_ID = _Question.of(
    select(articles).where(articles.c.id.in_(bindparam("ids", expanding=True))).order_by(articles.c.id)
)
NEWEST = _Question.of(_newest(articles.c.source_id == bindparam("of")).limit(bindparam("most")))
NEWEST_OPEN = _Question.of(_newest(OPEN).limit(bindparam("most")))
SEALED = _Question.of(
    _newest(and_(articles.c.source_id == bindparam("of"), articles.c.archived == bindparam("number")))
)
ENTRIES = _Question.of(
    _newest(
        and_(articles.c.source_id == bindparam("of"), articles.c.entry_id.in_(bindparam("entry_ids", expanding=True)))
    )
)


class Entries(Transactions):
    """The articles of the sources, which are entries of their feeds."""

    def held(self, source_id: int, keys: Iterable[str]) -> tuple[Held, ...]:
        """The articles of a source that have any of these keys."""
        asked = sorted(set(keys))
        found: dict[str, Held] = {}
        with self.reading() as connection:
            for start in range(0, len(asked), KEYS_AT_ONCE):
                some = {"of": source_id, "keys": asked[start : start + KEYS_AT_ONCE]}
                found |= {held.entry_id: held for held in BY_KEY.ask(connection, some)}
        return tuple(found.values())

    def alike(self, source_id: int, sketches: Sequence[bytes]) -> tuple[Held, ...]:
        """The articles of a source whose sketches look like one of these: a few for each, the likest."""
        known = self._sketches(source_id)
        if None in known.values():
            self._sketch_missing(source_id)
            known = self._sketches(source_id)
        ids = sketch.closest(sketches, known.items(), LOOKS_ALIKE, ALIKE_KEPT)
        return self._asked(BY_ID, {"ids": sorted(ids)}) if ids else ()

    def _sketches(self, source_id: int) -> dict[int, bytes]:
        with self.reading() as connection:
            return {row.id: row.sketch for row in connection.execute(SKETCHES, {"of": source_id})}

    def _sketch_missing(self, source_id: int) -> None:
        """Sketch what an older Feedwright saved."""
        with self.reading() as connection:
            missing = connection.execute(UNSKETCHED, {"of": source_id}).all()
        sketched = [{"row": row.id, "sketch": sketch.of(row.title, row.text)} for row in missing]
        with self.writing() as connection:
            connection.execute(SAVE_SKETCH, sketched)

    def entry(self, source_id: int, wanted: str) -> Held | None:
        """The article with this entry id, or the end of it, or at this address."""
        by_id = or_(articles.c.entry_id == wanted, articles.c.entry_id.endswith(f":{wanted}", autoescape=True))
        key = select(article_keys.c.article_id).where(
            article_keys.c.source_id == source_id, article_keys.c.key == urls.part_key(wanted)
        )
        query = select(articles).where(articles.c.source_id == source_id, or_(by_id, articles.c.id.in_(key)))
        with self.reading() as connection:
            return next(iter(_Question.of(query.order_by(articles.c.id.desc()).limit(1)).ask(connection, {})), None)

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

    def standing(self, source_id: int, limit: int) -> tuple[Standing, ...]:
        """Where the newest articles of a source are, those that are not known to be removed."""
        with self.reading() as connection:
            return tuple(Standing(*row) for row in connection.execute(STANDING, {"of": source_id, "most": limit}))

    def restless(self, source_id: int) -> frozenset[str]:
        """The keys of the articles that are not believed because they change at every look."""
        with self.reading() as connection:
            return frozenset(connection.scalars(RESTLESS_KEYS, {"of": source_id}))

    def newest(self, source_id: int, limit: int) -> tuple[Held, ...]:
        return self._asked(NEWEST, {"of": source_id, "most": limit})

    def _asked(self, question: _Question, values: rows.Values) -> tuple[Held, ...]:
        with self.reading() as connection:
            return question.ask(connection, values)

    def entries(self, source_id: int, ids: Sequence[str]) -> tuple[Held, ...]:
        """The articles of a source with these entry ids, newest first."""
        return self._asked(ENTRIES, {"of": source_id, "entry_ids": list(ids)})

    def unsealed(self, source_id: int) -> frozenset[str]:
        """The ids of the entries of a source that are in no archive document."""
        with self.reading() as connection:
            return frozenset(connection.scalars(UNSEALED, {"of": source_id}))

    def unsealed_articles(self, source_id: int, limit: int) -> tuple[Held, ...]:
        """The newest of their articles."""
        return self._asked(NEWEST_OPEN, {"of": source_id, "most": limit})

    def sealed(self, source_id: int, number: int) -> tuple[Held, ...]:
        """The articles of one archive document, as they are now, newest first."""
        return self._asked(SEALED, {"of": source_id, "number": number})

    def archives(self, source_id: int) -> int:
        """The number of the newest archive document of a source; 0 where there is none."""
        with self.reading() as connection:
            return connection.scalar(ARCHIVES, {"of": source_id}) or 0

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

    def issued(self, source_id: int) -> Issued:
        """What a source ever gave away."""
        with self.reading() as connection:
            found = connection.execute(ISSUED, {"of": source_id}).all()
        return Issued(frozenset(row.entry_id for row in found), frozenset(row.updated for row in found))

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
                    save_revision(connection, article_id, decision.former)
            if count:
                values: rows.Values = {"version": sources.c.version + 1}
                values |= {} if changed is None else {"changed": changed}
                connection.execute(row_of(source_id).values(values))
        return count

    def adopt(self, source_id: int, feed: Feed, held: Sequence[Held], now: datetime) -> None:
        """Hold the entries of a feed that readers have, and be that feed from now on."""
        with self.writing() as connection:
            for one in held:
                save_article(connection, source_id, Decision("new", one, "the published feed"), now)
            row = connection.execute(select(sources).where(sources.c.id == source_id)).one()
            values: rows.Values = {
                "version": row.version + 1,
                "changed": max(feed.updated, row.changed or feed.updated),
            }
            values |= {"title": row.title or feed.title, "language": row.language or feed.language}
            taken = select(sources.c.id).where(sources.c.feed_id == feed.id, sources.c.id != source_id)
            if connection.execute(taken).first() is None:
                values["feed_id"] = feed.id
            connection.execute(row_of(source_id).values(values))


def save_article(connection: Connection, source_id: int, decision: Decision, now: datetime) -> None:
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
        article_id = connection.execute(_saving(tuple(values)), ids | lasting | values).scalar_one()
    if decision.former is not None:
        save_revision(connection, article_id, decision.former)
    if held.keys:
        # A key stays with the article that had it first, but a new one must have those by which it will be known.
        whose = {"source_id": source_id, "article_id": article_id, "by": decision.by, "since": now}
        save_key = TAKE_KEY if decision.kind == "new" else ADD_KEY
        connection.execute(save_key, [{"key": key, **whose} for key in held.keys])


@cache
def _saving(changing: tuple[str, ...]) -> ReturningInsert[tuple[int]]:
    """Save an article that may be there already: these of its columns change then."""
    new = upsert(articles)
    again = {name: new.excluded[name] for name in changing}
    return new.on_conflict_do_update(index_elements=["source_id", "entry_id"], set_=again).returning(articles.c.id)


def save_revision(connection: Connection, article_id: int, former: Revision) -> None:
    values = {"title": former.title, "text": former.text, "at": former.at}
    save = upsert(revisions).values(article_id=article_id, number=former.number, **values)
    connection.execute(save.on_conflict_do_update(index_elements=["article_id", "number"], set_=values))
    of_article = revisions.c.article_id == article_id
    connection.execute(delete(revisions).where(of_article, revisions.c.number <= former.number - REVISIONS_KEPT))


def save_sighting(connection: Connection, source_id: int, sighting: Sighting, now: datetime) -> None:
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


def calm(connection: Connection, source_id: int, keys: Sequence[str]) -> None:
    """A look that found nothing new ends what was counted of an article; but one not believed must be seen."""
    for start in range(0, len(keys), KEYS_AT_ONCE):
        connection.execute(CALM, {"of": source_id, "keys": keys[start : start + KEYS_AT_ONCE]})
