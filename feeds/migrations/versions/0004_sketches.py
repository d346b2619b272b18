"""A long text is told by its beginning: its sketch is made anew when it is next needed."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("UPDATE articles SET sketch = NULL WHERE length(text) > 16384")
