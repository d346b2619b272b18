"""The rows of merged feeds: every name that one ever had, for ever, as `slugrows` has them of the others."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from feeds.model import ConfiguredMerged, Slug
from feeds.schema import merged
from feeds.values import ALL

_Rows = Mapping[str, Row[*tuple[Any, ...]]]


def take(connection: Connection, wanted: Sequence[ConfiguredMerged], ids: Mapping[str, int], now: datetime) -> None:
    """Note which merged feeds there are now, and that every other name was given up. `ids` are those of sources.

    One that has another name and the same parts as one that is gone is that one, renamed.
    """
    known = {row.name: row for row in connection.execute(select(merged).order_by(merged.c.name))}
    names = {each.name for each in wanted}
    for each in wanted:
        parts = [ids[part] for part in each.parts]
        row = known.get(each.name)
        if row is not None and (row.parts, row.given_up) == (parts, None):
            continue
        feed_id = row.feed_id if row is not None else _renamed(known, names, parts) or each.feed_id
        save = upsert(merged).values(name=each.name, feed_id=feed_id, parts=parts)
        connection.execute(save.on_conflict_do_update(set_={"parts": save.excluded.parts, "given_up": None}))
    for row in known.values():
        if row.name not in names and row.given_up is None:
            connection.execute(update(merged).where(merged.c.name == row.name).values(given_up=now))


def find(connection: Connection, name: str | None = None) -> tuple[Slug, ...]:
    """What became of a name, or of all that were given up."""
    used = connection.execute(select(merged.c.feed_id, merged.c.name).where(merged.c.given_up.is_(None)))
    today = {row.feed_id: row.name for row in used}
    query = select(merged).where(merged.c.name == name if name is not None else merged.c.given_up.is_not(None))
    found = connection.execute(query.order_by(merged.c.name))
    return tuple(Slug(row.name, None, today.get(row.feed_id), row.given_up) for row in found)


def feed_id(connection: Connection, name: str) -> str | None:
    """The id of the feed that has this name."""
    return connection.scalar(select(merged.c.feed_id).where(merged.c.name == name))


def _renamed(known: _Rows, names: set[str], parts: list[int]) -> str | None:
    """The id of one that is gone and had these parts: `all`, which nobody called so, only where there is no other."""
    gone = (row for row in known.values() if row.name not in names and row.given_up is None and row.parts == parts)
    return next((row.feed_id for row in sorted(gone, key=lambda row: (row.name == ALL, row.name))), None)
