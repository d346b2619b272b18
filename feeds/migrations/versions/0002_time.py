"""What owning time takes. Written out, not taken from feeds.schema: it stays as it is when that moves on."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "kept_pages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source_id", sa.Integer, sa.ForeignKey("sources.id"), nullable=False),
        sa.Column("requested", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("content_type", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("packed", sa.Integer, nullable=False),
        sa.Column("fetched", sa.DateTime, nullable=False),
        sa.Column("entry_id", sa.Text),
        sa.UniqueConstraint("source_id", "requested", "digest", name="kept_pages_content"),
    )
    op.add_column("keys", sa.Column("by", sa.Text))
    op.add_column("keys", sa.Column("since", sa.DateTime))
    op.add_column("articles", sa.Column("sketch", sa.LargeBinary))
    op.create_table(
        "slugs",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("source_id", sa.Integer, sa.ForeignKey("sources.id"), nullable=False),
        sa.Column("given_up", sa.DateTime),
    )
    # Of several sources that had a name, the one that has it now comes last, and stays.
    op.execute("INSERT OR REPLACE INTO slugs (name, source_id) SELECT name, id FROM sources ORDER BY active, id")
    op.create_index("articles_sketch", "articles", ["source_id", "sketch"])
    op.add_column("articles", sa.Column("restless", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.add_column("articles", sa.Column("seen", sa.Text))
    op.add_column("articles", sa.Column("difference", sa.Text))
    op.add_column("articles", sa.Column("missing", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.add_column("articles", sa.Column("missing_since", sa.DateTime))
    op.add_column("articles", sa.Column("asked", sa.DateTime))
    op.add_column("articles", sa.Column("removed", sa.DateTime))
    op.add_column("articles", sa.Column("archived", sa.Integer))
    op.create_index("articles_archived", "articles", ["source_id", "archived"])
    op.create_table(
        "revisions",
        sa.Column("article_id", sa.Integer, sa.ForeignKey("articles.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("title", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.add_column("sources", sa.Column("asked_until", sa.DateTime))
    op.create_table(
        "intents",
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("callback", sa.Text, primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("secret", sa.Text),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.Column("due", sa.DateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_index("intents_due", "intents", ["due"])
    op.create_table(
        "subscriptions",
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("callback", sa.Text, primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("secret", sa.Text),
        sa.Column("until", sa.DateTime, nullable=False),
        sa.Column("due", sa.DateTime),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_index("subscriptions_due", "subscriptions", ["due"])
    op.create_table(
        "pings",
        sa.Column("hub", sa.Text, primary_key=True),
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("due", sa.DateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.add_column("sources", sa.Column("baseline", sa.Text))
    op.add_column("sources", sa.Column("hold", sa.Text))
    op.add_column("sources", sa.Column("place", sa.Text))
    op.add_column("sources", sa.Column("requests", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.add_column("sources", sa.Column("requests_day", sa.Text))
    op.add_column("sources", sa.Column("rested", sa.Boolean, nullable=False, server_default=sa.text("0")))
    op.add_column("sources", sa.Column("accepts", sa.Boolean, nullable=False, server_default=sa.text("0")))
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source_id", sa.Integer, sa.ForeignKey("sources.id"), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("told", sa.Boolean, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("events_source", "events", ["source_id", "id"])
