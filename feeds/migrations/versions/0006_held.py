"""Until when a host asked to be left alone, apart from the turns that are taken."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("hosts", sa.Column("held_until", sa.BigInteger))
