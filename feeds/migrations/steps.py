"""The steps from one release's schema to the next, as Alembic takes them. There is no alembic.ini."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

HERE = Path(__file__).parent


def revisions() -> tuple[str, ...]:
    """All that this program knows, newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(HERE)).walk_revisions())


def upgrade(connection: Connection) -> None:
    """Bring a database to the newest revision, within the transaction that is open."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))  # a ConfigParser interpolates
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
