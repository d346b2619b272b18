"""The first schema. Written out, not taken from feeds.schema: it stays as it is when that moves on."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("feed_id", sa.Text, nullable=False, unique=True),
        sa.Column("rules", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("listing_full", sa.DateTime),
        sa.Column("moved_to", sa.Text),
        sa.Column("moved_count", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("moved_since", sa.DateTime),
        sa.Column("gone", sa.Boolean, nullable=False, server_default=sa.text("0")),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("next_due", sa.DateTime),
        sa.Column("lease_until", sa.DateTime),
        sa.Column("lease_token", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("changed", sa.DateTime),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("published_version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("failures", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("last_try", sa.DateTime),
        sa.Column("last_ok", sa.DateTime),
        sa.Column("last_error", sa.Text),
        sa.Column("created", sa.DateTime, nullable=False),
    )
    op.create_index("sources_due", "sources", ["next_due"])
    op.create_index("sources_active_name", "sources", ["name"], unique=True, sqlite_where=sa.text("active"))
    op.create_table(
        "pages",
        sa.Column("source_id", sa.Integer, sa.ForeignKey("sources.id"), primary_key=True),
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("first_seen", sa.DateTime, nullable=False),
        sa.Column("looked", sa.DateTime, nullable=False),
        sa.Column("full", sa.DateTime, nullable=False),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source_id", sa.Integer, sa.ForeignKey("sources.id"), nullable=False),
        sa.Column("entry_id", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("authors", sa.Text, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("enclosures", sa.Text, nullable=False),
        sa.Column("addresses", sa.Text, nullable=False),
        sa.Column("provenance", sa.Text, nullable=False),
        sa.Column("image", sa.Text),
        sa.Column("published", sa.DateTime, nullable=False),
        sa.Column("updated", sa.DateTime, nullable=False),
        sa.Column("said_published", sa.DateTime),
        sa.Column("said_updated", sa.DateTime),
        sa.Column("first_seen", sa.DateTime, nullable=False),
        sa.Column("last_seen", sa.DateTime, nullable=False),
        sa.Column("language", sa.Text),
        sa.Column("summary", sa.Text),
        sa.Column("html", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("whole", sa.Text, nullable=False),
        sa.UniqueConstraint("source_id", "entry_id", name="articles_entry"),
    )
    op.create_index("articles_newest", "articles", ["source_id", sa.text("published DESC")])
    op.create_table(
        "keys",
        sa.Column("source_id", sa.Integer, sa.ForeignKey("sources.id"), primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("article_id", sa.Integer, sa.ForeignKey("articles.id"), nullable=False),
    )
    op.create_index("keys_article", "keys", ["article_id"])
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source_id", sa.Integer, sa.ForeignKey("sources.id"), nullable=False),
        sa.Column("started", sa.DateTime, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
    )
    op.create_index("runs_source", "runs", ["source_id", "id"])
    op.create_table(
        "templates",
        sa.Column("site", sa.Text, primary_key=True),
        sa.Column("memory", sa.Text, nullable=False),
    )
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("next_at", sa.BigInteger),
    )
    op.create_table(
        "robots",
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("text", sa.Text),
        sa.Column("until", sa.DateTime, nullable=False),
        sa.Column("asked_until", sa.BigInteger),
    )
