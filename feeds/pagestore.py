"""What we remember of pages: when they were looked at, what repeats on them, and which are kept."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from feeds import keptrows, rows
from feeds.model import Kept, Outcome, SeenPage
from feeds.schema import pages, templates
from feeds.transactions import KEYS_AT_ONCE, Transactions
from scraper import urls
from scraper.model import SiteTemplate, Validators

# A page that was looked at so long ago is due for another look, however old it is.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_SEEN = (pages.c.url, pages.c.etag, pages.c.last_modified, pages.c.first_seen, pages.c.looked, pages.c.full)
PAGES = select(*_SEEN).where(pages.c.source_id == bindparam("of")).order_by(pages.c.url)
TO_BE_READ = select(pages.c.url).where(
    pages.c.source_id == bindparam("of"),
    pages.c.looked == LONG_AGO,
    pages.c.url.in_(bindparam("urls", expanding=True)),
)
TEMPLATE = select(templates.c.memory).where(templates.c.site == bindparam("of"))
_PAGE = upsert(pages)
_FULL = case((bindparam("fetched"), _PAGE.excluded.full), else_=pages.c.full)
_AGAIN: dict[str, Any] = {name: _PAGE.excluded[name] for name in ("etag", "last_modified", "looked")}
SAVE_PAGE = _PAGE.on_conflict_do_update(index_elements=["source_id", "url"], set_=_AGAIN | {"full": _FULL})
_TEMPLATE = upsert(templates)
SAVE_TEMPLATE = _TEMPLATE.on_conflict_do_update(index_elements=["site"], set_={"memory": _TEMPLATE.excluded.memory})


class Pages(Transactions):
    """The pages of the sources."""

    def pages(self, source_id: int) -> tuple[SeenPage, ...]:
        with self.reading() as connection:
            return tuple(map(rows.seen_page, connection.execute(PAGES, {"of": source_id})))

    def template(self, url: str) -> SiteTemplate:
        """What is remembered of the pages of the site that an address belongs to."""
        with self.reading() as connection:
            memory = connection.scalars(TEMPLATE, {"of": urls.site(url)}).one_or_none()
            return rows.template(memory) if memory else SiteTemplate()

    def reread(self, source_id: int, fetched: Sequence[str]) -> frozenset[str]:
        """The keys of those pages that were read again because rules changed."""
        found: set[str] = set()
        for start in range(0, len(fetched), KEYS_AT_ONCE):
            with self.reading() as connection:
                some = {"of": source_id, "urls": fetched[start : start + KEYS_AT_ONCE]}
                found.update(map(urls.part_key, connection.scalars(TO_BE_READ, some)))
        return frozenset(found)

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


def forget_pages(connection: Connection, source_id: int) -> None:
    """Have every page of a source looked at again, in full: other rules find other things on it."""
    anew = {**rows.validator_values(Validators()), "looked": LONG_AGO}
    connection.execute(update(pages).where(pages.c.source_id == source_id).values(anew))


def save_pages(connection: Connection, source_id: int, outcome: Outcome, now: datetime) -> None:
    fetched = frozenset(outcome.fetched)
    connection.execute(
        SAVE_PAGE,
        [
            {"source_id": source_id, "url": page.url, "first_seen": now, "looked": now, "full": now}
            | {"fetched": page.url in fetched}
            | rows.validator_values(page.validators)
            for page in outcome.pages
        ],
    )


def save_template(connection: Connection, outcome: Outcome) -> None:
    """Of two feeds of one site that learn at the same time, the later one is kept: the other's pages come again."""
    connection.execute(SAVE_TEMPLATE, {"site": urls.site(outcome.url), **rows.template_values(outcome.template)})
