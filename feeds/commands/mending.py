"""What is held already, read again or saved."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from feeds.commands.frame import command, configuration


@command
@click.argument("names", metavar="[NAME…]", nargs=-1)
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Only entries that were published on this day or later."
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--bump", is_flag=True, help="Have readers show the changed entries as updated.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def replay(
    config_path: Path, names: tuple[str, ...], since: datetime | None, dry_run: bool, bump: bool, as_json: bool
) -> None:
    """Read the kept pages again, by the rules of now, and have the entries as they come out.

    Nothing is fetched. Ids and dates of publication stay, and so does `updated`, unless --bump is given. No entry is
    added: pages that are of no entry are named. Without a NAME it is done for every feed.

    \b
    Example:
        feedwright replay --dry-run lantern
    """
    from feeds import replaycommand

    config = configuration(config_path, names)
    wanted = config.sources(names) or tuple(feed.name for feed in config.feeds)
    wish = replaycommand.Wish(since and since.replace(tzinfo=UTC), dry_run, bump, as_json)
    sys.exit(replaycommand.replay(config, wanted, wish))


@command
def recover(config_path: Path) -> None:
    """Set a damaged store aside, and go on from its last copy and from the feeds in out/.

    Entries that readers have keep their ids and dates. What is set aside stays beside the store; a store that is not
    damaged stays as it is. Stop the daemon first.

    \b
    Example:
        feedwright recover
    """
    from feeds import console

    console.recover(configuration(config_path))
