"""The store's schema, release by release. Alembic runs from here: there is no alembic.ini."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

HERE = Path(__file__).parent


def revisions() -> tuple[str, ...]:
    """All that this program knows, newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(HERE)).walk_revisions())


def current(connection: Connection) -> str | None:
    """The revision that a database is at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection) -> None:
    """Bring a database to the newest revision, within the transaction that is open."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))  # a ConfigParser interpolates
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
