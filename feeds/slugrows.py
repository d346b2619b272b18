"""The rows of slugs: every name that a feed ever had, for ever, since readers ask for the old one for ever."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from feeds.model import Slug
from feeds.schema import ACTIVE, slugs, sources


def take(connection: Connection, names: Iterable[str], now: datetime) -> None:
    """Note who has these names now, and that every other name was given up, if it was not before."""
    wanted = sorted(names)
    active = select(sources.c.name, sources.c.id).where(ACTIVE)
    has = {row.name: row.id for row in connection.execute(active)}
    known = {row.name: row for row in connection.execute(select(slugs))}
    taken = [name for name in wanted if not _same(known.get(name), has[name])]
    if taken:
        save = upsert(slugs)
        again = {"source_id": save.excluded.source_id, "given_up": None}
        save = save.on_conflict_do_update(index_elements=["name"], set_=again)
        connection.execute(save, [{"name": name, "source_id": has[name]} for name in taken])
    left = [name for name, row in known.items() if name not in has and row.given_up is None]
    for name in left:
        connection.execute(update(slugs).where(slugs.c.name == name).values(given_up=now))


def find(connection: Connection, name: str | None = None) -> tuple[Slug, ...]:
    """What became of a name, or of all that were given up."""
    query = select(slugs.c.name, slugs.c.given_up, slugs.c.source_id, sources.c.name.label("now"), sources.c.active)
    query = query.join(sources, sources.c.id == slugs.c.source_id).order_by(slugs.c.name)
    query = query.where(slugs.c.name == name if name is not None else slugs.c.given_up.is_not(None))
    return tuple(
        Slug(row.name, row.source_id, row.now if row.active else None, row.given_up)
        for row in connection.execute(query)
    )


def _same(row: object, source_id: int) -> bool:
    return row is not None and (row.source_id, row.given_up) == (source_id, None)  # type: ignore[attr-defined]
