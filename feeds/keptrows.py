"""The rows of kept pages: what lies in the archive, and what it is."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from feeds.model import Kept
from feeds.schema import kept_pages, sources

OF_SOURCE = (
    select(kept_pages)
    .where(kept_pages.c.source_id == bindparam("of"))
    .order_by(kept_pages.c.fetched, kept_pages.c.requested, kept_pages.c.digest)
)
_ROW = upsert(kept_pages)
_AGAIN: dict[str, Any] = {name: _ROW.excluded[name] for name in ("url", "content_type", "kind", "packed", "fetched")}
_AGAIN["entry_id"] = func.coalesce(_ROW.excluded.entry_id, kept_pages.c.entry_id)
SAVE = _ROW.on_conflict_do_update(index_elements=["source_id", "requested", "digest"], set_=_AGAIN)


def of_source(connection: Connection, source_id: int) -> tuple[Kept, ...]:
    """The newest last."""
    return tuple(
        Kept(
            row.requested,
            row.url,
            row.content_type,
            row.kind,
            row.digest,
            row.size,
            row.packed,
            row.fetched,
            row.entry_id,
        )
        for row in connection.execute(OF_SOURCE, {"of": source_id})
    )


def save(connection: Connection, source_id: int, kept: Sequence[Kept]) -> None:
    """A page that came with the same bytes before has one row: it came now, and is still what its entry is made of."""
    connection.execute(SAVE, [{"source_id": source_id, **asdict(one)} for one in kept])


def forget(connection: Connection, source_id: int, kept: Sequence[Kept]) -> None:
    same = and_(
        kept_pages.c.source_id == source_id,
        kept_pages.c.requested == bindparam("of"),
        kept_pages.c.digest == bindparam("like"),
    )
    connection.execute(delete(kept_pages).where(same), [{"of": one.requested, "like": one.digest} for one in kept])


def forget_unconfigured(connection: Connection, before: datetime) -> None:
    """Forget what came before then of sources that are not configured any more."""
    unused = select(sources.c.id).where(~sources.c.active)
    connection.execute(delete(kept_pages).where(kept_pages.c.source_id.in_(unused), kept_pages.c.fetched < before))
