"""The store's tables, and the types in their columns. A change here needs a migration beside it."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    literal_column,
    text,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def encodable(value: str) -> str:
    """The text, surrogate pairs joined and lone ones replaced: a page may hold them, UTF-8 may not."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value


class Utc(TypeDecorator[datetime]):
    """A moment: aware in Python, kept in UTC, to the microsecond."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} is no moment: it is not aware of its time zone.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """A moment as microseconds since 1970, for columns that SQL reckons with: it cannot add to a `Utc` exactly."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else microseconds(value - EPOCH)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + value * MICROSECOND


def microseconds(span: timedelta) -> int:
    """As an `Instant` counts."""
    return span // MICROSECOND


class Words(TypeDecorator[str]):
    """Text that came from a page."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else encodable(value)


class Json(TypeDecorator[Any]):
    """Records and tuples of them as JSON text; the same value is always the same text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return encodable(json.dumps(value, default=asdict, sort_keys=True, ensure_ascii=False))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


metadata = MetaData()

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("key", Words, nullable=False),  # urls.key(url): by which a renamed source is found again
    Column("feed_id", Words, nullable=False, unique=True),
    Column("rules", Words, nullable=False),
    Column("title", Words),
    Column("language", Words),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("listing_full", Utc),  # when its bytes last came: a 304 brings none
    Column("moved_to", Words),
    Column("moved_count", Integer, nullable=False, server_default=text("0")),
    Column("moved_since", Utc),
    Column("gone", Boolean, nullable=False, server_default=text("0")),
    Column("active", Boolean, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("next_due", Utc),
    Column("lease_until", Utc),
    Column("lease_token", Integer, nullable=False, server_default=text("0")),
    Column("changed", Utc),
    # A source is dirty while `version`, which every visible change moves on, is not the one in out/.
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("published_version", Integer, nullable=False, server_default=text("0")),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("last_try", Utc),
    Column("last_ok", Utc),
    Column("last_error", Words),
    Column("created", Utc, nullable=False),
    Column("asked_until", Utc),  # its server said that asking again before then is of no use, or not wanted
    Column("baseline", Json),  # what it is like when all is well
    Column("hold", Json),  # why its last runs were held; null where it is well
    Column("place", Json),  # where its list was found anew; null where it is where the rules say
    Column("requests", Integer, nullable=False, server_default=text("0")),  # pages asked for on `requests_day`, in UTC
    Column("requests_day", Text),
    Column("rested", Boolean, nullable=False, server_default=text("0")),  # paused by a person, not by the configuration
    Column("accepts", Boolean, nullable=False, server_default=text("0")),  # a person wants what the next run finds
    Column("ttl", Integer, nullable=False, server_default=text("0")),  # seconds in which it stays, by its own word
    Column("lease_holder", Text),  # the process beside the daemon's own that has the lease, or had the last
)
Index("sources_due", sources.c.next_due)
Index("sources_active_name", sources.c.name, unique=True, sqlite_where=text("active"))
# Which of them are configured, in the very words of that index: SQLite uses it for no others, and reads all sources for
# one name where they are SQLAlchemy's own, `active = 1`.
ACTIVE: ColumnElement[bool] = literal_column("sources.active")

slugs = Table(
    "slugs",
    metadata,
    Column("name", Words, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),  # who had the name last
    Column("given_up", Utc),  # when the source was renamed or left the configuration; null while it has the name
)

# Every name that a feed ever had which is merged of others; the names of one feed have the same `feed_id`.
merged = Table(
    "merged",
    metadata,
    Column("name", Words, primary_key=True),
    Column("feed_id", Words, nullable=False),
    Column("parts", Json, nullable=False),  # the ids of their sources, in order: by which a renamed one is found again
    Column("given_up", Utc),  # as in `slugs`
)

pages = Table(
    "pages",
    metadata,
    Column("source_id", ForeignKey("sources.id"), primary_key=True),
    Column("url", Words, primary_key=True),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("first_seen", Utc, nullable=False),
    Column("looked", Utc, nullable=False),
    Column("full", Utc, nullable=False),  # when its bytes last came
)

articles = Table(
    "articles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("entry_id", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("title", Words),
    Column("authors", Json, nullable=False),
    Column("tags", Json, nullable=False),
    Column("enclosures", Json, nullable=False),
    Column("addresses", Json, nullable=False),
    Column("provenance", Json, nullable=False),
    Column("image", Json),
    Column("published", Utc, nullable=False),
    Column("updated", Utc, nullable=False),
    Column("said_published", Utc),  # as the page said it, where it did
    Column("said_updated", Utc),
    Column("first_seen", Utc, nullable=False),
    Column("last_seen", Utc, nullable=False),
    Column("language", Words),
    Column("summary", Words),
    Column("html", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("digest", Words, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("whole", Words, nullable=False),
    Column("sketch", LargeBinary),  # of title and text, as `sketch.sketch` gives it; null until it is first needed
    Column("restless", Integer, nullable=False, server_default=text("0")),  # looks in a row that found it changed
    Column("seen", Words),  # a digest of what the last look found, where that was not believed
    Column("difference", Words),  # what became of it at the last material change, as markup
    Column("missing", Integer, nullable=False, server_default=text("0")),  # looks in a row that found no page
    Column("missing_since", Utc),
    Column("asked", Utc),  # when it was last looked for because its listing left it out
    Column("removed", Utc),
    Column("archived", Integer),  # the number of the archive document that it is in for good; null while in none
    UniqueConstraint("source_id", "entry_id", name="articles_entry"),
)
# So that what is in no archive is found without reading past the texts of all that is.
Index("articles_archived", articles.c.source_id, articles.c.archived)
# So that sketches are read without the texts before them in the rows.
Index("articles_sketch", articles.c.source_id, articles.c.sketch)
Index("articles_newest", articles.c.source_id, articles.c.published.desc())

# What articles said before. The row of an article's own revision is what it said when that was told, where small edits
# came since.
revisions = Table(
    "revisions",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("title", Words),
    Column("text", Words, nullable=False),
    Column("at", Utc, nullable=False),
)

article_keys = Table(
    "keys",
    metadata,
    Column("source_id", ForeignKey("sources.id"), primary_key=True),
    Column("key", Words, primary_key=True),
    Column("article_id", ForeignKey("articles.id"), nullable=False),
    Column("by", Words),  # why it was taken for the article's, in words; null where that was never put down
    Column("since", Utc),
)
Index("keys_article", article_keys.c.article_id)

kept_pages = Table(
    "kept_pages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("requested", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("content_type", Words),
    Column("kind", Text, nullable=False),  # listing or article
    Column("digest", Text, nullable=False),  # of the content, by which it lies in the archive
    Column("size", Integer, nullable=False),
    Column("packed", Integer, nullable=False),
    Column("fetched", Utc, nullable=False),  # when these bytes last came
    Column("entry_id", Words),  # the entry that was made of it
    UniqueConstraint("source_id", "requested", "digest", name="kept_pages_content"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("started", Utc, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("new", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("error", Words),
)
Index("runs_source", runs.c.source_id, runs.c.id)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("at", Utc, nullable=False),
    Column("kind", Text, nullable=False),
    Column("said", Words, nullable=False),
    Column("told", Boolean, nullable=False, server_default=text("0")),  # to the user's own command
)
Index("events_source", events.c.source_id, events.c.id)

templates = Table(
    "templates",
    metadata,
    Column("site", Words, primary_key=True),  # urls.site: feeds of one site learn together
    Column("memory", Json, nullable=False),
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", Words, primary_key=True),
    Column("next_at", Instant),  # it is left alone until then
    Column("held_until", Instant),  # it asked for that itself: whoever has a turn sooner gives it up
)

robots = Table(
    "robots",
    metadata,
    Column("origin", Words, primary_key=True),
    Column("text", Words),  # null where it could not be asked for
    Column("until", Utc, nullable=False),
    Column("asked_until", Instant),
)

# Who wants a feed pushed (WebSub). A wish is `due` to be verified, a subscription to be delivered to, null for neither.
intents = Table(
    "intents",
    metadata,
    Column("topic", Words, primary_key=True),
    Column("callback", Words, primary_key=True),
    Column("host", Words, nullable=False),
    Column("mode", Text, nullable=False),  # subscribe or unsubscribe
    Column("secret", Words),
    Column("seconds", Integer, nullable=False),
    Column("due", Utc, nullable=False),
    Column("attempts", Integer, nullable=False),
)
Index("intents_due", intents.c.due)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("topic", Words, primary_key=True),
    Column("callback", Words, primary_key=True),
    Column("host", Words, nullable=False),
    Column("secret", Words),
    Column("until", Utc, nullable=False),
    Column("due", Utc),
    Column("attempts", Integer, nullable=False),
)
Index("subscriptions_due", subscriptions.c.due)

pings = Table(
    "pings",
    metadata,
    Column("hub", Words, primary_key=True),
    Column("topic", Words, primary_key=True),
    Column("due", Utc, nullable=False),
    Column("attempts", Integer, nullable=False),
)
