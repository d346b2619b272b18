"""Feeds of feeds, and what a source says of itself. Written out, not taken from feeds.schema: it stays as it is."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "merged",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("feed_id", sa.Text, nullable=False),
        sa.Column("parts", sa.Text, nullable=False),
        sa.Column("given_up", sa.DateTime),
    )
    op.add_column("sources", sa.Column("ttl", sa.Integer, nullable=False, server_default=sa.text("0")))
