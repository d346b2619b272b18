"""What feeds of feeds take. Written out, not taken from feeds.schema: it stays as it is when that moves on."""

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
