"""What is followed: a site more, and what other programs follow."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from feeds.commands.frame import command, configuration, opening

FORMATS = ("freshrss", "ftr", "html2rss", "opml", "rsspls", "scotty")  # feeds.exchange.NAMES, before it is imported
MOST_IMPORTED = 5_000_000  # bytes; feeds.exchange refuses a file of more


@command
@click.argument("url")
@click.option("--name", help="Call the feed this, instead of a name made from the site's title.")
@click.option("--title", help="What readers see, instead of what the site says.")
@click.option("-y", "--yes", is_flag=True, help="Add it without asking.")
@click.option("--dry-run", is_flag=True, help="Look only, and print what would be added.")
@opening
def add(
    config_path: Path,
    url: str,
    name: str | None,
    title: str | None,
    yes: bool,
    dry_run: bool,
    **opened: Any,
) -> None:
    """Find the articles of a site, show the first, add it to the configuration, and fetch it.

    A configuration that there is not yet is made. All that stands in one stays as it is, comments included. What was
    opened with --allow-private, --allow-port or --ignore-robots is noted for this feed.

    \b
    Example:
        feedwright add https://club.example/news
    """
    from feeds import app, dialogue

    wish = dialogue.Wish(name, title, yes, dry_run)
    sys.exit(dialogue.add(config_path, url, wish, app.Opened(**opened), os.environ))


@command
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), help="What it is, where that can't be told from it.")
@click.option("--dry-run", is_flag=True, help="Print what would be added, and write nothing.")
def import_(config_path: Path, file: Path, form: str | None, dry_run: bool) -> None:
    """Add the feeds of another program's file to the configuration; `-` reads stdin.

    It may be OPML, FreshRSS's OPML with its rules, html2rss's YAML, the TOML of rsspls or of feed-me-up-scotty, or a
    file of ftr-site-config. What has no place in the configuration is named.

    \b
    Example:
        feedwright import feeds.opml
    """
    from feeds import dialogue

    with click.open_file(str(file), "rb") as source:
        content = source.read(MOST_IMPORTED + 1)
    named = Path("stdin") if str(file) == "-" else file
    sys.exit(dialogue.take(config_path, named, content, form, os.environ, dry_run=dry_run))


@command
@click.argument("names", metavar="[NAME…]", nargs=-1)
@click.option("--format", "form", type=click.Choice(FORMATS), default="opml", show_default=True, help="For whom.")
def export(config_path: Path, names: tuple[str, ...], form: str) -> None:
    """Print the configured feeds, or some of them, for another program.

    OPML lists them for a feed reader; the other formats take the rules along that they have a place for, and what they
    have none for is named. Nothing secret is printed.

    \b
    Example:
        feedwright export > feeds.opml
    """
    from feeds import dialogue

    dialogue.give(configuration(config_path, names), names, form)
